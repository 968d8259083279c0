"""The composition root: ``create_app(settings)`` puts the instance together.

Nothing else reads settings, opens the database or makes keys. Brightway is never imported here:
releases are frozen by a command or a job, requests read their tables.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

import anyio.to_thread
from fastapi import FastAPI
from fastapi.concurrency import contextmanager_in_threadpool
from fastapi.staticfiles import StaticFiles

from api import problems
from api.context import Context, open_context
from api.jobs.sweeps import background
from api.logs import configure_logs
from api.openapi import describe
from api.routers import all_routers
from api.security.guards import RequestGuard
from api.settings import Settings
from api.web import all_pages
from api.web.errors import problem_page
from lca_db.revisions import check_current

THREADS_PER_CORE = 2


def create_app(settings: Settings, context: Context | None = None) -> FastAPI:
    """The application of one instance.

    Args:
        settings: Where its data lies and what it is reachable as.
        context: Surroundings made by a test; from the settings otherwise.

    Raises:
        StorageError: The database is not there, or has another schema.
    """
    configure_logs(settings.log_level)
    surroundings = context or open_context(settings)
    check_current(surroundings.engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = THREADS_PER_CORE * max(2, settings.cores)
        async with contextmanager_in_threadpool(background(surroundings)):
            yield

    app = FastAPI(
        title="Tanbiao",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        separate_input_output_schemas=False,
    )
    app.state.context = surroundings
    app.state.problem_page = problem_page
    problems.install(app)
    for router in (*all_routers(), *all_pages()):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=str(files("api.web") / "static")), name="static")
    describe(app)
    app.add_middleware(
        RequestGuard,
        base_url=settings.public_base_url,
        max_body_bytes=settings.max_body_mb * 1_000_000,
    )
    return app
