"""How far a study reaches, and what it may say of each life-cycle stage (ISO 14067:2018, 6.3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from footprint.lines import Stage


class StageInclusion(StrEnum):
    """What the study says of a stage; "not applicable" is not "cut"."""

    INCLUDED = "included"
    CUT = "cut"
    PARTLY_INCLUDED = "partly-included"
    NOT_APPLICABLE = "not-applicable"
    NOT_SPECIFIED = "not-specified"


COUNTED = frozenset({StageInclusion.INCLUDED, StageInclusion.PARTLY_INCLUDED})
_EXPLAINED = COUNTED | {StageInclusion.NOT_APPLICABLE}


class Boundary(StrEnum):
    """How far the study reaches."""

    CRADLE_TO_GATE = "cradle-to-gate"
    CRADLE_TO_SITE = "cradle-to-site"
    CRADLE_TO_GRAVE = "cradle-to-grave"
    GATE_TO_GATE = "gate-to-gate"


_AFTER_GATE = (Stage.DISTRIBUTION, Stage.USE, Stage.END_OF_LIFE)
NEEDS_REASON = frozenset({Stage.USE, Stage.END_OF_LIFE})
_REQUIRED: Mapping[Boundary, tuple[Stage, ...]] = {
    Boundary.CRADLE_TO_GATE: (Stage.RAW_MATERIAL, Stage.MANUFACTURING),
    Boundary.CRADLE_TO_SITE: (Stage.RAW_MATERIAL, Stage.MANUFACTURING, Stage.DISTRIBUTION),
    Boundary.CRADLE_TO_GRAVE: (Stage.RAW_MATERIAL, Stage.MANUFACTURING),
    Boundary.GATE_TO_GATE: (Stage.MANUFACTURING,),
}
BEYOND: Mapping[Boundary, tuple[Stage, ...]] = {
    Boundary.CRADLE_TO_GATE: _AFTER_GATE,
    Boundary.CRADLE_TO_SITE: (Stage.USE, Stage.END_OF_LIFE),
    Boundary.CRADLE_TO_GRAVE: (),
    Boundary.GATE_TO_GATE: _AFTER_GATE,
}


def possible_inclusions(stage: Stage, boundary: Boundary) -> frozenset[StageInclusion]:
    """What a study may say of a stage it does not leave beyond its boundary."""
    if stage in _REQUIRED[boundary]:
        return COUNTED
    return _EXPLAINED if boundary is Boundary.CRADLE_TO_GRAVE else frozenset(StageInclusion)
