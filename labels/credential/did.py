"""did:web names of bodies, and the document that publishes their keys.

Rules (did:web method specification, W3C CCG; Controlled Identifiers 1.0):

* A body is one https host, perhaps with a port: ``did:web:host`` or ``did:web:host%3A8443``;
  its document lies at ``https://host/.well-known/did.json``. Names with paths are not used.
* A key is named ``<did>#<name>``.
* The document is a convenience for generic verifiers and for the person who imports a key; our own
  verification finds keys in the pinned trust list and never fetches this document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from labels.credential.document import JsonObject, canonical_bytes
from labels.credential.keys import PublicKey, Purpose
from labels.errors import CredentialError

DID_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")

_HOST = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"
DID = re.compile(rf"did:web:{_HOST}(%3A[1-9][0-9]{{0,4}})?")
KID = re.compile(rf"{DID.pattern}#[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}")
HOST = re.compile(rf"{_HOST}(:[1-9][0-9]{{0,4}})?")


def did_of(base_url: str) -> str:
    """The did of the body that serves at a base URL.

    Args:
        base_url: ``https://host`` or ``http://127.0.0.1:8000`` (a demonstration), any case.

    Raises:
        CredentialError: ``did-malformed`` for a URL with a path, a user, or no host.
    """
    host = host_of(base_url)
    if urlsplit(base_url).path not in {"", "/"}:
        raise CredentialError("did-malformed", name=base_url[:100])
    return "did:web:" + host.replace(":", "%3A")


def host_of(url: str) -> str:
    """The host of a URL in lower case, with its port where one is written.

    Raises:
        CredentialError: ``did-malformed``.
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc.lower()
    except ValueError as error:
        raise CredentialError("did-malformed", name=url[:100]) from error
    if parts.scheme.lower() not in {"http", "https"} or HOST.fullmatch(host) is None:
        raise CredentialError("did-malformed", name=url[:100])
    return host


def host_of_did(did: str) -> str:
    """The host, with its port where there is one, behind a did.

    Raises:
        CredentialError: ``did-malformed``.
    """
    if DID.fullmatch(did) is None:
        raise CredentialError("did-malformed", name=did[:100])
    return did.removeprefix("did:web:").replace("%3A", ":")


def did_document_url(did: str) -> str:
    """Where the document of a did is published."""
    return f"https://{host_of_did(did)}/.well-known/did.json"


def issuer_of_kid(kid: str) -> str:
    """The did that a key name belongs to.

    Raises:
        CredentialError: ``did-malformed``.
    """
    if KID.fullmatch(kid) is None:
        raise CredentialError("did-malformed", name=kid[:100])
    return kid.partition("#")[0]


def did_document(did: str, keys: Iterable[tuple[str, Purpose, PublicKey]]) -> bytes:
    """The did document of a body.

    Keys that sign credentials stand under ``assertionMethod``; the checkpoint key signs notes of
    the register and is listed as a verification method only. A compromised key is left out by
    the caller; a retired one stays, so that older labels still verify.

    Args:
        did: The body.
        keys: Name, purpose and public key of each.
    """
    listed = list(keys)
    for kid, _, _ in listed:
        if issuer_of_kid(kid) != did:
            raise CredentialError("key-not-of-issuer", kid=kid, issuer=did)
    document: JsonObject = {
        "@context": list(DID_CONTEXTS),
        "id": did,
        "verificationMethod": [
            {
                "id": kid,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": key.multikey,
            }
            for kid, _, key in listed
        ],
        "assertionMethod": [kid for kid, purpose, _ in listed if purpose is not Purpose.CHECKPOINT],
    }
    host_of_did(did)
    return canonical_bytes(document)
