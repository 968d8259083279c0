"""Evaluates the derivations of the shipped inventory: arithmetic over source values only."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from footprint.errors import QuantityError
from footprint.quantities import conversion_factor, unit_name

_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SUBSTANCE = re.compile(r"(?<=g|t)(CO2e|CO2|CH4|N2O|CF4)$")
_SPELLINGS = {
    "tonnes": "t",
    "tAl": "t",
    "cubic metres": "m3",
    "t*km": "tkm",
    # as the premise workbooks write them
    "kilowatt hour": "kWh",
    "ton kilometer": "tkm",
    "square meter": "m2",
    "cubic meter": "m3",
    "megajoule": "MJ",
    "unit": "piece",
}


class NotArithmeticError(ValueError):
    """A derivation with anything but numbers, source ids, + - * / and brackets."""


def evaluate(derivation: str, values: Mapping[str, str]) -> Fraction:
    """The exact value of ``derivation``; ``{source-id}`` stands for that source's value.

    Raises:
        NotArithmeticError: A name, a call, a power, or anything else that is not arithmetic.
        KeyError: A source that ``values`` does not hold.
    """
    text = re.sub(r"\{([^{}]*)\}", lambda found: f"({_number(values[found[1]])})", derivation)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise NotArithmeticError(derivation) from error
    return _value(tree.body, text, derivation)


def _number(value: str) -> str:
    """The value of a source as an expression of its own; refuses anything but one number."""
    return format(Decimal(value), "f")


def _value(node: ast.expr, text: str, derivation: str) -> Fraction:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](
                _value(left, text, derivation), _value(right, text, derivation)
            )
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, text, derivation)
        case ast.Constant(value=int() | float()):
            literal = ast.get_source_segment(text, node) or ""
            return Fraction(Decimal(literal))
    raise NotArithmeticError(derivation)


def source_factor(source_unit: str, unit: str, reference_unit: str) -> Decimal | None:
    """What a source's value is multiplied by to be an amount in ``unit``; None where unclear.

    ``kg`` is for the dataset as it is written; ``kg/t`` is for one tonne of the dataset's product,
    and the answer is then per one ``reference_unit``.
    """
    numerator, _, denominator = source_unit.partition("/")
    try:
        factor = conversion_factor(_canonical(numerator), unit)
        if denominator:
            factor *= conversion_factor(reference_unit, _canonical(denominator))
    except QuantityError:
        return None
    return factor


def _canonical(unit: str) -> str:
    stripped = _SUBSTANCE.sub("", unit.strip())
    return unit_name(_SPELLINGS.get(stripped, stripped))


def agrees(amount: Decimal, value: Fraction) -> bool:
    """Whether ``amount`` is ``value`` rounded to the digits written, and at least to 4 of them."""
    if value == 0 or amount == 0:
        return amount == value
    step = Fraction(Decimal(1).scaleb(int(amount.as_tuple().exponent)))
    difference = abs(Fraction(amount) - value)
    return difference <= step / 2 + abs(value) * Fraction(1, 10**9) and difference <= abs(
        value
    ) * Fraction(5, 10**4)
