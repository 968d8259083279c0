"""Reading documents strictly: one meaning, one form, bounded size and depth."""

from __future__ import annotations

import re

import pytest

from labels.credential.document import (
    DOCUMENT_LIMIT_BYTES,
    JsonValue,
    Members,
    canonical_bytes,
    instant_text,
    parse_document,
)
from labels.errors import CredentialError
from tests.unit.credential.builders import ISSUED


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":2}', "document-member-twice"),
        (b'{"b":{"a":1,"a":1}}', "document-member-twice"),
        (b'{"a":"\xff"}', "document-not-utf8"),
        (b"\xef\xbb\xbf{}", "document-not-json"),
        (b'{"a":"\\ud800"}', "document-not-json"),
        (b'{"a":1.5}', "document-number-refused"),
        (b'{"a":1e3}', "document-number-refused"),
        (b'{"a":NaN}', "document-number-refused"),
        (b'{"a":-Infinity}', "document-number-refused"),
        (b'{"a":9007199254740992}', "document-number-refused"),
        (b'{"a":' + b"9" * 5000 + b"}", "document-number-refused"),
        (b"[1]", "document-not-an-object"),
        (b"", "document-not-json"),
        (b'{"a":1} trailing', "document-not-json"),
        (b"[" * 30_000, "document-too-deep"),
        (b'{"a":' * 13 + b"1" + b"}" * 13, "document-too-deep"),
        (b'{"a":"' + b"x" * DOCUMENT_LIMIT_BYTES + b'"}', "document-too-large"),
        (b'{"b":1,"a":1}', "document-not-canonical"),
        (b'{ "a": 1 }', "document-not-canonical"),
        (b'{"a":"\\u001F"}', "document-not-canonical"),
        (b'{"a":"\\u0041"}', "document-not-canonical"),
        (b'{"a":-0}', "document-not-canonical"),
    ],
)
def test_bytes_are_refused_when_they_could_mean_two_things(data: bytes, code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        parse_document(data)
    assert refused.value.code == code


def test_a_document_may_be_laid_out_for_people_when_nothing_is_signed() -> None:
    assert parse_document(b'{ "b": 1,\n "a": "\xe7\xa2\xb3" }', canonical=False) == {
        "a": "碳",
        "b": 1,
    }


def test_twelve_levels_are_read_and_thirteen_are_not() -> None:
    deepest = b'{"a":' * 11 + b'"x"' + b"}" * 11
    assert parse_document(deepest)
    with pytest.raises(CredentialError, match="document-too-deep"):
        parse_document(b'{"a":' + deepest + b"}")


def test_canonical_bytes_sort_by_utf16_as_rfc_8785_asks() -> None:
    # RFC 8785, 3.2.3: U+1F600 sorts before U+FB33, because its first surrogate does.
    value: JsonValue = {"\ufb33": 1, "\U0001f600": 2, "a": 3}
    assert canonical_bytes(value).decode() == '{"a":3,"\U0001f600":2,"\ufb33":1}'


@pytest.mark.parametrize(
    ("value", "reader", "code"),
    [
        ({}, "text", "document-member-missing"),
        ({"m": ""}, "text", "document-member-invalid"),
        ({"m": "a\nb"}, "text", "document-member-invalid"),
        ({"m": "x" * 2001}, "text", "document-member-invalid"),
        ({"m": 1}, "text", "document-member-invalid"),
        ({"m": True}, "integer", "document-member-invalid"),
        ({"m": 11}, "integer", "document-member-invalid"),
        ({"m": "1"}, "integer", "document-member-invalid"),
        ({"m": 1}, "flag", "document-member-invalid"),
        ({"m": "2026-13-01"}, "day", "document-member-invalid"),
        ({"m": "2026-1-1"}, "day", "document-member-invalid"),
        ({"m": "2026-11-21T08:00:00+08:00"}, "instant", "document-member-invalid"),
        ({"m": {"en": "x", "fr": "y"}}, "local_text", "document-member-unknown"),
        ({"m": {}}, "local_text", "document-member-invalid"),
        ({"m": ["a", "a"]}, "texts", "document-member-invalid"),
        ({"m": ["a", 1]}, "texts", "document-member-invalid"),
        ({"m": [1]}, "each", "document-member-invalid"),
        ([], "finish", "document-member-invalid"),
        ({"m": 1}, "finish", "document-member-unknown"),
    ],
)
def test_a_member_is_refused_when_its_form_is_wrong(
    value: JsonValue, reader: str, code: str
) -> None:
    with pytest.raises(CredentialError) as refused:
        read_member(value, reader)
    assert refused.value.code == code
    assert refused.value.place.startswith("/here")


def read_member(value: JsonValue, reader: str) -> None:
    members = Members(value, "/here")
    match reader:
        case "integer":
            members.integer("m", least=0, most=10)
        case "texts":
            members.texts("m", re.compile("[a-z]"))
        case "finish":
            members.finish()
        case _:
            getattr(members, reader)("m")


def test_a_moment_is_written_in_utc_and_whole_seconds() -> None:
    assert instant_text(ISSUED) == "2026-11-21T02:30:00Z"
    with pytest.raises(ValueError, match="without a time zone"):
        instant_text(ISSUED.replace(tzinfo=None))
