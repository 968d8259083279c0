"""The encoding of a text file is decided by rules: byte order mark, UTF-8, Chinese, Windows."""

from __future__ import annotations

import pytest

from lca_db.inventory.importers.decoding import decode, language_of, lines_of
from lca_db.inventory.importers.errors import ImportRefused

SIMPLIFIED = "数据集;编号;铝合金压铸件；广东省的工厂"
TRADITIONAL = "數據集;編號;鋁合金壓鑄件；廣東省的工廠"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_simplified_chinese_is_found(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding)) == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "big5hkscs"])
def test_traditional_chinese_is_found(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)) == TRADITIONAL


@pytest.mark.parametrize(
    "text",
    [
        "Électricité, moyenne tension; usine à Évry; pré-traitée",
        "Injeção de plástico; água; instalação em Macau; ção",
        "Aço; 5 µg; 20 °C; m²",
        "Käse; größer; Übung",
        "“quotes” – dashes",
    ],
)
def test_european_text_of_windows_is_not_taken_for_chinese(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


def test_bytes_that_windows_leaves_empty_are_read_as_latin() -> None:
    assert decode(b"caf\xe9 \x81;") == "café \x81;"


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(ImportRefused):
        decode(b"a\0b")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\r\nb\n", ["a", "b"]),
        ("a\rb", ["a", "b"]),
        ("a\n\nb", ["a", "", "b"]),
        ("a\x0bb\x85c\u2028d", ["a\x0bb\x85c\u2028d"]),
        ("", []),
    ],
)
def test_only_returns_and_feeds_end_a_line(text: str, lines: list[str]) -> None:
    assert list(lines_of(text)) == lines


def test_a_name_with_chinese_in_it_is_chinese() -> None:
    assert language_of("铝 ingot") == "zh-Hans"
    assert language_of("aluminium ingot") == "en"
