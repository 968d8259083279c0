"""A footprint under another profile: the same masses by another row of factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.bom import Boundary
from footprint.calculate import calculate
from footprint.errors import FootprintError, FootprintErrors, MethodError
from footprint.inventory import CO2E, Direction, EmissionKey, Origin, ReviewStatus
from footprint.methods import EmissionScope, method_profile, profile_ids
from footprint.profile_switch import switched, switched_everywhere
from footprint.result import FootprintResult
from tests.support.builders import a_bom, a_material, an_energy
from tests.unit.footprint.tables import FOSSIL_CO2, a_table

METHANE = EmissionKey("CH4", Origin.FOSSIL)
UPTAKE = EmissionKey("CO2", Origin.BIOGENIC, Direction.REMOVAL)
HEXAFLUORIDE = EmissionKey("SF6", Origin.FOSSIL)
ONLY_CO2E = EmissionKey(CO2E, Origin.UNSPECIFIED, gwp_set="AR5")
KEYS = (FOSSIL_CO2, METHANE, UPTAKE, HEXAFLUORIDE, ONLY_CO2E)
TABLE = a_table(
    ("wood", "kg", 0.5),
    ("gas", "kg", 3.0),
    keys=KEYS,
    masses={
        "wood": {METHANE: 0.01, UPTAKE: 1.8, HEXAFLUORIDE: 1e-5, ONLY_CO2E: 0.25},
        "gas": {METHANE: 0.02},
    },
    burnt={"gas": {FOSSIL_CO2: 2.7, METHANE: 0.001}},
)
LIFE_CYCLE = tuple(
    (name, gwp_set)
    for name in profile_ids()
    for gwp_set in method_profile(name).gwp_sets
    if method_profile(name).scope is EmissionScope.LIFE_CYCLE
    and not method_profile(name).excluded_stages
)
A_BOM = a_bom([a_material("raw-material", "wood"), an_energy("manufacturing", "gas", "1", "kg")])


def a_result(name: str = "gbt24067-2024", gwp_set: str = "") -> FootprintResult:
    return calculate(A_BOM, TABLE, method_profile(name, gwp_set), bom_sha256="ab" * 32)


def masses_of(result: FootprintResult) -> list[tuple[EmissionKey, float]]:
    return [(gas.key, gas.mass_kg) for gas in result.gases]


@pytest.mark.parametrize(("name", "gwp_set"), LIFE_CYCLE)
def test_switching_gives_what_calculating_under_that_profile_gives(name: str, gwp_set: str) -> None:
    own = a_result(name, gwp_set)

    total = switched(masses_of(a_result()), Boundary.CRADLE_TO_GATE, method_profile(name, gwp_set))

    assert total.total_kg_co2e == pytest.approx(own.total_kg_co2e, rel=1e-12)
    assert total.including_uptake_kg_co2e == pytest.approx(own.including_uptake_kg_co2e, rel=1e-12)
    assert total.excluding_uptake_kg_co2e == pytest.approx(own.excluding_uptake_kg_co2e, rel=1e-12)
    assert total.figure == own.certified_value
    assert total.unswitchable_share == pytest.approx(own.unswitchable_share, rel=1e-12)
    assert (total.basis, total.gwp_set) == (own.basis, own.gwp_set)
    assert dict(total.partition.items()) == pytest.approx(dict(own.partition.items()))


def test_methane_changes_with_the_set_and_what_is_known_as_co2e_does_not() -> None:
    of = {
        gwp_set: switched(
            [(METHANE, 1.0), (ONLY_CO2E, 1.0)],
            Boundary.CRADLE_TO_GATE,
            method_profile("gbt24067-2024", gwp_set),
        )
        for gwp_set in ("AR5", "AR6")
    }

    assert of["AR6"].total_kg_co2e == pytest.approx(29.8 + 1)  # IPCC AR6 WGI, table 7.SM.7
    assert of["AR5"].total_kg_co2e == pytest.approx(30 + 1)
    assert of["AR6"].unswitchable_share == pytest.approx(1 / 30.8)


def test_a_share_above_the_limit_of_the_profile_is_told() -> None:
    gbt, pact = method_profile("gbt24067-2024"), method_profile("pact-3")
    masses = [(ONLY_CO2E, 1.0)]

    assert switched(masses, Boundary.CRADLE_TO_GATE, gbt).is_over_limit
    assert not switched(masses, Boundary.CRADLE_TO_GATE, pact).is_over_limit


@given(st.lists(st.floats(0, 1e6), min_size=len(KEYS), max_size=len(KEYS)))
def test_the_partition_sums_to_the_total_under_every_profile(amounts: list[float]) -> None:
    masses = list(zip(KEYS, amounts, strict=True))

    for total in switched_everywhere(masses, Boundary.CRADLE_TO_GATE):
        parts = sum(value for _, value in total.partition.items())
        scale = sum(abs(value) for _, value in total.partition.items())
        assert abs(parts - total.total_kg_co2e) <= 1e-9 * scale + 1e-300


def test_every_profile_for_such_a_study_is_shown_once() -> None:
    shown = [(t.method, t.gwp_set) for t in switched_everywhere([], Boundary.CRADLE_TO_GATE)]
    assert shown == list(LIFE_CYCLE)


def test_a_profile_for_another_boundary_is_left_out_and_refused_when_asked_for() -> None:
    shown = {t.method for t in switched_everywhere([], Boundary.CRADLE_TO_GRAVE)}
    assert shown == {"gbt24067-2024", "iso14067-2018"}

    with pytest.raises(MethodError) as refused:
        switched([], Boundary.CRADLE_TO_GRAVE, method_profile("pact-3"))
    assert refused.value.code == "boundary-not-in-profile"


@pytest.mark.parametrize(
    ("name", "boundary"),
    [("cbam-2023-956", "cradle-to-gate"), ("eu-battery-draft", "cradle-to-grave")],
)
def test_a_profile_that_counts_other_emissions_needs_its_own_calculation(
    name: str, boundary: str
) -> None:
    with pytest.raises(MethodError) as refused:
        switched([], Boundary(boundary), method_profile(name))
    assert refused.value.code == "profile-needs-its-own-calculation"


def test_a_gas_the_set_lacks_is_no_profile_to_be_passed_over() -> None:
    with pytest.raises(MethodError) as refused:
        tuple(
            switched_everywhere([(EmissionKey("XF9", Origin.FOSSIL), 1.0)], Boundary.CRADLE_TO_GATE)
        )
    assert refused.value.code == "gas-unknown"


def supplied(**more: object) -> dict[str, object]:
    line = a_material("supplied", "wood")
    del line["dataset"]
    footprint: Mapping[str, object] = {
        "kg_co2e_per_unit": "2",
        "unit": "kg",
        "gwp_set": "AR5",
        "document": "PCF 17",
        **more,
    }
    return {**line, "supplier_footprint": footprint}


def test_an_installation_counts_its_fuels_and_what_makers_of_precursors_state_alone() -> None:
    """By hand: 1 kg of gas burnt is 2.7 kg CO2; methane is no gas of annex I."""
    bom = a_bom(
        [
            a_material("raw-material", "wood"),
            supplied(),
            an_energy("manufacturing", "gas", "1", "kg"),
        ]
    )

    result = calculate(bom, TABLE, method_profile("cbam-2023-956"), bom_sha256="ab" * 32)

    assert result.total_kg_co2e == pytest.approx(2.7 + 2)
    assert {line.ref: line.kg_co2e for line in result.lines} == pytest.approx(
        {"raw-material": 0, "supplied": 2, "manufacturing": 2.7}
    )
    assert result.gwp_set == "AR5"


def test_the_draft_share_of_an_installation_is_that_of_its_own_fuels() -> None:
    draft = replace(
        TABLE,
        products=tuple(replace(p, review_status=ReviewStatus.DRAFT) for p in TABLE.products),
        values=np.array(TABLE.values),
    )
    profile = method_profile("cbam-2023-956")

    assert calculate(A_BOM, draft, profile, bom_sha256="ab" * 32).draft_share == 1
    assert calculate(A_BOM, TABLE, profile, bom_sha256="ab" * 32).draft_share == 0


def refused_by(name: str, **more: object) -> list[tuple[str, str]]:
    bom = a_bom(
        [a_material("raw-material", "wood"), an_energy("manufacturing", "gas", "1", "kg")]
        + ([an_energy("use", "gas", "1", "kg", stage="use")] if more.get("has_use") else []),
        boundary=str(more["boundary"]),
        unit_kind=str(more.get("unit_kind", "declared")),
        stages=more.get("stages"),
        stage_reasons={"end-of-life": "none", "use": "none"},
    )
    with pytest.raises(FootprintError) as refused:
        calculate(bom, TABLE, method_profile(name), bom_sha256="ab" * 32)
    error = refused.value
    errors = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [(e.code, e.place) for e in errors]


def test_a_study_the_profile_is_not_for_is_refused_with_its_place() -> None:
    grave = {
        "raw-material": "included",
        "manufacturing": "included",
        "distribution": "not-applicable",
        "use": "included",
        "end-of-life": "not-applicable",
    }
    full = {
        "boundary": "cradle-to-grave",
        "unit_kind": "functional",
        "stages": grave,
        "has_use": True,
    }

    assert refused_by("pact-3", **full) == [("boundary-not-in-profile", "/boundary")]
    assert refused_by("eu-battery-draft", **full) == [("stage-not-in-profile", "/stages/use")]


def test_a_result_says_which_rules_of_its_profile_nobody_confirmed() -> None:
    content = a_result().to_json()["profile"]

    assert content == {
        "version": method_profile("gbt24067-2024").version,
        "status": "in-force",
        "unconfirmed": list(method_profile("gbt24067-2024").unconfirmed),
    }
    assert method_profile("eu-battery-draft").status == "draft"


def test_a_set_the_profile_does_not_allow_is_refused_with_those_it_does() -> None:
    with pytest.raises(MethodError) as refused:
        method_profile("cbam-2023-956", "AR6")
    assert (refused.value.code, refused.value.place) == ("gwp-set-not-in-profile", "/gwp_set")
    assert refused.value.parameters["known"] == "AR5"
