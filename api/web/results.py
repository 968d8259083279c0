"""What pages show of a footprint: charts and the table of lines, the same for study and case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.line_views import six_at_most
from api.schemas.footprints import ResultOut
from api.web.rendering import NamedFigure, StageFigure, TwoWidths, ranked_chart, stage_chart, words
from api.workflows.view_study import StudyLine

MOST_GASES = 30


@dataclass(frozen=True)
class ResultCharts:
    """The drawings of a result."""

    stages: TwoWidths
    hot_spots: TwoWidths


@dataclass(frozen=True)
class GasRow:
    """A gas by origin, as the table shows it."""

    substance: str
    origin: str
    notes: tuple[str, ...]
    mass_kg: str
    kg_co2e: str


def result_charts(result: ResultOut, lines: Sequence[StudyLine], language: str) -> ResultCharts:
    """Stages in one bar, and the lines that weigh most."""
    stages = [StageFigure(s.stage, s.inclusion, s.kg_co2e) for s in result.stages]
    figures = [NamedFigure(line.name, line.kg_co2e, line.stage) for line in lines]
    return ResultCharts(
        stages=stage_chart(stages, language),
        hot_spots=ranked_chart(figures, language, chart_id="hot-spots"),
    )


def gas_rows(result: ResultOut) -> list[GasRow]:
    """The gases of a result, largest contribution first."""
    ordered = sorted(result.gases, key=lambda gas: (-abs(Decimal(gas.kg_co2e)), gas.key))
    return [gas_row(g.key, g.mass_kg, g.kg_co2e) for g in ordered[:MOST_GASES]]


def gas_row(key: str, mass_kg: str, kg_co2e: str) -> GasRow:
    """An emission key in parts: ``CH4:fossil:emission`` and what else is said of it."""
    substance, origin, direction, *flags = key.split(":")
    notes = [direction] if direction != "emission" else []
    return GasRow(substance, origin, (*notes, *flags), mass_kg, kg_co2e)


def line_table(
    lines: Sequence[StudyLine], language: str
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Head and rows of the lines as a spreadsheet takes them; figures are plain decimals."""

    def head(name: str) -> str:
        return words(language, f"line.{name}")

    columns = [
        head("assembly"),
        head("ref"),
        head("name"),
        head("kind"),
        head("stage"),
        head("amount"),
        head("count"),
        head("amount_in_product"),
        head("loss"),
        head("dataset"),
        head("activity_origin"),
        head("kg_co2e"),
        head("share"),
        head("primary"),
        head("draft_share"),
        head("note"),
    ]
    rows: list[tuple[object, ...]] = [
        (
            line.assembly,
            line.ref,
            line.name,
            words(language, f"line_kind.{line.kind}"),
            words(language, f"stage.{line.stage}"),
            line.amount,
            six_at_most(line.count),
            line.amount_in_product,
            line.loss,
            line.dataset,
            words(language, f"activity_origin.{line.activity_origin}"),
            f"{line.kg_co2e:f}",
            f"{line.share:.6f}",
            f"{line.primary_share:.6f}",
            f"{line.draft_share:.6f}",
            line.note,
        )
        for line in lines
    ]
    return columns, rows
