"""Laws of what flows to a study on random systems: its tree, its merged Sankey, its emitters."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from footprint.bom import BillOfMaterials, Stage
from footprint.contribution import Impacts, impacts
from footprint.emitters import EmitterGroup, StudyEmission, by_emitter, study_emissions
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import MethodProfile, UptakeBasis, method_profile
from footprint.sankey import NodeKind, Sankey, SankeyLimits, study_sankey
from footprint.solver import full_solution, solve_intensities
from footprint.structure import ReleaseStructure
from footprint.supply_chain import StudyTree, TreeLimits, study_tree
from footprint.system import ProductSystem, product_system
from tests.properties.test_engine_laws import random_snapshot, seeds
from tests.properties.test_scenario_laws import bill
from tests.properties.test_supply_chain_laws import makers
from tests.support.builders import a_bom, a_material, a_process, an_emission, an_energy, an_input

METHOD = method_profile("gbt24067-2024")
BASIS = UptakeBasis.EXCLUDING
cutoffs = st.floats(0, 0.5)


@dataclass(frozen=True)
class Study:
    """A bill on a random release, under one method."""

    bom: BillOfMaterials
    snapshot: InventorySnapshot
    method: MethodProfile = METHOD
    basis: UptakeBasis = BASIS

    @cached_property
    def table(self) -> IntensityTable:
        return solve_intensities(self.snapshot)

    @cached_property
    def system(self) -> ProductSystem:
        return product_system(self.bom, self.table)

    @cached_property
    def impact(self) -> Impacts:
        return impacts(self.system, self.table, self.method, self.basis)

    def sankey(self, limits: SankeyLimits) -> Sankey:
        makes = makers(self.snapshot).__getitem__
        return study_sankey(
            self.system, self.impact, self.table, makes, self.method, limits, self.basis
        )

    def tree(self, limits: TreeLimits) -> StudyTree:
        makes = makers(self.snapshot).__getitem__
        return study_tree(
            self.system, self.impact, self.table, makes, self.method, limits, self.basis
        )

    def emissions(
        self, structure: ReleaseStructure | None = None, closed: Set[str] = frozenset()
    ) -> tuple[StudyEmission, ...]:
        return study_emissions(
            self.system,
            self.impact,
            self.table,
            structure or ReleaseStructure.of(self.snapshot),
            self.method,
            self.basis,
            self.bom.geography,
            lambda dataset: dataset not in closed,
        )


def a_study(seed: int, basis: UptakeBasis = BASIS) -> Study:
    """Datasets with loops and credits, a supplier's footprint, a gas of its own, an assembly."""
    own = {
        "ref": "vent",
        "kind": "direct-emission",
        "name": "vent",
        "substance": "CH4",
        "origin": "fossil",
        "amount": "0.25",
        "unit": "kg",
    }
    supplied = {
        "kg_co2e_per_unit": "2.5",
        "unit": "kg",
        "gwp_set": "AR6",
        "document": "statement 7",
        "is_verified": False,
    }
    part = a_material("part", "", "2", supplier_footprint=supplied)
    del part["dataset"]
    base = bill(seed)
    extra = a_bom([part, own, an_energy("e", "p-000", "0", "kg")]).lines[:2]
    lines = (*base.lines, *extra)
    return Study(replace(base, lines=lines), random_snapshot(seed), basis=basis)


def levels(study: Study) -> dict[str, float]:
    """The oracle: how much of each product is made, by a dense inverse of the whole matrix."""
    table = study.table
    ids = [p.id for p in table.products]
    made = makers(study.snapshot)
    matrix = np.zeros((len(ids), len(ids)))
    amounts: NDArray[np.float64] = np.zeros(len(ids))
    for column, product in enumerate(ids):
        process = made[product]
        share, amount = process.reference_share, process.reference_amount
        for other in process.co_products:
            if other.product == product:
                share, amount = other.share, other.amount
        amounts[column] = float(amount)
        matrix[column, column] += float(amount)
        for exchange in process.inputs:
            matrix[ids.index(exchange.provider), column] -= float(exchange.amount * share)
    demand = np.zeros(len(ids))
    for entry in study.system.demands:
        demand[entry.row] += entry.amount
    return dict(zip(ids, np.linalg.solve(matrix, demand) * amounts, strict=True))


