"""did:web names and documents."""

from __future__ import annotations

import pytest

from labels.credential.did import (
    did_document,
    did_document_url,
    did_of,
    host_of,
    host_of_did,
    issuer_of_kid,
)
from labels.credential.document import parse_document
from labels.credential.keys import Purpose
from labels.errors import CredentialError
from tests.unit.credential.builders import GUANGDONG, HONG_KONG


@pytest.mark.parametrize(
    ("url", "did", "document"),
    [
        ("https://gd.example", "did:web:gd.example", "https://gd.example/.well-known/did.json"),
        ("HTTPS://GD.EXAMPLE/", "did:web:gd.example", "https://gd.example/.well-known/did.json"),
        (
            "https://hk.example:8443",
            "did:web:hk.example%3A8443",
            "https://hk.example:8443/.well-known/did.json",
        ),
        (
            "http://127.0.0.1:8000",
            "did:web:127.0.0.1%3A8000",
            "https://127.0.0.1:8000/.well-known/did.json",
        ),
    ],
)
def test_a_host_and_its_did_map_both_ways(url: str, did: str, document: str) -> None:
    assert did_of(url) == did
    assert host_of_did(did) == host_of(url)
    assert did_document_url(did) == document


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gd.example",
        "ftp://gd.example",
        "https://gd.example/path",
        "https://user@gd.example",
        "https://gd.example:0",
        "https://gd_example",
        "https://[::1]:8000",
        "https://[::1",
        "https://例子.example",
    ],
)
def test_a_base_url_is_refused_when_it_is_no_bare_host(url: str) -> None:
    with pytest.raises(CredentialError, match="did-malformed"):
        did_of(url)


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:key:z6Mk",
        "did:web:a.example:path",
        "did:web:a.example%3a80",
        "did:web:A.example",
    ],
)
def test_a_did_of_another_form_is_refused(did: str) -> None:
    with pytest.raises(CredentialError, match="did-malformed"):
        host_of_did(did)


def test_a_key_belongs_to_the_did_before_the_sign() -> None:
    assert issuer_of_kid("did:web:gd.example#label-1") == "did:web:gd.example"
    with pytest.raises(CredentialError, match="did-malformed"):
        issuer_of_kid("did:web:gd.example")


def test_a_did_document_lists_every_key_and_the_signing_ones_as_assertion_methods() -> None:
    signers = [GUANGDONG.signer(purpose) for purpose in Purpose]
    data = did_document(
        GUANGDONG.did, [(signer.kid, signer.purpose, signer.public_key) for signer in signers]
    )
    document = parse_document(data)
    methods = document["verificationMethod"]
    assert isinstance(methods, list)
    assert methods[0] == {
        "id": "did:web:gd.example#label-1",
        "type": "Multikey",
        "controller": "did:web:gd.example",
        "publicKeyMultibase": signers[0].public_key.multikey,
    }
    assert len(methods) == len(Purpose)
    assert document["assertionMethod"] == [
        f"did:web:gd.example#{purpose.value}-1"
        for purpose in Purpose
        if purpose is not Purpose.CHECKPOINT
    ]


def test_a_did_document_refuses_a_key_of_another_body() -> None:
    foreign = HONG_KONG.signer(Purpose.LABEL)
    with pytest.raises(CredentialError, match="key-not-of-issuer"):
        did_document(GUANGDONG.did, [(foreign.kid, foreign.purpose, foreign.public_key)])
