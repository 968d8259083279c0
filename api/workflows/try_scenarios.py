"""Tries scenarios on a stored study: what each would make of it; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.context import Context
from api.schemas.footprints import ResultOut
from api.workflows.link_study import read_stored_bill
from api.workflows.read_studies import read_study
from footprint.scenarios import (
    Baseline,
    Scenario,
    ScenarioResult,
    Swing,
    scenario_results,
    swings,
)
from labels.access import Actor


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The total as it stands, and what each scenario makes of it."""

    total_kg_co2e: float
    results: tuple[ScenarioResult, ...]


def try_scenarios(
    context: Context, actor: Actor, study_id: str, scenarios: Sequence[Scenario]
) -> Tried:
    """The difference of every scenario to the study of that id, on its own release.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study here.
        FootprintErrors: Every change that cannot be made, with its place.
    """
    stored = read_stored_bill(context, actor, study_id)
    base = Baseline(stored.bom, stored.table, stored.method)
    results = scenario_results(base, scenarios)
    return Tried(total_kg_co2e=base.total_kg_co2e, results=results)


def read_tornado(context: Context, actor: Actor, study_id: str) -> tuple[Swing, ...]:
    """Every line of a stored study with what a tenth less and more of it makes of the total.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study here.
    """
    return tornado_of(ResultOut.model_validate_json(read_study(context, actor, study_id).result))


def tornado_of(result: ResultOut) -> tuple[Swing, ...]:
    """The same of a stored result."""
    lines = ((line.assembly, line.ref, line.name, float(line.kg_co2e)) for line in result.lines)
    return swings(lines, float(result.total_kg_co2e))
