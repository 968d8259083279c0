"""The cross-check: a total is held against what others published for the same product.

Rules (docs/inventory.md, Quality gates):

* ``cross_checks.csv`` has one line per comparison. An open figure stands there with its document;
  of a figure without an open licence stand only the id in the collection of facts, the verdict and
  its date, never the value. ``per_unit`` brings the published unit to the dataset's.
* The verdict is ``ok`` from half to twice the published value, ``low`` or ``high`` outside.
* Outside and without a written excuse blocks; excused it is a warning with that excuse.
* What turned out not to be comparable (another route or boundary, ``not_comparable`` says which)
  stays in the table with its verdict, is shown, and is not judged.
* Open figures are judged again by every run. For the others the recorded verdict speaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from importlib.resources.abc import Traversable
from pathlib import Path

from footprint.errors import InventoryError, pointer
from footprint.intensities import IntensityTable
from footprint.quantities import decimal_amount
from lca_db.inventory.checks.finding import Finding, Severity, found
from lca_db.inventory.checks.reading import optional_amount, rows_of
from lca_db.inventory.checks.totals import totals_of
from lca_db.inventory.reference_sources import CLOSED_DATABASES, OPEN_LICENCES

COLUMNS = (
    "dataset", "unit", "fact_id", "value", "per_unit", "document", "issuing_body", "year",
    "table_or_row", "licence", "verdict", "checked_on", "excuse", "not_comparable", "note",
)  # fmt: skip
LEAST, MOST = 0.5, 2.0


class Verdict(StrEnum):
    """Where our total lies against the published value."""

    OK = "ok"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True)
class CrossCheck:
    """One comparison.

    Attributes:
        value: Published, in its own unit; None where its licence is not open.
        per_unit: What brings a published value to kg CO2e per ``unit`` of the dataset.
        excuse: Why a verdict outside may stand; "" for none.
        not_comparable: In what the value differs in kind, whatever the ratio; "" for comparable.
    """

    dataset: str
    unit: str
    fact_id: str
    value: Decimal | None
    per_unit: Decimal
    document: str
    verdict: Verdict
    checked_on: date
    excuse: str
    not_comparable: str = ""


def verdict_of(ours: float, published: float) -> Verdict:
    """The verdict on a total against a published value, both in kg CO2e per the same unit."""
    if ours < LEAST * published:
        return Verdict.LOW
    return Verdict.HIGH if ours > MOST * published else Verdict.OK


def judged(comparison: CrossCheck, total: float) -> Verdict:
    """The verdict on a total: judged again where the value is open, else the recorded one."""
    if comparison.value is None:
        return comparison.verdict
    return verdict_of(total, float(comparison.value * comparison.per_unit))


def read_cross_checks(root: Traversable | Path) -> tuple[CrossCheck, ...]:
    """The comparisons of a folder.

    Raises:
        InventoryError: ``reference-file-malformed``, ``source-line-incomplete``,
            ``source-licence-not-open`` for a value that may not be shipped,
            ``dataset-choice-unknown`` for an unknown verdict.
    """
    rows = rows_of(root, "cross_checks.csv", COLUMNS)
    return tuple(_cross_check(row, place) for place, row in rows)


def _cross_check(row: Mapping[str, str], place: str) -> CrossCheck:
    where = ("document", "issuing_body", "year", "table_or_row") if row["value"] else ("fact_id",)
    for column in ("dataset", "unit", *where, "per_unit", "verdict", "checked_on"):
        if not row[column].strip():
            raise InventoryError("source-line-incomplete", place, column=column)
    if row["value"]:
        said = f"{row['document']} {row['issuing_body']}"
        if row["licence"] not in OPEN_LICENCES or CLOSED_DATABASES.search(said):
            raise InventoryError("source-licence-not-open", place, licence=row["licence"][:80])
    if row["verdict"] not in tuple(Verdict):
        raise InventoryError("dataset-choice-unknown", place, value=row["verdict"][:60])
    return CrossCheck(
        dataset=row["dataset"],
        unit=row["unit"],
        fact_id=row["fact_id"],
        value=optional_amount(row["value"], place),
        per_unit=decimal_amount(row["per_unit"], place),
        document=row["document"],
        verdict=Verdict(row["verdict"]),
        checked_on=_date(row["checked_on"], place),
        excuse=row["excuse"],
        not_comparable=row["not_comparable"],
    )


def _date(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InventoryError("dataset-choice-unknown", place, value=text[:60]) from None


def check_cross(table: IntensityTable, comparisons: tuple[CrossCheck, ...]) -> Iterator[Finding]:
    """Every product whose total lies outside half to twice a comparable published value."""
    totals = totals_of(table)
    for comparison in comparisons:
        row = table.rows.get(comparison.dataset)
        if row is None or comparison.not_comparable:
            continue
        verdict = judged(comparison, float(totals[row]))
        if verdict is Verdict.OK:
            continue
        error = InventoryError(
            "cross-check-outside",
            pointer(comparison.dataset),
            dataset=comparison.dataset,
            comparison=comparison.document or comparison.fact_id,
            verdict=verdict.value,
        )
        is_excused = bool(comparison.excuse) and verdict is comparison.verdict
        severity = Severity.WARNING if is_excused else Severity.BLOCKING
        finding = found(severity, comparison.dataset, error)
        yield replace(finding, explanation=comparison.excuse) if is_excused else finding
