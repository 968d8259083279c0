"""JSON of others: bounded, exact, and an object says each name once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.json_values import read_json
from lca_db.inventory.importers.limits import OWN_FILE


def code_of(content: bytes) -> str:
    with pytest.raises(ImportRefused) as caught:
        read_json(content, OWN_FILE, "/x.json")
    assert caught.value.place.startswith("/x.json")
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "json-malformed"),
        (b"[]", "json-malformed"),
        (b'"text"', "json-malformed"),
        (b"", "json-malformed"),
        (b'{"a": 1, "a": 2}', "json-duplicate-name"),
        (b'{"a": {"b": 1, "b": 1}}', "json-duplicate-name"),
        (b'{"a": NaN}', "import-number-malformed"),
        (b'{"a": -Infinity}', "import-number-malformed"),
        (b'{"a": ' + b"9" * 5000 + b"}", "import-number-malformed"),
        (b'{"a": 1e99999999999999999999999}', "import-number-malformed"),
        ('{"a": "碳"}'.encode("utf-16"), "json-not-utf8"),
        (b'{"a": "\xff"}', "json-not-utf8"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "json-too-deep"),
        (b'{"a": ' + b"[" * 1_000_000, "json-too-deep"),
        (b'{"a":' * 100_000, "json-too-deep"),
    ],
)
def test_json_that_is_not_strict_is_refused(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_brackets_in_texts_are_no_depth() -> None:
    content = b'{"a": "' + b"[{" * 500 + b'\\"' + b"[" * 500 + b'"}'
    assert read_json(content, OWN_FILE, "").text("a").count("[") == 1000


def test_many_objects_side_by_side_are_not_deep() -> None:
    content = b'{"a": [' + b",".join([b'{"b": []}'] * 500) + b"]}"
    assert len(list(read_json(content, OWN_FILE, "").parts("a"))) == 500


def test_quotes_that_never_close_are_read_once() -> None:
    """Each quote searched again from its place would take minutes."""
    assert code_of(b'{"a": [[' + b'"\\' * 500_000) == "json-malformed"
    assert code_of(b"[" * 61 + b'"' + b'\\"' * 500_000) == "json-too-deep"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_json('\ufeff{"a": "碳"}'.encode(), OWN_FILE, "").text("a") == "碳"


def test_a_number_keeps_its_digits() -> None:
    value = read_json(b'{"a": 0.1000000000000000055511151231257827, "b": 12}', OWN_FILE, "")
    assert str(value.amount("a")) == "0.1000000000000000055511151231257827"
    assert value.amount("b") == Decimal(12)


def test_the_first_name_that_is_there_counts() -> None:
    value = read_json(b'{"isInput": null, "input": true, "c": "x"}', OWN_FILE, "")
    assert value.flag("isInput", "input")
    assert value.text("a", "c") == "x"
    assert value.text("a") == ""
    assert not value.flag("a")
    assert value.part("a") is None
    assert value.texts("a") == []


@pytest.mark.parametrize(
    ("content", "read", "code", "place"),
    [
        (b'{"a": 1}', "text", "import-text-expected", "/a"),
        (b'{"a": ["x"]}', "text", "import-text-expected", "/a"),
        (b'{"a": 1}', "flag", "import-choice-unknown", "/a"),
        (b'{"a": "true"}', "flag", "import-choice-unknown", "/a"),
        (b'{"a": true}', "amount", "import-number-malformed", "/a"),
        (b"{}", "amount", "import-number-malformed", "/a"),
        (b'{"a": []}', "part", "json-malformed", "/a"),
        (b'{"a": {}}', "items", "json-malformed", "/a"),
        (b'{"a": [2]}', "texts", "import-text-expected", "/a"),
    ],
)
def test_a_member_of_another_kind_is_refused_at_its_place(
    content: bytes, read: str, code: str, place: str
) -> None:
    value = read_json(content, OWN_FILE, "")
    with pytest.raises(ImportRefused) as caught:
        getattr(value, read)("a")
    assert (caught.value.code, caught.value.place) == (code, place)


def test_a_list_names_the_place_of_what_is_no_object() -> None:
    value = read_json(b'{"a": [{}, 3]}', OWN_FILE, "")
    with pytest.raises(ImportRefused) as caught:
        list(value.parts("a"))
    assert caught.value.place == "/a/1"


def test_a_long_text_is_refused_not_cut() -> None:
    value = read_json(b'{"a": "xxxxxx"}', replace(OWN_FILE, text_characters=5), "")
    with pytest.raises(ImportRefused) as caught:
        value.text("a")
    assert caught.value.code == "import-text-too-long"
