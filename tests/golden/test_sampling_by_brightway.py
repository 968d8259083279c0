"""The sampler against bw2calc's own Monte Carlo on a system with a loop, a credit and transport.

bw2calc draws every exchange by ``stats_arrays`` and solves every draw anew. The two have no random
number in common, so that means and quantiles agree within the error of sampling: at 3,000 draws a
mean is known to its deviation / 55, a quantile of 2.5 % to about three times that.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from footprint.inventory import InventorySnapshot
from footprint.methods import UptakeBasis, characterised
from footprint.pedigree import pedigree_of
from footprint.sampling import sampled_tables
from footprint.solver import solve_intensities
from footprint.uncertainty import emission_uncertainty, input_uncertainty
from tests.support.builders import a_process, an_emission, an_input

DRAWS = 3_000
GOOD = {"reliability": 2, "completeness": 2, "time": 3, "geography": 2, "technology": 3}
POOR = {"reliability": 4, "completeness": 3, "time": 4, "geography": 5, "technology": 4}
LOGNORMAL = 2


def the_snapshot() -> InventorySnapshot:
    power = a_process(
        "power",
        "kWh",
        [an_input("steel", "0.002", "kg"), an_input("haul", "0.05", "tkm")],
        [an_emission("CO2", "0.6"), an_emission("CH4", "0.004")],
    )
    steel = a_process(
        "steel",
        inputs=[an_input("power", "3", "kWh"), an_input("slag", "-0.3", "kg", is_credit=True)],
        emissions=[an_emission("CO2", "1.4")],
    )
    slag = a_process("slag", inputs=[an_input("power", "0.2", "kWh")], emissions=[an_emission()])
    haul = a_process("haul", "tkm", emissions=[an_emission("CO2", "0.08")])
    part = a_process("part", inputs=[an_input("steel", "1.1", "kg"), an_input("haul", "2", "tkm")])
    scored = ((power, GOOD), (steel, POOR), (slag, POOR), (haul, GOOD), (part, GOOD))
    return InventorySnapshot.of(
        replace(process, content={"pedigree": scores}) for process, scores in scored
    )


def drawn_by_brightway(snapshot: InventorySnapshot, product: str) -> NDArray[np.float64]:
    import bw2calc
    import bw_processing

    rows = {process.id: number for number, process in enumerate(snapshot.processes)}
    technosphere: list[tuple[int, int, float, float]] = []
    flows: list[tuple[int, int, float, float]] = []
    factors: dict[int, float] = {}
    for process in snapshot.processes:
        scores = pedigree_of(process.content)
        assert scores is not None
        column = rows[process.id]
        technosphere.append((column, column, 1.0, 0.0))
        for each in process.inputs:
            variance = input_uncertainty(each.unit, scores).variance
            technosphere.append((rows[each.provider], column, -float(each.amount), variance))
        for emission in process.emissions:
            number = 1000 + len(flows)  # a flow of its own: duplicates would be drawn together
            factors[number] = characterised("AR6", emission.key, UptakeBasis.EXCLUDING)
            variance = emission_uncertainty(emission.key.substance, scores).variance
            flows.append((number, column, float(emission.amount_kg), variance))
    package = bw_processing.create_datapackage()
    _add(package, "technosphere_matrix", technosphere)
    _add(package, "biosphere_matrix", flows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca = bw2calc.LCA(
            {rows[product]: 1}, data_objs=[package], use_distributions=True, seed_override=5
        )
        lca.lci()
    weights = np.array([factors[lca.dicts.biosphere.reversed[i]] for i in range(len(factors))])
    found = []
    for _ in range(DRAWS):
        next(lca)
        found.append(float(weights @ np.asarray(lca.inventory.sum(axis=1)).ravel()))
    return np.array(found)


def _add(package: Any, matrix: str, entries: list[tuple[int, int, float, float]]) -> None:
    import bw_processing

    distributions = np.zeros(len(entries), dtype=bw_processing.UNCERTAINTY_DTYPE)
    for position, (_, _, amount, variance) in enumerate(entries):
        kind = LOGNORMAL if variance else 0
        location = np.log(abs(amount)) if variance else amount
        scale = np.sqrt(variance) if variance else np.nan
        unused = np.nan
        distributions[position] = (kind, location, scale, unused, unused, unused, amount < 0)
    package.add_persistent_vector(
        matrix=matrix,
        name=matrix,
        indices_array=np.array([e[:2] for e in entries], dtype=bw_processing.INDICES_DTYPE),
        data_array=np.array([e[2] for e in entries]),
        distributions_array=distributions,
    )


def test_draws_have_the_mean_and_the_quantiles_of_bw2calc() -> None:
    snapshot = the_snapshot()
    table = solve_intensities(snapshot)
    ours = sampled_tables(snapshot, table, seed=7, draws=DRAWS)
    values = ours.values["AR6", UptakeBasis.EXCLUDING][table.row("part")].astype(float)
    theirs = drawn_by_brightway(snapshot, "part")
    spread = theirs.std()
    assert values.mean() == pytest.approx(theirs.mean(), abs=4 * spread * (2 / DRAWS) ** 0.5)
    assert values.std() == pytest.approx(spread, rel=0.1)
    for quantile in (0.025, 0.25, 0.5, 0.75, 0.975):
        within = 0.25 if quantile in {0.025, 0.975} else 0.1
        expected = np.quantile(theirs, quantile)
        assert np.quantile(values, quantile) == pytest.approx(expected, abs=within * spread)
