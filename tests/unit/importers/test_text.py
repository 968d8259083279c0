"""Text fields of foreign files: what is kept of them, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import OWN_FILE
from lca_db.inventory.importers.text import clean_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        ("  steel, low-alloyed ", "steel, low-alloyed"),
        ("\u3000钢 ", "钢"),
        ("one\ntwo\tthree\n", "one\ntwo\tthree"),
        ("a\0b\x1bc\x7fd\x85e", "abcde"),
        ("a\ud800b", "ab"),
        ("e\u0301", "é"),
    ],
)
def test_blanks_at_the_ends_and_control_characters_are_dropped(value: object, text: str) -> None:
    assert clean_text(value, OWN_FILE, "/x") == text


@pytest.mark.parametrize("character", ["x", "钢", "\n"])
def test_a_text_over_the_limit_is_refused_and_never_cut(character: str) -> None:
    limits = replace(OWN_FILE, text_characters=10)
    with pytest.raises(ImportRefused, match="import-text-too-long"):
        clean_text(character * 11, limits, "/x")


@pytest.mark.parametrize("value", [1, 1.5, True, b"x", ["x"], {"x": 1}])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ImportRefused, match="import-text-expected"):
        clean_text(value, OWN_FILE, "/x")
