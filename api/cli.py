"""``tanbiao``: the command line; every command calls the same workflows as the API."""

from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands import api_key, footprint, inventory, key, label, portfolio, records, register
from api.commands.comparison import compare_command
from api.commands.demo import demo_command
from api.commands.doctor import doctor_command
from api.commands.flows import emitters_command, sankey_command, tree_command
from api.commands.scenario import scenario_command
from api.commands.serve import serve_command, worker_command

app = typer.Typer(
    help="Tanbiao (碳标): product carbon footprints and verifiable carbon labels.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
footprint.app.command("scenario")(scenario_command)
footprint.app.command("sankey")(sankey_command)
footprint.app.command("tree")(tree_command)
footprint.app.command("emitters")(emitters_command)
footprint.app.command("compare")(compare_command)
app.add_typer(footprint.app, name="footprint")
app.add_typer(label.app, name="label")
app.add_typer(register.app, name="register")
app.add_typer(inventory.app, name="inventory")
app.add_typer(portfolio.app, name="portfolio")
app.add_typer(key.app, name="key")
app.add_typer(records.db, name="db")
app.add_typer(api_key.app, name="api-key")
app.command("init")(records.init_command)
app.command("serve")(serve_command)
app.command("worker")(worker_command)
app.command("demo")(demo_command)
app.command("doctor")(doctor_command)


def _version(is_asked: bool) -> None:
    if is_asked:
        Console().print(importlib.metadata.version("tanbiao"))
        raise typer.Exit


@app.callback()
def tanbiao(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Version and end")
    ] = False,
) -> None:
    """Product carbon footprints and verifiable carbon labels."""


def main() -> None:
    """The console script."""
    os.environ.setdefault("BRIGHTWAY2_DIR", str(Path(".tanbiao/brightway").resolve()))
    app()


if __name__ == "__main__":
    main()
