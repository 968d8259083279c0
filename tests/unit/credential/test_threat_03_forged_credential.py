"""Threat 3: a forged credential, another algorithm, a key that the message itself brings."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from labels.credential.document import JsonObject, JsonValue
from labels.credential.keys import Purpose, Signer
from labels.credential.proof import sign
from labels.credential.verdict import VerdictState
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    MACAO,
    a_label,
    a_label_of_a_study_that_knows_little,
    a_public_key,
    a_signed_label,
    a_status_list,
    an_unsigned_label,
    dumped,
    judged,
    loaded,
)


def with_proof(**members: JsonValue) -> bytes:
    document = loaded(a_signed_label())
    proof = document["proof"]
    assert isinstance(proof, dict)
    proof.update(members)
    return dumped(document)


def signed_by(signer: Signer, document: JsonObject) -> bytes:
    """A document whose proof names the signer's key and is right under it."""
    proof = document["proof"]
    assert isinstance(proof, dict)
    proof["verificationMethod"] = signer.kid
    return sign(dumped(document), signer, signer.purpose)


def test_every_byte_is_covered() -> None:
    """Each byte in turn gets one bit flipped; no such label is valid, and none raises."""
    data, status_list = a_signed_label(), a_status_list()
    states = set()
    for position in range(len(data)):
        flipped = bytearray(data)
        flipped[position] ^= 1 << position % 8
        states.add(judged(bytes(flipped), status_list=status_list).state)
    assert VerdictState.VALID not in states
    assert {VerdictState.MALFORMED, VerdictState.TAMPERED, VerdictState.UNKNOWN_ISSUER} <= states


def test_a_better_figure_is_tampering() -> None:
    data = a_signed_label().replace(b'"value":"74.1"', b'"value":"41.7"')
    verdict = judged(data)
    assert verdict.state == "tampered"
    assert verdict.content is None


WHOLE_INTERVAL = (
    '"interval":{"draws":1000,"lowerKgCo2e":"65.23","probability":"0.95","upperKgCo2e":"84.10"},'
)


@pytest.mark.parametrize(
    ("signed", "claimed"),
    [
        ('"rating":"2.140"', '"rating":"1.140"'),
        ('"ratedShare":"0.97"', '"ratedShare":"1.00"'),
        ('"lowerKgCo2e":"65.23"', '"lowerKgCo2e":"73.23"'),
        ('"upperKgCo2e":"84.10"', '"upperKgCo2e":"75.10"'),
        ('"draws":1000', '"draws":9000'),
        ('"biogenicCarbonKg":"1.2345"', '"biogenicCarbonKg":"9.2345"'),
        ('"packagingBiogenicCarbonKg":"0.4"', '"packagingBiogenicCarbonKg":"4"'),
        ('"share":"0.400","supply":"certificate"', '"share":"0.900","supply":"certificate"'),
        ('"supply":"consumption-mix"', '"supply":"on-site"'),
        ('"withoutInstrumentsKgCo2e":"81.2"', '"withoutInstrumentsKgCo2e":"99.9"'),
        (WHOLE_INTERVAL, ""),
    ],
)
def test_better_data_and_greener_power_are_tampering(signed: str, claimed: str) -> None:
    data = a_signed_label()
    assert data.count(signed.encode()) == 1
    verdict = judged(data.replace(signed.encode(), claimed.encode()))
    assert verdict.state == "tampered"
    assert verdict.content is None


def test_figures_added_to_a_label_that_has_none_are_tampering() -> None:
    document = loaded(a_signed_label(a_label_of_a_study_that_knows_little()))
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    footprint = subject["footprint"]
    assert isinstance(footprint, dict)
    assert "dataQuality" not in footprint
    footprint["dataQuality"] = {"rating": "1", "ratedShare": "1"}
    assert judged(dumped(document)).state == "tampered"


def test_the_signature_of_another_label_does_not_fit() -> None:
    other = loaded(a_signed_label(a_label(number="TB-2026-000124")))["proof"]
    document = loaded(a_signed_label())
    document["proof"] = other
    assert judged(dumped(document)).state == "tampered"


def test_a_label_without_a_proof_is_malformed() -> None:
    document = loaded(a_signed_label())
    del document["proof"]
    assert judged(dumped(document)).state == "malformed"
    assert judged(an_unsigned_label()).state == "malformed"


def test_alg_none_is_malformed() -> None:
    assert judged(with_proof(alg="none", proofValue="")).state == "malformed"
    assert judged(with_proof(cryptosuite="none")).state == "malformed"
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"vc+jwt"}').rstrip(b"=")
    payload = base64.urlsafe_b64encode(a_signed_label()).rstrip(b"=")
    assert judged(header + b"." + payload + b".").state == "malformed"


