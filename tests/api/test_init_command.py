"""``tanbiao init`` founds the instance its settings name, and no other one."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from api.cli import app
from api.security.tokens import token_sha256
from api.settings import Settings
from labels.access import OrganisationKind, Scope
from lca_db.engine import open_engine
from lca_db.errors import NotFound
from lca_db.inventory.tables import ReleaseRow
from lca_db.records.organisations.tables import InvitationRow
from lca_db.unit_of_work import UnitOfWork
from tests.support.database import PostgresServer

COMMAND = CliRunner()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the instance, and no setting but that."""
    for name in [name for name in os.environ if name.startswith("TANBIAO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TANBIAO_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_init_founds_the_database_whose_address_lies_in_a_file(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_server: PostgresServer
) -> None:
    """As `docker compose run --rm app init` runs it: one secret, no variable with a password."""
    name = f"tanbiao_init_{secrets.token_hex(8)}"
    address = postgres_server.create(name)
    secret = tmp_path / "database_url"
    secret.write_text(address + "\n", encoding="utf-8")
    monkeypatch.setenv("TANBIAO_DATABASE_URL_FILE", str(secret))
    try:
        run = COMMAND.invoke(app, ["init"])
        assert run.exit_code == 0, run.output
        assert "/invitation?token=" in run.stdout
        engine = open_engine(address)
        with engine.connect() as connection:
            for table in (InvitationRow, ReleaseRow):
                counted = select(func.count()).select_from(table)
                assert connection.execute(counted).scalar_one() == 1
        engine.dispose()
        assert list(data.rglob("*.db")) == []
    finally:
        postgres_server.drop(name)


def test_init_again_gives_a_new_link_until_somebody_signs_up(data: Path) -> None:
    """The first link was lost: it ends, one operator stays, and the body's name is still free."""
    links = []
    for _ in range(2):
        run = COMMAND.invoke(app, ["init"])
        assert run.exit_code == 0, run.output
        links.append(run.stdout.strip().rpartition("/invitation?token=")[2])
    settings = Settings()
    engine = open_engine(settings.resolved_database_url)
    now = datetime.now(UTC)
    with UnitOfWork(engine, Scope.everything("test")) as uow:
        (operator,) = uow.organisations.list_of_kind(OrganisationKind.OPERATOR)
        with pytest.raises(NotFound):
            uow.sign_in.get_open_invitation(token_sha256(links[0]), now)
        assert uow.sign_in.get_open_invitation(token_sha256(links[1]), now).organisation_id == (
            operator.id
        )
        body = replace(
            operator,
            id="org_body",
            kind=OrganisationKind.CERTIFICATION_BODY,
            names={"zh-Hans": settings.body_name_zh, "en": settings.body_name_en},
            legal_id="BODY-1",
        )
        uow.organisations.add(body)
        uow.commit()
    engine.dispose()


@pytest.mark.parametrize("command", [["init"], ["db", "upgrade"], ["serve"], ["worker"]])
def test_a_command_without_its_secret_makes_no_other_database(
    command: list[str], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANBIAO_DATABASE_URL_FILE", str(tmp_path / "absent"))
    run = COMMAND.invoke(app, command)
    assert run.exit_code == 1
    assert "database-url-unreadable" in run.stderr
    assert list(data.rglob("*.db")) == []


def test_two_addresses_of_the_database_are_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "database_url"
    secret.write_text(f"sqlite:///{tmp_path}/one.db", encoding="utf-8")
    monkeypatch.setenv("TANBIAO_DATABASE_URL_FILE", str(secret))
    monkeypatch.setenv("TANBIAO_DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    run = COMMAND.invoke(app, ["db", "upgrade"])
    assert run.exit_code == 1
    assert "database-url-twice" in run.stderr
    assert list(tmp_path.rglob("*.db")) == []
