"""The lines of a bill of materials on the wire: one strict model for each kind of line."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Amount, DatasetId, Name, Note, Strict, UnitText
from api.schemas.suppliers import SupplierFootprintIn
from footprint import bom as core
from footprint.inventory import Direction, Origin
from footprint.pedigree import BEST, WORST


class LossIn(Strict):
    """A share of the input lost on the way, and its route."""

    rate: Amount
    route: core.LossRoute
    dataset: DatasetId | None = None


class RecyclingIn(Strict):
    """What of a material is recycled, before and after; its own dataset is the virgin material."""

    approach: core.RecyclingApproach = core.RecyclingApproach.CUT_OFF
    recycled_content: Annotated[Amount, Field(description="R1, 0 to 1")] = "0"
    recycled_dataset: Annotated[DatasetId | None, Field(description="Erecycled")] = None
    recycling_rate: Annotated[Amount, Field(description="R2, 0 to 1")] = "0"
    recycling_dataset: Annotated[DatasetId | None, Field(description="ErecyclingEoL")] = None
    displaced_dataset: Annotated[
        DatasetId | None,
        Field(description="E*v of the circular footprint formula; the material's own if not given"),
    ] = None
    allocation_factor: Annotated[Amount | None, Field(description="A, 0.2 to 0.8")] = None
    quality_in: Annotated[Amount | None, Field(description="Qsin/Qp, above 0 to 1")] = None
    quality_out: Annotated[Amount | None, Field(description="Qsout/Qp, above 0 to 1")] = None


Score = Annotated[int, Field(ge=BEST, le=WORST, strict=True)]
Substance = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class PedigreeIn(Strict):
    """How good the activity figure is, by indicator: 1 is best, 5 is worst."""

    reliability: Score
    completeness: Score
    time: Score
    geography: Score
    technology: Score


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
    recycling: RecyclingIn | None = None
    biogenic_carbon: Annotated[
        Amount | None, Field(description="kg C of biogenic origin in one unit of the amount")
    ] = None


class EnergyIn(LineIn):
    """Energy, fuel or auxiliaries."""

    kind: Literal["energy"]
    dataset: DatasetId
    amount: Amount
    unit: UnitText


class TransportIn(LineIn):
    """A transport leg; load and return go with a dataset of vehicle-kilometres and no other."""

    kind: Literal["transport"]
    dataset: DatasetId
    mass: Amount
    mass_unit: UnitText
    distance: Amount
    distance_unit: UnitText = "km"
    load: Annotated[
        Amount | None, Field(description="What the vehicle carries on the way there")
    ] = None
    load_unit: Annotated[UnitText | None, Field(description="Tonnes where not said")] = None
    return_share: Annotated[
        Amount | None, Field(description="Share of the way driven back empty for this leg, 0 to 1")
    ] = None
    is_refrigerated: Annotated[
        bool, Field(strict=True, description="Takes a dataset that says it cools")
    ] = False


class DirectEmissionIn(LineIn):
    """A gas of the maker's own process, or of the product in use."""

    kind: Literal["direct-emission"]
    substance: Substance
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
    services: Annotated[
        Amount,
        Field(description="Over the lifetime; in a year where `lifetime_years` is given"),
    ]
    lifetime_years: Amount | None = None


class LeakageIn(LineIn):
    """A gas that leaks in use and is let off or recovered at the end."""

    kind: Literal["leakage"]
    stage: None = None
    substance: Substance
    origin: Origin = Origin.FOSSIL
    charge: Amount
    charge_unit: UnitText
    yearly_rate: Annotated[Amount, Field(description="Share of the charge, 0 to 1")]
    lifetime_years: Amount
    recovered_share: Annotated[
        Amount, Field(description="Share of what is left at the end that is recovered, 0 to 1")
    ]
    is_topped_up: Annotated[
        bool,
        Field(strict=True, description="The charge is kept full; else it declines by its rate"),
    ] = True


class TreatedIn(LineIn):
    """A share of a mass that is treated in one way."""

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


class EndOfLifeIn(TreatedIn):
    """End-of-life treatment by a dataset."""

    kind: Literal["end-of-life"]
    dataset: DatasetId


class IncinerationIn(TreatedIn):
    """Incineration whose CO2 is that of the carbon in what is burnt."""

    kind: Literal["incineration"]
    fossil_carbon: Annotated[Amount, Field(description="kg C per kg of what is burnt")]
    biogenic_carbon: Amount
    oxidation: Annotated[Amount, Field(description="Share of the carbon that burns, 0 to 1")] = "1"
    dataset: Annotated[
        DatasetId | None,
        Field(description="What the plant needs besides, without the CO2 of what is burnt"),
    ] = None


class CapturedCarbonIn(LineIn):
    """CO2 captured and stored for good: beside the footprint, netted only by some methods."""

    kind: Literal["captured-co2"]
    origin: Literal[Origin.FOSSIL, Origin.BIOGENIC]
    amount: Amount
    unit: UnitText
    evidence: Annotated[Name, Field(description="What shows that it is stored, and where")]


class AssemblyLineIn(LineIn):
    """So many of a named assembly; the lines inside have stages of their own."""

    kind: Literal["assembly"]
    stage: None = None
    assembly: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    quantity: Amount


AnyLineIn = Annotated[
    MaterialIn
    | EnergyIn
    | TransportIn
    | DirectEmissionIn
    | CapturedCarbonIn
    | UseIn
    | LeakageIn
    | EndOfLifeIn
    | IncinerationIn
    | AssemblyLineIn,
    Field(discriminator="kind"),
]
