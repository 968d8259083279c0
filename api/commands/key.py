"""``tanbiao key``: what two bodies do with their keys before one pins the other's trust list.

Two people read fingerprints to each other by another way than the one the list came by, and each
body shows that it holds the private halves by signing the other's challenge. Pinning itself
(``PUT /v1/trust-list``) asks for neither: it believes the administrator who sends the list.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated

import typer

from api.commands.failure import failing
from api.keystore import Keyring, load_keyring
from api.settings import Settings
from api.strict_json import strict_loads
from labels.credential.keys import verify_possession
from labels.credential.trust_list import TrustedKey, TrustList, parse_trust_list

app = typer.Typer(help="Keys of this body and of its partners.", no_args_is_help=True)
CHALLENGE_BYTES = 32
ListFile = Annotated[
    Path, typer.Option("--trust-list", exists=True, dir_okay=False, help="Trust list of a partner")
]


@app.command("list")
def list_command(
    trust_list: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Keys of this list; else our own"),
    ] = None,
) -> None:
    """Prints each key with the fingerprint that two people read to each other."""
    with failing():
        keys = (
            [(k.kid, k.purpose, k.key) for k in _keys(_read(trust_list))]
            if trust_list
            else [(s.kid, s.purpose, s.public_key) for s in _own().signers.values()]
        )
    for kid, purpose, key in keys:
        typer.echo(f"{kid}  ({purpose})\n  {key.fingerprint}")


@app.command("challenge")
def challenge_command() -> None:
    """Draws a challenge for a partner; keep it until the answer is there."""
    typer.echo(secrets.token_hex(CHALLENGE_BYTES))


@app.command("prove")
def prove_command(
    challenge: Annotated[str, typer.Argument(help="What the partner's key challenge printed")],
) -> None:
    """Signs a partner's challenge with every key of this body; send what is printed."""
    with failing():
        nonce = _bytes(challenge)
        proofs = {s.kid: s.prove_possession(nonce).hex() for s in _own().signers.values()}
    typer.echo(json.dumps(proofs, indent=1))


@app.command("check")
def check_command(
    proofs: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The answer, a file")],
    trust_list: ListFile,
    challenge: Annotated[str, typer.Option(help="The challenge that was sent")],
    issuer: Annotated[
        str, typer.Option(help="did of the one body of the list that answers; empty: all of them")
    ] = "",
) -> None:
    """Exit status 0 only when every key of the list, or of the named issuer, signed."""
    with failing():
        nonce, listed = _bytes(challenge), _read(trust_list)
        answers = _answers(proofs)
        # Whose keys must answer is never taken from the answer: it would leave out a forged issuer.
        keys = listed.issuer(issuer).keys if issuer else _keys(listed)
        if not keys:
            raise typer.BadParameter("there is no key on the list to be checked")
        for key in keys:
            verify_possession(
                key.key,
                kid=key.kid,
                purpose=key.purpose,
                nonce=nonce,
                proof=_bytes(answers.get(key.kid, "")),
            )
            typer.echo(f"✓ {key.kid} ({key.purpose})")
        for other in listed.issuers:
            if issuer and other.did != issuer:
                typer.echo(f"– {other.did}: on the list, not checked")


def _own() -> Keyring:
    settings = Settings()
    return load_keyring(
        settings.resolved_key_dir, settings.resolved_passphrase_file, settings.public_base_url
    )


def _read(path: Path) -> TrustList:
    return parse_trust_list(path.read_bytes())


def _keys(listed: TrustList) -> list[TrustedKey]:
    return [key for issuer in listed.issuers for key in issuer.keys]


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        raise typer.BadParameter("a challenge or proof is written in hexadecimal") from None


def _answers(path: Path) -> dict[str, str]:
    """Proof by key name."""
    document = strict_loads(path.read_bytes())
    if not isinstance(document, dict) or not all(isinstance(p, str) for p in document.values()):
        raise typer.BadParameter("the answer holds one proof for each key name")
    return document
