"""A supplier's footprint that does not add up is refused; one that does is counted by origin."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import FootprintError, FootprintErrors
from footprint.inventory import Direction, Origin
from footprint.suppliers import SupplierFootprint, SupplierParts, SupplierUptake
from tests.support.builders import a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import a_table

HERE = "/supplier_footprint"


def a_footprint(
    value: str = "2", parts: SupplierParts | None = None, uptake: SupplierUptake | None = None
) -> SupplierFootprint:
    return SupplierFootprint(
        kg_co2e_per_unit=Decimal(value),
        unit="kg",
        gwp_set="AR6",
        document="PCF 17",
        parts=parts,
        uptake=uptake,
    )


def an_uptake(removed: str, including: str, carbon: str = "0") -> SupplierUptake:
    return SupplierUptake(
        removed_kg_co2_per_unit=Decimal(removed),
        including_kg_co2e_per_unit=Decimal(including),
        biogenic_carbon_kg_per_unit=Decimal(carbon),
    )


def parts(
    fossil: str, land_use: str = "0", biogenic: str = "0", aircraft: str = "0"
) -> SupplierParts:
    return SupplierParts(
        fossil=Decimal(fossil),
        land_use=Decimal(land_use),
        biogenic_non_co2=Decimal(biogenic),
        aircraft=Decimal(aircraft),
    )


def refusals(
    value: str = "2", stated: SupplierParts | None = None, uptake: SupplierUptake | None = None
) -> list[tuple[str, str]]:
    with pytest.raises(FootprintError) as refused:
        a_footprint(value, stated, uptake)
    error = refused.value
    errors = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [(e.code, e.place) for e in errors]


def test_parts_that_are_not_the_whole_are_refused() -> None:
    assert refusals("2", parts("1.5", "0.3")) == [("supplier-parts-do-not-add-up", f"{HERE}/parts")]
    assert a_footprint("2", parts("1.5", "0.3", "0.15", "0.05")).parts is not None


def test_a_part_below_zero_is_refused() -> None:
    with pytest.raises(FootprintError) as refused:
        parts("2", land_use="-0.1")
    assert (refused.value.code, refused.value.place) == (
        "supplier-footprint-negative",
        f"{HERE}/parts/land_use",
    )


def test_totals_that_contradict_the_uptake_are_refused() -> None:
    """2 without uptake, 1.8 taken up: with uptake it is 0.2, whatever the supplier writes."""
    including = f"{HERE}/uptake/including_kg_co2e_per_unit"
    assert a_footprint("2", uptake=an_uptake("1.8", "0.2")).uptake is not None
    assert refusals("2", uptake=an_uptake("1.8", "2")) == [
        ("supplier-totals-contradict-uptake", including)
    ]
    assert refusals("2", uptake=an_uptake("1.8", "3.8")) == [
        ("supplier-totals-contradict-uptake", including)
    ]


def test_carbon_in_the_product_was_taken_up() -> None:
    """1 kg of carbon is 44/12 kg of CO2, by the molar masses."""
    held = f"{HERE}/uptake/biogenic_carbon_kg_per_unit"
    assert a_footprint("2", uptake=an_uptake("1.8334", "0.1666", "0.5")).uptake is not None
    assert refusals("2", uptake=an_uptake("1.8", "0.2", "0.5")) == [
        ("supplier-carbon-not-taken-up", held)
    ]
    assert refusals("2", uptake=an_uptake("0", "2", "0.5")) == [
        ("supplier-carbon-not-taken-up", held)
    ]


def test_what_was_taken_up_and_is_below_zero_is_refused() -> None:
    with pytest.raises(FootprintError) as refused:
        an_uptake("-1", "1")
    assert refused.value.place == f"{HERE}/uptake/removed_kg_co2_per_unit"


def test_everything_that_does_not_add_up_is_told_at_once() -> None:
    codes = [code for code, _ in refusals("2", parts("1"), an_uptake("1", "2", "9"))]
    assert codes == [
        "supplier-parts-do-not-add-up",
        "supplier-totals-contradict-uptake",
        "supplier-carbon-not-taken-up",
    ]


@given(
    st.decimals("0.001", 1000, places=3),
    st.decimals(0, 1000, places=3),
)
def test_rounding_to_three_figures_is_no_contradiction(excluding: Decimal, uptake: Decimal) -> None:
    rounded = Decimal(f"{excluding - uptake:.3g}")
    a_footprint(str(excluding), uptake=an_uptake(str(uptake), str(rounded)))


def test_uptake_and_origins_of_a_supplier_reach_the_result() -> None:
    """By hand: 3 kg at 2 kgCO2e, of it 0.5 of land use; 1.8 kg CO2 taken up by each."""
    line = {
        **a_material("wood", "", "3"),
        "supplier_footprint": {
            "kg_co2e_per_unit": "2",
            "unit": "kg",
            "gwp_set": "AR6",
            "document": "PCF 17",
            "parts": {"fossil": "1.5", "land_use": "0.5"},
            "uptake": {"removed_kg_co2_per_unit": "1.8", "including_kg_co2e_per_unit": "0.2"},
        },
    }
    del line["dataset"]
    table = a_table(("d", "kg", 1.0))

    result = a_result(a_bom([line, an_energy("manufacturing", "d", "1", "kg")]), table)

    assert result.excluding_uptake_kg_co2e == pytest.approx(6 + 1)
    assert result.including_uptake_kg_co2e == pytest.approx(6 + 1 - 5.4)
    assert result.partition.land_use == pytest.approx(1.5)
    assert result.biogenic_co2.removed_kg == pytest.approx(5.4)
    assert [one.ref for one in result.lines] == ["wood", "manufacturing"]
    assert [one.kg_co2e for one in result.lines] == pytest.approx([6, 1])


def test_a_footprint_without_parts_is_of_unspecified_origin() -> None:
    ((key, amount),) = a_footprint().flows()
    assert (key.origin, key.direction, amount) == (
        Origin.UNSPECIFIED,
        Direction.EMISSION,
        Decimal(2),
    )
