"""Laws of quantities: conversions come back, rounding agrees with the decimal module."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from footprint.errors import QuantityError
from footprint.quantities import (
    UNITS,
    Quantity,
    conversion_factor,
    decimal_amount,
    decimal_string,
    milligrams,
    round_significant,
    significant_string,
)

amounts = st.decimals("0.001", "100000", places=3)  # in range whatever the unit
signed = st.decimals("-1e15", "1e15", allow_nan=False, allow_infinity=False)
figures = st.integers(1, 15)


def one_dimension(first: str, second: str) -> bool:
    try:
        conversion_factor(first, second)
    except QuantityError:
        return False
    return True


PAIRS = [(a, b) for a in UNITS for b in UNITS if a != b and one_dimension(a, b)]
TRIPLES = [(a, b, d) for a, b in PAIRS for c, d in PAIRS if b == c]


@given(amounts, st.sampled_from(PAIRS))
def test_a_conversion_and_its_inverse_give_the_amount_back(
    amount: Decimal, pair: tuple[str, str]
) -> None:
    first, second = pair
    quantity = Quantity(amount, first)
    there = quantity.to(second)
    back = there.to(first).amount
    assert abs(back - amount) <= abs(amount) * Decimal("1e-25")


@given(st.sampled_from(PAIRS))
def test_two_factors_of_a_pair_are_each_others_inverse(pair: tuple[str, str]) -> None:
    product = Context(prec=40).multiply(conversion_factor(*pair), conversion_factor(*pair[::-1]))
    assert abs(product - 1) <= Decimal("1e-25")


@given(st.sampled_from(TRIPLES))
def test_a_conversion_by_way_of_a_third_unit_is_the_same(units: tuple[str, str, str]) -> None:
    a, b, c = units
    way_round = Context(prec=40).multiply(conversion_factor(a, b), conversion_factor(b, c))
    direct = conversion_factor(a, c)
    assert abs(way_round - direct) <= abs(direct) * Decimal("1e-25")


@given(signed, figures)
@example(Decimal("2.5"), 1)
@example(Decimal("99.95"), 3)
def test_rounding_agrees_with_the_decimal_module(value: Decimal, count: int) -> None:
    expected = Context(prec=count, rounding=ROUND_HALF_EVEN).create_decimal(value)
    assert round_significant(value, count) == expected
    assert Decimal(significant_string(value, count)) == expected


@given(signed, figures)
def test_a_printed_figure_has_as_many_figures_as_asked_for(value: Decimal, count: int) -> None:
    text = significant_string(value, count)
    digits = text.lstrip("-").replace(".", "").lstrip("0")
    if round_significant(value, count) == 0:
        assert text == "0"
    elif "." in text:
        assert len(digits) == count
    else:
        assert len(digits) >= count
        assert set(digits[count:]) <= {"0"}
    assert "e" not in text.lower()


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_twelve_figures_of_a_float_read_back_within_half_a_unit(value: float) -> None:
    read = float(significant_string(value, 12))
    assert abs(read - value) <= abs(value) * 5.0001e-12


def amount_or_code(text: str) -> Decimal | str:
    try:
        return decimal_amount(text)
    except QuantityError as error:
        return error.code


@given(signed)
def test_an_amount_written_out_reads_back_as_itself(value: Decimal) -> None:
    read = amount_or_code(decimal_string(value))
    assert read in {value, "amount-not-a-number", "amount-out-of-range"}


@given(st.text(max_size=30))
@example("1e5")
@example("-0")
@example("٣")
def test_any_text_is_a_finite_amount_or_a_refusal(text: str) -> None:
    read = amount_or_code(text)
    if isinstance(read, Decimal):
        assert read.is_finite()
        assert text.strip().isascii()
    else:
        assert read in {"amount-not-a-number", "amount-out-of-range"}


@given(st.integers(-(10**20), 10**20), st.integers(0, 999_999))
def test_milligrams_of_whole_milligrams_are_themselves(kilograms: int, rest: int) -> None:
    assert milligrams(Decimal(kilograms) + Decimal(rest).scaleb(-6)) == kilograms * 10**6 + rest


@given(st.floats(allow_nan=False, allow_infinity=False), figures)
@example(0.1234567890125, 12)
@example(2.5, 1)
@example(99.95, 3)
@example(9.9999999999995, 12)
@example(1e-4, 3)
@example(123.0, 3)
def test_a_float_is_printed_as_its_shortest_decimal_is_rounded(value: float, figures: int) -> None:
    assert significant_string(value, figures) == significant_string(Decimal(repr(value)), figures)


@given(st.decimals("-1e8", "1e8", places=6), figures)
def test_a_float_with_few_digits_is_printed_as_its_decimal(value: Decimal, figures: int) -> None:
    """Among them every tie between two roundings."""
    assert significant_string(float(value), figures) == significant_string(
        Decimal(repr(float(value))), figures
    )