def test_hs256_with_the_public_key_as_secret_is_malformed() -> None:
    key = GUANGDONG.signer(Purpose.LABEL).public_key
    header = base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=")
    payload = base64.urlsafe_b64encode(a_signed_label()).rstrip(b"=")
    mac = hmac.new(key.raw, header + b"." + payload, hashlib.sha256).digest()
    token = header + b"." + payload + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")
    assert judged(token).state == "malformed"


@pytest.mark.parametrize(
    "suite", ["ecdsa-jcs-2019", "eddsa-rdfc-2022", "bbs-2023", "EDDSA-JCS-2022", ""]
)
def test_another_suite_is_malformed(suite: str) -> None:
    assert judged(with_proof(cryptosuite=suite)).state == "malformed"


def test_a_key_in_the_message_is_malformed() -> None:
    own = Signer.from_seed(f"{GUANGDONG.did}#label-1", Purpose.LABEL, bytes(range(32)))
    embedded = loaded(an_unsigned_label())
    proof = embedded["proof"]
    assert isinstance(proof, dict)
    raw = base64.urlsafe_b64encode(own.public_key.raw).rstrip(b"=").decode()
    proof["jwk"] = {"kty": "OKP", "crv": "Ed25519", "x": raw}
    assert judged(dumped(embedded)).state == "malformed"
    as_method = loaded(a_signed_label())
    method = as_method["proof"]
    assert isinstance(method, dict)
    method["verificationMethod"] = {"id": own.kid, "publicKeyMultibase": own.public_key.multikey}
    assert judged(dumped(as_method)).state == "malformed"


@pytest.mark.parametrize(
    "kid",
    [
        f"did:key:{a_public_key('attacker').multikey}#{a_public_key('attacker').multikey}",
        "https://evil.example/keys#1",
        "did:web:evil.example#label-1",
        "did:web:gd.example#label-2",
    ],
)
def test_an_unlisted_key_is_refused_wherever_it_says_it_lies(kid: str) -> None:
    attacker = Signer.from_seed(kid, Purpose.LABEL, hashlib.sha256(b"attacker").digest())
    verdict = judged(signed_by(attacker, loaded(an_unsigned_label())))
    assert verdict.state == "unknown-issuer"
    assert verdict.checks[1].detail == "key-unknown"


def test_a_well_formed_label_by_an_unlisted_body_is_refused() -> None:
    verdict = judged(a_signed_label(body=MACAO))
    assert (verdict.state, verdict.checks[1].detail) == ("unknown-issuer", "issuer-unknown")


def test_another_key_under_a_listed_name_is_tampering() -> None:
    kid = GUANGDONG.signer(Purpose.LABEL).kid
    impostor = Signer.from_seed(kid, Purpose.LABEL, hashlib.sha256(b"attacker").digest())
    assert judged(signed_by(impostor, loaded(an_unsigned_label()))).state == "tampered"


def test_the_right_signature_of_the_wrong_issuer_is_refused() -> None:
    """Hong Kong's listed key signs a label that names Guangdong as its issuer."""
    verdict = judged(signed_by(HONG_KONG.signer(Purpose.LABEL), loaded(an_unsigned_label())))
    assert verdict.state == "unknown-issuer"
    assert verdict.checks[1].detail == "key-not-of-issuer"


@pytest.mark.parametrize(
    "purpose", [Purpose.STATUS_LIST, Purpose.RECOGNITION, Purpose.TRUST_LIST, Purpose.CHECKPOINT]
)
def test_a_key_of_the_issuer_for_another_purpose_is_refused(purpose: Purpose) -> None:
    verdict = judged(signed_by(GUANGDONG.signer(purpose), loaded(an_unsigned_label())))
    assert verdict.state == "unknown-issuer"
    assert verdict.checks[1].detail == "key-wrong-purpose"


def test_a_second_meaning_of_the_same_member_is_malformed() -> None:
    """Two readers must not see two figures in one signed label."""
    data = a_signed_label().replace(b'"value":"74.1"', b'"value":"41.7","value":"74.1"')
    verdict = judged(data)
    assert (verdict.state, verdict.checks[0].detail) == ("malformed", "document-member-twice")


def test_a_proof_set_around_one_right_proof_is_malformed() -> None:
    document = loaded(a_signed_label())
    document["proof"] = [document["proof"], document["proof"]]
    assert judged(dumped(document)).state == "malformed"


def test_a_credential_in_a_presentation_is_malformed() -> None:
    presentation = {"type": ["VerifiablePresentation"], "verifiableCredential": []}
    assert judged(json.dumps(presentation).encode()).state == "malformed"
