"""The plots of the benchmarks are drawings a browser reads, and show what was measured."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tests.benchmarks.page import Plot

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*points: tuple[int, float]) -> ET.Element:
    return ET.fromstring(Plot("x.svg", "Seconds & more", "s", points, limit=30).svg())


def test_every_point_is_drawn_inside_and_says_its_value() -> None:
    root = drawn((1_000, 0.5), (10_000, 12.25), (20_000, 45))
    dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in root.iter(f"{SVG}circle")]
    assert len(dots) == 3
    assert all(0 < x < 640 and 0 < y < 300 for x, y in dots)
    assert dots == sorted(dots, key=lambda dot: (dot[0], -dot[1])), "more is further up"
    said = {text.text for text in root.iter(f"{SVG}text")}
    assert {"Seconds & more", "0.5", "12.2", "45.0", "20,000", "to reach: 30 s"} <= said


def test_a_plot_without_a_limit_draws_none_and_says_what_it_counts() -> None:
    plot = Plot("x.svg", "Milliseconds", "ms", [(10, 0.2), (200, 2.5), (4_000, 40)], over="lines")
    root = ET.fromstring(plot.svg())
    said = {text.text or "" for text in root.iter(f"{SVG}text")}
    assert {"lines", "40.0", "2.5", "4,000"} <= said
    assert "0.2" not in said, "too close to its neighbour for words"
    assert not any("to reach" in text for text in said)
