"""What a bill declares beside its lines, on the wire: co-products and how they share the burden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Amount, DatasetId, Name, Note, Strict, UnitText
from footprint import allocation as sharing
from footprint.cuts import MOST_CUTS, Cut, CutBasis
from footprint.declarations import Declarations
from footprint.errors import FootprintError, raise_all
from footprint.instruments import (
    MOST_INSTRUMENTS,
    MOST_RANGES,
    Certificates,
    Instrument,
    InstrumentKind,
    RestMix,
    SiteElectricity,
)
from footprint.masses import MOST_OUTPUTS, MassBalance, OtherOutput
from footprint.quantities import Quantity, decimal_amount
from footprint.serials import serial_range
from footprint.texts import MAX_NAME

MOST_SITES = 50
Made = TypeVar("Made")
SerialText = Annotated[str, StringConstraints(min_length=1, max_length=80)]
LineRef = Annotated[str, StringConstraints(min_length=1, max_length=64)]
AssemblyName = Annotated[
    str,
    StringConstraints(max_length=64),
    Field(description="The assembly the line stands in; empty for the product itself"),
]


def _decimal(text: str | None, place: str) -> Decimal | None:
    return None if text is None else decimal_amount(text, place)


class MeasuresIn(Strict):
    """What the whole amount weighs, holds and fetches."""

    mass_kg: Amount | None = None
    energy_mj: Annotated[Amount | None, Field(description="Lower heating value, or work")] = None
    price: Annotated[
        Amount | None, Field(description="Of the whole amount, in one currency for all products")
    ] = None

    def to_measures(self, place: str) -> sharing.Measures:
        """The core value."""
        return sharing.Measures(
            mass_kg=_decimal(self.mass_kg, f"{place}/mass_kg"),
            energy_mj=_decimal(self.energy_mj, f"{place}/energy_mj"),
            price=_decimal(self.price, f"{place}/price"),
            place=place,
        )


class DatasetAmountIn(Strict):
    """So much of a dataset: what a co-product saves elsewhere, or what a cut is estimated by."""

    dataset: DatasetId
    amount: Amount
    unit: UnitText

    def quantity(self, place: str) -> Quantity:
        """The amount with its unit."""
        return Quantity.parse(self.amount, self.unit, place)

    def to_core(self, place: str) -> sharing.Displaced:
        """The core value."""
        quantity = self.quantity(f"{place}/displaced")
        return sharing.Displaced(dataset=self.dataset, quantity=quantity)


class CoProductIn(MeasuresIn):
    """A co-product: so much of it comes out with one unit of the study."""

    name: Name
    amount: Amount
    unit: UnitText
    displaced: DatasetAmountIn | None = None

    def to_core(self, place: str) -> sharing.CoProduct:
        """The core value."""
        return sharing.CoProduct(
            name=self.name,
            quantity=Quantity.parse(self.amount, self.unit, place),
            measures=self.to_measures(place),
            displaced=self.displaced.to_core(place) if self.displaced else None,
            place=place,
        )


class LineNameIn(Strict):
    """A line of the bill."""

    line: LineRef
    assembly: AssemblyName = ""


class OwnLineIn(LineNameIn):
    """A line that serves one product alone."""

    product: Annotated[
        str,
        StringConstraints(max_length=MAX_NAME),
        Field(description="Name of a co-product; empty for the product of the study"),
    ] = ""


class AllocationIn(Strict):
    """The co-products of the study's own process, and how they share its burden."""

    method: sharing.AllocationMethod
    reason: Annotated[
        Note, Field(description="Why nothing above the method in the order of ISO can be done")
    ] = ""
    product: MeasuresIn = MeasuresIn()
    co_products: Annotated[
        list[CoProductIn], Field(min_length=1, max_length=sharing.MOST_CO_PRODUCTS)
    ]
    own_lines: Annotated[list[OwnLineIn], Field(max_length=20_000)] = Field(default_factory=list)

    def to_core(self) -> sharing.Allocation:
        """The core value."""
        return sharing.Allocation(
            method=self.method,
            reason=self.reason,
            product=self.product.to_measures("/allocation/product"),
            co_products=tuple(
                co_product.to_core(f"/allocation/co_products/{position}")
                for position, co_product in enumerate(self.co_products)
            ),
            own_lines=tuple(
                sharing.OwnLine(
                    line=(own.assembly, own.line),
                    product=own.product,
                    place=f"/allocation/own_lines/{position}",
                )
                for position, own in enumerate(self.own_lines)
            ),
        )


