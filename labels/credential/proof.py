"""Data Integrity proofs with the one cryptosuite ``eddsa-jcs-2022``.

Rules (W3C Data Integrity EdDSA Cryptosuites v1.0, section 3.3; Recommendation of 15 May 2025):

* The signed bytes are SHA-256 of the canonical proof options followed by SHA-256 of the canonical
  document without its proof. Canonical form is RFC 8785.
* The proof repeats the ``@context`` of the document, where it has one; both must be equal.
* Type, cryptosuite and proof purpose are fixed here. A proof with any further member, such as a
  key or a key's address, is refused: keys come from the trust list alone.
* Signing has two steps, so that a record of what will be signed exists before the signature does:
  ``to_be_signed`` makes the bytes to store first, ``sign`` completes exactly those bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from labels.credential.document import (
    DOCUMENT_LIMIT_BYTES,
    JsonObject,
    JsonValue,
    Members,
    canonical_bytes,
    instant_text,
    parse_document,
)
from labels.credential.keys import (
    SIGNATURE_BYTES,
    PublicKey,
    Purpose,
    Signer,
    base58_decode,
    base58_encode,
)
from labels.errors import CredentialError

PROOF_TYPE = "DataIntegrityProof"
CRYPTOSUITE = "eddsa-jcs-2022"
PROOF_PURPOSE = "assertionMethod"
_VERIFICATION_METHOD = re.compile(r"[a-z]{1,10}:[!-~]{1,400}#[!-~]{1,200}")
_PROOF_VALUE = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{64,90}")


@dataclass(frozen=True)
class Proof:
    """One proof of a document, read strictly.

    Attributes:
        kid: The verification method it names; a name to look up, never an address to fetch.
        created_at: When the signer says it signed.
        signature: The 64 bytes, empty while the document is still to be signed.
        options: The proof without its value: what the signature covers beside the document.
    """

    kid: str
    created_at: datetime
    signature: bytes
    options: JsonObject

    def to_json(self) -> JsonObject:
        """The proof as it stands in the document."""
        return {**self.options, "proofValue": "z" + base58_encode(self.signature)}


def hash_data(document: JsonObject, options: JsonObject) -> bytes:
    """The 64 bytes that are signed (section 3.3.4): hash of the options, hash of the document."""
    return (
        hashlib.sha256(canonical_bytes(options)).digest()
        + hashlib.sha256(canonical_bytes(document)).digest()
    )


def proof_options(document: JsonObject, *, kid: str, created_at: datetime) -> JsonObject:
    """The options of a proof that has not been made yet (section 3.3.5)."""
    options: JsonObject = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": instant_text(created_at),
        "verificationMethod": kid,
        "proofPurpose": PROOF_PURPOSE,
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    return options


def make_proof(
    document: JsonObject, signer: Signer, purpose: Purpose, *, created_at: datetime
) -> Proof:
    """Sign a document that carries no proof yet."""
    options = proof_options(document, kid=signer.kid, created_at=created_at)
    return _signed(document, options, signer, purpose)


def _signed(document: JsonObject, options: JsonObject, signer: Signer, purpose: Purpose) -> Proof:
    signature = signer.sign(purpose, hash_data(document, options))
    unsigned = read_proof(options, document, is_signed=False)
    return Proof(unsigned.kid, unsigned.created_at, signature, unsigned.options)


def to_be_signed(document: JsonObject, *, kid: str, created_at: datetime) -> bytes:
    """The canonical bytes to store before signing: the document with its proof options."""
    options = proof_options(document, kid=kid, created_at=created_at)
    return canonical_bytes({**document, "proof": options})


def sign(unsigned: bytes, signer: Signer, purpose: Purpose) -> bytes:
    """Complete the bytes made by ``to_be_signed``: the exact bytes to store and to serve.

    Signing the same bytes again with the same key gives the same bytes, so a reconciler may
    repeat this step after a crash.

    Raises:
        CredentialError: The bytes are not what ``to_be_signed`` made, the key is another than
            the one they name, or it is kept for another purpose.
    """
    document = parse_document(unsigned)
    options = Members(document.pop("proof", None), "/proof").as_json()
    if options.get("verificationMethod") != signer.kid:
        raise CredentialError("key-not-the-one-named", "/proof", kid=signer.kid)
    proof = _signed(document, options, signer, purpose)
    return canonical_bytes({**document, "proof": proof.to_json()})


def attach(document: JsonObject, proofs: Sequence[Proof]) -> bytes:
    """A document with a proof set: every proof covers the document, none covers another."""
    return canonical_bytes({**document, "proof": [proof.to_json() for proof in proofs]})


def read_proof(
    value: JsonValue, document: JsonObject, place: str = "/proof", *, is_signed: bool = True
) -> Proof:
    """Read one proof strictly.

    Args:
        value: The ``proof`` member, or one item of a proof set.
        document: The document without its proof.
        place: Where the proof stands.
        is_signed: Whether the proof must carry its value; options alone must not.

    Raises:
        CredentialError: ``document-...`` codes, ``proof-not-accepted`` for another type, suite
            or purpose, ``proof-context-differs``.
    """
    members = Members(value, place)
    options = members.as_json()
    signature = b""
    if is_signed:
        options.pop("proofValue", None)
        signature = base58_decode(members.text("proofValue", _PROOF_VALUE).removeprefix("z"))
        if len(signature) != SIGNATURE_BYTES:
            raise CredentialError("proof-not-accepted", f"{place}/proofValue")
    for name, expected in (
        ("type", PROOF_TYPE),
        ("cryptosuite", CRYPTOSUITE),
        ("proofPurpose", PROOF_PURPOSE),
    ):
        if members.text(name) != expected:
            raise CredentialError("proof-not-accepted", f"{place}/{name}", expected=expected)
    created_at = members.instant("created")
    kid = members.text("verificationMethod", _VERIFICATION_METHOD)
    if "@context" in document or members.has("@context"):
        context = canonical_bytes(members.value("@context"))
        if "@context" not in document or context != canonical_bytes(document["@context"]):
            raise CredentialError("proof-context-differs", f"{place}/@context")
    members.finish()
    return Proof(kid, created_at, signature, options)


def split_proof(document: JsonObject) -> tuple[JsonObject, Proof]:
    """A document apart from its single proof."""
    content = {name: value for name, value in document.items() if name != "proof"}
    return content, read_proof(document.get("proof"), content)


def verify_proof(document: JsonObject, proof: Proof, key: PublicKey) -> None:
    """Check one proof over a document without its proof.

    Raises:
        CredentialError: ``signature-wrong``.
    """
    key.verify(proof.signature, hash_data(document, proof.options))


def parse_signed(
    data: bytes, *, limit_bytes: int = DOCUMENT_LIMIT_BYTES
) -> tuple[JsonObject, Proof]:
    """Canonical bytes to a document and its single proof; nothing is verified yet."""
    return split_proof(parse_document(data, limit_bytes=limit_bytes))
