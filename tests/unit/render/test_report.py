"""The study report says everything clause 7 asks for, from the study alone, the same every time."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import subprocess
import sys
import zlib
from decimal import Decimal
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from labels.locale import LANGUAGES, translator
from labels.render.paper import page_count
from labels.render.printed import three_figures
from labels.render.report import report_html, report_pdf
from tests.support.described_studies import a_described_study, a_whole_declaration, read

ROOT = Path(__file__).parents[3]
IN_OTHER_PROCESS = """
import hashlib
from labels.render.report import report_pdf
from tests.support.described_studies import a_described_study
print(hashlib.sha256(report_pdf(a_described_study(), "zh-Hans")).hexdigest())
"""
# What ISO 14067:2018, clause 7 asks of a study report, and the heading or word that answers it.
CLAUSE_7 = {
    "functional or declared unit and reference flow": ("report.h_unit", "report.reference_flow"),
    "system boundary and stages": ("report.h_boundary", "report.stages_in_boundary"),
    "important unit processes": ("report.h_processes",),
    "data collection and sources": ("report.h_sources",),
    "greenhouse gases and characterisation factors": ("report.h_gases", "report.factor"),
    "cut-off criteria and cuts": ("report.h_cut_off",),
    "allocation": ("report.h_allocation",),
    "timing of emissions": ("report.choice_timing",),
    "data quality": ("report.h_data",),
    "sensitivity and uncertainty": ("report.h_sensitivity", "report.h_uncertainty"),
    "electricity": ("report.h_electricity",),
    "interpretation and limitations": ("report.h_interpretation", "report.h_limitations"),
    "value choices": ("report.h_choices", "report.choice_methane", "report.choice_offsets"),
    "scenarios of use and end of life": ("report.h_scenarios",),
    "reference period": ("scan.period",),
    "product category rules": ("report.product_rules",),
    "modified scope with justification": ("report.modified_scope",),
    "impact of alternative scenarios": ("report.alternatives",),
    "representativeness of the period": ("report.period_fit",),
    "other supplementary requirements": ("report.supplementary",),
    "performance tracking": ("report.tracking",),
    "grid constraints of electricity": ("report.grid_limits",),
    "results, total and apart": ("report.h_total", "report.h_apart", "report.no_indirect"),
    "results by stage": ("report.h_stages", "report.by_stage"),
    "commissioner, practitioner, date": (
        "report.commissioner",
        "report.practitioner",
        "report.date",
    ),
    "critical review": ("report.h_review", "report.no_review"),
}


@cache
def pdf_of(language: str = "zh-Hans") -> bytes:
    return report_pdf(a_described_study(), language)


def words_of(html: str) -> str:
    """What a reader reads, without markup and breaks."""
    body = html.partition("<body>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[n].get_textpage().get_text_bounded() for n in range(len(document))]
    return "".join("".join(pages).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("item", CLAUSE_7)
def test_every_item_of_the_clause_is_there_in_every_language(item: str, language: str) -> None:
    said = words_of(report_html(a_described_study(), language))
    for key in CLAUSE_7[item]:
        assert " ".join(translator(language).text(key).split()) in said, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_the_one_of_the_result(language: str) -> None:
    reader = translator(language)
    result = read(a_described_study())["result"]
    said = words_of(report_html(a_described_study(), language))
    figures = [
        result["total_kg_co2e"],
        result["including_uptake_kg_co2e"],
        result["excluding_uptake_kg_co2e"],
        *(line["kg_co2e"] for line in result["lines"]),
        *result["partition"].values(),
        *result["biogenic_co2"].values(),
        *(gas[name] for gas in result["gases"] for name in ("mass_kg", "kg_co2e")),
        *(choice["change_kg_co2e"] for choice in result["sensitivities"]),
    ]
    assert [f for f in figures if three_figures(f, reader) not in said] == []
    assert reader.number(result["total_kg_co2e"]) in said
    for share in ("primary_data_share", "draft_share", "unswitchable_share"):
        assert reader.percent(result[share], 1) in said, share


def test_the_factor_of_a_gas_is_what_the_result_shows() -> None:
    html = report_html(a_described_study(), "en")
    assert re.search(r"CH4</th>.*?<td class=\"num\">29\.8</td>", html, re.DOTALL)


def test_a_changed_figure_changes_the_report() -> None:
    def change(body: dict[str, Any]) -> None:
        body["result"]["lines"][0]["kg_co2e"] = "77.7"

    assert "77.7" not in words_of(report_html(a_described_study(), "en"))
    assert "77.7" in words_of(report_html(a_described_study(change), "en"))


def test_a_stage_left_out_is_named_with_its_reason() -> None:
    said = words_of(report_html(a_described_study(), "en"))
    assert "Distribution Left out why not distribution" in said
    assert "Stages not counted: Distribution, Use." in said


def test_what_the_study_does_not_know_is_said() -> None:
    def change(body: dict[str, Any]) -> None:
        body["practitioner"] = ""
        body["study"]["plant"] = ""
        body["bill"] |= {"assumptions": [], "cut_offs": []}
        body["result"]["sensitivities"] = []

    said = words_of(report_html(a_described_study(change), "en"))
    for words in (
        "Prepared by Not stated",
        "Place of manufacture Not stated",
        "The study states no further assumptions.",
        "The study declares nothing left out within its boundary.",
        "Completeness was not assessed.",
        "The mass balance was not assessed.",
        "Uncertainty was not assessed.",
        "A data quality rating was not assessed.",
        "Not assessed: uncertainty, data quality rating, completeness, mass balance.",
        "The inventory offers no other choice for any of them.",
        "No document has been filed with the study.",
    ):
        assert words in said, words


def test_members_that_a_study_has_are_read_when_they_are_there() -> None:
    interval = {
        "draws": 1000,
        "seed": 7,
        "sampling_sha256": "ab" * 32,
        "lower_kg_co2e": "101.5",
        "median_kg_co2e": "119.9",
        "upper_kg_co2e": "145.2",
    }

    def change(body: dict[str, Any]) -> None:
        body["result"] |= {
            "uncertainty": interval,
            "data_quality_rating": "2.25",
            "completeness": a_whole_declaration()["completeness"],
            "data_quality_rated_share": "0.875",
            "biogenic_carbon_kg": "0.125",
            "packaging_biogenic_carbon_kg": "0.625",
        }
        body["result"]["lines"][0]["data_quality_rating"] = "3.5"

    html = report_html(a_described_study(change), "en")
    said = words_of(html)
    for words in (
        "95 % of 1,000 draws lie between 101.5 and 145.2, their median is 119.9.",
        "Data quality rating weighted by contribution: 2.25",
        "Biogenic carbon in the product: 0.125 kg.",
        "Biogenic carbon in the packaging: 0.625 kg C.",
        "Rated data carry 87.5% of the sum of absolute contributions.",
        "Data quality rating 3.5",
    ):
        assert words in said, words
    assert 'id="interval-title"' in html
    assert "Uncertainty was not assessed." not in said
    assert "Not assessed: mass balance." in said


def test_a_statement_stands_in_the_place_of_its_absence() -> None:
    def change(body: dict[str, Any]) -> None:
        body["critical_review"] = {
            "body": {"en": "Zhujiang"},
            "accreditation": "VB-1",
            "statement": "VS-9",
            "opinion": "unmodified",
            "assurance_level": "reasonable",
            "issued_at": "2026-11-21T00:00:00+00:00",
            "report_sha256": "aa" * 32,
        }

    said = words_of(report_html(a_described_study(change), "en"))
    assert "Verification statement VS-9" in said
    assert translator("en").text("report.limit_no_review") not in said
    assert translator("en").text("report.no_review") not in said


def test_names_hold_no_markup_and_may_be_long() -> None:
    name = "<script>alert(1)</script>&" + "W" * 170

    def change(body: dict[str, Any]) -> None:
        body["bill"]["product"]["name"] = {"en": name}
        body["bill"]["product"]["model"] = "M" * 120
        body["bill"]["lines"][0]["note"] = "x" * 2000
        body["result"]["lines"][0]["name"] = name
        body["bill"]["assumptions"] = ["\N{OLD PERSIAN SIGN A}" + "y" * 1500]

    content = a_described_study(change)
    html = report_html(content, "en")
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    pdf = report_pdf(content, "en")
    assert_inside(pdf)


def assert_inside(pdf: bytes) -> None:
    """No character of a page stands outside its margins."""
    document = pypdfium2.PdfDocument(pdf)
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, _, right, _ = text.get_charbox(index)
            if right > left:
                assert left > 55, (number, text.get_text_range(index, 20))
                assert right < 595.3 - 55, (number, text.get_text_range(max(index - 20, 0), 20))


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_nothing_leaves_the_margins_of_a_page(language: str) -> None:
    assert page_count(pdf_of(language)) > 4
    assert_inside(pdf_of(language))


def test_a_character_no_font_has_is_named_and_kept_in_the_attached_document() -> None:
    def change(body: dict[str, Any]) -> None:
        body["practitioner"] = "Lin \U0010fffd"

    content = a_described_study(change)
    pdf = report_pdf(content, "en")
    assert "U+10FFFD" in text_of(pdf)
    assert attached(pdf) == content


def attached(pdf: bytes) -> bytes:
    """The one file attached to a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    raw = pypdfium2.raw
    assert raw.FPDFDoc_GetAttachmentCount(document.raw) == 1
    attachment = raw.FPDFDoc_GetAttachment(document.raw, 0)
    length = ctypes.c_ulong()
    raw.FPDFAttachment_GetFile(attachment, None, 0, length)
    buffer = ctypes.create_string_buffer(length.value)
    raw.FPDFAttachment_GetFile(attachment, buffer, length.value, length)
    return buffer.raw[: length.value]


