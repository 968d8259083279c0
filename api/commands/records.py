"""``tanbiao db`` and ``tanbiao init``: the schema, and the first administrator of an instance."""

from __future__ import annotations

import typer

from api.commands.failure import failing
from api.commands.instance import opened_database, opened_instance
from api.context import Context, system_clock
from api.problems import Problem
from api.settings import Settings
from api.workflows.calculate_footprint import current_release
from api.workflows.combine_imports import imports_left_out
from api.workflows.create_keys import create_keys
from api.workflows.freeze_release import freeze_release
from api.workflows.invite_person import invite_first_administrator
from lca_db import schema
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.values import Release

db = typer.Typer(help="The database.", no_args_is_help=True)


@db.command("upgrade")
def upgrade_command() -> None:
    """Brings the database to the newest schema."""
    settings = Settings()
    with failing():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with opened_database(settings) as engine:
            schema.upgrade(engine)
            typer.echo(f"schema {schema.current(engine)}")


@db.command("current")
def current_command() -> None:
    """Prints the schema the database has."""
    with failing(), opened_database(Settings()) as engine:
        typer.echo(schema.current(engine) or "none")


def init_command() -> None:
    """Makes keys, schema and the shipped inventory, and prints a one-time sign-up link.

    Run again, it leaves a release with imports as it is.
    """
    settings = Settings()
    with failing():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with opened_database(settings) as engine:
            schema.upgrade(engine)
            create_keys(settings, engine, system_clock().year)
        with opened_instance(settings) as context:
            release = _release(context)
            typer.echo(f"inventory release {release.id}: {release.dataset_count} datasets")
            try:
                token = invite_first_administrator(context)
            except Problem as problem:
                typer.secho(f"No new link: {problem.code}.", err=True)
                raise typer.Exit(1) from problem
    typer.echo("Open this link once, within 24 hours, to make the first administrator:")
    typer.echo(f"{settings.public_base_url}/invitation?token={token}")


def _release(context: Context) -> Release:
    """The shipped inventory, frozen; the current release where that holds imports as well."""
    if imports_left_out(context, ()):
        return current_release(context)
    snapshot, _ = load_reference()
    return freeze_release(context, snapshot, "shipped reference inventory")
