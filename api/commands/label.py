"""``tanbiao label verify``: judge a credential file or a label's address, offline if need be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from api.clients.guarded_http import GuardedClient, PartnerUnreachable
from api.commands.failure import failing
from api.commands.language import Language, Spoken
from api.context import system_clock
from api.schemas.labels import VerdictOut
from labels.credential.credential import LabelCredential, parse_label
from labels.credential.trust_list import parse_trust_list
from labels.credential.verdict import NOTHING_REMEMBERED, Outcome, Remembered, Verdict
from labels.credential.verify import verify_label
from labels.errors import CredentialError
from labels.label import LabelFacts
from labels.locale import Translator, translator
from labels.render.printed import (
    biogenic_carbon_texts,
    quality_text,
    supply_texts,
    uncertainty_text,
    unit_text,
)

app = typer.Typer(help="Carbon labels.", no_args_is_help=True)

_MARKS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.UNCERTAIN: "?",
    Outcome.NOT_MADE: "-",
}


@app.callback()
def label() -> None:
    """Carbon labels."""


@app.command("verify")
def verify_command(
    source: Annotated[str, typer.Argument(help="Credential file, or address of a label")],
    trust_list: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Trust list you have pinned")
    ],
    status_list: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Status list kept earlier")
    ] = None,
    memory: Annotated[
        Path | None, typer.Option(help="File in which this verifier remembers what it has seen")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option(help="Allow loopback and private addresses (demonstrations)")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The verdict as JSON")] = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Says whether a label is true; exit status 0 only for a signature that is right and not ended.

    Without a status list fetched within the hour the answer is "cannot be confirmed" with the date
    of what was seen, never "valid".
    """
    with failing(language):
        client = GuardedClient(allow_private=allow_private)
        address = _address(source)
        data = _fetched(client, address) if address else _file(source)
        listed = status_list.read_bytes() if status_list else None
        trusted = parse_trust_list(trust_list.read_bytes())
        remembered = (
            Remembered.from_bytes(memory.read_bytes())
            if memory and memory.exists()
            else NOTHING_REMEMBERED
        )

        def judged(status: bytes | None) -> Verdict[LabelCredential]:
            return verify_label(
                data,
                trust_list=trusted,
                status_list=status,
                remembered=remembered,
                at=system_clock(),
            )

        verdict = judged(listed)
        if address and listed is None and verdict.is_signature_valid:
            verdict = judged(_fetched_status_list(client, data))
        if memory:
            _remember(memory, remembered.after(verdict).to_bytes())
    if as_json:
        typer.echo(VerdictOut.from_core(verdict).model_dump_json(indent=2))
    else:
        print_verdict(verdict, language)
    raise typer.Exit(0 if verdict.is_valid else 2 if verdict.is_signature_valid else 1)


def _remember(memory: Path, content: bytes) -> None:
    """Replaces the memory in one step, so that a broken write forgets nothing."""
    temporary = memory.with_suffix(".part")
    temporary.write_bytes(content)
    temporary.replace(memory)


def _address(source: str) -> str | None:
    """The label's own address in what was scanned or copied from a browser; None for a file.

    A page adds its language, a reader hands on small letters: neither is part of the address.
    """
    parts = urlsplit(source)
    if parts.scheme not in {"http", "https"}:
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/').upper()}"


def _file(source: str) -> bytes:
    """The bytes of a file, or a sentence and exit status 1."""
    try:
        return Path(source).read_bytes()
    except OSError as error:
        typer.secho(f"{source}: {error.strerror}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None


def _fetched(client: GuardedClient, address: str) -> bytes:
    """The credential that lies at a label's address.

    Raises:
        PartnerUnreachable: Nothing is there.
        CredentialError: ``credential-of-another-label``: a true credential shown at an address
            it does not name lends its truth to something else.
    """
    data = client.get_found(f"{address}/credential", accept="application/vc").body
    try:
        named = parse_label(data).facts.url
    except CredentialError:
        return data  # the verdict says what is wrong with it
    if named.lower() != address.lower():
        raise CredentialError("credential-of-another-label", named=named[:200])
    return data


def _fetched_status_list(client: GuardedClient, data: bytes) -> bytes | None:
    """The list the credential names; believed only under the trust list, whoever serves it.

    A list that cannot be had leaves the verdict at "could not be confirmed".
    """
    try:
        status = parse_label(data).envelope.status
        return client.get_found(status.list_url).body if status else None
    except (CredentialError, PartnerUnreachable):
        return None


def print_verdict(verdict: Verdict[LabelCredential], language: str) -> None:
    """State, checks and, where the signature is right, what the label says."""
    reader = translator(language)
    typer.secho(reader.text(f"verdict.{verdict.state}"), bold=True)
    for check in verdict.checks:
        detail = f" ({reader.problem(check.detail, check.parameters)})" if check.detail else ""
        typer.echo(f"  {_MARKS[check.outcome]} {reader.text(f'check.{check.name}')}{detail}")
    if verdict.status_as_of:
        typer.echo(f"  {reader.text('verdict.status_as_of')}: {verdict.status_as_of.isoformat()}")
    if verdict.content and verdict.is_signature_valid:
        facts = verdict.content.facts
        typer.echo(f"  {facts.full_number}  {reader.local(facts.product.name)}")
        typer.echo(f"  {facts.footprint.value} kgCO2e / {unit_text(facts, reader)}")
        for name, value in _said_of_data(facts, reader):
            typer.echo(f"  {name}: {value}")


def _said_of_data(facts: LabelFacts, reader: Translator) -> list[tuple[str, str]]:
    """(name, words) of how good the figure is, and of carbon and electricity beside it."""
    return [
        (reader.text("label.primary_share"), reader.percent(facts.footprint.primary_data_share)),
        (reader.text("scan.data_quality_rating"), quality_text(facts, reader)),
        (reader.text("scan.uncertainty"), uncertainty_text(facts, reader, is_sentence=True)),
        *biogenic_carbon_texts(facts, reader),
        *_power(facts, reader),
    ]


def _power(facts: LabelFacts, reader: Translator) -> list[tuple[str, str]]:
    """What supplies the electricity, under what it is of."""
    supplies = supply_texts(facts, reader)
    if not supplies:
        return []
    told = ", ".join(f"{name} {share}" for name, share in supplies)
    return [(reader.text("scan.electricity_supplies").rstrip(":："), told)]
