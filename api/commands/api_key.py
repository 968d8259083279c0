"""``tanbiao api-key``: a key for a program where nobody opens a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.failure import failing
from api.commands.instance import opened_instance
from api.settings import Settings
from api.workflows.make_api_key import make_api_key
from api.workflows.sign_in import account_by_password

app = typer.Typer(help="API keys.", no_args_is_help=True)


@app.callback()
def api_key() -> None:
    """API keys."""


@app.command("make")
def make_command(
    email: Annotated[str, typer.Argument(help="Of the account the key acts for")],
    name: Annotated[str, typer.Option("--name", help="Which program uses it")],
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, help="The account's; asked for when left out"),
    ],
) -> None:
    """Prints a new key of one's own account, once; nobody makes keys for others."""
    with failing(), opened_instance(Settings()) as context:
        account = account_by_password(context, email, password, "command line")
        made = make_api_key(context, account, name)
    typer.echo("This key is shown once:", err=True)
    typer.echo(made.secret)
