"""Threat 3 at the door: POST /v1/verifications believes no credential but the one that was signed.

The unit tests flip every byte; here the forgeries arrive over HTTP, as a buyer's software sends
them, and the answer is always a clear verdict and never a fault.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import pytest
import rfc8785

from labels.credential.keys import KEY_BYTES, Purpose, Signer
from labels.credential.proof import sign, to_be_signed
from tests.support.instance import Instance
from tests.support.walk import CERTIFIER

FLIPS = 60


def the_credential(instance: Instance) -> bytes:
    serial = instance.label["url"].rpartition("/")[2]
    return instance.send("GET", f"/L/{serial}/credential").content


def judged(instance: Instance, credential: object) -> dict[str, Any]:
    """The verdict on a document in canonical form, so that it is refused for what it says."""
    try:
        content = rfc8785.dumps(credential)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError:  # a number no signed document can hold
        content = json.dumps(credential).encode()
    answer: dict[str, Any] = instance.verdict_on(content)
    return answer


def a_stranger(issuer: str) -> Signer:
    return Signer.from_seed(
        f"{issuer}#{Purpose.LABEL}-forged", Purpose.LABEL, secrets.token_bytes(KEY_BYTES)
    )


def signed_by(instance: Instance, content: dict[str, Any], signer: Signer) -> dict[str, Any]:
    unsigned = {name: value for name, value in content.items() if name != "proof"}
    at = instance.context.now()
    signed: dict[str, Any] = json.loads(
        sign(to_be_signed(unsigned, kid=signer.kid, created_at=at), signer, signer.purpose)
    )
    return signed


def test_threat_03_the_real_credential_is_believed(issued_instance: Instance) -> None:
    verdict = judged(issued_instance, json.loads(the_credential(issued_instance)))
    assert verdict["state"] == "valid"
    assert verdict["is_signature_valid"] is True
    assert verdict["number"] == issued_instance.label["number"]
    assert verdict["value"] == issued_instance.label["value"]


def test_threat_03_one_flipped_byte_anywhere_is_refused(issued_instance: Instance) -> None:
    content = the_credential(issued_instance)
    step = max(1, len(content) // FLIPS)
    tried = 0
    for position in range(3, len(content), step):
        flipped = bytearray(content)
        flipped[position] ^= 1
        body = b'{"credential":' + bytes(flipped) + b"}"
        answer = issued_instance.send("POST", "/v1/verifications", content=body)
        assert answer.status_code in {200, 400, 422}, (position, answer.text)
        if answer.status_code == 200:
            tried += 1
            assert answer.json()["state"] != "valid", position
            assert answer.json()["is_signature_valid"] is False, position
            assert answer.json()["value"] is None  # what it says is not repeated
    assert tried > FLIPS / 3


def _rewritten(content: bytes) -> dict[str, bytes]:
    """The same document in other bytes; each verified while the door made it canonical."""
    document = json.loads(content)
    letter = content.replace(b'"VerifiableCredential"', rb'"\u0056erifiableCredential"', 1)
    return {
        "blanks": json.dumps(document, ensure_ascii=False).encode(),
        "order": json.dumps(
            dict(reversed(document.items())), ensure_ascii=False, separators=(",", ":")
        ).encode(),
        "escapes": letter,
        "inner line": content.replace(b",", b",\n", 1),
    }


@pytest.mark.parametrize("form", ["blanks", "order", "escapes", "inner line"])
def test_threat_03_other_bytes_than_those_that_were_signed_are_malformed(
    issued_instance: Instance, form: str
) -> None:
    content = the_credential(issued_instance)
    other = _rewritten(content)[form]
    assert json.loads(other) == json.loads(content)
    verdict = issued_instance.verdict_on(other)
    assert verdict["state"] == "malformed"
    assert verdict["is_signature_valid"] is False
    assert verdict["credential_sha256"] == hashlib.sha256(other).hexdigest()


def test_threat_03_a_whole_number_written_as_a_fraction_is_malformed(
    issued_instance: Instance,
) -> None:
    """Canonical form would make 1 of 1.0; what was sent is judged instead."""
    verdict = issued_instance.verdict_on(b'{"id":1.0}')
    assert verdict["state"] == "malformed"
    assert verdict["credential_sha256"] == hashlib.sha256(b'{"id":1.0}').hexdigest()


@pytest.mark.parametrize("member", [b'"id":"x",', b'"\\u0069d":"x",'])
def test_threat_03_a_member_that_stands_twice_is_refused_before_it_is_judged(
    issued_instance: Instance, member: bytes
) -> None:
    doubled = b"{" + member + the_credential(issued_instance)[1:]
    for body in (
        b'{"credential":' + doubled + b"}",
        b'{"credential":{},"credential":' + the_credential(issued_instance) + b"}",
    ):
        answer = issued_instance.send("POST", "/v1/verifications", content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "json-duplicate-name")


def test_threat_03_blanks_around_the_credential_belong_to_the_request(
    issued_instance: Instance,
) -> None:
    body = b' {\r\n\t"\\u0063redential" :\n' + the_credential(issued_instance) + b" \t}\n"
    answer = issued_instance.send("POST", "/v1/verifications", content=body)
    assert answer.json()["state"] == "valid"


@pytest.mark.parametrize(
    "proof",
    [
        {"type": "JsonWebSignature2020", "jws": "eyJhbGciOiJub25lIn0.."},
        {"cryptosuite": "none"},
        {"cryptosuite": "ecdsa-jcs-2019"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"alg": "HS256"},
        {"proofValue": ""},
        {"proofValue": "z"},
        {"proofValue": "z" + "1" * 88},
        {"proofValue": None},
        {"proofPurpose": "authentication"},
        {"verificationMethod": "https://evil.example/key.json"},
        {"verificationMethod": "did:web:evil.example#label-2026"},
        {"verificationMethod": 7},
        {"publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}},
    ],
)
def test_threat_03_another_proof_is_refused(
    issued_instance: Instance, proof: dict[str, Any]
) -> None:
    document = json.loads(the_credential(issued_instance))
    document["proof"] = {**document["proof"], **proof}
    verdict = judged(issued_instance, document)
    assert verdict["state"] in {"tampered", "malformed", "unknown-issuer"}, verdict
    assert verdict["is_signature_valid"] is False


def test_threat_03_an_unlisted_key_of_the_right_issuer_is_refused(
    issued_instance: Instance,
) -> None:
    document = json.loads(the_credential(issued_instance))
    stranger = a_stranger(document["issuer"])
    forged = signed_by(issued_instance, document, stranger)
    assert judged(issued_instance, forged)["state"] == "unknown-issuer"
    forged["proof"]["publicKeyMultibase"] = stranger.public_key.multikey
    assert judged(issued_instance, forged)["state"] in {"unknown-issuer", "malformed"}


@pytest.mark.parametrize(
    "purpose", [purpose for purpose in Purpose if purpose is not Purpose.LABEL]
)
def test_threat_03_a_right_signature_by_the_bodys_own_key_for_something_else_is_refused(
    issued_instance: Instance, purpose: Purpose
) -> None:
    """Its key is on the trust list and its signature is right; but it signs no labels."""
    document = json.loads(the_credential(issued_instance))
    own = issued_instance.context.signer(purpose)
    forged = signed_by(issued_instance, document, own)
    assert forged["proof"]["verificationMethod"] == own.kid
    verdict = judged(issued_instance, forged)
    assert verdict["state"] == "unknown-issuer"
    assert verdict["is_signature_valid"] is False
    listed = {c["name"]: c["outcome"] for c in verdict["checks"]}
    assert listed["issuer"] == "failed", verdict


@pytest.mark.parametrize(
    "credential",
    [{}, {"proof": {}}, {"id": "x"}, {"a": {"b": {"c": []}}}, {"a": 2**60}, {"a": 1e300}],
)
def test_threat_03_what_is_no_credential_is_malformed(
    issued_instance: Instance, credential: dict[str, Any]
) -> None:
    assert judged(issued_instance, credential)["state"] == "malformed"


def test_threat_03_a_withdrawn_label_is_withdrawn(issued_instance: Instance) -> None:
    change = {"move": "withdraw", "seen_state_version": 2, "reason": "false-data"}
    label_id = issued_instance.label["id"]
    issued_instance.post(f"/v1/labels/{label_id}/status", CERTIFIER, change, status=200)
    verdict = judged(issued_instance, json.loads(the_credential(issued_instance)))
    assert verdict["state"] == "withdrawn"
    assert verdict["is_signature_valid"] is True