@settings(max_examples=40, deadline=None)
@given(seeds, cutoffs, st.integers(0, 20), st.sampled_from(list(UptakeBasis)))
def test_what_comes_into_every_node_is_what_goes_out(
    seed: int, cutoff: float, datasets: int, basis: UptakeBasis
) -> None:
    study = a_study(seed, basis)
    sankey = study.sankey(SankeyLimits(cutoff=cutoff, datasets=datasets))
    assert sankey.total_kg_co2e == study.impact.total
    assert sum(1 for node in sankey.nodes if node.kind is NodeKind.DATASET) <= datasets
    for node in sankey.nodes:
        into = [link.kg_co2e for link in sankey.links if link.target == node.id]
        out = [link.kg_co2e for link in sankey.links if link.source == node.id]
        scale = sum(abs(part) for part in (*into, *out, node.direct_kg_co2e, node.rest_kg_co2e))
        scale = 1e-9 * (scale + study.impact.scale)
        inflow = sum(into) + node.direct_kg_co2e + node.rest_kg_co2e
        assert inflow == pytest.approx(node.kg_co2e, abs=scale, rel=0)
        if node.kind is not NodeKind.STUDY:
            assert sum(out) == pytest.approx(node.kg_co2e, abs=scale, rel=0)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_with_every_dataset_open_the_amounts_are_those_of_the_whole_solution(seed: int) -> None:
    study = a_study(seed)
    expected = levels(study)
    sankey = study.sankey(SankeyLimits(cutoff=0, datasets=300))
    datasets = [node for node in sankey.nodes if node.kind is NodeKind.DATASET]
    shown = {node.id: node for node in datasets}
    factors = METHOD.factors(study.table.keys, BASIS)
    throughs = dict(zip(expected, study.table.intensities @ factors, strict=True))
    for product, amount in expected.items():
        through, scale = amount * throughs[product], 1e-9 * study.impact.scale
        flow = shown[product].kg_co2e if product in shown else 0.0
        assert flow == pytest.approx(through, rel=1e-6, abs=scale)
    assert {node.rest_count for node in datasets} == {0}
    direct = {node.id: node.direct_kg_co2e for node in datasets}
    by_process = {e.name: e.kg_co2e for e in by_emitter(study.emissions(), EmitterGroup.PROCESS)}
    for process in study.snapshot.processes:
        own = direct.get(process.id, 0) + sum(direct.get(c.product, 0) for c in process.co_products)
        assert own == pytest.approx(by_process.get(process.id, 0), rel=1e-6, abs=1e-12)


def test_what_goes_round_a_loop_passes_its_node_again() -> None:
    """One kg needs half a kg of itself: two kg are made, 8 kgCO2e come of one that leaves."""
    snapshot = InventorySnapshot.of(
        [
            a_process(
                "loop",
                inputs=[an_input("loop", "0.5", "kg"), an_input("ore", "1", "kg")],
                emissions=[an_emission(amount_kg="3")],
            ),
            a_process("ore", emissions=[an_emission(amount_kg="1")]),
            a_process("grid", unit="kWh"),
        ]
    )
    bom = a_bom([a_material("m", "loop"), an_energy("e", "grid")])
    sankey = Study(bom, snapshot).sankey(SankeyLimits())
    nodes = {node.id: node for node in sankey.nodes}
    assert nodes["loop"].amount == pytest.approx(2)
    assert nodes["loop"].kg_co2e == pytest.approx(16)
    assert nodes["loop"].direct_kg_co2e == pytest.approx(6)
    links = {(link.source, link.target): link.kg_co2e for link in sankey.links}
    assert links == {
        ("loop", "loop"): pytest.approx(8),
        ("ore", "loop"): pytest.approx(2),
        ("loop", "raw-material"): pytest.approx(8),
        ("raw-material", "study"): pytest.approx(8),
    }
    closed = Study(bom, snapshot).sankey(SankeyLimits(datasets=0))
    assert {n.id: (n.rest_kg_co2e, n.rest_count) for n in closed.nodes} == {
        "study": (0, 0),
        "raw-material": (pytest.approx(8), 1),
    }


