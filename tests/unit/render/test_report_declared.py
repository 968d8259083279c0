"""The report tells what a bill declares beside its lines in tables and words of the reader."""

from __future__ import annotations

from typing import Any

import pytest

from labels.locale import LANGUAGES
from labels.render.report import report_html
from tests.support.described_studies import a_described_study, a_whole_declaration
from tests.unit.render.test_report import words_of


def all_declared(body: dict[str, Any]) -> None:
    body["result"] |= a_whole_declaration()


DECLARED_WORDS = {
    "zh-Hans": (
        "Slag – 20.0% –",
        "质量（采用） 80.0% 120",
        "经济价值 95.0% 144",
        "Screws Too few. 超过方法限值 排放 – 3.25 2.4%",
        "Glue – – 未估算 –",
        "原材料和部件 12.5 –",
        "产品 – 11.8",
        "Gas: 燃料，燃烧时与空气中的氧结合",
        "证书 GEC CN-1-10; GEC CN-21-30 · 2025",
        "其余：消费组合 电力 10.0 –",
    ),
    "zh-Hant": (
        "Slag – 20.0% –",
        "質量（採用） 80.0% 120",
        "Glue – – 未估算 –",
        "證書 GEC CN-1-10; GEC CN-21-30 · 2025",
        "其餘：消費組合",
    ),
    "en": (
        "What the products have in common is 157 kg CO₂e, shared by: Mass.",
        "Slag – 20.0% –",
        "Mass (chosen) 80.0% 120",
        "Price 95.0% 144",
        "At most 97.5% was counted: some cuts were not estimated.",
        "Limits: 1.0% each, 5.0% together.",
        "Screws Too few. over the limit of the method Emission – 3.25 2.4%",
        "Glue – – not estimated –",
        "Together: Emission – – – 2.4%",
        "a difference of 6.0% (tolerance 5.0%). · limit unconfirmed over the limit of the method",
        "Materials and components 12.5 –",
        "Product – 11.8",
        "Gas: fuel, burnt with oxygen of the air",
        "Without any instrument the result would be 133 kg CO₂e.",
        "Certificates GEC CN-1-10; GEC CN-21-30 · 2025",
        "30.0 75.0%",
        "The rest: consumption mix Electricity, grid 10.0 –",
    ),
    "pt": (
        "Slag – 20,0% –",
        "Massa (escolhido) 80,0% 120",
        "Glue – – não estimado –",
        "Certificados GEC CN-1-10; GEC CN-21-30 · 2025",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_declared_is_told_in_tables_and_words_of_the_reader(language: str) -> None:
    said = words_of(report_html(a_described_study(all_declared), language))
    assert [words for words in DECLARED_WORDS[language] if words not in said] == []
    for member in ("shared_kg_co2e", "is_at_most", "co_products[", "consumption-mix", "True"):
        assert member not in said


def test_a_direct_emission_is_named_by_gas_and_origin_in_words() -> None:
    def change(body: dict[str, Any]) -> None:
        body["result"]["lines"][1]["dataset"] = "CO2:fossil"

    said = words_of(report_html(a_described_study(change), "pt"))
    assert "CO2 · fóssil" in said
    assert "CO2:fossil" not in said


def test_no_zero_is_told_of_a_mass_balance() -> None:
    said = words_of(report_html(a_described_study(all_declared), "en"))
    assert "Gases taken up" not in said


def test_a_long_list_of_cuts_is_shortened_and_says_so() -> None:
    def change(body: dict[str, Any]) -> None:
        all_declared(body)
        cut = body["result"]["completeness"]["cuts"][1]
        body["result"]["completeness"]["cuts"] = [
            {**cut, "flow": f"Flow-{number}."} for number in range(201)
        ]

    said = words_of(report_html(a_described_study(change), "en"))
    assert "Flow-199." in said
    assert "Flow-200." not in said
    assert "only the largest part of it stands here" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_amount_of_a_line_is_written_as_the_language_writes_numbers(language: str) -> None:
    def change(body: dict[str, Any]) -> None:
        body["line_amounts"][0] = "12500.5 kg × 0.05 / (1 - 0.05) × 0.8 m3"

    said = words_of(report_html(a_described_study(change), language))
    written = {"pt": "12 500,5 kg × 0,05 / (1 - 0,05) × 0,8 m3"}
    assert written.get(language, "12,500.5 kg × 0.05 / (1 - 0.05) × 0.8 m3") in said


def test_what_a_co_product_displaces_is_a_line_that_no_bill_has() -> None:
    def change(body: dict[str, Any]) -> None:
        line = body["result"]["lines"][1]
        credit = {"ref": "co-product-1", "part": "displaced-product", "kg_co2e": "-7.5"}
        body["result"]["lines"].append({**line, **credit, "name": "Heat"})
        body["line_amounts"].append("-2 MJ")

    said = words_of(report_html(a_described_study(change), "en"))
    assert "Heat co-product-1 · Displaced by a co-product (credit) · Manufacturing -2 MJ" in said
