"""Entries: canonical bytes, closed forms, nothing personal or confidential."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labels.credential.document import JsonValue, sha256_hex
from labels.credential.keys import Purpose, base58_encode
from labels.errors import CredentialError
from labels.label_status import ReasonClass
from labels.register.entry import (
    _FORMS,
    MEMBERS_OF,
    EntryKind,
    RegisterEntry,
    evidence_of,
    parse_entry,
    register_entry,
)
from labels.register.tree import leaf_hash
from tests.unit.credential.builders import (
    GUANGDONG,
    HONG_KONG,
    ISSUED,
    SERIAL,
    a_signed_label,
    dumped,
    judged,
    loaded,
)
from tests.unit.register.builders import ORIGIN, an_entry

SAMPLES = {
    "labelUrl": f"HTTPS://GD.EXAMPLE/L/{SERIAL}",
    "labelNumber": "TB-2026-000123:001",
    "credentialSha256": "a" * 64,
    "reasonClass": "material-change",
    "successorNumber": "TB-2026-000123:002",
    "homeIssuer": GUANGDONG.did,
    "recognitionSha256": "b" * 64,
    "arrangementId": "gd-hk-reference-2026",
    "arrangementSha256": "c" * 64,
    "body": "org_01kapd9z6c8q3v5x7y9abcdefg",
    "region": "CN-GD",
    "categories": "cpc-415 cpc-464",
    "scopeFrom": "2026-01-01",
    "scopeUntil": "2031-10-31",
    "kid": GUANGDONG.signer(Purpose.LABEL).kid,
    "multikey": GUANGDONG.signer(Purpose.LABEL).public_key.multikey,
}


def an_entry_of(kind: EntryKind) -> RegisterEntry:
    return RegisterEntry(
        origin=ORIGIN,
        index=3,
        at=ISSUED,
        kind=kind,
        issuer=GUANGDONG.did,
        members={name: SAMPLES[name] for name in MEMBERS_OF[kind]},
    )


@pytest.mark.parametrize("kind", list(EntryKind))
def test_an_entry_of_every_kind_reads_back_as_itself(kind: EntryKind) -> None:
    entry = an_entry_of(kind)
    assert parse_entry(entry.to_bytes()) == entry
    assert entry.leaf == leaf_hash(entry.to_bytes())


def test_the_bytes_of_an_entry_are_these() -> None:
    """Golden: whoever keeps a copy of the register hashes these bytes for ever."""
    assert an_entry_of(EntryKind.LABEL_ISSUED).to_bytes().decode() == (
        '{"at":"2026-11-21T02:30:00Z","credentialSha256":"' + "a" * 64 + '","index":3,'
        '"issuer":"did:web:gd.example","kind":"label-issued",'
        '"labelNumber":"TB-2026-000123:001","labelUrl":"HTTPS://GD.EXAMPLE/L/'
        + SERIAL
        + '","origin":"gd.example/register","type":"TanbiaoRegisterEntry"}'
    )


@pytest.mark.parametrize(
    "name", ["reason", "person", "email", "reviewer", "finding", "note", "document", "name"]
)
def test_there_is_no_member_for_words_people_or_documents(name: str) -> None:
    with pytest.raises(CredentialError, match="register-member-refused"):
        an_entry(0, EntryKind.LABEL_ISSUED, origin=ORIGIN, **{name: "x"})
    document = loaded(an_entry(0).to_bytes())
    document[name] = "x"
    with pytest.raises(CredentialError, match="document-member-unknown"):
        parse_entry(dumped(document))


@pytest.mark.parametrize(
    "words",
    [
        "Zhang Wei asked for it",
        "张伟",
        "someone@example.org",
        "see https://gd.example/cases/17",
        "<script>",
        "",
        "false-data, reported by a neighbour",
    ],
)
def test_no_member_takes_free_text(words: str) -> None:
    accepting = [name for name, form in _FORMS.items() if form.fullmatch(words)]
    assert accepting == []


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_member_that_its_kind_does_not_have_is_refused(name: str) -> None:
    kinds = [kind for kind in EntryKind if name not in MEMBERS_OF[kind]]
    assert kinds
    for kind in kinds:
        members = {own: SAMPLES[own] for own in MEMBERS_OF[kind]}
        with pytest.raises(CredentialError, match="register-member-refused"):
            RegisterEntry(
                origin=ORIGIN,
                index=0,
                at=ISSUED,
                kind=kind,
                issuer=GUANGDONG.did,
                members={**members, name: SAMPLES[name]},
            )


@pytest.mark.parametrize("kind", list(EntryKind))
def test_a_missing_member_is_refused(kind: EntryKind) -> None:
    for missing in MEMBERS_OF[kind]:
        members = {name: SAMPLES[name] for name in MEMBERS_OF[kind] if name != missing}
        with pytest.raises(CredentialError, match="register-member-refused"):
            RegisterEntry(
                origin=ORIGIN,
                index=0,
                at=ISSUED,
                kind=kind,
                issuer=GUANGDONG.did,
                members=members,
            )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("index", -1),
        ("index", True),
        ("at", "2026-11-21"),
        ("kind", "label-sold"),
        ("issuer", "Guangdong"),
        ("origin", "two words"),
        ("type", "Entry"),
        ("credentialSha256", 1),
    ],
)
def test_bytes_of_another_form_are_refused(name: str, value: JsonValue) -> None:
    document = loaded(an_entry(0).to_bytes())
    document[name] = value
    with pytest.raises(CredentialError):
        parse_entry(dumped(document))


def test_a_weak_key_is_not_written_into_the_register() -> None:
    weak = "z" + base58_encode(b"\xed\x01" + bytes(32))
    assert weak.startswith("z6Mk")
    with pytest.raises(CredentialError, match="key-weak"):
        register_entry(
            origin=ORIGIN,
            index=0,
            at=ISSUED,
            kind=EntryKind.KEY_ADDED,
            issuer=GUANGDONG.did,
            kid=SAMPLES["kid"],
            multikey=weak,
        )


def test_a_moment_is_kept_in_whole_seconds() -> None:
    entry = register_entry(
        origin=ORIGIN,
        index=0,
        at=ISSUED + timedelta(microseconds=7),
        kind=EntryKind.BODY_SUSPENDED,
        issuer=HONG_KONG.did,
        body="org_01kapd9z6c8q3v5x7y9abcdefg",
        reason_class="body-scope-lost",
    )
    assert entry.at == ISSUED


def test_an_entry_that_would_not_read_back_is_not_made() -> None:
    entry = an_entry(0)
    for change in (
        {"at": ISSUED + timedelta(microseconds=7)},
        {"index": -1},
        {"origin": "two words"},
        {"issuer": "Guangdong"},
    ):
        with pytest.raises(CredentialError, match="register-entry-malformed"):
            replace(entry, **change)


def test_every_reason_is_a_class_that_an_entry_takes() -> None:
    for reason in ReasonClass:
        entry = an_entry(0, EntryKind.LABEL_SUSPENDED, reason_class=reason.value)
        assert entry.members["reasonClass"] == reason.value


def test_the_register_bears_witness_for_one_credential() -> None:
    data = a_signed_label()
    sha256 = sha256_hex(data)
    issued = an_entry(1, credential_sha256=sha256)
    superseded = an_entry(
        2,
        EntryKind.LABEL_SUPERSEDED,
        credential_sha256=sha256,
        successor_number="TB-2026-000123:002",
    )
    evidence = evidence_of([an_entry(0), issued], sha256)
    assert (evidence.logged_at, evidence.is_superseded) == (issued.at, False)
    assert evidence_of([an_entry(0), issued, superseded], sha256).is_superseded
    assert evidence_of([an_entry(0)], sha256).logged_at is None
    assert judged(data, evidence=evidence).is_valid
