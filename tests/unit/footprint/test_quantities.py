"""Units, amounts and rounding: what is accepted, what is refused, and what is printed."""

from __future__ import annotations

from decimal import Decimal

import pint
import pytest

from footprint.errors import QuantityError
from footprint.quantities import (
    UNITS,
    Quantity,
    check_unit,
    conversion_factor,
    decimal_amount,
    decimal_string,
    in_range,
    milligrams,
    round_significant,
    significant_string,
    unit_name,
)
from tests.unit.footprint.odd_numbers import NO_AMOUNTS, OUT_OF_RANGE


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("kg", "kg"),
        ("千克", "kg"),
        ("公斤", "kg"),
        ("KGM", "kg"),
        (" t ", "t"),
        ("噸", "t"),
        ("公吨", "t"),
        ("度", "kWh"),
        ("千瓦時", "kWh"),
        ("m³", "m3"),
        ("t·km", "tkm"),
        ("噸公里", "tkm"),
        ("件", "piece"),
        ("隻", "piece"),
        ("市斤", "jin-cn"),
        ("司馬斤", "catty-hk"),
        ("千瓦峰", "kWp"),
    ],
)
def test_unit_is_understood_as_people_write_it(written: str, canonical: str) -> None:
    assert unit_name(written) == canonical


@pytest.mark.parametrize("written", ["斤", "catty", "ton"])
def test_unit_that_weighs_differently_from_place_to_place_is_refused(written: str) -> None:
    with pytest.raises(QuantityError) as refused:
        unit_name(written, "/lines/3/unit")
    assert (refused.value.code, refused.value.place) == ("unit-ambiguous", "/lines/3/unit")


@pytest.mark.parametrize(
    "written",
    ["", "kilo", "kg*kg", "kg**2", "2*kg", "__import__('os')", "kg\u200b", "Ｋｇ", "x" * 999],
)
def test_unknown_unit_is_refused_and_never_evaluated(written: str) -> None:
    with pytest.raises(QuantityError) as refused:
        unit_name(written)
    assert refused.value.code == "unit-unknown"
    assert len(refused.value.parameters["unit"]) <= 40


@pytest.mark.parametrize(
    ("amount", "unit", "other", "expected"),
    [
        ("1", "t", "kg", "1000"),
        ("1", "kWh", "MJ", "3.6"),
        ("1000", "kWh", "GJ", "3.6"),
        ("1", "jin-cn", "g", "500"),
        ("1", "catty-hk", "g", "604.78982"),
        ("1", "m3", "L", "1000"),
        ("2500", "kgkm", "tkm", "2.5"),
        ("320", "Wp", "kWp", "0.32"),
        ("1", "TJ", "GJ", "1000"),
        ("1500", "mm", "m", "1.5"),
    ],
)
def test_conversion_is_exact_where_the_factor_is(
    amount: str, unit: str, other: str, expected: str
) -> None:
    assert Quantity(Decimal(amount), unit).to(other).amount == Decimal(expected)


def test_conversion_with_an_endless_factor_is_right_to_far_beyond_what_is_printed() -> None:
    kwh = Quantity(Decimal("3.6"), "GJ").to("kWh").amount
    assert abs(kwh - 1000) < Decimal("1e-22")


@pytest.mark.parametrize(
    ("unit", "other"),
    [
        ("kg", "kWh"),
        ("piece", "kg"),
        ("kWp", "kWh"),
        ("Wp", "Wh"),
        ("tkm", "vkm"),
        ("m2", "m3"),
        ("vkm", "km"),
    ],
)
def test_unit_of_another_dimension_does_not_convert(unit: str, other: str) -> None:
    """Installed power is no energy, a vehicle kilometre no length: each would be silently wrong."""
    with pytest.raises(QuantityError) as refused:
        Quantity(Decimal(1), unit).to(other)
    assert refused.value.code == "unit-wrong-dimension"
    assert refused.value.parameters == {"unit": unit, "expected": other}


def test_normal_cubic_metre_of_gas_is_larger_at_twenty_degrees_as_an_ideal_gas() -> None:
    """GB/T 17291: 20 degrees C; "Nm3" is at 0, both at 101.325 kPa: 293.15 / 273.15."""
    at_20 = Quantity(Decimal(1), "Nm3").to("m3-20C").amount
    assert abs(at_20 - Decimal("293.15") / Decimal("273.15")) < Decimal("1e-20")
    assert unit_name("Nm³") == unit_name("NM3") == "Nm3"


@pytest.mark.parametrize("gas", ["Nm3", "m3-20C"])
@pytest.mark.parametrize("volume", ["m3", "L"])
def test_volume_of_gas_is_never_taken_for_a_volume_without_its_condition(
    gas: str, volume: str
) -> None:
    for one, other in ((gas, volume), (volume, gas)):
        with pytest.raises(QuantityError) as refused:
            conversion_factor(one, other)
        assert refused.value.code == "gas-volume-without-condition"
        assert refused.value.parameters == {"unit": volume}


@pytest.mark.parametrize("written", ["标准立方米", "標準立方米", "标方", "Sm3"])
def test_standard_cubic_metre_is_refused_for_it_may_be_at_0_15_or_20_degrees(written: str) -> None:
    with pytest.raises(QuantityError) as refused:
        unit_name(written, "/lines/3/unit")
    assert (refused.value.code, refused.value.place) == (
        "gas-volume-without-condition",
        "/lines/3/unit",
    )