def test_the_study_itself_is_attached_byte_for_byte_and_named_by_its_hash() -> None:
    content = a_described_study()
    assert attached(pdf_of()) == content
    assert hashlib.sha256(content).hexdigest() in text_of(pdf_of())


def unpacked(pdf: bytes) -> bytes:
    """The objects of a PDF as they are, and what is packed in its streams."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    parts = [pdf]
    for stream in streams:
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


def test_the_report_is_a_tagged_pdf_a_in_its_language_with_bookmarks() -> None:
    pdf = pdf_of()
    inside = unpacked(pdf)
    assert b'pdfaid:part="3" pdfaid:conformance="A"' in inside
    assert b"/Lang(zh-Hans)" in inside.replace(b" ", b"")
    assert b"/AFRelationship/Data" in inside.replace(b" ", b"")
    document = pypdfium2.PdfDocument(pdf)
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document.raw)
    titles = [b.get_title() for b in document.get_toc()]
    assert any("生命周期清单" in title for title in titles), titles
    assert document.get_metadata_value("Title").startswith("产品碳足迹研究报告")


def test_every_chart_has_its_table() -> None:
    html = report_html(a_described_study(), "en")
    for chart in ("stages", "hot-spots", "flows", "sankey"):
        assert f'id="{chart}-title"' in html
    assert html.count("<figure>") == 4
    for title in ("By stage, absolute and relative", "Largest contributions"):
        assert re.search(rf"<caption>Table \d+\. {title}</caption>", html), title
    assert re.search(r"<caption>Table \d+\. From the lines to the total</caption>", html)


def test_the_same_study_gives_the_same_bytes_in_another_process() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Macau"}
    run = subprocess.run(
        [sys.executable, "-c", IN_OTHER_PROCESS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == hashlib.sha256(pdf_of()).hexdigest()


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    html = report_html(a_described_study(), "zh-Hant")
    assert '<html lang="zh-Hant-HK">' in html
    assert not re.search(r"<(script|link|img|iframe)|url\((?!#)|@import|\son\w+=", html)


def test_lines_that_are_left_over_are_summed_in_one_row() -> None:
    def change(body: dict[str, Any]) -> None:
        line = body["result"]["lines"][0]
        body["result"]["lines"] = [{**line, "kg_co2e": "1.25"} for _ in range(70)]
        body["line_amounts"] = ["10 kg"] * 70

    html = report_html(a_described_study(change), "en")
    assert "60 of 70" in html
    rest = three_figures(Decimal("12.5"), translator("en"))
    assert re.search(rf"10 other lines</th>.*?{rest}</td>", html, re.DOTALL)


def test_a_study_of_nothing_is_a_report_too() -> None:
    def change(body: dict[str, Any]) -> None:
        body["bill"] |= {"lines": [], "assemblies": {}}
        body["line_amounts"] = []
        body["result"] |= {"lines": [], "gases": [], "sensitivities": [], "total_kg_co2e": "0"}
        for stage in body["result"]["stages"]:
            stage |= {"inclusion": "cut", "kg_co2e": "0"}

    said = words_of(report_html(a_described_study(change), "en"))
    assert "The largest stage" not in said
    assert "No line buys electricity directly" in said
