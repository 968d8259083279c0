"""Languages of names, by tag or by letters."""

from __future__ import annotations

import pytest

from lca_db.inventory.importers.language_tags import language_of_tag, language_of_text


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh_SG", "zh-Hans"),
        ("ZH-cn", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("pt-BR", "pt"),
        ("en-GB", "en"),
        ("de", "de"),
        ("", "en"),
        ("<x>", "en"),
        ("x" * 500, "en"),
    ],
)
def test_a_tag_becomes_a_language_of_ours(tag: str, language: str) -> None:
    assert language_of_tag(tag) == language


@pytest.mark.parametrize(
    ("name", "language"),
    [("Steel", "en"), ("钢", "zh-Hans"), ("6063-T5铝型材", "zh-Hans"), ("", "en"), ("Aço", "en")],
)
def test_a_name_without_a_tag_is_filed_by_its_letters(name: str, language: str) -> None:
    assert language_of_text(name) == language
