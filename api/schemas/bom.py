"""The bill of materials on the wire: strict JSON in, ``footprint.bom`` values out.

Malformed documents are refused here, member by member; what is well-formed but impossible is
refused by the core. Numbers are decimal strings, unknown members are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Literal, TypedDict, TypeVar

from pydantic import Field, StringConstraints

from api.schemas.bom_declarations import DeclarationsIn
from api.schemas.bom_members import (
    Amount,
    DatasetId,
    Day,
    LocalName,
    Name,
    Note,
    PedigreeIn,
    Strict,
    UnitText,
)
from api.schemas.suppliers import SupplierFootprintIn, core_supplier
from footprint import bom as core
from footprint.errors import BomError, FootprintError, pointer, raise_all
from footprint.inventory import Direction, Origin
from footprint.quantities import Quantity, decimal_amount, unit_name
from labels.errors import LabelError
from labels.label import checked_gtin

Made = TypeVar("Made")


class ProductIn(Strict):
    """What the footprint is of."""

    name: LocalName
    model: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    category: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    gtin: Annotated[str, StringConstraints(pattern=r"^[0-9]{8,14}$")] | None = None
    plant: Annotated[str, StringConstraints(max_length=core.MAX_PLANT)] = ""


class UnitIn(Strict):
    """The functional or declared unit."""

    kind: core.UnitKind
    amount: Amount
    unit: UnitText
    description: LocalName


class PeriodIn(Strict):
    """The period the activity data stand for."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day


class LossIn(Strict):
    """A share of the input lost on the way, and its route."""

    rate: Amount
    route: core.LossRoute
    dataset: DatasetId | None = None


class LineIn(Strict):
    """What every line may carry."""

    ref: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    name: Name
    stage: core.Stage | None = None
    activity_origin: core.ActivityOrigin = core.ActivityOrigin.ESTIMATED
    note: Note = ""
    pedigree: PedigreeIn | None = None
    squared_deviation: Annotated[
        Amount | None,
        Field(description="Squared geometric standard deviation of the activity figure, 1 or more"),
    ] = None


class MaterialIn(LineIn):
    """Material, component or packaging in the product."""

    kind: Literal["material", "packaging"]
    amount: Amount
    unit: UnitText
    dataset: DatasetId | None = None
    supplier_footprint: SupplierFootprintIn | None = None
    loss: LossIn | None = None


class EnergyIn(LineIn):
    """Energy, fuel or auxiliaries."""

    kind: Literal["energy"]
    dataset: DatasetId
    amount: Amount
    unit: UnitText


class TransportIn(LineIn):
    """A transport leg."""

    kind: Literal["transport"]
    dataset: DatasetId
    mass: Amount
    mass_unit: UnitText
    distance: Amount
    distance_unit: UnitText = "km"


class DirectEmissionIn(LineIn):
    """A gas of the maker's own process, or of the product in use."""

    kind: Literal["direct-emission"]
    substance: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    origin: Origin
    direction: Direction = Direction.EMISSION
    amount: Amount
    unit: UnitText


class UseIn(LineIn):
    """Use phase."""

    kind: Literal["use"]
    dataset: DatasetId
    amount_per_service: Amount
    unit: UnitText
    services: Amount


class EndOfLifeIn(LineIn):
    """End-of-life treatment."""

    kind: Literal["end-of-life"]
    dataset: DatasetId
    mass: Amount
    mass_unit: UnitText
    share: Amount = "1"
    item: Annotated[
        str,
        StringConstraints(max_length=core.MAX_NAME),
        Field(
            description="What is treated; without it, lines of the same mass treat the same thing"
        ),
    ] = ""


class AssemblyLineIn(LineIn):
    """So many of a named assembly; the lines inside have stages of their own."""

    kind: Literal["assembly"]
    stage: None = None
    assembly: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    quantity: Amount


AnyLineIn = Annotated[
    MaterialIn | EnergyIn | TransportIn | DirectEmissionIn | UseIn | EndOfLifeIn | AssemblyLineIn,
    Field(discriminator="kind"),
]
Lines = Annotated[list[AnyLineIn], Field(max_length=core.MAX_LINES)]


