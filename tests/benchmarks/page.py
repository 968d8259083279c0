"""Writes what a run of the benchmarks measured: docs/performance.md and its plots."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import FIGURES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "performance.md"
GROWTH: list[dict[str, Any]] = []
BASE: list[str] = []
CURVES: list[Plot] = []
"""What grows with something else than the datasets of a release; each benchmark adds its own."""
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 640, 300, 70, 44, 34
_INK, _LINE, _JADE, _PAPER = "#16211E", "#DDE2DC", "#0B6E4F", "#FFFFFF"  # the light tokens


@dataclass(frozen=True)
class Plot:
    """A growing quantity over the number of something.

    Attributes:
        limit: What it is to stay under, where that is a figure.
        over: What is counted across.
    """

    file: str
    title: str
    unit: str
    points: Sequence[tuple[int, float]]
    limit: float | None = None
    over: str = "datasets"

    def svg(self) -> str:
        """The plot as a drawing of its own, light in any surroundings."""
        most_x = max(x for x, _ in self.points)
        most_y = max(self.limit or 0.0, *(y for _, y in self.points)) * 1.05

        def place(x: float, y: float) -> tuple[float, float]:
            across = _LEFT + (_WIDTH - _LEFT - 30) * x / most_x
            return across, _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * y / most_y

        def words(x: float, y: float, text: str, anchor: str = "middle") -> str:
            return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'

        left, floor = place(0, 0)
        right, limit = place(most_x, self.limit or 0.0)
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in self.points))
        box, font = f'viewBox="0 0 {_WIDTH} {_HEIGHT}"', 'font-family="sans-serif" font-size="12"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" {font} fill="{_INK}">',
            f"<title>{escape(self.title)}</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{_PAPER}"/>',
            words(_LEFT, 20, self.title, "start"),
            f'<path d="M{left} {_TOP}V{floor}H{right}" fill="none" stroke="{_INK}"/>',
            f'<polyline points="{path}" fill="none" stroke="{_JADE}" stroke-width="2"/>',
        ]
        if self.limit is not None:
            parts += [
                f'<path d="M{left} {limit:.1f}H{right}" stroke="{_INK}" stroke-dasharray="6 4"/>',
                words(right, limit - 6, f"to reach: {self.limit:,g} {self.unit}", "end"),
            ]
        for x, y in self.points:
            across, down = place(x, y)
            said = f"{y:,.1f}" if y < 100 else f"{y:,.0f}"
            parts.append(f'<circle cx="{across:.1f}" cy="{down:.1f}" r="4" fill="{_JADE}"/>')
            if x * 20 >= most_x:  # the smaller ones stand too close for words
                parts.append(words(across, down - 9, said))
            if x * 4 >= most_x:
                parts.append(words(across, floor + 16, f"{x:,}"))
        parts += [
            words((left + right) / 2, _HEIGHT - 8, self.over),
            words(_LEFT - 8, _TOP + 8, self.unit, "end"),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"


def plots() -> tuple[Plot, ...]:
    """Of the releases that were measured."""
    return (
        Plot(
            "performance-seconds.svg",
            "Release: checks, matrices, table and database, seconds of processor",
            "s",
            [
                (one["datasets"], sum(one[p]["processor_seconds"] for p in ("checked", "kept")))
                for one in GROWTH
            ],
            30,
        ),
        Plot(
            "performance-memory.svg",
            "Release: peak memory of the process",
            "MB",
            [(one["datasets"], one["peak_bytes"] / 1e6) for one in GROWTH],
            2_000,
        ),
    )


def write() -> None:
    """The page and its plots."""
    drawn = plots()
    for plot in (*drawn, *CURVES):
        (DOCS / plot.file).write_text(plot.svg(), encoding="utf-8")
    PAGE.write_text(_text(drawn), encoding="utf-8")


def _text(drawn: Sequence[Plot]) -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    lines = [
        "# Performance",
        "",
        "Written by `./run bench`, by whole runs of it only, and not by hand. What counts is the",
        "ratio to the baseline, which is measured in the same run. Absolute figures hold for the",
        "machine they were measured on. All but searches and requests are compared and judged by",
        "the time of processor they took, because others may be using the machine.",
        "",
        f"Measured on {datetime.now(UTC).date()} with Python {platform.python_version()} on",
        f"{os.cpu_count()} cores ({platform.machine()}); load at the end of the run: {load}.",
        f"The releases are copies of {BASE[0]}, 2 % of their inputs linked across the copies.",
        "",
        "| what | measured | ratio to the baseline | baseline | to reach | |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.what} | {one.measured} | {one.ratio:,.1f} | {one.baseline} | {one.to_reach} | "
        f"{'reached' if one.is_reached else '**not reached yet**'} |"
        for one in FIGURES
    ]
    lines += ["", *_of_a_footprint()]
    lines += [
        "## How a release grows",
        "",
        "Every release is made in a process of its own; the memory is that of the whole process,",
        "with the generated inventory.",
        "",
    ]
    for plot in drawn:
        lines += [f"![{plot.title}]({plot.file})", ""]
    lines += [
        "| datasets | products | inputs | checks, matrices, table | files, database | memory |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one['datasets']:,} | {one['products']:,} | {one['inputs']:,} "
        f"| {one['checked']['seconds']:.1f} s | {one['kept']['seconds']:.1f} s "
        f"| {one['peak_bytes'] / 1e6:,.0f} MB |"
        for one in GROWTH
    ]
    return "\n".join(lines) + "\n"


ON_THE_ENGINE = """\
## What a footprint spends its time on

The bare product of a sparse row and the table takes some microseconds. A footprint is more than
that: each line is read as exact decimals, converted, linked by name and answered with a figure, a
share of primary data and one of drafts, under a profile, and all of it is checked against the
total. With 200 lines that is some ten microseconds a line, nearly all of them spent on making
Python objects and none on the release; the arithmetic of a linked bill is the row above it in the
table. What is asked a million times is therefore kept in columns, without objects.

One forward solution of bw2calc with its factors at hand gives one number for the whole bill; the
figure of each line, which ours always has, takes it one solution per line. On an inventory as
thinly linked as copies of USLCI one solution is quick, and for the total alone ours is not faster.

## How a footprint grows
"""


def _of_a_footprint() -> list[str]:
    """Words on the engine, then every curve with its table."""
    lines = [ON_THE_ENGINE]
    for plot in CURVES:
        lines += [f"![{plot.title}]({plot.file})", "", f"| {plot.over} | {plot.unit} |"]
        lines += ["| ---: | ---: |", *(f"| {x:,} | {y:,.2f} |" for x, y in plot.points), ""]
    return lines
