"""Arrangements: signed by both, in their order, by their recognition keys, for a closed scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from labels.arrangement import (
    countersign_arrangement,
    parse_arrangement,
    propose_arrangement,
    verify_arrangement,
)
from labels.credential.document import JsonValue
from labels.credential.keys import Purpose
from labels.errors import CredentialError, LabelError, SchemeError
from tests.unit.credential.arrangements import (
    ALL_THREE,
    a_party,
    a_scope,
    a_signed_arrangement,
    an_arrangement,
    signed_bytes,
)
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    MACAO,
    NOW,
    a_trust_list,
    dumped,
    loaded,
)


def test_an_arrangement_signed_by_both_reads_back_as_agreed() -> None:
    assert a_signed_arrangement().arrangement == an_arrangement()


def test_a_draft_reads_back_without_signatures() -> None:
    assert parse_arrangement(an_arrangement().to_bytes()) == an_arrangement()


def test_both_signatures_stand_in_the_order_of_the_parties() -> None:
    proofs = loaded(signed_bytes(an_arrangement(), GUANGDONG, HONG_KONG))["proof"]
    assert isinstance(proofs, list)
    assert [proof["verificationMethod"] for proof in proofs if isinstance(proof, dict)] == [
        GUANGDONG.signer(Purpose.RECOGNITION).kid,
        HONG_KONG.signer(Purpose.RECOGNITION).kid,
    ]


def test_one_signature_is_no_arrangement() -> None:
    proposed = propose_arrangement(an_arrangement(), GUANGDONG.signer(Purpose.RECOGNITION), at=NOW)
    with pytest.raises(CredentialError, match="document-member-invalid"):
        verify_arrangement(proposed, trust_list=ALL_THREE, at=NOW)


def test_one_body_signing_twice_is_no_arrangement() -> None:
    document = loaded(signed_bytes(an_arrangement(), GUANGDONG, HONG_KONG))
    proofs = document["proof"]
    assert isinstance(proofs, list)
    document["proof"] = [proofs[0], proofs[0]]
    with pytest.raises(CredentialError, match="key-not-of-issuer"):
        verify_arrangement(dumped(document), trust_list=ALL_THREE, at=NOW)


def test_signatures_in_the_wrong_order_are_no_arrangement() -> None:
    document = loaded(signed_bytes(an_arrangement(), GUANGDONG, HONG_KONG))
    proofs = document["proof"]
    assert isinstance(proofs, list)
    document["proof"] = proofs[::-1]
    with pytest.raises(CredentialError, match="key-not-of-issuer"):
        verify_arrangement(dumped(document), trust_list=ALL_THREE, at=NOW)


def test_a_third_body_can_sign_neither_first_nor_second() -> None:
    macao = MACAO.signer(Purpose.RECOGNITION)
    with pytest.raises(SchemeError, match="arrangement-not-your-turn"):
        propose_arrangement(an_arrangement(), macao, at=NOW)
    proposed = propose_arrangement(an_arrangement(), GUANGDONG.signer(Purpose.RECOGNITION), at=NOW)
    with pytest.raises(SchemeError, match="arrangement-not-your-turn"):
        countersign_arrangement(proposed, macao, trust_list=ALL_THREE, at=NOW)


def test_the_second_party_does_not_countersign_what_the_first_did_not_sign() -> None:
    proposed = loaded(
        propose_arrangement(an_arrangement(), GUANGDONG.signer(Purpose.RECOGNITION), at=NOW)
    )
    proposed["toOn"] = "2099-01-01"
    with pytest.raises(CredentialError, match="signature-wrong"):
        countersign_arrangement(
            dumped(proposed),
            HONG_KONG.signer(Purpose.RECOGNITION),
            trust_list=ALL_THREE,
            at=NOW,
        )


@pytest.mark.parametrize("purpose", [Purpose.LABEL, Purpose.STATUS_LIST])
def test_only_recognition_keys_sign_arrangements(purpose: Purpose) -> None:
    with pytest.raises(CredentialError, match="key-wrong-purpose"):
        propose_arrangement(an_arrangement(), GUANGDONG.signer(purpose), at=NOW)


def test_a_signed_scope_cannot_be_widened() -> None:
    document = loaded(signed_bytes(an_arrangement(), GUANGDONG, HONG_KONG))
    scope = document["scope"]
    assert isinstance(scope, dict)
    scope["levels"] = ["disclosed", "certified"]
    with pytest.raises(CredentialError, match="signature-wrong"):
        verify_arrangement(dumped(document), trust_list=ALL_THREE, at=NOW)


def test_an_arrangement_with_an_unlisted_body_is_not_believed() -> None:
    data = signed_bytes(an_arrangement(), GUANGDONG, HONG_KONG)
    only_home = a_trust_list(GUANGDONG.trusted())
    with pytest.raises(CredentialError, match="key-unknown"):
        verify_arrangement(data, trust_list=only_home, at=NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"second": a_party(GUANGDONG)}, "arrangement-parties"),
        ({"scope": replace(a_scope(), levels=())}, "arrangement-scope-empty"),
        ({"to_on": date(2026, 9, 30)}, "arrangement-dates-reversed"),
    ],
)
def test_an_arrangement_that_contradicts_itself_is_refused(
    change: dict[str, object], code: str
) -> None:
    with pytest.raises(SchemeError, match=code):
        replace(an_arrangement(), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "Arrangement"),
        ("direction", "both"),
        ("isFictional", "yes"),
        ("parties", []),
        ("parties", [{}, {}]),
        ("conditions", [{"fr": "x"}]),
        ("fromOn", "2026-02-30"),
        ("weHaveAlsoAgreed", "x"),
        ("scope", {"schemes": ["*"]}),
    ],
)
def test_an_arrangement_is_refused_when_a_member_is_foreign_or_misshapen(
    name: str, value: JsonValue
) -> None:
    document = an_arrangement().to_json()
    document[name] = value
    with pytest.raises(LabelError):
        parse_arrangement(dumped(document))
