"""A Sankey says in its table everything that flows, loops and credits among it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from labels.locale import LANGUAGES
from labels.render.charts import Chart
from labels.render.sankey import LOOP, FlowLink, FlowNode, sankey_chart
from tests.unit.render.svg_rules import SVG, check_drawing, words


def node(name: str, kg_co2e: str, direct: str = "0", rest: str = "0", count: int = 0) -> FlowNode:
    return FlowNode(
        id=name,
        name=f"<{name}>",
        kg_co2e=Decimal(kg_co2e),
        direct_kg_co2e=Decimal(direct),
        rest_kg_co2e=Decimal(rest),
        rest_count=count,
    )


def link(source: str, target: str, kg_co2e: str) -> FlowLink:
    return FlowLink(source=source, target=target, kg_co2e=Decimal(kg_co2e))


NODES = (
    node("study", "7"),
    node("steel", "10", direct="3", rest="2", count=4),
    node("grid", "6", direct="6"),
    node("credit", "-3", direct="-3"),
)
LINKS = (
    link("steel", "study", "10"),
    link("credit", "study", "-3"),
    link("grid", "steel", "5"),
    link("steel", "grid", "1"),
    link("grid", "grid", "0.5"),
)


def drawn(language: str = "en") -> Chart:
    return sankey_chart(NODES, LINKS, language, title="A <title>", reading="A reading.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flow_is_in_the_table_and_the_drawing_is_named(language: str) -> None:
    chart = drawn(language)
    root = check_drawing(chart.svg)
    assert (root[0].text, root[1].text) == ("A <title>", "A reading.")
    assert len(chart.rows) == len(LINKS) + 3 + 1  # own emissions of three, hidden inputs of one
    assert all(len(row) == len(chart.columns) == 3 for row in chart.rows)
    assert chart.is_wide


def test_what_goes_back_has_no_band_but_a_sign_and_a_row() -> None:
    chart = drawn()
    root = check_drawing(chart.svg)
    bands = list(root.iter(f"{SVG}path"))
    assert len(bands) == 3
    assert [row[2] for row in chart.rows if row[:2] == ("<grid>", "<grid>")] == ["0.500"]
    assert LOOP in words(root)


def test_a_credit_is_an_outline_and_keeps_its_sign() -> None:
    chart = drawn()
    bands = list(check_drawing(chart.svg).iter(f"{SVG}path"))
    assert [band.get("fill") for band in bands].count("none") == 1
    assert [row[2] for row in chart.rows if row[0] == "<credit>"] in (["−3.00"], ["-3.00"])


def test_a_band_is_as_wide_as_its_flow_and_sources_stand_left_of_targets() -> None:
    root = check_drawing(drawn().svg)
    bars = [
        (float(bar.get("x", "0")), float(bar.get("height", "0"))) for bar in root.iter(f"{SVG}rect")
    ]
    study, steel, credit, grid = bars
    assert grid[0] < steel[0] < study[0]
    assert credit[0] == steel[0]
    assert steel[1] / grid[1] == pytest.approx(10 / 6)


def test_a_study_without_flows_is_drawn_as_well() -> None:
    chart = sankey_chart((node("study", "0"),), (), "en", title="t", reading="r")
    check_drawing(chart.svg)
    assert chart.rows == ()