@settings(max_examples=40, deadline=None)
@given(seeds, cutoffs, st.integers(1, 60), st.integers(0, 5))
def test_the_tree_of_a_study_adds_up_at_every_branch(
    seed: int, cutoff: float, nodes: int, depth: int
) -> None:
    study = a_study(seed)
    tree = study.tree(TreeLimits(cutoff=cutoff, nodes=nodes, depth=depth))
    scale = 1e-9 * study.impact.scale
    assert tree.kg_co2e == study.impact.total
    assert sum(line.kg_co2e for line in tree.lines) == pytest.approx(tree.kg_co2e, abs=scale, rel=0)
    shown = [node for line in tree.lines for root in line.inputs for node in root.walk()]
    assert len(shown) <= nodes
    for line in tree.lines:
        parts = [line.direct_kg_co2e, line.rest_kg_co2e, *(i.kg_co2e for i in line.inputs)]
        assert sum(parts) == pytest.approx(line.kg_co2e, abs=scale, rel=0)
    for node in shown:
        parts = [node.direct_kg_co2e, node.rest_kg_co2e, *(c.kg_co2e for c in node.children)]
        wide = 1e-9 * (sum(abs(part) for part in parts) + abs(node.kg_co2e))
        assert sum(parts) == pytest.approx(node.kg_co2e, abs=wide, rel=0)
        assert abs(node.kg_co2e) >= cutoff * study.impact.scale


def test_the_tree_of_a_study_shows_each_line_with_what_it_states_itself() -> None:
    tree = a_study(3).tree(TreeLimits(cutoff=0, nodes=2000, depth=1))
    lines = {(line.ref, line.stage): line for line in tree.lines}
    part = lines["part", Stage.RAW_MATERIAL]
    assert (part.direct_kg_co2e, part.inputs, part.rest_count) == (5.0, (), 0)
    vent = lines["vent", Stage.MANUFACTURING]
    assert vent.direct_kg_co2e == pytest.approx(0.25 * 29.8)
    treated = lines["a", Stage.MANUFACTURING]
    assert {i.product: i.amount for i in treated.inputs} == pytest.approx({"p-005": 0.5})
    bought = lines["a", Stage.RAW_MATERIAL]
    assert {i.product: i.amount for i in bought.inputs} == pytest.approx({"p-001": 2.5})
    assert bought.inputs[0].children


@settings(max_examples=30, deadline=None)
@given(seeds, st.sampled_from(list(UptakeBasis)))
def test_the_emitters_sum_to_the_total_however_they_are_grouped(
    seed: int, basis: UptakeBasis
) -> None:
    study = a_study(seed, basis)
    emissions = study.emissions()
    scale = 1e-9 * (sum(abs(e.kg_co2e) for e in emissions) + study.impact.scale)
    for group in EmitterGroup:
        found = by_emitter(emissions, group)
        total = sum(emitter.kg_co2e for emitter in found)
        assert total == pytest.approx(study.impact.total, abs=scale, rel=0)
        assert len({emitter.name for emitter in found}) == len(found)


@settings(max_examples=30, deadline=None)
@given(seeds, st.sets(st.integers(0, 11)))
def test_a_structure_that_was_kept_gives_every_digit_of_one_made_just_now(
    seed: int, closed: set[int]
) -> None:
    study = a_study(seed)
    made = ReleaseStructure.of(study.snapshot)
    read = ReleaseStructure.from_bytes(made.to_bytes())
    assert read.to_bytes() == made.to_bytes()
    hidden = {entry.id for row, entry in enumerate(study.table.products) if row in closed}
    now, then = (study.emissions(each, hidden) for each in (made, read))
    assert now == then
    assert now


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_the_emissions_by_gas_are_those_of_a_full_solution_by_bw2calc(seed: int) -> None:
    study = a_study(seed)
    demand: dict[str, float] = {}
    for entry in study.system.demands:
        product = study.table.products[entry.row].id
        demand[product] = demand.get(product, 0.0) + entry.amount
    oracle = full_solution(study.snapshot, demand)
    for key, mass_kg in oracle.masses_kg.items():
        factor = METHOD.factor(key, BASIS)
        own = [e for e in study.emissions() if e.key == key and e.process.startswith("p-")]
        scale = 1e-9 * oracle.absolute_masses_kg[key] * abs(factor)
        assert sum(e.kg_co2e for e in own) == pytest.approx(mass_kg * factor, abs=scale, rel=0)
