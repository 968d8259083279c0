"""Whether two footprints may be compared, and what the comparison says.

Rules (ISO 14067:2018, 6.3.3, 6.3.4 and its annex on comparisons, second-hand; docs/methodology.md):

* Both state the same unit: kind, amount and unit; a functional unit in the same words as well.
* Both have the same boundary. Partial footprints leave out the very same stages, in the same way.
* Declared units are compared between businesses and never in public.
* Both follow one method, with one GWP set and one basis: other rules make other numbers.

What makes a comparison weaker without forbidding it is said with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from footprint.bom import COUNTED, Boundary, Stage, StageInclusion, StudyUnit, UnitKind
from footprint.errors import BomError, FootprintError, QuantityError, raise_all
from footprint.prepared import PreparedBill
from footprint.quantities import conversion_factor, decimal_string
from footprint.result import FootprintResult

_EXACT = Context(prec=34)


class Audience(StrEnum):
    """Who is shown the comparison."""

    BUSINESS = "business"
    PUBLIC = "public"


class Caution(StrEnum):
    """What makes a comparison weaker."""

    RELEASES_DIFFER = "releases-differ"
    PARTLY_INCLUDED = "partly-included"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What must be known of a footprint to compare it.

    Attributes:
        rules: Method, GWP set and basis.
    """

    unit: StudyUnit
    boundary: Boundary
    stages: Mapping[Stage, StageInclusion]
    rules: tuple[str, str, str]
    release_sha256: str
    total_kg_co2e: Decimal

    @classmethod
    def of(cls, result: FootprintResult) -> Compared:
        """Of a footprint as it was calculated."""
        return cls(
            unit=result.unit,
            boundary=result.boundary,
            stages={stage.stage: stage.inclusion for stage in result.stages},
            rules=(result.method, result.gwp_set, result.basis.value),
            release_sha256=result.release_sha256,
            total_kg_co2e=Decimal(repr(result.total_kg_co2e)),
        )

    @classmethod
    def of_bill(cls, bill: PreparedBill) -> Compared:
        """Of a bill that was prepared, as its footprint would say."""
        return cls(
            unit=bill.bom.unit,
            boundary=bill.bom.boundary,
            stages=bill.bom.stages,
            rules=(bill.method.id, bill.method.gwp_set, bill.basis.value),
            release_sha256=bill.table.release_sha256,
            total_kg_co2e=Decimal(repr(bill.impact.total)),
        )

    @property
    def is_partial(self) -> bool:
        """True for anything less than the whole life cycle."""
        return self.boundary is not Boundary.CRADLE_TO_GRAVE


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The second footprint against the first, per their common unit.

    Attributes:
        share: The difference as a share of the first; None where that is zero.
    """

    difference_kg_co2e: Decimal
    share: Decimal | None
    cautions: tuple[Caution, ...]


def compare(first: Compared, second: Compared, audience: Audience) -> Comparison:
    """The comparison, where it may be made.

    Raises:
        FootprintError: Each reason why it may not: ``comparison-units-differ`` and its like.
    """
    raise_all([*_errors(first, second, audience)])
    difference = _EXACT.subtract(second.total_kg_co2e, first.total_kg_co2e)
    whole = abs(first.total_kg_co2e)
    return Comparison(
        difference_kg_co2e=difference,
        share=_EXACT.divide(difference, whole) if whole else None,
        cautions=tuple(_cautions(first, second)),
    )


def _errors(first: Compared, second: Compared, audience: Audience) -> Iterator[FootprintError]:
    if first.unit.kind is not second.unit.kind:
        kinds = {"first": first.unit.kind.value, "second": second.unit.kind.value}
        yield BomError("comparison-unit-kinds-differ", "/unit/kind", **kinds)
    elif first.unit.kind is UnitKind.DECLARED and audience is Audience.PUBLIC:
        yield BomError("comparison-declared-unit-public", "/unit/kind")
    if not _is_same_amount(first.unit, second.unit):
        amounts = {"first": _written(first.unit), "second": _written(second.unit)}
        yield BomError("comparison-units-differ", "/unit", **amounts)
    elif first.unit.kind is second.unit.kind is UnitKind.FUNCTIONAL and not _is_same_function(
        first.unit, second.unit
    ):
        yield BomError("comparison-functions-differ", "/unit/description")
    if first.boundary is not second.boundary:
        boundaries = {"first": first.boundary.value, "second": second.boundary.value}
        yield BomError("comparison-boundaries-differ", "/boundary", **boundaries)
    elif first.is_partial:
        yield from _stage_errors(first, second)
    if first.rules != second.rules:
        rules = {"first": ", ".join(first.rules), "second": ", ".join(second.rules)}
        yield BomError("comparison-methods-differ", "/method", **rules)


def _is_same_amount(first: StudyUnit, second: StudyUnit) -> bool:
    """The same amount, in whatever unit of the dimension.

    Of two factors one may have no end (a MJ is 0.2777… kWh, a kWh 3.6 MJ): either way will do.
    """
    try:
        return _is_converted(first, second) or _is_converted(second, first)
    except QuantityError:
        return False


def _is_converted(first: StudyUnit, second: StudyUnit) -> bool:
    factor = conversion_factor(first.unit, second.unit)
    return _EXACT.multiply(first.amount, factor) == second.amount


def _is_same_function(first: StudyUnit, second: StudyUnit) -> bool:
    """The same words in each language both have, and one such language at least."""
    shared = first.description.keys() & second.description.keys()
    return bool(shared) and all(
        first.description[one].split() == second.description[one].split() for one in shared
    )


def _written(unit: StudyUnit) -> str:
    return f"{decimal_string(unit.amount)} {unit.unit}"


def _stage_errors(first: Compared, second: Compared) -> Iterator[FootprintError]:
    """Stages that one partial footprint holds, whole or in part, and the other does not."""
    for stage in Stage:
        states = first.stages[stage], second.stages[stage]
        is_omitted_by_both = not COUNTED & {*states}
        if states[0] is not states[1] and not is_omitted_by_both:
            shown = {"first": states[0].value, "second": states[1].value}
            where = f"/stages/{stage}"
            yield BomError("comparison-stages-differ", where, stage=stage.value, **shown)


def _cautions(first: Compared, second: Compared) -> Iterator[Caution]:
    if first.release_sha256 != second.release_sha256:
        yield Caution.RELEASES_DIFFER
    if StageInclusion.PARTLY_INCLUDED in {*first.stages.values(), *second.stages.values()}:
        yield Caution.PARTLY_INCLUDED