class OtherOutputIn(Strict):
    """Something that leaves the process and stands on no line."""

    name: Name
    mass_kg: Amount


class MassBalanceIn(Strict):
    """What is needed to balance the masses of the maker's own stages."""

    product_mass_kg: Annotated[
        Amount | None,
        Field(description="Of one unit of the study; not needed where the unit is one of mass"),
    ] = None
    outputs: list[OtherOutputIn] = Field(default_factory=list, max_length=MOST_OUTPUTS)
    left_out: Annotated[
        list[LineNameIn],
        Field(max_length=20_000, description="Lines that take no part, such as CO2 of fuel burnt"),
    ] = Field(default_factory=list)

    def to_core(self) -> MassBalance:
        """The core value."""
        return MassBalance(
            product_mass_kg=_decimal(self.product_mass_kg, "/mass_balance/product_mass_kg"),
            outputs=tuple(
                OtherOutput(
                    name=output.name,
                    mass_kg=decimal_amount(output.mass_kg, f"{place}/mass_kg"),
                    place=place,
                )
                for position, output in enumerate(self.outputs)
                for place in (f"/mass_balance/outputs/{position}",)
            ),
            left_out=tuple(
                ((left.assembly, left.line), f"/mass_balance/left_out/{position}")
                for position, left in enumerate(self.left_out)
            ),
        )


class CutIn(Strict):
    """A flow that is left out, with what it would emit; per unit of the study."""

    flow: Name
    basis: CutBasis
    reason: Note
    share: Annotated[Amount | None, Field(description="Of the whole on that ground, 0 to 1")] = None
    kg_co2e: Annotated[Amount | None, Field(description="The maker's own estimate")] = None
    estimate: Annotated[
        DatasetAmountIn | None, Field(description="Or a dataset and an amount to estimate by")
    ] = None

    def to_core(self, place: str) -> Cut:
        """The core value."""
        estimate = self.estimate
        return Cut(
            flow=self.flow,
            basis=self.basis,
            reason=self.reason,
            share=_decimal(self.share, f"{place}/share"),
            kg_co2e=_decimal(self.kg_co2e, f"{place}/kg_co2e"),
            dataset=estimate.dataset if estimate else "",
            quantity=estimate.quantity(f"{place}/estimate") if estimate else None,
            place=place,
        )


class SerialsIn(Strict):
    """Certificates of one registry, from one serial to another."""

    registry: Annotated[
        str, StringConstraints(min_length=1, max_length=20), Field(examples=["GEC", "I-REC"])
    ]
    first: SerialText
    last: Annotated[SerialText | None, Field(description="Left out where there is only one")] = None


class CertificatesIn(Strict):
    """Certificates that were retired; one serial is one MWh."""

    serials: Annotated[list[SerialsIn], Field(min_length=1, max_length=MOST_RANGES)]
    vintage_year: Annotated[int, Field(ge=2000, le=2100, strict=True)]
    retired_for: Annotated[Name, Field(description="The site they were retired for")]

    def to_core(self, place: str) -> Certificates:
        """The core value."""
        return Certificates(
            serials=tuple(
                serial_range(s.registry, s.first, s.last or "", f"{place}/serials/{position}")
                for position, s in enumerate(self.serials)
            ),
            vintage_year=self.vintage_year,
            retired_for=self.retired_for,
        )


