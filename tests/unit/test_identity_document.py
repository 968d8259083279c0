"""Identity documents: one document is read in one way, everything else is refused."""

from __future__ import annotations

import pytest

from labels.errors import LabelError
from labels.identity_document import PASSPORT_ISSUERS, IdentityDocument, IdentityKind

CARD = IdentityKind.MAINLAND_CARD
HONG_KONG = IdentityKind.HONG_KONG_CARD
MACAO = IdentityKind.MACAO_CARD
PERMIT = IdentityKind.HONG_KONG_MACAO_PERMIT
TAIWAN = IdentityKind.TAIWAN_PERMIT
PASSPORT = IdentityKind.PASSPORT


def canonical(kind: IdentityKind, number: str, issuer: str = "") -> str:
    return IdentityDocument(kind=kind, issuer=issuer, number=number).canonical


def refused(kind: IdentityKind, number: str, issuer: str = "") -> str:
    with pytest.raises(LabelError) as caught:
        IdentityDocument(kind=kind, issuer=issuer, number=number)
    return caught.value.code


@pytest.mark.parametrize(
    "spelling",
    [
        "e12345678",
        " E 1234-5678 ",
        "E\u20111234\u20135678",  # a hyphen that does not break, an en dash
        "Ｅ１２３４５６７８",  # full width
        "E١٢٣٤٥٦٧٨",  # Arabic-Indic
        "E۱۲۳۴۵۶۷۸",  # Persian
        "E१२३४५६७८",  # Devanagari
        "(E)12345678",
        "E\u300012345678",
        "EI2345678",
    ],
)
def test_a_passport_is_the_same_however_it_is_written(spelling: str) -> None:
    assert canonical(PASSPORT, spelling, "CN") == "passport:CN:E12345678"


@pytest.mark.parametrize(
    ("kind", "number", "stored"),
    [
        (CARD, "110105 19491231 002x", "cn-resident-card::11010519491231002X"),
        (HONG_KONG, "a123456(3)", "hk-identity-card::A1234563"),
        (HONG_KONG, "AB987654(3)", "hk-identity-card::AB9876543"),
        (MACAO, "1234567(8)", "mo-identity-card::12345678"),
        (MACAO, "1/234567/8", "mo-identity-card::12345678"),
        (PERMIT, "h 12345678", "hk-mo-travel-permit::H12345678"),
        (TAIWAN, "12345678", "tw-travel-permit::12345678"),
    ],
)
def test_every_kind_has_one_writing(kind: IdentityKind, number: str, stored: str) -> None:
    assert canonical(kind, number) == stored


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002\u0425",  # Cyrillic for the last X
        "11010519491231002\u03a7",  # Greek
        "11010519491231002\u2169\u0301",
        "11010519491231002X\u200b",
        "11010519491231002X.",
        "身份证11010519491231002X",
        "11010519491231002\u0131",  # its capital would be an ASCII I
    ],
)
def test_what_only_looks_like_the_number_is_refused(number: str) -> None:
    assert refused(CARD, number) == "identity-character-refused"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (CARD, "110105194912310021"),  # the check digit of another number
        (CARD, "110105491231002"),  # fifteen digits, as cards had until 2013
        (HONG_KONG, "A123456"),  # without its check digit
        (HONG_KONG, "A123456(4)"),
        (MACAO, "1234567"),
        (PERMIT, "H1234567801"),
        (PERMIT, "E12345678"),
        (TAIWAN, "1234567"),
        (HONG_KONG, ""),
    ],
)
def test_a_number_of_another_form_or_check_digit_is_refused(
    kind: IdentityKind, number: str
) -> None:
    assert refused(kind, number) == "identity-number-malformed"


@pytest.mark.parametrize("number", ["", "1234", "PASSPORT", "E" * 15 + "1"])
def test_what_is_no_passport_number_is_refused(number: str) -> None:
    assert refused(PASSPORT, number, "CN") == "identity-number-malformed"


def test_only_a_passport_says_who_issued_it() -> None:
    assert refused(PASSPORT, "E12345678") == "identity-issuer-unfit"
    assert refused(CARD, "11010519491231002X", "CN") == "identity-issuer-unfit"


@pytest.mark.parametrize("issuer", ["HK", "MO", "TW", "cn", "UK", "XX"])
def test_one_issuer_has_one_code(issuer: str) -> None:
    """A passport of Hong Kong is China's: two codes for it would make two persons of its holder."""
    assert refused(PASSPORT, "H12345678", issuer) == "identity-issuer-unknown"


def test_equal_numbers_of_two_issuers_or_kinds_are_two_documents() -> None:
    written = {
        canonical(PASSPORT, "H12345678", "CN"),
        canonical(PASSPORT, "H12345678", "PT"),
        canonical(PERMIT, "H12345678"),
        canonical(MACAO, "12345678"),
        canonical(TAIWAN, "12345678"),
    }
    assert len(written) == 5


def test_issuers_are_listed_once_and_in_order() -> None:
    assert list(PASSPORT_ISSUERS) == sorted(set(PASSPORT_ISSUERS))


def test_a_document_does_not_show_its_number() -> None:
    document = IdentityDocument(kind=PASSPORT, issuer="CN", number="E12345678")
    assert "12345678" not in repr(document)
