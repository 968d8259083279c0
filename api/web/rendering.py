"""Turns a template and values into HTML in the reader's language; charts and CSV of the pages.

The only module of the pages that knows the words (``labels.locale``) and the charts
(``labels.render.charts``) of the core; everything else comes through workflows as frozen values.

Rules:

* Templates escape everything; nothing is marked safe but the charts our own code has drawn.
* A cell of an exported table never begins a formula: ``=``, ``+``, ``-``, ``@``, tab, carriage
  return and their full-width forms get an apostrophe in front, unless the cell is a plain number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.flow_views import NamedSankey
from api.line_views import six_at_most
from footprint.quantities import significant_string
from labels.label import StageShare
from labels.locale import LANGUAGES, template_globals, translator
from labels.render.cells import BYTE_ORDER_MARK, guarded_cell
from labels.render.charts import Chart, Contribution, ranked_bars, stage_bars, stage_stack
from labels.render.flow_chart import flow_chart
from labels.render.flow_layout import FlowLink, FlowNode

_POWER = re.compile(r"m([23])(?![0-9])")
_POWERS = {"2": "²", "3": "³"}
_HAN = re.compile("[\u4e00-\u9fff]")
NARROW = 358.0
Drawing: TypeAlias = Chart


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Where the templates of the pages are read from, with autoescape on."""
    made = Environment(
        loader=PackageLoader("api.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["figure"] = three_figures
    made.filters["four_figures"] = four_figures
    made.filters["six_figures"] = six_figures
    made.filters["six_at_most"] = six_at_most
    made.filters["short_hash"] = short_hash
    made.filters["unit"] = written_unit
    made.filters["size"] = size_text
    made.filters["tongue"] = tongue_of_place
    return made


def html(template: str, language: str, **values: object) -> str:
    """The page of a template in one language."""
    known: dict[str, object] = {**template_globals(language), "percent": _percent(language)}
    return environment().get_template(template).render(known | values)


def _percent(language: str) -> Callable[..., str]:
    """What templates write shares with: as many decimals as asked, else as many as it needs."""

    def written(share: str | Decimal | float, decimals: int | None = None) -> str:
        return translator(language).percent(Decimal(str(share)), decimals)

    return written


def words(language: str, key: str, /, **parameters: object) -> str:
    """One message of the catalogue."""
    return translator(language).text(key, **parameters)


def nearest(texts: Mapping[str, str], language: str) -> str:
    """The reader's version of a text given in some languages, else the nearest one."""
    return translator(language).local(texts)


def written_day(on: date, language: str) -> str:
    """A date as the language writes it."""
    return translator(language).date(on)


def written_moment(at: datetime, language: str) -> str:
    """A time as the language writes it."""
    return translator(language).moment(at)


def written_share(share: str | Decimal, language: str) -> str:
    """A share of 0..1 as per cent, with one decimal below ten per cent."""
    return translator(language).percent(share)


def has_words(key: str) -> bool:
    """Whether the catalogue holds the key."""
    return translator(LANGUAGES[0]).has(key)


def is_language(text: str | None) -> bool:
    """Whether the text names one of our languages."""
    return text in LANGUAGES


def three_figures(value: str | Decimal | float) -> str:
    """A figure for reading: three significant figures as a decimal string."""
    return significant_string(Decimal(value), 3)


def four_figures(value: str | Decimal) -> str:
    """A total for reading beside small changes of it: four significant figures."""
    return significant_string(Decimal(value), 4)


def six_figures(value: str) -> str:
    """A figure of a dataset: six significant figures as a decimal string."""
    return significant_string(Decimal(value), 6)


def two_figures(value: Decimal) -> str:
    """A figure of which only the size matters."""
    return significant_string(value, 2)


def written_number(value: str | Decimal, language: str) -> str:
    """A decimal as the language writes it."""
    return translator(language).number(value)


def short_hash(sha256: str) -> str:
    """The beginning of a hash, enough to compare by eye."""
    return sha256[:12]


def tongue_of_place(text: str) -> str:
    """The language a place in a source is told in: English, where no Chinese is quoted."""
    return "" if _HAN.search(text) else "en"


def written_unit(unit: str) -> str:
    """A unit of the inventory for reading: m², m³."""
    return _POWER.sub(lambda found: f"m{_POWERS[found[1]]}", unit)


def size_text(size_bytes: int) -> str:
    """The size of a file: bytes, kB or MB."""
    for unit, divisor in (("MB", 1_000_000), ("kB", 1_000)):
        if size_bytes >= divisor:
            return f"{significant_string(Decimal(size_bytes) / divisor, 3)} {unit}"
    return f"{size_bytes} B"


@dataclass(frozen=True)
class StageFigure:
    """A stage of a chart: name, inclusion and kgCO2e as decimal string."""

    stage: str
    inclusion: str
    kg_co2e: str


@dataclass(frozen=True)
class NamedFigure:
    """A bar of a ranked chart."""

    name: str
    kg_co2e: Decimal
    stage: str = ""


@dataclass(frozen=True)
class TwoWidths:
    """One chart drawn for wide pages and for phones; the style shows one of them."""

    wide: Drawing
    narrow: Drawing


def stage_chart(stages: Iterable[StageFigure], language: str) -> TwoWidths:
    """Stages stacked in one bar, or one bar each where the page is narrow; with their table."""
    shares = [StageShare(stage=s.stage, inclusion=s.inclusion, kg_co2e=s.kg_co2e) for s in stages]
    return TwoWidths(
        wide=stage_stack(shares, language),
        narrow=stage_bars(shares, language, chart_id="stages-narrow"),
    )


def ranked_chart(
    figures: Iterable[NamedFigure], language: str, chart_id: str = "ranked", limit: int = 8
) -> TwoWidths:
    """The largest contributions as bars, with their table."""
    bars = [Contribution(f.name, f.kg_co2e, f.stage) for f in figures]
    return TwoWidths(
        wide=ranked_bars(bars, language, chart_id=chart_id, limit=limit),
        narrow=ranked_bars(
            bars, language, chart_id=f"{chart_id}-narrow", width=NARROW, limit=limit
        ),
    )


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as CSV for a spreadsheet: UTF-8 with its mark, no cell that is a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([guarded_cell(c) for c in columns])
    writer.writerows([guarded_cell(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + stream.getvalue()).encode()


def sankey_drawing(sankey: NamedSankey, language: str) -> Drawing:
    """What flows to a study, every dataset once, with its table."""
    t = translator(language).text
    nodes = [
        FlowNode(
            id=node.id,
            name=_flow_name(node.kind, node.id, sankey, language),
            kg_co2e=_decimal(node.kg_co2e),
            direct_kg_co2e=_decimal(node.direct_kg_co2e),
            rest_kg_co2e=_decimal(node.rest_kg_co2e),
            rest_count=node.rest_count,
            token=f"stage-{node.id}" if node.kind == "stage" else _FLOW_TOKENS[node.kind],
        )
        for node in sankey.sankey.nodes
    ]
    links = [
        FlowLink(source=link.source, target=link.target, kg_co2e=_decimal(link.kg_co2e))
        for link in sankey.sankey.links
    ]
    return flow_chart(
        nodes,
        links,
        language,
        title=t("flow.title"),
        reading=t("flow.reading"),
        chart_id="sankey",
    )


_FLOW_TOKENS = {"study": "ink", "dataset": "ink-soft"}


def _decimal(kg_co2e: float) -> Decimal:
    return Decimal(repr(kg_co2e))


def _flow_name(kind: str, node_id: str, sankey: NamedSankey, language: str) -> str:
    if kind == "stage":
        return words(language, f"stage.{node_id}")
    if kind == "study":
        return words(language, "flow.study")
    return nearest(sankey.names[node_id], language)
