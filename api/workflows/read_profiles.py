"""Reads a stored study under every method profile and GWP set it can be switched to."""

from __future__ import annotations

from api.context import Context
from api.schemas.footprints import ResultOut
from api.workflows.read_studies import read_study
from footprint.bom import Boundary
from footprint.inventory import EmissionKey
from footprint.profile_switch import SwitchedTotal, switched_everywhere
from labels.access import Actor


def read_profiles(context: Context, actor: Actor, study_id: str) -> tuple[SwitchedTotal, ...]:
    """The totals of one study, or :class:`NotFound`; nothing is calculated from its bill again."""
    study = read_study(context, actor, study_id)
    return list_totals(ResultOut.model_validate_json(study.result))


def list_totals(result: ResultOut) -> tuple[SwitchedTotal, ...]:
    """From the masses of a result; none where its own profile left a part of the masses out."""
    if not result.is_switchable:
        return ()
    masses = [(EmissionKey.parse(gas.key), float(gas.mass_kg)) for gas in result.gases]
    return tuple(switched_everywhere(masses, Boundary(result.boundary)))