class AssemblyIn(Strict):
    """A named set of lines."""

    name: Name
    lines: Lines


class BomIn(DeclarationsIn):
    """A bill of materials with everything a study needs."""

    product: ProductIn
    unit: UnitIn
    boundary: core.Boundary
    reference_period: PeriodIn
    geography: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/+-]{1,9}$"),
        Field(description="A code, as a label can carry it", examples=["CN-GD"]),
    ]
    method: Annotated[str, StringConstraints(min_length=1, max_length=60)] = "gbt24067-2024"
    gwp_set: Annotated[
        Literal["AR5", "AR6"] | None,
        Field(description="Another GWP100 set than the method's own, where the method allows it"),
    ] = None
    stages: dict[core.Stage, core.StageInclusion]
    stage_reasons: dict[core.Stage, Note] = Field(
        default_factory=dict, description="Why a stage is left out, by stage"
    )
    lines: Lines
    assemblies: dict[str, AssemblyIn] = Field(default_factory=dict, max_length=2000)
    assumptions: list[Note] = Field(default_factory=list, max_length=200)
    cut_offs: list[Note] = Field(default_factory=list, max_length=200)

    def to_core(self) -> core.BillOfMaterials:
        """The core value.

        Raises:
            FootprintErrors: Every impossible line, with its JSON Pointer.
        """
        errors: list[FootprintError] = []
        product = _made(errors, "", self._product)
        unit = _made(errors, "", self._unit)
        lines = _core_lines(self.lines, "", errors)
        assemblies = {}
        for name, assembly in self.assemblies.items():
            made = _core_assembly(assembly, pointer("assemblies", name), errors)
            if made is not None:
                assemblies[name] = made
        declared = _made(errors, "", self.declarations)
        raise_all(errors)
        assert product is not None  # else there was an error  # noqa: S101
        assert unit is not None  # noqa: S101
        assert declared is not None  # noqa: S101
        return core.BillOfMaterials(
            product=product,
            unit=unit,
            boundary=self.boundary,
            period_from=self.reference_period.from_,
            period_to=self.reference_period.to,
            geography=self.geography,
            stages=self.stages,
            stage_reasons=self.stage_reasons,
            lines=lines,
            assemblies=assemblies,
            assumptions=tuple(self.assumptions),
            cut_offs=tuple(self.cut_offs),
            declared=declared,
        )

    def _product(self) -> core.Product:
        if self.product.gtin is not None:
            try:
                checked_gtin(self.product.gtin)
            except LabelError as error:
                raise BomError(error.code, "/product/gtin", **error.parameters) from error
        return core.Product(
            name={str(tag): text for tag, text in self.product.name.items()},
            model=self.product.model,
            category=self.product.category,
            gtin=self.product.gtin,
            plant=self.product.plant,
        )

    def _unit(self) -> core.StudyUnit:
        return core.StudyUnit(
            kind=self.unit.kind,
            amount=decimal_amount(self.unit.amount, "/unit/amount"),
            unit=unit_name(self.unit.unit, "/unit/unit"),
            description={str(tag): text for tag, text in self.unit.description.items()},
        )


def _made(errors: list[FootprintError], place: str, make: Callable[[], Made]) -> Made | None:
    """``make()``, or None with its error kept at its place."""
    try:
        return make()
    except FootprintError as error:
        errors.append(error if error.place.startswith(place) else error.at(place))
        return None


def _core_assembly(
    assembly: AssemblyIn, place: str, errors: list[FootprintError]
) -> core.Assembly | None:
    lines = _core_lines(assembly.lines, place, errors)
    return _made(errors, place, lambda: core.Assembly(name=assembly.name, lines=lines, place=place))


def _core_lines(
    lines: list[AnyLineIn], prefix: str, errors: list[FootprintError]
) -> tuple[core.Line, ...]:
    result = []
    for position, line in enumerate(lines):
        place = f"{prefix}/lines/{position}"
        made = _made(errors, place, lambda line=line, place=place: _core_line(line, place))  # type: ignore[misc]
        if made is not None:
            result.append(made)
    return tuple(result)


