"""Laws of comparing, driving, burning and storing: whichever way it is written, it is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.schemas.bom import BomIn
from footprint.bom import Boundary, Stage, StageInclusion, StudyUnit, UnitKind
from footprint.calculate import calculate
from footprint.comparability import Audience, Compared, compare
from footprint.errors import FootprintError, FootprintErrors
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Origin
from footprint.methods import method_profile, profile_ids
from footprint.solver import solve_intensities
from tests.support.builders import (
    ANY_SHA256,
    a_bom,
    a_bom_document,
    a_material,
    a_process,
    a_result,
    an_emission,
    an_energy,
)

SHARES = st.integers(0, 1000).map(lambda n: Decimal(n) / 1000)
AMOUNTS = st.decimals("0.001", "10000", places=3)
MEGAJOULES = {text: Decimal(n) for text, n in {"kWh": "3.6", "MJ": "1", "GJ": "1000"}.items()}
UNITS = st.builds(
    StudyUnit,
    kind=st.sampled_from(UnitKind),
    amount=st.sampled_from([Decimal(text) for text in ("1", "3.6", "0.36", "1000", "7")]),
    unit=st.sampled_from(["kWh", "MJ", "MWh", "GJ", "kg", "g", "t", "piece"]),
    description=st.sampled_from([{"en": "1 kWh"}, {"en": "1 kg"}, {"pt": "1 kg"}]),
)
COMPARED = st.builds(
    Compared,
    unit=UNITS,
    boundary=st.sampled_from(Boundary),
    stages=st.fixed_dictionaries({stage: st.sampled_from(StageInclusion) for stage in Stage}),
    rules=st.sampled_from([("gbt24067-2024", "AR6", "including"), ("pact-3", "AR6", "both")]),
    release_sha256=st.sampled_from(["9e" * 32, "4a" * 32]),
    total_kg_co2e=st.decimals("-100", "100", places=2),
)


def reasons(first: Compared, second: Compared, audience: Audience) -> set[tuple[str, str]]:
    """Why they may not be compared; nothing where they may."""
    try:
        compare(first, second, audience)
    except FootprintErrors as errors:
        return {(one.code, one.place) for one in errors.errors}
    except FootprintError as error:
        return {(error.code, error.place)}
    return set()


@given(COMPARED, COMPARED, st.sampled_from(Audience), st.booleans())
def test_who_may_be_compared_with_another_may_be_compared_the_other_way_round(
    first: Compared, second: Compared, audience: Audience, is_alike: bool
) -> None:
    """And for the same reasons not, with the opposite difference and the same cautions."""
    if is_alike:  # else nearly every pair is refused
        second = replace(
            first, release_sha256=second.release_sha256, total_kg_co2e=second.total_kg_co2e
        )
    there, back = reasons(first, second, audience), reasons(second, first, audience)
    assert there == back
    if not there:
        one, other = compare(first, second, audience), compare(second, first, audience)
        assert one.difference_kg_co2e == -other.difference_kg_co2e
        assert one.cautions == other.cautions


@given(st.sampled_from(list(MEGAJOULES)), st.sampled_from(list(MEGAJOULES)), st.integers(1, 10_000))
def test_an_amount_is_the_same_in_another_unit_whichever_stands_first(
    unit: str, other: str, amount: int
) -> None:
    """3.6 MJ are a kWh, although no decimal says what part of a kWh a MJ is."""
    first, second = (
        a_compared(StudyUnit(kind=UnitKind.DECLARED, amount=n, unit=u, description={"en": "it"}))
        for n, u in (
            (amount * MEGAJOULES[other], unit),
            (amount * MEGAJOULES[unit], other),
        )
    )
    assert reasons(first, second, Audience.BUSINESS) == set()
    assert reasons(second, first, Audience.BUSINESS) == set()


def a_compared(unit: StudyUnit) -> Compared:
    return Compared(
        unit=unit,
        boundary=Boundary.CRADLE_TO_GATE,
        stages=dict.fromkeys(Stage, StageInclusion.INCLUDED),
        rules=("gbt24067-2024", "AR6", "excluding"),
        release_sha256="9e" * 32,
        total_kg_co2e=Decimal(1),
    )


def a_table() -> IntensityTable:
    """A lorry of 8 t that emits as much by its kilometre as by its eight tonne-kilometres."""
    return solve_intensities(
        InventorySnapshot.of(
            [
                a_process("steel", emissions=[an_emission(amount_kg="2")]),
                a_process("grid", "kWh", emissions=[an_emission(amount_kg="0.5")]),
                a_process("by-load", "tkm", emissions=[an_emission(amount_kg="0.1")]),
                a_process("by-vehicle", "vkm", emissions=[an_emission(amount_kg="0.8")]),
            ]
        )
    )


TABLE = a_table()


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS, st.sampled_from(["8", "8000"]))
def test_a_leg_by_the_vehicle_is_that_by_the_tonne_where_the_vehicle_is_full(
    mass_kg: Decimal, distance_km: Decimal, load: str
) -> None:
    leg = {"kind": "transport", "stage": "raw-material", "mass": str(mass_kg), "mass_unit": "kg"}
    leg |= {"distance": str(distance_km), "distance_unit": "km"}
    full = {"load": load, "load_unit": "t" if load == "8" else "kg", "return_share": "0"}
    lines = [
        {**leg, "ref": "tonnes", "name": "tonnes", "dataset": "by-load"},
        {**leg, **full, "ref": "vehicle", "name": "vehicle", "dataset": "by-vehicle"},
    ]
    result = a_result(a_bom([*lines, an_energy("e", "grid", "0")]), TABLE)
    found = {line.ref: line.kg_co2e for line in result.lines}
    assert found["tonnes"] == pytest.approx(float(mass_kg * distance_km) / 1000 * 0.1)
    assert found["vehicle"] == pytest.approx(found["tonnes"], rel=1e-12)


@settings(deadline=None)
@given(AMOUNTS, SHARES, SHARES, SHARES, SHARES)
def test_burning_lets_out_the_fossil_carbon_of_what_is_burnt_and_no_other(
    mass: Decimal, share: Decimal, fossil: Decimal, rest: Decimal, oxidation: Decimal
) -> None:
    """kg C in, times what burns, is kg C out, of either origin: 12 of every 44 kg CO2."""
    biogenic = (1 - fossil) * rest
    burnt = {
        "ref": "burnt",
        "kind": "incineration",
        "name": "burnt",
        "mass": str(mass),
        "mass_unit": "kg",
        "share": str(share),
        "fossil_carbon": str(fossil),
        "biogenic_carbon": str(biogenic),
        "oxidation": str(oxidation),
    }
    result = a_result(
        a_bom(
            [a_material("s", "steel", "0"), an_energy("e", "grid", "0"), burnt],
            boundary="cradle-to-grave",
            unit_kind="functional",
            stages={
                stage: "included" if stage not in {"distribution", "use"} else "not-applicable"
                for stage in ("raw-material", "manufacturing", "distribution", "use", "end-of-life")
            },
            stage_reasons=dict.fromkeys(("distribution", "use"), "Not a part of this"),
        ),
        TABLE,
    )
    let_out = {gas.key.origin: gas.mass_kg * 12 / 44 for gas in result.gases}
    for origin, carbon in ((Origin.FOSSIL, fossil), (Origin.BIOGENIC, biogenic)):
        held = float(mass * share * carbon * oxidation)
        assert let_out.get(origin, 0.0) == pytest.approx(held, rel=1e-9, abs=1e-15)
    assert result.partition.fossil == pytest.approx(
        float(mass * share * fossil * oxidation) * 44 / 12, rel=1e-9, abs=1e-15
    )


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS, st.sampled_from(["fossil", "biogenic"]), st.sampled_from(profile_ids()))
def test_captured_carbon_dioxide_is_taken_off_only_where_the_profile_allows_it(
    made: Decimal, captured: Decimal, origin: str, method: str
) -> None:
    """Whatever was captured, the total is what it is without; a profile that nets takes it off."""
    gas = {"ref": "kiln", "kind": "direct-emission", "name": "kiln", "substance": "CO2"}
    gas |= {"origin": "fossil", "amount": str(made), "unit": "kg"}
    stored = {"ref": "stored", "kind": "captured-co2", "name": "stored", "origin": origin}
    stored |= {"amount": str(captured), "unit": "kg", "evidence": "record 3"}
    lines: list[Mapping[str, object]] = [
        a_material("s", "steel", "1"),
        an_energy("e", "grid", "1"),
        gas,
    ]
    profile = method_profile(method)
    boundary = profile.boundaries[0]
    assert not profile.nets_captured_co2, "then its own rule is what is tested below"
    whole = boundary is Boundary.CRADLE_TO_GRAVE
    included = [s for s in Stage if s in {Stage.RAW_MATERIAL, Stage.MANUFACTURING}]
    states = {
        s.value: "included" if s in included else ("not-applicable" if whole else "not-specified")
        for s in Stage
    }
    reasons_given = dict.fromkeys((s.value for s in Stage), "Not a part of this") if whole else {}

    def total(netted: bool, *more: Mapping[str, object]) -> float:
        document = a_bom_document(
            [*lines, *more],
            boundary=boundary.value,
            unit_kind="functional" if whole else "declared",
            stages=states,
            stage_reasons=reasons_given,
        )
        document["assumptions"] = ["One step of many."]  # a reason for a gate to a gate
        bom = BomIn.model_validate(document).to_core()
        rules = replace(profile, nets_captured_co2=netted)
        result = calculate(bom, TABLE, rules, bom_sha256=ANY_SHA256)
        assert result.beside.captured_co2_kg == (float(captured) if more else 0)
        assert result.partition.captured == pytest.approx(
            -float(captured) if more and netted else 0.0
        )
        return result.total_kg_co2e

    without = total(False)
    assert total(False, stored) == without
    assert total(True, stored) == pytest.approx(without - float(captured), abs=1e-9)
