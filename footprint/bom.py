"""The bill of materials: lines of a few kinds, assemblies that may nest, one declared stage each.

Rules (ISO 14067:2018, 6.3; docs/methodology):

* Every line belongs to one of five stages; each stage states whether it is included, cut, partly
  included, not applicable or not specified: five different states.
* A declared unit goes with a partial footprint only; cradle to grave needs a functional unit.
* 1 kg in the product with 5 % loss needs 1/0.95 kg. Each loss names its route: waste treatment
  (with the treating dataset), sold scrap (no burden, no credit), internal remelt (no extra input).
* Assemblies are referenced by name; cycles are refused with their path; at most 30 levels and
  20,000 lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from footprint.errors import BomError
from footprint.inventory import Direction, Origin
from footprint.quantities import Quantity

MAX_LINES = 20_000
MAX_DEPTH = 30
MAX_NAME = 500
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Stage(StrEnum):
    """The five life-cycle stages, in order."""

    RAW_MATERIAL = "raw-material"
    MANUFACTURING = "manufacturing"
    DISTRIBUTION = "distribution"
    USE = "use"
    END_OF_LIFE = "end-of-life"


class StageInclusion(StrEnum):
    """What the study says of a stage; "not applicable" is not "cut"."""

    INCLUDED = "included"
    CUT = "cut"
    PARTLY_INCLUDED = "partly-included"
    NOT_APPLICABLE = "not-applicable"
    NOT_SPECIFIED = "not-specified"


COUNTED = frozenset({StageInclusion.INCLUDED, StageInclusion.PARTLY_INCLUDED})


class Boundary(StrEnum):
    """How far the study reaches."""

    CRADLE_TO_GATE = "cradle-to-gate"
    CRADLE_TO_SITE = "cradle-to-site"
    CRADLE_TO_GRAVE = "cradle-to-grave"
    GATE_TO_GATE = "gate-to-gate"


class UnitKind(StrEnum):
    """Functional unit (full footprint) or declared unit (partial footprint only)."""

    FUNCTIONAL = "functional"
    DECLARED = "declared"


class ActivityOrigin(StrEnum):
    """Where the activity figure of a line came from."""

    MEASURED = "measured"
    CALCULATED = "calculated"
    DESIGN = "design"
    ESTIMATED = "estimated"


class LossRoute(StrEnum):
    """What happens to material that is lost on the way into the product."""

    WASTE_TREATMENT = "waste-treatment"
    SOLD_SCRAP = "sold-scrap"
    INTERNAL_REMELT = "internal-remelt"


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A share of the input that does not reach the product, and where it goes."""

    rate: Decimal
    route: LossRoute
    dataset: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise BomError("loss-rate-out-of-range", "/loss/rate", rate=str(self.rate))
        if (self.route is LossRoute.WASTE_TREATMENT) != (self.dataset is not None):
            raise BomError("loss-route-dataset-mismatch", "/loss/dataset", route=self.route.value)


@dataclass(frozen=True, kw_only=True)
class SupplierFootprint:
    """A supplier's own cradle-to-gate footprint, used instead of a dataset."""

    kg_co2e_per_unit: Decimal
    unit: str
    gwp_set: str
    document: str
    is_verified: bool = False
    primary_share: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if not 0 <= self.primary_share <= 1:
            raise BomError("share-out-of-range", "/supplier_footprint/primary_share")


@dataclass(frozen=True, kw_only=True)
class Line:
    """What every line carries.

    Attributes:
        ref: Short name, unique within its assembly; results name lines by it.
        place: JSON Pointer or row of the submitted document, for errors.
    """

    ref: str
    name: str
    stage: Stage
    activity_origin: ActivityOrigin = ActivityOrigin.ESTIMATED
    note: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        if not REFERENCE.fullmatch(self.ref):
            raise BomError("line-ref-malformed", f"{self.place}/ref", ref=self.ref[:64])
        if not self.name.strip() or len(self.name) > MAX_NAME:
            raise BomError("name-length", f"{self.place}/name", limit=str(MAX_NAME))


