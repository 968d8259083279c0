"""The label credential: round trip, order of issuing, strict reading, and its JSON-LD context."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from labels.credential.credential import label_credential, parse_label, sign_label
from labels.credential.document import JsonObject, JsonValue, sha256_hex
from labels.credential.envelope import (
    LABEL_CONTEXT,
    StatusPlace,
    StatusPurpose,
    label_context,
)
from labels.credential.keys import Purpose
from labels.errors import CredentialError
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    ISSUED,
    SLOT,
    a_label,
    a_label_of_a_study_that_knows_little,
    a_signed_label,
    an_unsigned_label,
    dumped,
    loaded,
)


def test_a_label_reads_back_with_the_same_facts() -> None:
    credential = parse_label(a_signed_label())
    assert credential.facts == a_label()
    assert credential.envelope.issuer == GUANGDONG.did
    assert credential.envelope.sha256 == sha256_hex(a_signed_label())


def test_what_a_study_does_not_know_has_no_member_in_its_credential() -> None:
    facts = a_label_of_a_study_that_knows_little()
    data = a_signed_label(facts)
    assert parse_label(data).facts == facts
    subject = loaded(data)["credentialSubject"]
    assert isinstance(subject, dict)
    footprint = subject["footprint"]
    assert isinstance(footprint, dict)
    known = {
        "dataQuality",
        "interval",
        "biogenicCarbonKg",
        "packagingBiogenicCarbonKg",
        "electricity",
    }
    assert known.isdisjoint(footprint)


def test_the_signed_bytes_are_the_stored_bytes_with_the_signature_added() -> None:
    stored, signed = loaded(an_unsigned_label()), loaded(a_signed_label())
    proof = signed["proof"]
    assert isinstance(proof, dict)
    assert str(proof.pop("proofValue")).startswith("z")
    assert signed == stored


def test_a_reconciler_signs_the_stored_bytes_again_to_the_same_bytes() -> None:
    stored = an_unsigned_label()
    signer = GUANGDONG.signer(Purpose.LABEL)
    assert sign_label(stored, signer) == sign_label(bytes(stored), signer) == a_signed_label()


def test_the_credential_is_valid_through_its_last_day_in_the_region() -> None:
    envelope = parse_label(a_signed_label()).envelope
    assert envelope.valid_from == ISSUED
    assert envelope.valid_until.isoformat() == "2029-11-20T15:59:59+00:00"  # 23:59:59 at UTC+8


def test_the_credential_names_two_neighbouring_bits_of_one_list() -> None:
    status = loaded(a_signed_label())["credentialStatus"]
    assert isinstance(status, list)
    assert [
        (entry["statusPurpose"], entry["statusListIndex"])
        for entry in status
        if isinstance(entry, dict)
    ] == [("revocation", str(2 * SLOT)), ("suspension", str(2 * SLOT + 1))]
    place = parse_label(a_signed_label()).envelope.status
    assert place == StatusPlace(GUANGDONG.status_url, SLOT)


@pytest.mark.parametrize("slot", [-1, 65_536])
def test_a_slot_outside_the_list_is_refused(slot: int) -> None:
    with pytest.raises(CredentialError, match="status-slot-out-of-range"):
        an_unsigned_label(slot=slot)


def test_a_label_is_not_made_for_a_key_of_another_body() -> None:
    with pytest.raises(CredentialError, match="key-not-of-issuer"):
        an_unsigned_label(kid=HONG_KONG.signer(Purpose.LABEL).kid)


def test_a_label_key_of_another_body_does_not_sign_it() -> None:
    with pytest.raises(CredentialError, match="key-not-the-one-named"):
        sign_label(an_unsigned_label(), HONG_KONG.signer(Purpose.LABEL))


def test_nothing_but_a_label_is_signed_as_a_label() -> None:
    unsigned = loaded(an_unsigned_label())
    unsigned["type"] = ["VerifiableCredential", "BitstringStatusListCredential"]
    with pytest.raises(CredentialError, match="document-member-invalid"):
        sign_label(dumped(unsigned), GUANGDONG.signer(Purpose.LABEL))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"number": "TB-26-1"}, "/credentialSubject/labelNumber"),
        ({"version": 0}, "/credentialSubject/labelVersion"),
        ({"serial": "short"}, "/credentialSubject/serial"),
        ({"url": "javascript:alert(1)"}, "/id"),
        ({"statement_number": "a\nb"}, "/credentialSubject/statementNumber"),
        ({"valid_until": date(2020, 1, 1)}, "/validUntil"),
    ],
)
def test_facts_that_could_not_be_read_back_are_not_offered_for_signing(
    change: dict[str, object], place: str
) -> None:
    facts = replace(a_label(), **change)  # type: ignore[arg-type]
    with pytest.raises(CredentialError) as refused:
        an_unsigned_label(facts)
    assert refused.value.place == place


def test_a_nested_fact_is_refused_with_its_place() -> None:
    facts = a_label()
    wrong = replace(facts, footprint=replace(facts.footprint, value="about 74"))
    with pytest.raises(CredentialError) as refused:
        an_unsigned_label(wrong)
    assert refused.value.place == "/credentialSubject/footprint/value"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("@context",), ["https://www.w3.org/ns/credentials/v2"]),
        (("@context",), ["https://www.w3.org/ns/credentials/v2", "https://evil.example/v1"]),
        (("type",), ["VerifiableCredential"]),
        (("type",), "CarbonLabelCredential"),
        (("issuer",), {"id": "did:web:gd.example"}),
        (("issuer",), "https://gd.example"),
        (("id",), "https://gd.example/L/other#v001"),
        (("validUntil",), "2039-11-20T15:59:59Z"),
        (("credentialStatus",), []),
        (("credentialSubject", "extra"), "x"),
        (("credentialSubject", "footprint", "value"), 74.1),
        (("credentialSubject", "footprint", "stages"), {}),
        (("credentialSubject", "footprint", "bomSha256"), "A" * 64),
        (("credentialSubject", "product", "gtin"), "12345"),
        (("credentialSubject", "product", "productName"), {"en": ""}),
        (("credentialSubject", "footprint", "dataQuality"), None),
        (("credentialSubject", "footprint", "dataQuality"), {"rating": "2.1"}),
        (("credentialSubject", "footprint", "dataQuality", "rating"), "0.9"),
        (("credentialSubject", "footprint", "dataQuality", "rating"), "5.1"),
        (("credentialSubject", "footprint", "dataQuality", "rating"), 2),
        (("credentialSubject", "footprint", "dataQuality", "ratedShare"), "1.1"),
        (("credentialSubject", "footprint", "interval", "lowerKgCo2e"), 170),
        (("credentialSubject", "footprint", "interval", "draws"), "1000"),
        (("credentialSubject", "footprint", "biogenicCarbonKg"), "-1"),
        (("credentialSubject", "footprint", "biogenicCarbonKg"), None),
        (("credentialSubject", "footprint", "electricity", "supplies"), []),
        (("credentialSubject", "footprint", "electricity", "serials"), ["CN-1"]),
        (("credentialSubject", "footprint", "uncertainty"), "not assessed"),
        (("termsOfUse",), []),
        (("evidence",), []),
    ],
)
def test_a_label_is_refused_when_a_member_is_foreign_or_misshapen(
    path: tuple[str, ...], value: JsonValue
) -> None:
    document = loaded(a_signed_label())
    parent: JsonValue = document
    for name in path[:-1]:
        assert isinstance(parent, dict)
        parent = parent[name]
    assert isinstance(parent, dict)
    parent[path[-1]] = value
    try:
        data = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        parse_label(data.encode())
    except CredentialError:
        return
    pytest.fail("read without complaint")


@pytest.mark.parametrize("purposes", [("suspension", "revocation"), ("revocation", "revocation")])
def test_a_label_is_refused_when_its_status_entries_are_not_the_two_purposes(
    purposes: tuple[str, str],
) -> None:
    document = loaded(a_signed_label())
    entries = document["credentialStatus"]
    assert isinstance(entries, list)
    for entry, purpose in zip(entries, purposes, strict=True):
        assert isinstance(entry, dict)
        entry["statusPurpose"] = purpose
    with pytest.raises(CredentialError):
        parse_label(dumped(document))


@pytest.mark.parametrize(
    ("name", "value"),
    [("statusListIndex", "7"), ("statusListCredential", "https://gd.example/status/2")],
)
def test_a_label_is_refused_when_its_status_entries_part(name: str, value: str) -> None:
    document = loaded(a_signed_label())
    entries = document["credentialStatus"]
    assert isinstance(entries, list)
    assert isinstance(entries[1], dict)
    entries[1][name] = value
    with pytest.raises(CredentialError, match="document-member-invalid"):
        parse_label(dumped(document))


def terms_of(context: JsonValue) -> set[str]:
    """Every term a JSON-LD context defines, at any depth."""
    if not isinstance(context, dict):
        return set()
    found = {name for name in context if not name.startswith("@")}
    for definition in context.values():
        if isinstance(definition, dict):
            found |= terms_of(definition.get("@context"))
    return found


def names_in(value: JsonValue, skip: frozenset[str]) -> set[str]:
    if isinstance(value, list):
        return {name for item in value for name in names_in(item, skip)}
    if not isinstance(value, dict):
        return set()
    inner = {
        name for key, child in value.items() if key not in skip for name in names_in(child, skip)
    }
    return set(value) | inner


def test_the_shipped_context_defines_every_term_of_a_label() -> None:
    languages_and_json = frozenset({"productName", "partyName", "per", "partition"})
    subject = loaded(a_signed_label())["credentialSubject"]
    used = names_in(subject, languages_and_json) - {"id", "type"}
    context = loaded(label_context())["@context"]
    assert used <= terms_of(context)
    assert "CarbonLabelCredential" in terms_of(context)
    assert LABEL_CONTEXT in str(loaded(a_signed_label())["@context"])


def test_the_bits_of_the_two_purposes_never_coincide() -> None:
    indexes = [
        StatusPlace("", slot).index(purpose) for slot in (0, 1, 65_535) for purpose in StatusPurpose
    ]
    assert indexes == [0, 1, 2, 3, 131_070, 131_071]


def test_the_largest_label_we_can_print_stays_below_the_limit() -> None:
    facts = a_label()
    long_name = dict.fromkeys(("zh-Hans", "zh-Hant", "en", "pt"), "碳" * 500)
    longest = replace(facts, product=replace(facts.product, name=long_name))
    assert len(a_signed_label(longest)) < 64 * 1024


def test_unsigned_and_signed_content_are_told_apart() -> None:
    document: JsonObject = loaded(a_signed_label())
    with pytest.raises(CredentialError, match="document-member-unknown"):
        sign_label(dumped(document), GUANGDONG.signer(Purpose.LABEL))
    with pytest.raises(CredentialError, match="document-member-missing"):
        parse_label(an_unsigned_label())


def test_the_issue_names_the_label_key_of_the_issuer() -> None:
    unsigned = label_credential(
        a_label(),
        issuer_did=GUANGDONG.did,
        kid=GUANGDONG.signer(Purpose.LABEL).kid,
        status_url=GUANGDONG.status_url,
        status_slot=0,
        issued_at=ISSUED,
    )
    proof = loaded(unsigned)["proof"]
    assert isinstance(proof, dict)
    assert proof["verificationMethod"] == GUANGDONG.signer(Purpose.LABEL).kid
