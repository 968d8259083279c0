"""Footprints on the wire: exactly the stored result, decimals as strings with their unit."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

DecimalText = Annotated[str, Field(description="A decimal as a string", examples=["16.0"])]


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class UnitOut(Out):
    """The functional or declared unit."""

    kind: str
    amount: DecimalText
    unit: str
    description: dict[str, str]


class StageOut(Out):
    """One life-cycle stage."""

    stage: str
    inclusion: str
    kg_co2e: DecimalText


class LineOut(Out):
    """One line of the bill, all its occurrences together."""

    assembly: str
    ref: str
    name: str
    stage: str
    dataset: str
    kg_co2e: DecimalText
    is_primary: bool
    draft_share: DecimalText


class GasOut(Out):
    """One gas by origin."""

    key: str
    mass_kg: DecimalText
    kg_co2e: DecimalText


class ResultOut(Out):
    """The hashed result."""

    unit: UnitOut
    boundary: str
    geography: str
    method: str
    gwp_set: str
    basis: str
    total_kg_co2e: DecimalText
    including_uptake_kg_co2e: DecimalText
    excluding_uptake_kg_co2e: DecimalText
    certified_value: Annotated[
        DecimalText, Field(description="kgCO2e per unit, three significant figures, half-even")
    ]
    stages: list[StageOut]
    lines: list[LineOut]
    gases: list[GasOut]
    partition: dict[str, DecimalText]
    primary_data_share: DecimalText
    draft_share: DecimalText
    unswitchable_share: DecimalText
    is_over_unswitchable_limit: bool
    uncertainty: Literal["not assessed"]
    bom_sha256: str
    release_sha256: str


class FootprintOut(Out):
    """A stored study with its footprint."""

    id: Annotated[str, Field(description="The study", examples=["std_01..."])]
    product_id: str
    version: int
    result_sha256: str
    result: ResultOut
    provenance: dict[str, str]

    @classmethod
    def of(
        cls,
        study_id: str,
        product_id: str,
        version: int,
        result_sha256: str,
        result: dict[str, Any],
        provenance: dict[str, str],
    ) -> FootprintOut:
        """From what is stored."""
        return cls(
            id=study_id,
            product_id=product_id,
            version=version,
            result_sha256=result_sha256,
            result=ResultOut.model_validate(result),
            provenance=provenance,
        )
