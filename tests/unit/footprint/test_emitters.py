"""Who emits a small study, counted by hand; and what a profile of installations sees of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footprint.bom import BillOfMaterials, Boundary
from footprint.contribution import impacts
from footprint.emitters import EmitterGroup, StudyEmission, by_emitter, country_of, study_emissions
from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Process
from footprint.methods import MethodProfile, method_profile
from footprint.sankey import Sankey, SankeyLimits, study_sankey
from footprint.solver import solve_intensities
from footprint.structure import ReleaseStructure
from footprint.system import product_system
from tests.support.builders import a_bom, a_material, a_process, an_emission, an_energy, an_input

METHOD = method_profile("gbt24067-2024")
CBAM = method_profile("cbam-2023-956")


def somewhere(process: Process, location: str, industry: str = "") -> Process:
    content = {"industry": industry} if industry else {}
    return replace(process, location=location, content=content)


STEEL = a_process(
    "steel",
    inputs=[an_input("grid", "2", "kWh"), an_input("gas", "10", "MJ")],
    emissions=[an_emission(amount_kg="1"), an_emission("CH4", "0.1")],
)
GRID = a_process("grid", "kWh", [an_input("coal", "9", "MJ")], [an_emission("SF6", "0.00001")])
COAL = a_process("coal", "MJ", emissions=[an_emission(amount_kg="0.1")], is_fuel_combustion=True)
GAS = a_process(
    "gas",
    "MJ",
    [an_input("gas-by-mass", "0.02", "kg"), an_input("grid", "0.01", "kWh")],
    [an_emission(amount_kg="0.05")],
    is_fuel_combustion=True,
)
MASS = a_process("gas-by-mass", emissions=[an_emission(amount_kg="0.5")], is_fuel_combustion=True)
SNAPSHOT = InventorySnapshot.of(
    [
        somewhere(STEEL, "CN-GD", "steel"),
        somewhere(GRID, "CN", "electricity"),
        somewhere(COAL, "CN", "fuels"),
        somewhere(GAS, "RNA", "fuels"),
        somewhere(MASS, "GLO"),
    ]
)
TABLE = solve_intensities(SNAPSHOT)
STRUCTURE = ReleaseStructure.of(SNAPSHOT)


def bill() -> BillOfMaterials:
    own = {
        "ref": "vent",
        "kind": "direct-emission",
        "name": "vent",
        "substance": "CO2",
        "origin": "fossil",
        "amount": "0.25",
        "unit": "kg",
    }
    supplied = {
        "kg_co2e_per_unit": "2.5",
        "unit": "kg",
        "gwp_set": "AR5",
        "document": "statement 7",
        "is_verified": False,
    }
    part = a_material("part", "", "2", supplier_footprint=supplied)
    del part["dataset"]
    return a_bom([a_material("m", "steel", "3"), part, own, an_energy("e", "gas", "40", "MJ")])


def emissions(
    table: IntensityTable = TABLE, method: MethodProfile = METHOD
) -> tuple[StudyEmission, ...]:
    bom = bill()
    system, basis = product_system(bom, table), method.certified_basis(Boundary.CRADLE_TO_GATE)
    impact = impacts(system, table, method, basis)
    return study_emissions(system, impact, table, STRUCTURE, method, basis, bom.geography)


def grouped(group: EmitterGroup, method: MethodProfile = METHOD) -> dict[str, float]:
    return {e.name: e.kg_co2e for e in by_emitter(emissions(method=method), group)}


KWH = 3 * 2 + 70 * 0.01  # 70 MJ of gas: 30 for the steel, 40 for the maker
BY_PROCESS = {
    "steel": 3 * (1 + 0.1 * 29.8),
    "grid": KWH * 0.00001 * 25_200,
    "coal": KWH * 9 * 0.1,
    "gas": 70 * 0.05,
    "gas-by-mass": 70 * 0.02 * 0.5,
    "own-process": 0.25,
    "supplier": 5.0,
}


def test_each_process_is_named_with_what_it_emits_itself() -> None:
    assert grouped(EmitterGroup.PROCESS) == pytest.approx(BY_PROCESS)


def test_processes_without_an_industry_and_suppliers_are_unassigned() -> None:
    assert grouped(EmitterGroup.SECTOR) == pytest.approx(
        {
            "steel": BY_PROCESS["steel"],
            "electricity": BY_PROCESS["grid"],
            "fuels": BY_PROCESS["coal"] + BY_PROCESS["gas"],
            "unassigned": BY_PROCESS["gas-by-mass"] + 5,
            "own-process": 0.25,
        }
    )


def test_a_province_belongs_to_its_country_and_the_maker_to_the_study() -> None:
    assert grouped(EmitterGroup.COUNTRY) == pytest.approx(
        {
            "CN": BY_PROCESS["steel"] + BY_PROCESS["grid"] + BY_PROCESS["coal"] + 0.25,
            "RNA": BY_PROCESS["gas"],
            "GLO": BY_PROCESS["gas-by-mass"],
            "unassigned": 5.0,
        }
    )
    assert [country_of(place) for place in ("CN-GD", "HK", "CN-4403-x")] == ["CN", "HK", "CN"]


def test_data_known_only_as_co2e_are_a_gas_of_their_own() -> None:
    found = grouped(EmitterGroup.GAS)
    assert found.keys() == {"CO2", "CH4", "SF6", "CO2e"}
    assert found["CO2e"] == 5.0
    assert found["CH4"] == pytest.approx(3 * 0.1 * 29.8)


def test_the_largest_emitter_comes_first() -> None:
    found = [abs(e.kg_co2e) for e in by_emitter(emissions(), EmitterGroup.PROCESS)]
    assert found == sorted(found, reverse=True)


def test_a_snapshot_of_another_release_is_refused() -> None:
    with pytest.raises(InventoryError, match="release-not-of-table"):
        emissions(replace(TABLE, release_sha256="00" * 32))


def test_a_profile_of_installations_sees_fuels_burnt_on_site_alone() -> None:
    expected = {
        "gas": 40 * 0.05,
        "gas-by-mass": 40 * 0.02 * 0.5,
        "own-process": 0.25,
        "supplier": 5,
    }
    assert grouped(EmitterGroup.PROCESS, CBAM) == pytest.approx(expected)


def sankey(method: MethodProfile, closed: frozenset[str] = frozenset()) -> Sankey:
    system, basis = product_system(bill(), TABLE), method.certified_basis(Boundary.CRADLE_TO_GATE)
    impact = impacts(system, TABLE, method, basis)
    made = {p.id: p for p in SNAPSHOT.processes if p.id not in closed}
    return study_sankey(system, impact, TABLE, made.get, method, SankeyLimits(cutoff=0), basis)


def test_what_may_not_be_looked_into_emits_all_that_flows_through_it() -> None:
    bom = bill()
    system, basis = product_system(bom, TABLE), METHOD.certified_basis(Boundary.CRADLE_TO_GATE)
    impact = impacts(system, TABLE, METHOD, basis)
    found = study_emissions(
        *(system, impact, TABLE, STRUCTURE, METHOD, basis, bom.geography),
        is_open=lambda dataset: dataset != "steel",
    )
    processes = {e.name: e.kg_co2e for e in by_emitter(found, EmitterGroup.PROCESS)}
    kwh = 40 * 0.01
    per_kwh = 0.00001 * 25_200 + 9 * 0.1
    steel = 3 * (1 + 2.98 + 2 * per_kwh + 10 * (0.05 + 0.01 + 0.01 * per_kwh))
    assert processes == pytest.approx(
        {
            "steel": steel,
            "grid": kwh * 0.00001 * 25_200,
            "coal": kwh * 9 * 0.1,
            "gas": 40 * 0.05,
            "gas-by-mass": 40 * 0.02 * 0.5,
            "own-process": 0.25,
            "supplier": 5.0,
        }
    )
    nodes = {node.id: node for node in sankey(METHOD, frozenset({"steel"})).nodes}
    assert nodes["steel"].direct_kg_co2e == nodes["steel"].kg_co2e == pytest.approx(steel)
    assert (nodes["steel"].is_closed, nodes["gas"].is_closed) == (True, False)
    assert nodes["gas"].amount == pytest.approx(40)


def test_the_sankey_of_such_a_profile_has_no_other_datasets_either() -> None:
    found = sankey(CBAM)
    assert {node.id: node.kg_co2e for node in found.nodes} == pytest.approx(
        {
            "study": 2.4 + 0.25 + 5,
            "raw-material": 5.0,
            "manufacturing": 2.4 + 0.25,
            "gas": 2.4,
            "gas-by-mass": 0.4,
        }
    )


def test_the_sankey_merges_what_the_chain_takes_at_several_places() -> None:
    nodes = {node.id: node for node in sankey(METHOD).nodes}
    assert nodes["gas"].amount == pytest.approx(70)
    assert nodes["grid"].amount == pytest.approx(KWH)
    assert nodes["coal"].kg_co2e == pytest.approx(BY_PROCESS["coal"])


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("cutoff", {"cutoff": 1.5}),
        ("cutoff", {"cutoff": float("nan")}),
        ("datasets", {"datasets": 301}),
        ("datasets", {"datasets": -1}),
    ],
)
def test_limits_outside_their_bounds_are_refused(name: str, limits: dict[str, float]) -> None:
    with pytest.raises(InventoryError, match="supply-chain-limit") as refused:
        SankeyLimits(**limits)  # type: ignore[arg-type]
    assert refused.value.place == f"/{name}"
