"""``tanbiao db`` and ``tanbiao init``: the schema, and the first administrator of an instance."""

from __future__ import annotations

import typer

from api.commands.failure import failing
from api.context import open_context, system_clock
from api.keystore import create_keyring
from api.problems import Problem
from api.settings import Settings
from api.workflows.freeze_release import freeze_release
from api.workflows.invite_person import invite_first_administrator
from lca_db import schema
from lca_db.engine import open_engine
from lca_db.inventory.reference_files import load_reference

db = typer.Typer(help="The database.", no_args_is_help=True)


@db.command("upgrade")
def upgrade_command() -> None:
    """Brings the database to the newest schema."""
    settings = Settings()
    with failing():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = open_engine(settings.resolved_database_url)
        schema.upgrade(engine)
        typer.echo(f"schema {schema.current(engine)}")


@db.command("current")
def current_command() -> None:
    """Prints the schema the database has."""
    with failing():
        typer.echo(schema.current(open_engine(Settings().resolved_database_url)) or "none")


def init_command() -> None:
    """Makes keys, schema and the shipped inventory, and prints a one-time sign-up link."""
    settings = Settings()
    with failing():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        create_keyring(
            settings.resolved_key_dir,
            settings.resolved_passphrase_file,
            settings.public_base_url,
            system_clock().year,
        )
        schema.upgrade(open_engine(settings.resolved_database_url))
        context = open_context(settings)
        snapshot, _ = load_reference()
        release = freeze_release(context, snapshot, "shipped reference inventory")
        typer.echo(f"inventory release {release.id}: {release.dataset_count} datasets")
        try:
            token = invite_first_administrator(context)
        except Problem as problem:
            typer.secho(f"No new link: {problem.code}.", err=True)
            raise typer.Exit(1) from problem
    typer.echo("Open this link once, within 24 hours, to make the first administrator:")
    typer.echo(f"{settings.public_base_url}/invitation?token={token}")
