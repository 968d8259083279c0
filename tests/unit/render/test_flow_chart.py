"""Flows are as thick as their amounts, credits keep their sign, nothing leaves the drawing.

The two drawings that are made: of a fixed width, for paper, from lines over stages to the total;
and of any graph, for the screen, as wide as its columns need.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from labels.locale import LANGUAGES
from labels.render.charts import Chart
from labels.render.flow_chart import LOOP, flow_chart
from labels.render.flow_layout import FlowLink, FlowNode, flow_layout
from labels.render.interval_chart import Spread, interval_chart
from tests.unit.render.svg_rules import SVG, check_drawing, words


def node(name: str, kg_co2e: str, direct: str = "0", rest: str = "0", count: int = 0) -> FlowNode:
    return FlowNode(
        id=name,
        name=f"<{name}>",
        kg_co2e=Decimal(kg_co2e),
        direct_kg_co2e=Decimal(direct),
        rest_kg_co2e=Decimal(rest),
        rest_count=count,
        note="half" if name == "made" else "",
    )


def link(source: str, target: str, kg_co2e: str) -> FlowLink:
    return FlowLink(source=source, target=target, kg_co2e=Decimal(kg_co2e))


PAPER = (
    node("total", "90"),
    node("made", "90"),
    node("steel " + "long " * 30, "80"),
    node("power", "20"),
    node("credit", "-10"),
)
PAPER_LINKS = (
    link(PAPER[2].id, "made", "80"),
    link("power", "made", "20"),
    link("credit", "made", "-10"),
    link("made", "total", "90"),
)
GRAPH = (
    node("study", "7"),
    node("steel", "10", direct="3", rest="2", count=4),
    node("grid", "6", direct="6"),
    node("credit", "-3", direct="-3"),
)
GRAPH_LINKS = (
    link("steel", "study", "10"),
    link("credit", "study", "-3"),
    link("grid", "steel", "5"),
    link("steel", "grid", "1"),
    link("grid", "grid", "0.5"),
)


def on_paper(
    nodes: tuple[FlowNode, ...] = PAPER, links: tuple[FlowLink, ...] = PAPER_LINKS
) -> Chart:
    return flow_chart(nodes, links, "en", title="Flows", reading="See", width=640)


def on_screen(language: str = "en") -> Chart:
    return flow_chart(GRAPH, GRAPH_LINKS, language, title="A <title>", reading="A reading.")


def bars(svg: str) -> list[dict[str, float]]:
    return [
        {name: float(bar.get(name, "0")) for name in ("x", "y", "width", "height")}
        for bar in check_drawing(svg).iter(f"{SVG}rect")
    ]


def test_a_node_is_as_high_as_what_passes_through_it() -> None:
    steel, power, credit, made, total = (bar["height"] for bar in bars(on_paper().svg))
    assert [power, credit, made, total] == pytest.approx(
        [steel * part / 80 for part in (20, 10, 110, 90)], abs=0.02
    )


@pytest.mark.parametrize("chart", [on_paper(), on_screen()], ids=["paper", "screen"])
def test_a_credit_is_hatched_and_keeps_its_sign(chart: Chart) -> None:
    assert chart.svg.count('class="credit"') == 1
    assert {row[2] for row in chart.rows if row[0] == "<credit>"} in ({"−10.0"}, {"−3.00"})
    assert ">−10.0<" in chart.svg or ">−3.00<" in chart.svg


@pytest.mark.parametrize("chart", [on_paper(), on_screen()], ids=["paper", "screen"])
def test_nothing_leaves_the_drawing_however_long_a_name(chart: Chart) -> None:
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', chart.svg)
    assert found
    width, height = map(float, found.groups())
    for bar in bars(chart.svg):
        assert 0 <= bar["x"] <= width - bar["width"] + 0.01
        assert 0 <= bar["y"] <= height - bar["height"] + 0.01
    assert "long " * 12 not in chart.svg


def test_no_band_that_leaves_a_bar_runs_through_its_label() -> None:
    """A label stands beside the first bars of a fixed width, and above every other."""
    layout = flow_layout(PAPER, PAPER_LINKS, 640)
    assert {n: s.is_beside for n, s in layout.spots.items()} == {
        one.id: one.id not in {"made", "total"} for one in PAPER
    }
    for svg in (on_paper().svg, on_screen().svg):
        for text in check_drawing(svg).iter(f"{SVG}text"):
            x, y = float(text.get("x", "0")), float(text.get("y", "0"))
            inside = [b for b in bars(svg) if b["x"] <= x <= b["x"] + b["width"]]
            assert not [b for b in inside if b["y"] < y < b["y"] + b["height"]], text.text


def test_the_last_figure_has_its_unit_and_a_note_stands_behind_its_figure() -> None:
    said = words(check_drawing(on_paper().svg))
    assert "90.0 kg CO₂e" in said
    assert "90.0 · half" in said


def test_a_graph_without_flows_is_drawn_as_well() -> None:
    assert on_paper((), ()).rows == ()
    alone = on_paper((node("study", "0"),), ())
    check_drawing(alone.svg)
    assert alone.rows == ()


def test_names_are_escaped() -> None:
    nodes = (node("total", "1"), node("<b>&", "1"))
    svg = on_paper(nodes, (link("<b>&", "total", "1"),)).svg
    assert "<b>" not in svg
    assert "&lt;&lt;b&gt;&amp;&gt;" in svg


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flow_is_in_the_table_and_the_drawing_is_named(language: str) -> None:
    chart = on_screen(language)
    root = check_drawing(chart.svg)
    assert (root[0].text, root[1].text) == ("A <title>", "A reading.")
    assert len(chart.rows) == len(GRAPH_LINKS) + 3 + 1  # own of three, hidden inputs of one
    assert all(len(row) == len(chart.columns) == 3 for row in chart.rows)
    assert chart.is_wide


def test_what_goes_back_has_no_band_but_a_sign_and_a_row() -> None:
    chart = on_screen()
    root = check_drawing(chart.svg)
    bands = [path for path in root.iter(f"{SVG}path") if path.get("class") != "ink-soft-line"]
    assert len(bands) == 3
    assert [row[2] for row in chart.rows if row[:2] == ("<grid>", "<grid>")] == ["0.500"]
    assert LOOP in words(root)


def test_sources_stand_left_of_targets_by_the_longest_way() -> None:
    spots = flow_layout(GRAPH, GRAPH_LINKS).spots
    assert spots["grid"].x < spots["steel"].x == spots["credit"].x < spots["study"].x
    assert spots["steel"].height / spots["grid"].height == pytest.approx(10 / 6)


def test_an_interval_shows_its_ends_and_the_figure() -> None:
    spread = Spread(Decimal("95.5"), Decimal(80), Decimal(97), Decimal("120.4"), 1000)
    chart = interval_chart(spread, "en")
    for figure in ("80.00", "120.4", "95.5 kg CO₂e"):
        assert f">{figure}<" in chart.svg
    assert [row[1] for row in chart.rows] == ["95.5", "80.00", "97.00", "120.4"]


def test_an_interval_of_no_width_is_drawn() -> None:
    one = Decimal(3)
    assert "nan" not in interval_chart(Spread(one, one, one, one, 10), "zh-Hans").svg.lower()
