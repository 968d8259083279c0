"""The bill of materials: lines, assemblies that may nest, a boundary and five declared stages.

Rules (ISO 14067:2018, 6.3; docs/methodology.md):

* Each stage states whether it is included, cut, partly included, not applicable or not specified:
  five different states. A stage that counts has lines, a stage that does not has none.
* A boundary names the stages that must count and those beyond it, which may not. A partial
  footprint begins at the cradle; gate to gate is an exception whose reason is stated.
* Cradle to grave says why use or end of life is not applicable.
* The shares of what becomes of one thing at its end sum to at most one.
* A declared unit goes with a partial footprint only; cradle to grave needs a functional unit.
* Assemblies are referenced by name; cycles are refused with their path, and so is an assembly
  that nothing uses: at most 30 levels and 20,000 lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum

from footprint.boundary import (
    BEYOND,
    COUNTED,
    NEEDS_REASON,
    Boundary,
    StageInclusion,
    possible_inclusions,
)
from footprint.declarations import Declarations
from footprint.end_of_life import end_of_life_errors
from footprint.errors import BomError, pointer, raise_all
from footprint.lifecycle_lines import (
    CapturedCarbonLine,
    EndOfLifeLine,
    IncinerationLine,
    LeakageLine,
    TransportLine,
    UseLine,
)
from footprint.lines import (
    ActivityOrigin,
    AssemblyLine,
    DirectEmissionLine,
    EnergyLine,
    Line,
    LinePart,
    Loss,
    LossRoute,
    MaterialLine,
    Stage,
)
from footprint.quantities import Quantity, check_unit, in_range
from footprint.recycling import Recycling, RecyclingApproach
from footprint.suppliers import (
    SupplierFootprint,
    SupplierParts,
    SupplierUptake,
    SupplierVerification,
    VerificationClaim,
)
from footprint.texts import MAX_NAME, MAX_NOTE, check_text

__all__ = [
    "COUNTED",
    "MAX_DEPTH",
    "MAX_LINES",
    "MAX_NAME",
    "MAX_NOTE",
    "MAX_PLANT",
    "ActivityOrigin",
    "Assembly",
    "AssemblyLine",
    "BillOfMaterials",
    "Boundary",
    "CapturedCarbonLine",
    "DirectEmissionLine",
    "EndOfLifeLine",
    "EnergyLine",
    "IncinerationLine",
    "LeakageLine",
    "Line",
    "LinePart",
    "Loss",
    "LossRoute",
    "MaterialLine",
    "Product",
    "Recycling",
    "RecyclingApproach",
    "Stage",
    "StageInclusion",
    "StudyUnit",
    "SupplierFootprint",
    "SupplierParts",
    "SupplierUptake",
    "SupplierVerification",
    "TransportLine",
    "UnitKind",
    "UseLine",
    "VerificationClaim",
    "check_amounts",
    "multiplicities",
]

MAX_LINES = 20_000
MAX_DEPTH = 30
MAX_ASSEMBLY_NAME = 64
MAX_PLANT = 200
_EXACT = Context(prec=34)


class UnitKind(StrEnum):
    """Functional unit (full footprint) or declared unit (partial footprint only)."""

    FUNCTIONAL = "functional"
    DECLARED = "declared"


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """A named set of lines, made once and used any number of times.

    Attributes:
        internal_loop: Share of what is made of it that its own making uses up (0 to below 1).
    """

    name: str
    lines: tuple[Line, ...]
    place: str = ""
    internal_loop: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        check_text(self.name, f"{self.place}/name")
        _check_loop(self.internal_loop, self.place)


def _check_loop(share: Decimal, place: str) -> None:
    where = f"{place}/internal_loop"
    if not 0 <= in_range(share, where) < 1:
        raise BomError("internal-loop-out-of-range", where, share=str(share))


@dataclass(frozen=True, kw_only=True)
class Product:
    """What the footprint is of; ``plant`` says in words where it is made, "" where nobody does."""

    name: Mapping[str, str]
    model: str
    category: str
    gtin: str | None = None
    plant: str = ""

    def __post_init__(self) -> None:
        for language, name in self.name.items():
            check_text(name, pointer("product", "name", language))
        check_text(self.model, "/product/model")
        check_text(self.category, "/product/category")
        if self.plant:
            check_text(self.plant, "/product/plant", most=MAX_PLANT)


@dataclass(frozen=True, kw_only=True)
class StudyUnit:
    """The unit the result is "per": kind, amount, unit and the sentence printed on a label."""

    kind: UnitKind
    amount: Decimal
    unit: str
    description: Mapping[str, str]

    def __post_init__(self) -> None:
        if in_range(self.amount, "/unit/amount") <= 0:
            raise BomError("unit-amount-not-positive", "/unit/amount")
        check_unit(self.unit, "/unit/unit")
        for language, text in self.description.items():
            check_text(text, pointer("unit", "description", language))


@dataclass(frozen=True, kw_only=True)
class BillOfMaterials:
    """A whole study input: product, unit, boundary, stages, lines and assemblies.

    Attributes:
        internal_loop: Share of what is made of the product that its own making uses up (0 to
            below 1): 1 / (1 - share) is made for each one that leaves.

    Raises:
        FootprintErrors: Everything impossible in it, each with its place.
    """

    product: Product
    unit: StudyUnit
    boundary: Boundary
    period_from: date
    period_to: date
    geography: str
    stages: Mapping[Stage, StageInclusion]
    lines: tuple[Line, ...]
    stage_reasons: Mapping[Stage, str] = field(default_factory=dict)
    assemblies: Mapping[str, Assembly] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    cut_offs: tuple[str, ...] = ()
    declared: Declarations = field(default_factory=Declarations)
    internal_loop: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        _check_loop(self.internal_loop, "")
        if sum(len(lines) for _, _, lines in self.parts()) > MAX_LINES:
            raise BomError("bom-too-long", "/lines", limit=str(MAX_LINES))
        for name in self.assemblies:
            check_text(name, pointer("assemblies", name), most=MAX_ASSEMBLY_NAME)
        check_text(self.geography, "/geography")
        for member in ("assumptions", "cut_offs"):
            for position, text in enumerate(getattr(self, member)):
                check_text(text, pointer(member, position), most=MAX_NOTE, is_note=True)
        for stage, reason in self.stage_reasons.items():
            check_text(reason, pointer("stage_reasons", stage), most=MAX_NOTE, is_note=True)
        raise_all(
            [
                *self._frame_errors(),
                *self._line_errors(),
                *end_of_life_errors([*self.parts()]),
                *self._stage_errors(),
                *self.declared.errors(
                    Quantity(self.unit.amount, self.unit.unit),
                    (self.period_from, self.period_to),
                    self.parts(),
                ),
            ]
        )
        used = multiplicities(self)
        raise_all(
            [
                BomError("assembly-unused", place, name=name)
                for name, place, _ in self.parts()
                if name not in used
            ]
        )

    def parts(self) -> Iterator[tuple[str, str, tuple[Line, ...]]]:
        """(assembly name, place, lines); the product itself has the name ""."""
        yield "", "", self.lines
        for name, assembly in self.assemblies.items():
            yield name, assembly.place or pointer("assemblies", name), assembly.lines

    def _frame_errors(self) -> Iterator[BomError]:
        """Period, unit and boundary."""
        if self.period_to < self.period_from:
            yield BomError("period-reversed", "/reference_period")
        is_full = self.boundary is Boundary.CRADLE_TO_GRAVE
        if is_full and self.unit.kind is UnitKind.DECLARED:
            yield BomError("declared-unit-needs-partial", "/unit/kind", boundary=self.boundary)
        if self.boundary is Boundary.GATE_TO_GATE and not any(t.strip() for t in self.assumptions):
            yield BomError("gate-to-gate-without-reason", "/assumptions")

    def _line_errors(self) -> Iterator[BomError]:
        """Names used twice, assemblies that are not there."""
        for _name, place, lines in self.parts():
            seen: set[str] = set()
            for position, line in enumerate(lines):
                where = line.place or f"{place}/lines/{position}"
                if line.ref in seen:
                    yield BomError("line-ref-twice", f"{where}/ref", ref=line.ref)
                seen.add(line.ref)
                if isinstance(line, AssemblyLine) and line.assembly not in self.assemblies:
                    name = line.assembly[:MAX_ASSEMBLY_NAME]
                    yield BomError("assembly-unknown", f"{where}/assembly", name=name)

    def _stage_errors(self) -> Iterator[BomError]:
        """Stages against the boundary, and against the lines."""
        used = {
            stage: line.place or f"{place}/lines/{position}"
            for _, place, lines in self.parts()
            for position, line in enumerate(lines)
            for stage in line.stages
            if not isinstance(line, AssemblyLine)
        }
        for stage in Stage:
            place, inclusion = f"/stages/{stage}", self.stages.get(stage)
            if inclusion is None:
                yield BomError("stage-missing", place, stage=stage.value)
            elif inclusion not in possible_inclusions(stage, self.boundary):
                yield BomError("stage-required", place, stage=stage.value)
            elif stage in BEYOND[self.boundary] and inclusion in COUNTED:
                boundary = self.boundary.value
                yield BomError("stage-beyond-boundary", place, stage=stage.value, boundary=boundary)
            elif inclusion in COUNTED and stage not in used:
                yield BomError("stage-without-lines", place, stage=stage.value)
            elif inclusion not in COUNTED and stage in used:
                yield BomError("line-in-excluded-stage", used[stage], stage=stage.value)
            elif self._lacks_reason(stage):
                yield BomError("stage-without-reason", place, stage=stage.value)

    def _lacks_reason(self, stage: Stage) -> bool:
        """A life cycle without use or end of life is not believed without a word."""
        is_left_out = self.stages[stage] is StageInclusion.NOT_APPLICABLE
        is_full = self.boundary is Boundary.CRADLE_TO_GRAVE and stage in NEEDS_REASON
        return is_full and is_left_out and not self.stage_reasons.get(stage, "").strip()


def multiplicities(bom: BillOfMaterials, *, made: bool = False) -> dict[str, Decimal]:
    """How many of each assembly the product holds, each assembly visited once however often used.

    The product itself is "" and counts 1; an assembly that nothing uses is not in the answer.

    Args:
        bom: The bill.
        made: How many have to be made instead, with those that internal loops use up: exactly
            the solution of x = demand + loop x + what the others take.

    Raises:
        BomError: ``bom-cycle`` with the path, ``bom-too-deep``.
    """
    order: list[str] = []
    depth: dict[str, int] = {}

    def visit(name: str, path: tuple[str, ...]) -> int:
        if name in path:
            cycle = " > ".join((*path[path.index(name) :], name))
            raise BomError("bom-cycle", pointer("assemblies", name), path=cycle)
        if len(path) > MAX_DEPTH:
            raise BomError("bom-too-deep", pointer("assemblies", name), limit=str(MAX_DEPTH))
        if name not in depth:
            below = (visit(child, (*path, name)) for child in _children(bom, name))
            depth[name] = 1 + max(below, default=0)
            order.append(name)
        if len(path) + depth[name] > MAX_DEPTH + 1:
            raise BomError("bom-too-deep", pointer("assemblies", name), limit=str(MAX_DEPTH))
        return depth[name]

    visit("", ())
    counts = dict.fromkeys(order, Decimal(0))
    counts[""] = Decimal(1)
    for name in reversed(order):
        part = bom if name == "" else bom.assemblies[name]
        if made:
            counts[name] = _EXACT.divide(counts[name], 1 - part.internal_loop)
        for line in part.lines:
            if isinstance(line, AssemblyLine):
                held = _EXACT.multiply(counts[name], line.quantity)
                counts[line.assembly] = _EXACT.add(counts[line.assembly], held)
    return counts


def check_amounts(bom: BillOfMaterials) -> None:
    """Nothing when what is said to be included is there: no zeros stand for a stage, or for all.

    A stage of zeros can be called partly included, and is then printed as that.

    Raises:
        BomError: ``stage-without-amounts``, ``bom-without-amounts``.
    """
    counts = multiplicities(bom)
    filled = {
        stage
        for name, _, lines in bom.parts()
        for line in lines
        for stage in line.filled_stages
        if counts[name] and not isinstance(line, AssemblyLine)
    }
    if not filled:
        raise BomError("bom-without-amounts", "/lines")
    raise_all(
        [
            BomError("stage-without-amounts", f"/stages/{stage}", stage=stage.value)
            for stage in Stage
            if bom.stages[stage] is StageInclusion.INCLUDED and stage not in filled
        ]
    )


def _children(bom: BillOfMaterials, name: str) -> list[str]:
    lines = bom.lines if name == "" else bom.assemblies[name].lines
    return [line.assembly for line in lines if isinstance(line, AssemblyLine)]