class InstrumentIn(Strict):
    """So many MWh of the site's consumption, and the dataset that stands for them."""

    kind: InstrumentKind
    dataset: DatasetId
    mwh: Amount
    transmission_dataset: Annotated[
        DatasetId | None, Field(description="The grid, where the dataset is without it")
    ] = None
    includes_transmission: Annotated[
        bool, Field(description="The dataset holds transmission with its losses")
    ] = False
    keeps_attributes: Annotated[
        bool,
        Field(description="On site and direct line: no certificate of it went to anybody else"),
    ] = False
    certificates: CertificatesIn | None = None

    def to_core(self, place: str) -> Instrument:
        """The core value."""
        return Instrument(
            kind=self.kind,
            dataset=self.dataset,
            mwh=decimal_amount(self.mwh, f"{place}/mwh"),
            transmission_dataset=self.transmission_dataset or "",
            includes_transmission=self.includes_transmission,
            keeps_attributes=self.keeps_attributes,
            certificates=self.certificates.to_core(f"{place}/certificates")
            if self.certificates
            else None,
            place=place,
        )


class SiteElectricityIn(Strict):
    """What a site consumed in the reference period, what covers it, and the lines fed from it."""

    site: Name
    consumption_mwh: Amount
    lines: Annotated[list[LineNameIn], Field(min_length=1, max_length=20_000)]
    instruments: Annotated[list[InstrumentIn], Field(min_length=1, max_length=MOST_INSTRUMENTS)]
    rest_mix: RestMix = RestMix.CONSUMPTION

    def to_core(self, place: str) -> SiteElectricity:
        """The core value."""
        return SiteElectricity(
            site=self.site,
            consumption_mwh=decimal_amount(self.consumption_mwh, f"{place}/consumption_mwh"),
            lines=tuple(
                ((line.assembly, line.line), f"{place}/lines/{position}")
                for position, line in enumerate(self.lines)
            ),
            instruments=tuple(
                instrument.to_core(f"{place}/instruments/{position}")
                for position, instrument in enumerate(self.instruments)
            ),
            rest_mix=self.rest_mix,
            place=place,
        )


class DeclarationsIn(Strict):
    """What a bill declares beside its lines; all of it optional."""

    allocation: AllocationIn | None = None
    mass_balance: MassBalanceIn | None = None
    cuts: Annotated[
        list[CutIn] | None,
        Field(
            max_length=MOST_CUTS, description="Flows left out, with estimates; cut_offs are words"
        ),
    ] = None
    electricity: Annotated[
        list[SiteElectricityIn] | None,
        Field(max_length=MOST_SITES, description="Sites whose power instruments cover"),
    ] = None

    @classmethod
    def of_bill(cls, bill: Mapping[str, object]) -> DeclarationsIn:
        """The declarations of a whole bill, without its lines."""
        return cls.model_validate({name: bill[name] for name in cls.model_fields if name in bill})

    def declarations(self) -> Declarations:
        """The core value.

        Raises:
            FootprintErrors: Everything in it that cannot be, with its JSON Pointer.
        """
        errors: list[FootprintError] = []
        allocation = kept(errors, self.allocation.to_core) if self.allocation else None
        balance = kept(errors, self.mass_balance.to_core) if self.mass_balance else None
        cuts = [
            kept(errors, partial(cut.to_core, f"/cuts/{position}"))
            for position, cut in enumerate(self.cuts or ())
        ]
        sites = [
            kept(errors, partial(site.to_core, f"/electricity/{position}"))
            for position, site in enumerate(self.electricity or ())
        ]
        raise_all(errors)
        return Declarations(
            allocation=allocation,
            mass_balance=balance,
            cuts=tuple(cut for cut in cuts if cut is not None),
            electricity=tuple(site for site in sites if site is not None),
        )


def kept(errors: list[FootprintError], make: Callable[[], Made]) -> Made | None:
    """``make()``, or None with its error kept."""
    try:
        return make()
    except FootprintError as error:
        errors.append(error)
        return None
