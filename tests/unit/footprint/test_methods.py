"""Method profiles: warming potentials, what uptake counts, which total is certified."""

from __future__ import annotations

from decimal import Decimal

import pytest

from footprint.bom import Boundary
from footprint.errors import MethodError
from footprint.inventory import CO2E, UNSTATED, Direction, EmissionKey, Origin
from footprint.methods import (
    UptakeBasis,
    gwp100,
    is_known_substance,
    method_profile,
    profile_ids,
)

GBT = method_profile("gbt24067-2024")
INCLUDING, EXCLUDING = UptakeBasis.INCLUDING, UptakeBasis.EXCLUDING


@pytest.mark.parametrize(
    ("substance", "origin", "expected"),
    [
        ("CO2", Origin.FOSSIL, "1"),
        ("CH4", Origin.FOSSIL, "29.8"),
        ("CH4", Origin.BIOGENIC, "27.0"),
        ("CH4", Origin.LAND_USE, "27.0"),
        ("CH4", Origin.UNSPECIFIED, "29.8"),
        ("N2O", Origin.FOSSIL, "273"),
        ("SF6", Origin.FOSSIL, "25200"),
        ("NF3", Origin.FOSSIL, "17400"),
    ],
)
def test_warming_potentials_are_those_of_the_sixth_assessment_report(
    substance: str, origin: Origin, expected: str
) -> None:
    """IPCC AR6 WGI, table 7.SM.7; methane of unstated origin takes the higher, fossil value."""
    assert gwp100("AR6", EmissionKey(substance, origin)) == Decimal(expected)


def test_methane_of_the_fifth_report_differs_and_can_be_chosen() -> None:
    assert gwp100("AR5", EmissionKey("CH4", Origin.BIOGENIC)) == 28
    assert gwp100("AR5", EmissionKey("N2O", Origin.FOSSIL)) == 265


def test_pseudo_flow_keeps_its_value_under_every_set() -> None:
    key = EmissionKey(CO2E, Origin.UNSPECIFIED, gwp_set=UNSTATED)
    assert gwp100("AR5", key) == gwp100("AR6", key) == 1


def test_unknown_gas_is_refused_with_its_set() -> None:
    with pytest.raises(MethodError) as refused:
        GBT.factor(EmissionKey("XF9", Origin.FOSSIL), INCLUDING)
    assert refused.value.code == "gas-unknown"
    assert refused.value.parameters == {"substance": "XF9", "gwp_set": "AR6"}


@pytest.mark.parametrize("substance", ["co2", "CO₂", "XF9", "", CO2E])
def test_gas_is_known_by_its_exact_name_only(substance: str) -> None:
    assert not is_known_substance(substance)
    assert is_known_substance("CO2")


@pytest.mark.parametrize(
    ("key", "including", "excluding"),
    [
        (EmissionKey("CO2", Origin.BIOGENIC, Direction.REMOVAL), -1.0, 0.0),
        (EmissionKey("CO2", Origin.BIOGENIC), 1.0, 0.0),
        (EmissionKey("CH4", Origin.BIOGENIC), 27.0, 27.0),
        (EmissionKey("CO2", Origin.LAND_USE), 1.0, 1.0),
        (EmissionKey("CO2", Origin.FOSSIL, Direction.REMOVAL), -1.0, -1.0),
        (EmissionKey("CO2", Origin.FOSSIL, is_aircraft=True), 1.0, 1.0),
    ],
)
def test_only_biogenic_carbon_dioxide_depends_on_the_basis(
    key: EmissionKey, including: float, excluding: float
) -> None:
    assert (GBT.factor(key, INCLUDING), GBT.factor(key, EXCLUDING)) == (including, excluding)


def test_certified_total_of_a_partial_footprint_excludes_uptake() -> None:
    assert GBT.certified_basis(Boundary.CRADLE_TO_GRAVE) is INCLUDING
    partial = set(Boundary) - {Boundary.CRADLE_TO_GRAVE}
    assert {GBT.certified_basis(boundary) for boundary in partial} == {EXCLUDING}


@pytest.mark.parametrize(
    "name", ["nothing", "../gbt24067-2024", "gbt24067-2024.json", "", "x" * 999]
)
def test_profile_that_is_not_shipped_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(MethodError) as refused:
        method_profile(name)
    assert (refused.value.code, refused.value.place) == ("method-unknown", "/method")
    assert refused.value.parameters["known"] == ", ".join(profile_ids())


@pytest.mark.parametrize("name", profile_ids())
def test_profile_says_where_its_rules_come_from_and_what_is_unconfirmed(name: str) -> None:
    profile = method_profile(name)
    assert profile.id == name
    assert profile.sources
    assert {"zh-Hans", "zh-Hant", "en", "pt"} == set(profile.title)
    members = set(vars(profile)) | {"certified_basis.partial", "certified_basis.full"}
    assert set(profile.unconfirmed) <= members
