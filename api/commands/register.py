"""``tanbiao register verify``: recompute the public register and hold it to its signed head.

Another body's register is read page by page, up to the size its signed head states: nothing is
fetched behind a head that body did not sign, and no page needs to be larger than the client reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.clients.guarded_http import GuardedClient, PartnerUnreachable
from api.commands.failure import failing
from api.commands.instance import opened_instance
from api.context import system_clock
from api.settings import Settings
from api.workflows.publish_checkpoint import audit_register
from labels.credential.did import host_of
from labels.credential.keys import PublicKey, Purpose
from labels.credential.trust_list import TrustedKey, TrustList, parse_trust_list
from labels.errors import CredentialError
from labels.register.audit import RegisterReport, verify_register
from labels.register.checkpoint import open_checkpoint
from lca_db.revisions import check_current

app = typer.Typer(help="The public register.", no_args_is_help=True)
PAGE = 250  # entries of 400 bytes each; a partner whose entries are longer is asked for fewer


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
            else _of_this_instance()
        )
    for finding in report.findings:
        where = "" if finding.index is None else f" (entry {finding.index})"
        typer.secho(f"✗ {finding.code}{where}", fg=typer.colors.RED)
    typer.echo(f"{report.origin}: {report.size} entries, root {report.root}")
    raise typer.Exit(0 if report.is_sound else 1)


def _of_this_instance() -> RegisterReport:
    """Refused as ``tanbiao serve`` refuses where there is no database, or another schema."""
    with opened_instance(Settings()) as context:
        check_current(context.engine)
        return audit_register(context)


def _of_partner(url: str, trust_list: Path, allow_private: bool) -> RegisterReport:
    client = GuardedClient(allow_private=allow_private)
    base = url.rstrip("/")
    host = host_of(base)
    listed = parse_trust_list(trust_list.read_bytes())
    issuer = next((i for i in listed.issuers if host in i.hosts), None)
    if issuer is None:
        raise typer.BadParameter(f"{host} is not on the trust list")
    keys = [k for k in issuer.keys if k.purpose is Purpose.CHECKPOINT]
    if not keys:
        raise typer.BadParameter(f"the trust list has no checkpoint key of {issuer.did}")
    origin = f"{host}/register"
    note = client.get_found(f"{base}/register/checkpoint", accept="text/plain").body
    key = _signing_key(listed, keys, note, origin)
    size = open_checkpoint(note, origin=origin, key=key).size
    return verify_register(_entries(client, base, size), note, origin=origin, key=key)


def _signing_key(
    listed: TrustList, keys: Sequence[TrustedKey], note: bytes, origin: str
) -> PublicKey:
    """The listed key that signed the head and counts now.

    A head has no date, and what is fetched says that it is the newest: a signature of a key that
    is no longer in force, or not yet, proves nothing.

    Raises:
        CredentialError: ``checkpoint-not-signed``, or why the key that signed does not count.
    """
    now = system_clock()
    refusal = CredentialError("checkpoint-not-signed", origin=origin)
    for key in keys:
        try:
            open_checkpoint(note, origin=origin, key=key.key)
            return listed.find_key(key.kid, Purpose.CHECKPOINT, signed_at=now, at=now).key
        except CredentialError as error:
            if error.code != "checkpoint-not-signed":
                refusal = error
    raise refusal


def _entries(client: GuardedClient, base: str, size: int) -> list[bytes]:
    """The first ``size`` entries, or all there are when the register has fewer."""
    entries: list[bytes] = []
    page = PAGE
    while len(entries) < size:
        asked = min(page, size - len(entries))
        try:
            answer = client.get_found(
                f"{base}/register/entries?start={len(entries)}&limit={asked}",
                accept="application/x-ndjson",
            )
        except PartnerUnreachable as error:
            if error.code != "partner-answer-too-large" or asked == 1:
                raise
            page = asked // 2
            continue
        lines = answer.body.splitlines()
        if not lines:
            break
        entries += lines
    return entries
