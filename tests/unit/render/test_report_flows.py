"""The merged flows of a study report are those of its document, loops among them."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from labels.locale import LANGUAGES, translator
from labels.render.printed import three_figures
from labels.render.report import report_html
from tests.support.described_flows import some_flows
from tests.support.described_studies import a_described_study


def table_of(html: str, language: str = "en") -> list[list[str]]:
    """The rows of the table under the merged flows."""
    title = translator(language).text("report.sankey")
    table = re.search(rf"<caption>[^<]*{title}</caption>(.*?)</table>", html, re.DOTALL)
    assert table is not None
    rows = re.findall(r"<tr>(.*?)</tr>", table[1], re.DOTALL)[1:]
    return [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r)] for r in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_stands_in_the_table_the_one_that_goes_back_too(language: str) -> None:
    reader = translator(language)
    figures = [row[2] for row in table_of(report_html(a_described_study(), language), language)]
    wanted = [three_figures(link["kg_co2e"], reader) for link in some_flows()["links"]]
    assert [figure for figure in wanted if figure not in figures] == []


def test_a_dataset_bears_its_number_in_the_drawing_and_its_name_in_the_table() -> None:
    html = report_html(a_described_study(), "en")
    assert ["2. Electricity, grid", "1. steel-bof-cn", "61.2"] in table_of(html)
    assert ["Its own emission", "2. Electricity, grid", "85.0"] in table_of(html)
    assert ["3 inputs not shown", "1. steel-bof-cn", "30.5"] in table_of(html)
    svg = re.search(r'<svg[^>]*aria-labelledby="sankey-title.*?</svg>', html, re.DOTALL)
    assert svg is not None
    for start in ("1. ", "2. ", "Raw material", "The product"):
        assert f">{start}" in svg[0], start
    assert "↺" in svg[0]


def test_the_sentence_names_the_dataset_that_most_flows_through() -> None:
    html = report_html(a_described_study(), "en")
    assert "Most flows through the dataset steel-bof-cn: 91.8 kg CO₂e, 76% of the total." in html
    assert "Flows below 3.0% of the sum of absolute contributions" in html


def test_without_any_dataset_only_the_stages_are_drawn() -> None:
    def change(body: dict[str, Any]) -> None:
        flows = body["flows"]
        flows["nodes"] = [n for n in flows["nodes"] if n["kind"] != "dataset"]
        flows["links"] = [one for one in flows["links"] if one["target"] == "study"]

    html = report_html(a_described_study(change), "en")
    assert translator("en").text("flow.reading") in html
    assert [row[0] for row in table_of(html) if row[1] == "The product"] == [
        "Raw material acquisition",
        "Manufacturing",
    ]


def test_a_study_whose_flows_are_not_told_says_so() -> None:
    html = report_html(a_described_study(lambda body: body.update(flows=None)), "en")
    assert 'id="sankey-title"' not in html
    assert translator("en").text("report.no_sankey") in html


def test_what_is_told_adds_up_at_every_node() -> None:
    """The example is a Sankey: what comes in goes out."""
    flows = some_flows()
    for node in flows["nodes"]:
        into = [link["kg_co2e"] for link in flows["links"] if link["target"] == node["id"]]
        parts = [*into, node["direct_kg_co2e"], node["rest_kg_co2e"]]
        assert sum(map(Decimal, parts)) == Decimal(node["kg_co2e"]), node["id"]