def _not_negative(line: Line, quantity: Quantity, member: str = "amount") -> None:
    if quantity.amount < 0:
        raise BomError("amount-negative", f"{line.place}/{member}", ref=line.ref)


@dataclass(frozen=True, kw_only=True)
class MaterialLine(Line):
    """Material, component or packaging: net ``quantity`` in the product, plus its loss."""

    quantity: Quantity
    dataset: str | None = None
    supplier_footprint: SupplierFootprint | None = None
    loss: Loss | None = None
    is_packaging: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.quantity)
        if (self.dataset is None) == (self.supplier_footprint is None):
            raise BomError("dataset-or-supplier-footprint", f"{self.place}/dataset", ref=self.ref)


@dataclass(frozen=True, kw_only=True)
class EnergyLine(Line):
    """Energy, fuel or auxiliaries consumed: ``quantity`` of ``dataset``."""

    quantity: Quantity
    dataset: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.quantity)


@dataclass(frozen=True, kw_only=True)
class TransportLine(Line):
    """A transport leg: mass over distance by a tonne-kilometre dataset."""

    mass: Quantity
    distance: Quantity
    dataset: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.mass, "mass")
        _not_negative(self, self.distance, "distance")


@dataclass(frozen=True, kw_only=True)
class DirectEmissionLine(Line):
    """A gas emitted or taken up by the maker's own process or by the product in use."""

    substance: str
    origin: Origin
    quantity: Quantity
    direction: Direction = Direction.EMISSION

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.quantity)


@dataclass(frozen=True, kw_only=True)
class UseLine(Line):
    """Use phase: ``quantity_per_service`` of ``dataset`` times the services over the lifetime."""

    quantity_per_service: Quantity
    services: Decimal
    dataset: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.quantity_per_service, "quantity_per_service")
        if self.services < 0 or not self.services.is_finite():
            raise BomError("amount-negative", f"{self.place}/services", ref=self.ref)


@dataclass(frozen=True, kw_only=True)
class EndOfLifeLine(Line):
    """End of life: a share of a mass goes to one treatment dataset."""

    mass: Quantity
    share: Decimal
    dataset: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _not_negative(self, self.mass, "mass")
        if not 0 <= self.share <= 1:
            raise BomError("share-out-of-range", f"{self.place}/share", share=str(self.share))


@dataclass(frozen=True, kw_only=True)
class AssemblyLine(Line):
    """``quantity`` times the assembly of that name."""

    assembly: str
    quantity: Decimal

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.quantity < 0 or not self.quantity.is_finite():
            raise BomError("amount-negative", f"{self.place}/quantity", ref=self.ref)


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """A named set of lines, made once and used any number of times."""

    name: str
    lines: tuple[Line, ...]
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Product:
    """What the footprint is of."""

    name: Mapping[str, str]
    model: str
    category: str
    gtin: str | None = None


