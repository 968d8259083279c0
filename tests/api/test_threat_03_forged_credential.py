"""Threat 3 at the door: POST /v1/verifications believes no credential but the one that was signed.

The unit tests flip every byte; here the forgeries arrive over HTTP, as a buyer's software sends
them, and the answer is always a clear verdict and never a fault.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from labels.credential.keys import KEY_BYTES, Purpose, Signer
from labels.credential.proof import sign, to_be_signed
from tests.support.instance import Instance
from tests.support.walk import CERTIFIER

FLIPS = 60


def the_credential(instance: Instance) -> bytes:
    serial = instance.label["url"].rpartition("/")[2]
    return instance.send("GET", f"/L/{serial}/credential").content


def judged(instance: Instance, credential: object) -> dict[str, Any]:
    answer: dict[str, Any] = instance.post(
        "/v1/verifications", None, {"credential": credential}, status=200
    )
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
