"""What a comparison reads of a result on the wire, and what it answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.bom_members import Amount, LocalName
from footprint import bom as core
from footprint.comparability import Compared
from footprint.errors import BomError
from footprint.paired import PairedStudies
from footprint.quantities import decimal_amount, significant_string, unit_name
from footprint.result import DIGITS, DRAWN_DIGITS

Text = Annotated[str, Field(min_length=1, max_length=120)]
Figure = Annotated[str, Field(pattern=r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$")]  # as results write it


class _Read(BaseModel):
    """A part of a result; whatever else it holds is not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ComparedUnitIn(_Read):
    """The unit of a result."""

    kind: core.UnitKind
    amount: Amount
    unit: Text
    description: LocalName


class ComparedStageIn(_Read):
    """A stage of a result and its state."""

    stage: core.Stage
    inclusion: core.StageInclusion


class ComparedIn(_Read):
    """A result, as ``footprint calculate --json`` or the API gives it."""

    unit: ComparedUnitIn
    boundary: core.Boundary
    stages: Annotated[
        list[ComparedStageIn], Field(min_length=len(core.Stage), max_length=len(core.Stage))
    ]
    method: Text
    gwp_set: Text
    basis: Text
    release_sha256: Text
    total_kg_co2e: Figure

    def to_core(self) -> Compared:
        """The core value.

        Raises:
            FootprintError: A unit that is none, or a stage that is missing.
        """
        stages = {one.stage: one.inclusion for one in self.stages}
        for stage in core.Stage:
            if stage not in stages:
                raise BomError("stage-missing", f"/stages/{stage}", stage=stage.value)
        return Compared(
            unit=core.StudyUnit(
                kind=self.unit.kind,
                amount=decimal_amount(self.unit.amount, "/unit/amount"),
                unit=unit_name(self.unit.unit, "/unit/unit"),
                description={str(tag): text for tag, text in self.unit.description.items()},
            ),
            boundary=self.boundary,
            stages=stages,
            rules=(self.method, self.gwp_set, self.basis),
            release_sha256=self.release_sha256,
            total_kg_co2e=Decimal(self.total_kg_co2e),
        )


def comparison_out(found: PairedStudies) -> dict[str, object]:
    """The comparison as plain JSON values, decimals as strings; null for what was not drawn."""
    share, lower = found.comparison.share, found.probability_lower
    return {
        "difference_kg_co2e": significant_string(found.comparison.difference_kg_co2e, DIGITS),
        "share": None if share is None else significant_string(share, DIGITS),
        "probability_lower": None if lower is None else significant_string(lower, DRAWN_DIGITS),
        "difference_interval": found.difference and found.difference.to_json(),
        "cautions": [caution.value for caution in found.comparison.cautions],
    }
