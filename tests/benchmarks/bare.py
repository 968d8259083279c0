"""The least an endpoint can do with a bill of materials: validate the body and insert one row.

Run as ``python -m tests.benchmarks.bare PORT FOLDER``. It is a baseline and answers to nobody else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from api.schemas.bom import BomIn
from lca_db.engine import open_engine


def bare_app(folder: Path) -> FastAPI:
    """One route, one table, the same engine settings as ours."""
    engine = open_engine(f"sqlite:///{folder}/bare.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bill (id INTEGER PRIMARY KEY, model TEXT NOT NULL)"))
    app = FastAPI()

    @app.post("/v1/footprints", status_code=201)
    def keep(bom: BomIn) -> dict[str, str]:
        with engine.begin() as connection:
            connection.execute(
                text("INSERT INTO bill (model) VALUES (:model)"), {"model": bom.product.model}
            )
        return {"model": bom.product.model}

    return app


if __name__ == "__main__":
    uvicorn.run(bare_app(Path(sys.argv[2])), port=int(sys.argv[1]), log_level="warning")
