"""``tanbiao register verify``: recompute the public register and hold it to its signed head."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.clients.guarded_http import GuardedClient
from api.commands.failure import failing
from api.context import open_context
from api.settings import Settings
from api.workflows.publish_checkpoint import audit_register
from labels.credential.did import host_of
from labels.credential.keys import Purpose
from labels.credential.trust_list import parse_trust_list
from labels.register.audit import RegisterReport, verify_register

app = typer.Typer(help="The public register.", no_args_is_help=True)
PAGE = 1000


@app.callback()
def register() -> None:
    """The public register."""


@app.command("verify")
def verify_command(
    url: Annotated[str, typer.Option(help="Another instance's address; empty: this one")] = "",
    trust_list: Annotated[
        Path | None, typer.Option(exists=True, help="Trust list you have pinned, with --url")
    ] = None,
    allow_private: Annotated[bool, typer.Option(help="Allow private addresses")] = False,
) -> None:
    """Exit status 0 only when every entry, the root and the signature agree."""
    with failing():
        if url and trust_list is None:
            raise typer.BadParameter("--url needs --trust-list")
        report = (
            _of_partner(url, trust_list, allow_private)
            if trust_list is not None and url
            else audit_register(open_context(Settings()))
        )
    for finding in report.findings:
        where = "" if finding.index is None else f" (entry {finding.index})"
        typer.secho(f"✗ {finding.code}{where}", fg=typer.colors.RED)
    typer.echo(f"{report.origin}: {report.size} entries, root {report.root}")
    raise typer.Exit(0 if report.is_sound else 1)


def _of_partner(url: str, trust_list: Path, allow_private: bool) -> RegisterReport:
    client = GuardedClient(allow_private=allow_private)
    base = url.rstrip("/")
    note = client.get(f"{base}/register/checkpoint", accept="text/plain").body
    entries: list[bytes] = []
    while True:
        page = client.get(f"{base}/register/entries?start={len(entries)}&limit={PAGE}").body
        lines = page.splitlines()
        entries += lines
        if len(lines) < PAGE:
            break
    host = host_of(base)
    listed = parse_trust_list(trust_list.read_bytes())
    issuer = next((i for i in listed.issuers if host in i.hosts), None)
    if issuer is None:
        raise typer.BadParameter(f"{host} is not on the trust list")
    key = next(k.key for k in issuer.keys if k.purpose is Purpose.CHECKPOINT)
    return verify_register(entries, note, origin=f"{host}/register", key=key)