DEFAULT_STAGE = {
    "material": core.Stage.RAW_MATERIAL,
    "packaging": core.Stage.RAW_MATERIAL,
    "energy": core.Stage.MANUFACTURING,
    "direct-emission": core.Stage.MANUFACTURING,
    "assembly": core.Stage.MANUFACTURING,
    "transport": core.Stage.DISTRIBUTION,
    "use": core.Stage.USE,
    "end-of-life": core.Stage.END_OF_LIFE,
}


def _core_line(line: AnyLineIn, place: str) -> core.Line:
    base = _Base(line, place)
    match line:
        case MaterialIn():
            return core.MaterialLine(
                **base.members,
                quantity=Quantity.parse(line.amount, line.unit, place),
                dataset=line.dataset,
                supplier_footprint=core_supplier(line.supplier_footprint, place),
                loss=_loss(line.loss, place),
                is_packaging=line.kind == "packaging",
            )
        case EnergyIn():
            quantity = Quantity.parse(line.amount, line.unit, place)
            return core.EnergyLine(**base.members, quantity=quantity, dataset=line.dataset)
        case TransportIn():
            return core.TransportLine(
                **base.members,
                mass=base.quantity(line.mass, line.mass_unit, "mass"),
                distance=base.quantity(line.distance, line.distance_unit, "distance"),
                dataset=line.dataset,
            )
        case DirectEmissionIn():
            return core.DirectEmissionLine(
                **base.members,
                substance=line.substance,
                origin=line.origin,
                direction=line.direction,
                quantity=Quantity.parse(line.amount, line.unit, place),
            )
        case UseIn():
            return core.UseLine(
                **base.members,
                quantity_per_service=Quantity(
                    decimal_amount(line.amount_per_service, f"{place}/amount_per_service"),
                    unit_name(line.unit, f"{place}/unit"),
                ),
                services=decimal_amount(line.services, f"{place}/services"),
                dataset=line.dataset,
            )
        case EndOfLifeIn():
            return core.EndOfLifeLine(
                **base.members,
                mass=base.quantity(line.mass, line.mass_unit, "mass"),
                share=decimal_amount(line.share, f"{place}/share"),
                dataset=line.dataset,
                item=line.item.strip(),
            )
        case AssemblyLineIn():
            quantity_of = decimal_amount(line.quantity, f"{place}/quantity")
            return core.AssemblyLine(**base.members, assembly=line.assembly, quantity=quantity_of)


class LineMembers(TypedDict):
    """Keyword arguments of every core line."""

    ref: str
    name: str
    stage: core.Stage
    activity_origin: core.ActivityOrigin
    note: str
    pedigree: Mapping[str, int] | None
    squared_deviation: Decimal | None
    place: str


class _Base:
    """The members every core line shares, and quantities whose error names their member."""

    def __init__(self, line: AnyLineIn, place: str) -> None:
        self.place = place
        self.members = LineMembers(
            ref=line.ref,
            name=line.name,
            stage=line.stage or DEFAULT_STAGE[line.kind],
            activity_origin=line.activity_origin,
            note=line.note,
            pedigree=None if line.pedigree is None else line.pedigree.model_dump(),
            squared_deviation=_deviation(line, place),
            place=place,
        )

    def quantity(self, amount: str, unit: str, member: str) -> Quantity:
        where = f"{self.place}/{member}"
        return Quantity(decimal_amount(amount, where), unit_name(unit, f"{where}_unit"))


def _deviation(line: LineIn, place: str) -> Decimal | None:
    if line.squared_deviation is None:
        return None
    return decimal_amount(line.squared_deviation, f"{place}/squared_deviation")


def _loss(loss: LossIn | None, place: str) -> core.Loss | None:
    if loss is None:
        return None
    rate = decimal_amount(loss.rate, f"{place}/loss/rate")
    return core.Loss(rate=rate, route=loss.route, dataset=loss.dataset)