def test_unit_outside_the_whitelist_is_refused_wherever_it_comes_from() -> None:
    for use in (
        lambda: Quantity(Decimal(1), "pound"),
        lambda: conversion_factor("pound", "pound"),
        lambda: conversion_factor("kg", "pound"),
        lambda: check_unit("pound"),
    ):
        with pytest.raises(QuantityError) as refused:
            use()
        assert refused.value.code == "unit-unknown"


def test_every_unit_converts_to_itself_by_one() -> None:
    assert {conversion_factor(unit, unit) for unit in UNITS} == {Decimal(1)}


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", "0"), ("1250.5", "1250.5"), ("-3", "-3"), ("1e-15", "1E-15"), ("1E+15", "1E+15")],
)
def test_amount_is_read_as_written(text: str, amount: str) -> None:
    assert decimal_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(QuantityError) as refused:
        decimal_amount(text, "/lines/0/amount")
    assert refused.value.code == "amount-not-a-number"
    assert refused.value.place == "/lines/0/amount"


@pytest.mark.parametrize("text", OUT_OF_RANGE)
def test_amount_nobody_can_mean_is_refused(text: str) -> None:
    with pytest.raises(QuantityError) as refused:
        decimal_amount(text)
    assert refused.value.code == "amount-out-of-range"


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity", "1e16", "1e-16"])
def test_amount_of_the_core_is_finite_and_usable(number: str) -> None:
    with pytest.raises(QuantityError) as refused:
        in_range(Decimal(number))
    assert refused.value.code == "amount-out-of-range"


def test_amount_that_grows_out_of_range_is_refused_after_a_conversion() -> None:
    with pytest.raises(QuantityError) as refused:
        Quantity(Decimal("1e14"), "t").to("kg")
    assert refused.value.code == "amount-out-of-range"


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [
        (16.04, 3, "16.0"),
        (16.05, 3, "16.0"),  # 16.05 as a float prints as 16.05: a tie, to even
        (16.15, 3, "16.2"),
        (Decimal("0.001205"), 3, "0.00120"),
        (Decimal("0.001215"), 3, "0.00122"),
        (999.5, 3, "1000"),
        (99950, 3, "100000"),
        (Decimal("99850"), 3, "99800"),
        (5, 3, "5.00"),
        (Decimal("1E+3"), 3, "1000"),
        (-2.345, 3, "-2.34"),
        (0.0, 3, "0"),
        (-0.0, 3, "0"),
        (1e-9, 3, "0.00000000100"),
        (0.1 + 0.2, 12, "0.300000000000"),
    ],
)
def test_significant_figures_are_half_even_without_exponent(
    value: float | Decimal, figures: int, text: str
) -> None:
    assert significant_string(value, figures) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), Decimal("NaN")])
def test_what_is_not_finite_is_never_printed_as_a_figure(value: float | Decimal) -> None:
    with pytest.raises(QuantityError) as refused:
        significant_string(value, 3)
    assert refused.value.code == "amount-out-of-range"


def test_decimal_string_has_no_exponent_and_keeps_its_zeros() -> None:
    assert decimal_string(Decimal("1E+3")) == "1000"
    assert decimal_string(Decimal("1.500")) == "1.500"
    assert decimal_string(Decimal("1E-7")) == "0.0000001"


@pytest.mark.parametrize(
    ("kg", "whole"),
    [
        ("1", 1_000_000),
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.0000025", 2),
        ("-0.0000015", -2),
        ("1e15", 10**21),
        # 28 digits would round 0.5000...1 to 0.5 and then to 0: once only, and up
        ("1234567890123456789.0000005000000000000001", 1234567890123456789000001),
    ],
)
def test_milligrams_are_rounded_once_half_to_even(kg: str, whole: int) -> None:
    assert milligrams(Decimal(kg)) == whole


def test_milligrams_of_what_is_not_finite_are_refused() -> None:
    with pytest.raises(QuantityError) as refused:
        milligrams(Decimal("NaN"))
    assert refused.value.code == "amount-out-of-range"


def test_rounding_keeps_the_figures_asked_for() -> None:
    assert round_significant(Decimal("2.5"), 1) == 2
    assert round_significant(Decimal("3.5"), 1) == 4


PINT_NAMES = {
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "t": "metric_ton",
    "kWh": "kilowatt_hour",
    "MWh": "megawatt_hour",
    "GWh": "gigawatt_hour",
    "Wh": "watt_hour",
    "MJ": "megajoule",
    "GJ": "gigajoule",
    "TJ": "terajoule",
    "m3": "meter ** 3",
    "L": "liter",
    "m2": "meter ** 2",
    "m": "meter",
    "mm": "millimeter",
    "km": "kilometer",
    "tkm": "metric_ton * kilometer",
    "kgkm": "kilogram * kilometer",
    "m2a": "meter ** 2 * year",
    "ma": "meter * year",
    "h": "hour",
}


def test_units_convert_as_those_of_the_library_whose_definitions_we_do_not_load() -> None:
    library: pint.UnitRegistry[Decimal] = pint.UnitRegistry(non_int_type=Decimal, cache_folder=None)
    compared = 0
    for one, its_name in PINT_NAMES.items():
        for other, other_name in PINT_NAMES.items():
            quantity, unit = library.Quantity(Decimal(1), its_name), library.Unit(other_name)
            if quantity.dimensionality != unit.dimensionality:
                with pytest.raises(QuantityError, match="unit-wrong-dimension"):
                    conversion_factor(one, other)
                continue
            expected = Decimal(str(quantity.to(unit).magnitude)).normalize()
            assert conversion_factor(one, other) == expected, (one, other)
            compared += 1
    assert compared > len(PINT_NAMES)
