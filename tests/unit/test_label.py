"""The label: number, serial, permanent address, and the facts from a granted case."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.result import BiogenicCarbonDioxide
from labels.case import CaseState
from labels.errors import LabelError, WrongState
from labels.label import checked_gtin, gtin_forms, label_number, label_url, serial
from labels.label_facts import facts_from, printed_footprint
from labels.scheme import register_day
from tests.support.cases import (
    SCHEME,
    TODAY,
)
from tests.support.labels import HOST, ISSUE, PARTIES, SERIAL, a_granted_study, some_facts

GTIN_14 = "09521234543213"
QR_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")


# Number, serial, address.


def test_a_number_holds_year_and_sequence_and_the_version_follows_the_colon() -> None:
    assert label_number(2026, 123) == "TB-2026-000123"
    assert replace(some_facts(), number="TB-2026-000123", version=2).full_number == (
        "TB-2026-000123:002"
    )


@pytest.mark.parametrize(("year", "sequence"), [(2026, 0), (2026, 1_000_000), (26, 1)])
def test_a_number_is_refused_when_it_would_not_fit(year: int, sequence: int) -> None:
    with pytest.raises(LabelError) as caught:
        label_number(year, sequence)
    assert caught.value.code == "label-number-out-of-range"


@given(st.binary(min_size=16, max_size=16))
def test_a_serial_is_26_base32_characters_and_keeps_every_bit(random_bytes: bytes) -> None:
    text = serial(random_bytes)
    assert re.fullmatch(r"[A-Z2-7]{26}", text)
    value = int("".join(f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.index(c):05b}" for c in text), 2)
    assert value >> 2 == int.from_bytes(random_bytes, "big")


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_serial_is_refused_when_it_is_not_of_128_bits(length: int) -> None:
    with pytest.raises(LabelError) as caught:
        serial(bytes(length))
    assert caught.value.code == "serial-malformed"


@given(st.binary(min_size=16, max_size=16), st.booleans())
def test_an_address_matches_one_form_and_the_alphanumeric_mode_of_a_qr_code(
    random_bytes: bytes, has_gtin: bool
) -> None:
    url = label_url(HOST, serial(random_bytes), GTIN_14 if has_gtin else None)
    middle = f"01/{GTIN_14}/21" if has_gtin else "L"
    assert re.fullmatch(rf"HTTPS://LABEL\.TANBIAO\.EXAMPLE/{middle}/[A-Z2-7]{{26}}", url)
    assert QR_ALPHANUMERIC.fullmatch(url)


def test_a_short_gtin_is_padded_to_fourteen_digits_in_the_address() -> None:
    assert label_url(HOST, SERIAL, "9521234543213").endswith(f"/01/{GTIN_14}/21/{SERIAL}")


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", "http://localhost:8000/"])
def test_plain_http_is_allowed_when_the_register_is_this_computer(base_url: str) -> None:
    expected = base_url.rstrip("/").upper()
    assert label_url(base_url, SERIAL, None) == f"{expected}/L/{SERIAL}"


@pytest.mark.parametrize(
    ("base_url", "code"),
    [
        ("http://label.tanbiao.example", "label-host-insecure"),
        ("http://192.168.1.20:8000", "label-host-insecure"),
        ("http://127.0.0.1.evil.example", "label-host-insecure"),
        ("https://label.tanbiao.example/phish", "label-host-malformed"),
        ("https://user@label.tanbiao.example", "label-host-malformed"),
        ("https://label.tanbiao.example?x=1", "label-host-malformed"),
        ("https://label_tanbiao.example", "label-host-malformed"),
        ("https://label.tanbiao.example:99999", "label-host-malformed"),
        ("ftp://label.tanbiao.example", "label-host-malformed"),
        ("label.tanbiao.example", "label-host-malformed"),
        ("https://", "label-host-malformed"),
        ("https://碳标.example", "label-host-malformed"),
    ],
)
def test_an_address_is_refused_when_the_host_is_not_a_plain_register(
    base_url: str, code: str
) -> None:
    with pytest.raises(LabelError) as caught:
        label_url(base_url, SERIAL, None)
    assert caught.value.code == code


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "9521234543213", GTIN_14])
def test_a_gtin_is_accepted_when_its_check_digit_is_right(gtin: str) -> None:
    assert checked_gtin(gtin) == gtin


@given(st.integers(0, 13), st.integers(1, 9))
def test_a_gtin_is_refused_when_one_digit_is_wrong(place: int, by: int) -> None:
    digits = list(GTIN_14)
    digits[place] = str((int(digits[place]) + by) % 10)
    with pytest.raises(LabelError) as caught:
        checked_gtin("".join(digits))
    assert caught.value.code == "gtin-check-digit"


@pytest.mark.parametrize("gtin", ["", "952123454321X", "952123454", "095212345432130", "９５２１"])
def test_a_gtin_is_refused_when_it_is_no_gtin(gtin: str) -> None:
    with pytest.raises(LabelError) as caught:
        checked_gtin(gtin)
    assert caught.value.code == "gtin-malformed"


@pytest.mark.parametrize("text", ["", "lower", SERIAL.lower(), SERIAL + "A", SERIAL[:-1] + "1"])
def test_an_address_is_refused_when_the_serial_is_malformed(text: str) -> None:
    with pytest.raises(LabelError) as caught:
        label_url(HOST, text, None)
    assert caught.value.code == "serial-malformed"


# Facts.


def test_the_facts_are_those_of_study_case_and_scheme() -> None:
    case, bom, result = a_granted_study(GTIN_14)
    facts = some_facts(GTIN_14)
    assert facts.full_number == "TB-2026-000001:001"
    assert facts.url == f"HTTPS://LABEL.TANBIAO.EXAMPLE/01/{GTIN_14}/21/{SERIAL}"
    assert (facts.scheme, facts.scheme_version) == (SCHEME.id, SCHEME.version)
    assert (facts.level, facts.is_specimen) == ("disclosed", True)
    printed = facts.footprint
    assert (printed.value, printed.value_unrounded, printed.unit) == (
        "24.0",
        "24.0000000000",
        "kgCO2e",
    )
    assert (printed.unit_kind, printed.unit_amount, printed.unit_name) == (
        "declared",
        "1",
        "piece",
    )
    assert [s.stage for s in printed.stages] == [s.stage.value for s in result.stages]
    assert printed.partition["fossil"] == "24.0000000000"
    assert printed.result_sha256 == case.result_sha256 == result.sha256()
    assert (printed.period_from, printed.period_to) == (bom.period_from, bom.period_to)
    assert case.statement is not None
    assert facts.statement_number == case.statement.number
    assert facts.statement_on == register_day(case.statement.issued_at)
    assert case.decision is not None
    assert facts.unmet_criteria == case.decision.unmet_criteria
    assert facts.unassessed_criteria == case.decision.unassessed_criteria
    assert facts.assurance_level == "limited"


def test_a_label_carries_the_masses_of_biogenic_carbon_of_its_study() -> None:
    _, bom, result = a_granted_study()
    masses = BiogenicCarbonDioxide(emitted_kg=6.76116, removed_kg=6.5)
    printed = printed_footprint(replace(result, biogenic_co2=masses), bom)
    assert float(printed.biogenic_co2_emitted) == pytest.approx(6.76116)
    assert float(printed.biogenic_co2_removed) == pytest.approx(6.5)


@pytest.mark.parametrize(
    ("is_test", "is_specimen_scheme", "is_specimen"),
    [(False, False, False), (True, False, True), (False, True, True)],
)
def test_a_label_is_a_specimen_when_its_case_is_a_test_or_its_scheme_is_one(
    is_test: bool, is_specimen_scheme: bool, is_specimen: bool
) -> None:
    case, bom, result = a_granted_study()
    facts = facts_from(
        case=replace(case, is_test=is_test),
        result=result,
        bom=bom,
        scheme=replace(SCHEME, is_specimen=is_specimen_scheme),
        parties=PARTIES,
        issue=ISSUE,
    )
    assert facts.is_specimen is is_specimen


def test_no_facts_are_made_before_the_grant_or_after_a_refusal() -> None:
    case, bom, result = a_granted_study()
    for state in CaseState:
        if state is CaseState.DECIDED_GRANTED:
            continue
        with pytest.raises(WrongState) as caught:
            facts_from(
                case=replace(case, state=state),
                result=result,
                bom=bom,
                scheme=SCHEME,
                parties=PARTIES,
                issue=ISSUE,
            )
        assert caught.value.code == "label-without-grant"


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"bom_sha256": "00" * 32}, "bom_sha256"),
        ({"result_sha256": "00" * 32}, "result_sha256"),
        ({"product_category": "cpc-47150"}, "category"),
        ({"applicant_id": "org_other"}, "manufacturer"),
        ({"verification_body_id": "org_other"}, "verification_body"),
        ({"certification_body_id": "org_other"}, "certification_body"),
        ({"scheme": replace(SCHEME.reference, sha256="00" * 32)}, "scheme"),
    ],
)
def test_no_facts_are_made_when_something_is_of_another_case(
    changes: dict[str, object], member: str
) -> None:
    case, bom, result = a_granted_study()
    with pytest.raises(LabelError) as caught:
        facts_from(
            case=replace(case, **changes),  # type: ignore[arg-type]
            result=result,
            bom=bom,
            scheme=SCHEME,
            parties=PARTIES,
            issue=ISSUE,
        )
    assert caught.value.code == "facts-of-another-case"
    assert caught.value.parameters["member"] == member


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 0}, "label-version-out-of-range"),
        ({"version": 1000}, "label-version-out-of-range"),
        ({"valid_until": TODAY - timedelta(days=1)}, "label-validity-ended"),
    ],
)
def test_an_issue_is_refused_when_version_or_dates_cannot_be(
    changes: dict[str, object], code: str
) -> None:
    with pytest.raises(LabelError) as caught:
        replace(ISSUE, **changes)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_gtin_has_the_same_meaning_with_and_without_leading_zeros() -> None:
    assert gtin_forms("96385074") == {"96385074", *(f"{0:0{n}}96385074" for n in (4, 5, 6))}
    assert gtin_forms("00000096385074") == gtin_forms("96385074")
    assert gtin_forms(GTIN_14) == gtin_forms(GTIN_14.lstrip("0"))


@pytest.mark.parametrize("text", ["", "9521234", "9638507４", "96385074\n", "x" * 13, "1" * 15])
def test_what_is_no_gtin_names_no_product(text: str) -> None:
    assert gtin_forms(text) == frozenset()
