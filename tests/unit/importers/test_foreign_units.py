"""Units as foreign files write them: which of ours they are, by which factor, and which are not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from footprint.errors import QuantityError
from footprint.quantities import UNITS
from lca_db.inventory.importers.units import factor_between, foreign_names, foreign_unit


@pytest.mark.parametrize(
    ("written", "unit", "factor"),
    [
        ("kg", "kg", "1"),
        ("kilogram", "kg", "1"),
        ("metric ton", "t", "1"),
        ("sh tn", "kg", "907.18474"),
        ("lb av", "kg", "0.45359237"),
        ("kilowatt hour", "kWh", "1"),
        ("BTU", "MJ", "0.00105505585262"),
        ("kJ", "MJ", "0.001"),
        ("l", "L", "1"),
        ("gal", "L", "3.785411784"),
        ("gal (Imp)", "L", "4.54609"),
        ("bbl", "L", "158.987294928"),
        ("cu ft", "m3", "0.028316846592"),
        ("cubic  meter", "m3", "1"),
        ("hectare", "m2", "10000"),
        ("ac", "m2", "4046.8564224"),
        ("t*km", "tkm", "1"),
        ("metric ton*km", "tkm", "1"),
        ("Ton Kilometer", "tkm", "1"),
        ("t*mi", "tkm", "1.609344"),
        ("sh tn*km", "tkm", "0.90718474"),
        ("kg*km", "kgkm", "1"),
        ("person*km", "pkm", "1"),
        ("person-kilometer", "pkm", "1"),
        ("v*km", "vkm", "1"),
        ("kilometer", "km", "1"),
        ("m2*a", "m2a", "1"),
        ("square meter-year", "m2a", "1"),
        ("ha*a", "m2a", "10000"),
        ("meter-year", "ma", "1"),
        ("Item(s)", "piece", "1"),
        ("unit", "piece", "1"),
        ("p", "piece", "1"),
        ("hour", "h", "1"),
    ],
)
def test_a_foreign_unit_is_one_of_ours_by_an_exact_factor(
    written: str, unit: str, factor: str
) -> None:
    found = foreign_unit(written)
    assert (found.unit, found.factor) == (unit, Decimal(factor))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("ton", "unit-ambiguous"),
        ("Sm3", "gas-volume-without-condition"),
        ("USD", "unit-unknown"),
        ("kBq", "unit-unknown"),
        ("mj", "unit-unknown"),
        ("kg; drop", "unit-unknown"),
        ("", "unit-unknown"),
    ],
)
def test_a_unit_that_could_be_several_or_none_is_refused(written: str, code: str) -> None:
    with pytest.raises(QuantityError) as refused:
        foreign_unit(written, "/exchanges/3")
    assert (refused.value.code, refused.value.place) == (code, "/exchanges/3")


def test_the_case_of_a_symbol_counts() -> None:
    assert foreign_unit("Mg").factor == 1
    assert foreign_unit("Mg").unit == "t"
    assert foreign_unit("mg").unit == "mg"


def test_every_name_leads_to_a_unit_of_ours() -> None:
    assert len(foreign_names()) > 150
    assert {foreign_unit(name).unit for name in foreign_names()} <= set(UNITS)


def test_person_area_and_length_over_time_are_dimensions_of_their_own() -> None:
    for unit in ("pkm", "m2a", "ma"):
        others = {u for u in UNITS if u != unit and factor_between(unit, u) is not None}
        assert others == set(), unit
