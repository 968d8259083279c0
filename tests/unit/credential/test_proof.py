"""Data Integrity proofs against the W3C test vector, and what a proof may not be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from labels.credential.document import JsonObject, JsonValue, canonical_bytes
from labels.credential.keys import PublicKey, Purpose, Signer, base58_decode
from labels.credential.proof import (
    hash_data,
    make_proof,
    parse_signed,
    read_proof,
    sign,
    split_proof,
    to_be_signed,
    verify_proof,
)
from labels.errors import CredentialError
from tests.unit.credential.builders import GUANGDONG, dumped, loaded

VECTOR = json.loads(
    (Path(__file__).parent / "vectors" / "eddsa-jcs-2022.json").read_text(encoding="utf-8")
)
CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
DOCUMENT: JsonObject = {"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x:1"}


def the_vector_signer() -> Signer:
    secret = base58_decode(VECTOR["secretKeyMultibase"].removeprefix("z"))
    assert secret[:2] == b"\x80\x26"  # multicodec ed25519-priv
    kid = VECTOR["signed"]["proof"]["verificationMethod"]
    return Signer.from_seed(kid, Purpose.LABEL, secret[2:])


def the_vector_document() -> JsonObject:
    return {name: value for name, value in VECTOR["signed"].items() if name != "proof"}


def a_signed_document() -> bytes:
    signer = GUANGDONG.signer(Purpose.LABEL)
    unsigned = to_be_signed(DOCUMENT, kid=signer.kid, created_at=CREATED)
    return sign(unsigned, signer, Purpose.LABEL)


def test_the_key_pair_of_the_vector_is_reproduced() -> None:
    assert the_vector_signer().public_key.multikey == VECTOR["publicKeyMultibase"]


def test_the_hashes_and_the_signature_of_the_vector_are_reproduced() -> None:
    signer = the_vector_signer()
    proof = make_proof(the_vector_document(), signer, Purpose.LABEL, created_at=CREATED)
    assert canonical_bytes(proof.options).decode() == VECTOR["canonicalProof"]
    hashes = hash_data(the_vector_document(), proof.options).hex()
    assert hashes == VECTOR["proofHash"] + VECTOR["documentHash"]
    assert proof.signature.hex() == VECTOR["signature"]
    assert proof.to_json() == VECTOR["signed"]["proof"]


def test_signing_the_stored_bytes_gives_the_signed_document_of_the_vector() -> None:
    signer = the_vector_signer()
    unsigned = to_be_signed(the_vector_document(), kid=signer.kid, created_at=CREATED)
    assert sign(unsigned, signer, Purpose.LABEL) == canonical_bytes(VECTOR["signed"])


def test_the_signed_document_of_the_vector_verifies() -> None:
    document, proof = split_proof(VECTOR["signed"])
    verify_proof(document, proof, PublicKey.from_multikey(VECTOR["publicKeyMultibase"]))


def test_the_vector_is_refused_when_one_word_differs() -> None:
    document, proof = split_proof(VECTOR["signed"])
    document["name"] = "Alumnus Credential"
    with pytest.raises(CredentialError, match="signature-wrong"):
        verify_proof(document, proof, PublicKey.from_multikey(VECTOR["publicKeyMultibase"]))


def test_signing_twice_gives_the_same_bytes() -> None:
    assert a_signed_document() == a_signed_document()


def test_signing_is_refused_when_the_bytes_name_another_key() -> None:
    unsigned = to_be_signed(DOCUMENT, kid=f"{GUANGDONG.did}#other", created_at=CREATED)
    with pytest.raises(CredentialError, match="key-not-the-one-named"):
        sign(unsigned, GUANGDONG.signer(Purpose.LABEL), Purpose.LABEL)


def test_signing_is_refused_when_the_bytes_are_signed_already() -> None:
    with pytest.raises(CredentialError, match="document-member-unknown"):
        sign(a_signed_document(), GUANGDONG.signer(Purpose.LABEL), Purpose.LABEL)


def test_signing_is_refused_when_the_key_is_kept_for_another_purpose() -> None:
    signer = GUANGDONG.signer(Purpose.STATUS_LIST)
    unsigned = to_be_signed(DOCUMENT, kid=signer.kid, created_at=CREATED)
    with pytest.raises(CredentialError, match="key-wrong-purpose"):
        sign(unsigned, signer, Purpose.LABEL)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("type", "Ed25519Signature2020", "proof-not-accepted"),
        ("cryptosuite", "eddsa-rdfc-2022", "proof-not-accepted"),
        ("cryptosuite", "ecdsa-jcs-2019", "proof-not-accepted"),
        ("cryptosuite", "none", "proof-not-accepted"),
        ("proofPurpose", "authentication", "proof-not-accepted"),
        ("alg", "none", "document-member-unknown"),
        ("jwk", {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}, "document-member-unknown"),
        ("publicKeyMultibase", "z6Mk", "document-member-unknown"),
        ("domain", "example.org", "document-member-unknown"),
        ("previousProof", "urn:uuid:1", "document-member-unknown"),
        ("expires", "2030-01-01T00:00:00Z", "document-member-unknown"),
        ("created", "2023-02-24T23:36:38+08:00", "document-member-invalid"),
        ("created", "2023-02-30T23:36:38Z", "document-member-invalid"),
        ("verificationMethod", ["did:web:a#1"], "document-member-invalid"),
        ("verificationMethod", "did:web:a", "document-member-invalid"),
        ("proofValue", "f00", "document-member-invalid"),
        ("proofValue", "z" + "1" * 70, "proof-not-accepted"),
        ("@context", ["https://www.w3.org/ns/credentials/v1"], "proof-context-differs"),
    ],
)
def test_a_proof_is_refused_when_a_member_is_foreign(
    name: str, value: JsonValue, code: str
) -> None:
    document = loaded(a_signed_document())
    proof = document["proof"]
    assert isinstance(proof, dict)
    proof[name] = value
    with pytest.raises(CredentialError, match=code):
        parse_signed(dumped(document))


@pytest.mark.parametrize("name", ["type", "cryptosuite", "created", "proofPurpose", "@context"])
def test_a_proof_is_refused_when_a_member_is_missing(name: str) -> None:
    document = loaded(a_signed_document())
    proof = document["proof"]
    assert isinstance(proof, dict)
    del proof[name]
    with pytest.raises(CredentialError):
        parse_signed(dumped(document))


@pytest.mark.parametrize("proof", [None, [], "z", 1, [{}, {}]])
def test_a_proof_is_refused_when_it_is_no_single_object(proof: JsonValue) -> None:
    with pytest.raises(CredentialError, match="document-member-invalid"):
        read_proof(proof, DOCUMENT)