@dataclass(frozen=True, kw_only=True)
class StudyUnit:
    """The unit the result is "per": kind, amount, unit and the sentence printed on a label."""

    kind: UnitKind
    amount: Decimal
    unit: str
    description: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BillOfMaterials:
    """A whole study input: product, unit, boundary, stages, lines and assemblies."""

    product: Product
    unit: StudyUnit
    boundary: Boundary
    period_from: date
    period_to: date
    geography: str
    stages: Mapping[Stage, StageInclusion]
    lines: tuple[Line, ...]
    assemblies: Mapping[str, Assembly] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    cut_offs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.period_to < self.period_from:
            raise BomError("period-reversed", "/reference_period")
        if self.unit.amount <= 0:
            raise BomError("unit-amount-not-positive", "/unit/amount")
        self._check_unit_and_boundary()
        self._check_lines()
        multiplicities(self)
        self._check_stages()

    def parts(self) -> Iterator[tuple[str, str, tuple[Line, ...]]]:
        """(assembly name, place, lines); the product itself has the name ""."""
        yield "", "", self.lines
        for name, assembly in self.assemblies.items():
            yield name, assembly.place or f"/assemblies/{name}", assembly.lines

    def _check_unit_and_boundary(self) -> None:
        is_full = self.boundary is Boundary.CRADLE_TO_GRAVE
        if is_full and self.unit.kind is UnitKind.DECLARED:
            raise BomError("declared-unit-needs-partial", "/unit/kind", boundary=self.boundary)
        missing = [s for s in Stage if s not in self.stages]
        if missing:
            raise BomError("stage-missing", "/stages", stage=missing[0].value)
        for stage in (Stage.RAW_MATERIAL, Stage.MANUFACTURING):
            is_required = stage is Stage.MANUFACTURING or self.boundary is not Boundary.GATE_TO_GATE
            if is_required and self.stages[stage] not in COUNTED:
                raise BomError("stage-required", f"/stages/{stage}", stage=stage.value)
        if is_full:
            for stage in (Stage.DISTRIBUTION, Stage.USE, Stage.END_OF_LIFE):
                if self.stages[stage] in {StageInclusion.CUT, StageInclusion.NOT_SPECIFIED}:
                    raise BomError("stage-required", f"/stages/{stage}", stage=stage.value)

    def _check_lines(self) -> None:
        if sum(len(lines) for _, _, lines in self.parts()) > MAX_LINES:
            raise BomError("bom-too-long", "/lines", limit=str(MAX_LINES))
        for _name, place, lines in self.parts():
            seen: set[str] = set()
            for line in lines:
                if line.ref in seen:
                    raise BomError("line-ref-twice", line.place or place, ref=line.ref)
                seen.add(line.ref)
                if isinstance(line, AssemblyLine) and line.assembly not in self.assemblies:
                    raise BomError("assembly-unknown", f"{line.place}/assembly", name=line.assembly)

    def _check_stages(self) -> None:
        used = {
            line.stage: line.place
            for _, _, lines in self.parts()
            for line in lines
            if not isinstance(line, AssemblyLine)
        }
        for stage, inclusion in self.stages.items():
            if inclusion in COUNTED and stage not in used:
                raise BomError("stage-without-lines", f"/stages/{stage}", stage=stage.value)
            if inclusion not in COUNTED and stage in used:
                raise BomError("line-in-excluded-stage", used[stage], stage=stage.value)


def multiplicities(bom: BillOfMaterials) -> dict[str, Decimal]:
    """How many of each assembly the product holds, each assembly visited once however often used.

    Raises:
        BomError: ``bom-cycle`` with the path, ``bom-too-deep``.
    """
    order: list[str] = []
    depth: dict[str, int] = {}

    def visit(name: str, path: tuple[str, ...]) -> int:
        if name in path:
            cycle = " > ".join((*path[path.index(name) :], name))
            raise BomError("bom-cycle", f"/assemblies/{name}", path=cycle)
        if len(path) > MAX_DEPTH:
            raise BomError("bom-too-deep", f"/assemblies/{name}", limit=str(MAX_DEPTH))
        if name not in depth:
            below = (visit(child, (*path, name)) for child in _children(bom, name))
            depth[name] = 1 + max(below, default=0)
            order.append(name)
        if len(path) + depth[name] > MAX_DEPTH + 1:
            raise BomError("bom-too-deep", f"/assemblies/{name}", limit=str(MAX_DEPTH))
        return depth[name]

    visit("", ())
    for name in bom.assemblies:
        visit(name, ())
    counts = dict.fromkeys(order, Decimal(0))
    counts[""] = Decimal(1)
    for name in reversed(order):
        for line in bom.lines if name == "" else bom.assemblies[name].lines:
            if isinstance(line, AssemblyLine):
                counts[line.assembly] += counts[name] * line.quantity
    return counts


def _children(bom: BillOfMaterials, name: str) -> list[str]:
    lines = bom.lines if name == "" else bom.assemblies[name].lines
    return [line.assembly for line in lines if isinstance(line, AssemblyLine)]
