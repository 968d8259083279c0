"""Flows are as thick as their amounts, credits keep their sign, nothing leaves the drawing."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from labels.render.charts import Chart
from labels.render.flow_chart import FlowLink, FlowNode, flow_chart
from labels.render.interval_chart import Spread, interval_chart

NODES = (
    FlowNode("steel", "Steel " + "long " * 30, 0, "stage-raw-material"),
    FlowNode("power", "Power", 0, "stage-manufacturing"),
    FlowNode("credit", "Credit", 0, "stage-end-of-life"),
    FlowNode("made", "Made", 1, "stage-manufacturing"),
    FlowNode("total", "Total", 2, "jade"),
)
LINKS = (
    FlowLink("steel", "made", Decimal(80)),
    FlowLink("power", "made", Decimal(20)),
    FlowLink("credit", "made", Decimal(-10)),
    FlowLink("made", "total", Decimal(90)),
)


def drawn(nodes: tuple[FlowNode, ...] = NODES, links: tuple[FlowLink, ...] = LINKS) -> Chart:
    return flow_chart(nodes, links, "en", title="Flows", reading="See")


def bar_heights(svg: str) -> list[float]:
    return [float(h) for h in re.findall(r'<rect [^>]*height="([\d.]+)"', svg)]


def test_a_node_is_as_high_as_what_passes_through_it() -> None:
    steel, power, credit, made, total = bar_heights(drawn().svg)
    assert [power, credit, made, total] == pytest.approx(
        [steel * part / 80 for part in (20, 10, 110, 90)], abs=0.02
    )


def test_a_credit_is_hatched_and_keeps_its_sign() -> None:
    chart = drawn()
    assert chart.svg.count('class="credit"') == 1
    assert ("Credit", "Made", "−10.0") in chart.rows
    assert ">−10.0<" in chart.svg


def test_nothing_leaves_the_drawing_however_long_a_name() -> None:
    svg = drawn().svg
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert found
    width, height = map(float, found.groups())
    for x, y, w, h in re.findall(
        r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"', svg
    ):
        assert 0 <= float(x) <= width - float(w) + 0.01
        assert 0 <= float(y) <= height - float(h) + 0.01
    assert "Steel long long" in svg
    assert "long " * 12 not in svg


def test_a_graph_without_flows_is_an_empty_drawing() -> None:
    assert drawn((), ()).rows == ()


def test_names_are_escaped() -> None:
    nodes = (FlowNode("a", "<b>&", 0), FlowNode("t", "T", 1))
    svg = drawn(nodes, (FlowLink("a", "t", Decimal(1)),)).svg
    assert "<b>" not in svg
    assert "&lt;b&gt;&amp;" in svg


def test_an_interval_shows_its_ends_and_the_figure() -> None:
    spread = Spread(Decimal("95.5"), Decimal(80), Decimal(97), Decimal("120.4"), 1000)
    chart = interval_chart(spread, "en")
    for figure in ("80.00", "120.4", "95.5 kg CO₂e"):
        assert f">{figure}<" in chart.svg
    assert [row[1] for row in chart.rows] == ["95.5", "80.00", "97.00", "120.4"]


def test_an_interval_of_no_width_is_drawn() -> None:
    one = Decimal(3)
    assert "nan" not in interval_chart(Spread(one, one, one, one, 10), "zh-Hans").svg.lower()
