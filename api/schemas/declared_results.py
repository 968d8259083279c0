"""On the wire: what comes of the declarations of a bill, beside the footprint itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.answers import DecimalText, Out
from footprint.allocation import AllocationMethod
from footprint.instruments import InstrumentKind, RestMix

ABSENT = Field(exclude_if=lambda value: value is None)  # as in the bytes that are hashed


class CoProductOut(Out):
    """A co-product: its share of what is common, or what it displaces."""

    name: str
    share: DecimalText
    displaced: Annotated[str, Field(description="The dataset it is credited with, or empty")]
    credit_kg_co2e: DecimalText


class AllocationAlternativeOut(Out):
    """The total under another method."""

    method: AllocationMethod
    share: DecimalText
    total_kg_co2e: DecimalText


class AllocationOut(Out):
    """How the burden of the process was shared among its products."""

    method: AllocationMethod
    reason: str
    share: Annotated[DecimalText, Field(description="Of the product of the study, 0 to 1")]
    shared_kg_co2e: Annotated[DecimalText, Field(description="What is shared, before it is")]
    co_products: list[CoProductOut]
    alternatives: list[AllocationAlternativeOut]


class SideOut(Out):
    """One kind of mass on one side of a balance."""

    kind: str
    mass_kg: DecimalText


class NotWeighedOut(Out):
    """Something that has a mass nobody stated, and why it was not weighed."""

    assembly: str
    ref: Annotated[str, Field(description="The line; empty for a co-product or a loop")]
    name: str
    why: Annotated[
        str, Field(description="unit, fuel, left-out, co-product, captured or internal-loop")
    ]


class MassBalanceOut(Out):
    """What goes in and what comes out, kg per unit of the study."""

    inputs: list[SideOut]
    outputs: list[SideOut]
    input_kg: DecimalText
    output_kg: DecimalText
    difference_kg: Annotated[DecimalText, Field(description="What goes in less what comes out")]
    difference_share: Annotated[DecimalText, Field(description="Of the larger side, 0 to 1")]
    tolerance: DecimalText
    is_tolerance_confirmed: bool
    is_over_tolerance: bool
    not_weighed: list[NotWeighedOut]


class CutOut(Out):
    """A flow that was left out; figures are absent where nobody states them."""

    flow: str
    basis: Annotated[str, Field(description="mass, energy or emission; empty for mere words")]
    reason: str
    is_over_limit: bool
    stated_share: Annotated[DecimalText | None, ABSENT] = None
    kg_co2e: Annotated[DecimalText | None, ABSENT] = None
    emission_share: Annotated[DecimalText | None, ABSENT] = None


class CutsTogetherOut(Out):
    """All cuts on one ground."""

    basis: str
    share: DecimalText
    is_over_limit: bool


class CompletenessOut(Out):
    """How much of the impact was counted."""

    share: Annotated[DecimalText, Field(description="Counted over counted and estimated, 0 to 1")]
    is_at_most: Annotated[bool, Field(description="Some cuts were not estimated")]
    counted_kg_co2e: DecimalText
    estimated_kg_co2e: DecimalText
    single_limit: DecimalText
    together_limit: DecimalText
    are_limits_confirmed: bool
    cuts: list[CutOut]
    together: list[CutsTogetherOut]


class InstrumentOut(Out):
    """An instrument that was used."""

    kind: InstrumentKind
    dataset: str
    transmission: Annotated[str, Field(description="The grid added to it, or empty")]
    mwh: DecimalText
    share: Annotated[DecimalText, Field(description="Of what the site consumed, 0 to 1")]
    serials: list[str]
    vintage_year: str


class SiteOut(Out):
    """The electricity of one site."""

    site: str
    consumption_mwh: DecimalText
    covered_mwh: DecimalText
    rest_mwh: DecimalText
    rest_mix: RestMix
    rest_datasets: list[str]
    instruments: list[InstrumentOut]


class SupplyOut(Out):
    """What the electricity lines of the bill take of one supply."""

    supply: Annotated[
        str,
        Field(description="Kind of instrument, mix of the rest, or undeclared: of no site"),
    ]
    kwh: Annotated[DecimalText, Field(description="Per unit of the product")]


class ElectricityOut(Out):
    """The instruments of a study, and its footprint without any of them."""

    total_without_kg_co2e: DecimalText
    sites: list[SiteOut]
    supplies: list[SupplyOut]


class DeclaredOut(Out):
    """Members of a result that are there only where the bill declares something."""

    allocation: Annotated[AllocationOut | None, ABSENT] = None
    mass_balance: Annotated[MassBalanceOut | None, ABSENT] = None
    completeness: Annotated[CompletenessOut | None, ABSENT] = None
    electricity: Annotated[ElectricityOut | None, ABSENT] = None
