"""The bill of materials on the wire: strict JSON in, ``footprint.bom`` values out.

Malformed documents are refused here, member by member; what is well-formed but impossible is
refused by the core. Numbers are decimal strings, unknown members are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints

from api.schemas.bom_core_lines import core_line
from api.schemas.bom_declarations import DeclarationsIn
from api.schemas.bom_lines import AnyLineIn
from api.schemas.bom_members import Amount, Day, LocalName, Name, Note, Strict, UnitText
from footprint import bom as core
from footprint.errors import BomError, FootprintError, FootprintErrors, pointer, raise_all
from footprint.quantities import decimal_amount, unit_name
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


Lines = Annotated[list[AnyLineIn], Field(max_length=core.MAX_LINES)]


InternalLoop = Annotated[
    Amount,
    Field(description="Share of what is made that its own making uses up, 0 to below 1"),
]


class AssemblyIn(Strict):
    """A named set of lines."""

    name: Name
    lines: Lines
    internal_loop: InternalLoop | None = None


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
    internal_loop: InternalLoop | None = None

    def to_core(self) -> core.BillOfMaterials:
        """The core value.

        Raises:
            FootprintErrors: Every impossible line, with its JSON Pointer.
        """
        errors: list[FootprintError] = []
        product = _made(errors, "", self._product)
        unit = _made(errors, "", self._unit)
        loop = _made(
            errors, "", lambda: decimal_amount(self.internal_loop or "0", "/internal_loop")
        )
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
        assert loop is not None  # noqa: S101
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
            internal_loop=loop,
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
        errors += _placed(error, place)
        return None


def _placed(error: FootprintError, place: str) -> list[FootprintError]:
    """The errors, each moved below the place unless it is there already."""
    found = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [one if one.place.startswith(place) else one.at(place) for one in found]


def _core_assembly(
    assembly: AssemblyIn, place: str, errors: list[FootprintError]
) -> core.Assembly | None:
    lines = _core_lines(assembly.lines, place, errors)
    return _made(
        errors,
        place,
        lambda: core.Assembly(
            name=assembly.name,
            lines=lines,
            place=place,
            internal_loop=decimal_amount(assembly.internal_loop or "0", f"{place}/internal_loop"),
        ),
    )


def _core_lines(
    lines: list[AnyLineIn], prefix: str, errors: list[FootprintError]
) -> tuple[core.Line, ...]:
    result: list[core.Line] = []
    for position, line in enumerate(lines):
        place = f"{prefix}/lines/{position}"
        try:
            result.append(core_line(line, place))
        except FootprintError as error:
            errors += _placed(error, place)
    return tuple(result)
