"""Units and quantities: exact conversion behind a whitelist, and the only rounding in the product.

Rules:

* A unit is one of the names in ``UNITS``; user text is never evaluated as an expression.
* Amounts are finite decimals with 1e-15 <= |amount| <= 1e15, or zero; "-0" is no amount.
* 斤 is refused: it is 0.5 kg on the Mainland, 604.78982 g in Hong Kong and another weight in
  Macao; the explicit units ``jin-cn`` and ``catty-hk`` are accepted.
* A cubic metre of gas says at what temperature: ``Nm3`` at 0 degrees C, ``m3-20C`` at 20 (GB/T
  17291), both at 101.325 kPa; one is converted into the other as an ideal gas, neither into ``m3``.
* Rounding happens in :func:`round_significant` alone: half to even.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from footprint.errors import QuantityError

if TYPE_CHECKING:
    import pint

LARGEST = Decimal("1e15")
SMALLEST = Decimal("1e-15")
SMALLEST_PART = Decimal("1e-40")
_LEAST_PLAIN, _MOST_PRINTED = 1e-4, 15  # of what C prints without exponent, and digits of a float
_LEAST_EXPONENT, _EXPONENT_OVER = SMALLEST.adjusted(), LARGEST.adjusted()
_NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?")
_LONGEST_NUMBER = 40
_EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)

# canonical name -> (pint expression written by us, other spellings; UN/CEFACT codes among them)
_WHITELIST: dict[str, tuple[str, tuple[str, ...]]] = {
    "kg": ("kilogram", ("KGM", "千克", "公斤", "kilogram", "quilograma")),
    "g": ("gram", ("GRM", "克", "gram")),
    "mg": ("milligram", ("MGM", "毫克")),
    "t": ("metric_ton", ("TNE", "吨", "噸", "tonne", "公吨", "公噸")),
    "jin-cn": ("jin_cn", ("市斤",)),
    "catty-hk": ("catty_hk", ("司馬斤", "司马斤")),
    "kWh": ("kilowatt_hour", ("KWH", "千瓦时", "千瓦時", "度")),
    "MWh": ("megawatt_hour", ("MWH", "兆瓦时", "兆瓦時")),
    "GWh": ("gigawatt_hour", ("GWH",)),
    "Wh": ("watt_hour", ("WHR", "瓦时", "瓦時")),
    "MJ": ("megajoule", ("3B", "兆焦")),
    "GJ": ("gigajoule", ("GV", "吉焦")),
    "TJ": ("terajoule", ("D30",)),
    "m3": ("meter ** 3", ("MTQ", "立方米", "m³")),
    "Nm3": ("normal_cubic_meter", ("NM3", "Nm³", "标准立方米(0℃)", "標準立方米(0℃)")),
    "m3-20C": ("cubic_meter_at_20_celsius", ("标准立方米(20℃)", "標準立方米(20℃)")),
    "L": ("liter", ("LTR", "升", "l", "litre")),
    "m2": ("meter ** 2", ("MTK", "平方米", "m²")),
    "m": ("meter", ("MTR", "米")),
    "mm": ("millimeter", ("MMT", "毫米")),
    "km": ("kilometer", ("KMT", "公里", "千米")),
    "tkm": ("metric_ton * kilometer", ("TKM", "吨公里", "噸公里", "t·km", "t*km")),
    "kgkm": ("kilogram * kilometer", ("kg·km",)),
    "vkm": ("vehicle * kilometer", ("车公里", "車公里")),
    "pkm": ("passenger * kilometer", ("人公里", "p*km", "p·km")),
    "m2a": ("meter ** 2 * year", ("m2*a", "m²·a", "平方米年")),
    "ma": ("meter * year", ("m*a", "m·a", "米年")),
    "h": ("hour", ("HUR", "小时", "小時")),
    "piece": (
        "piece",
        (
            "C62",
            "EA",
            "PCE",
            "件",
            "个",
            "個",
            "只",
            "隻",
            "支",
            "颗",
            "顆",
            "粒",
            "枚",
            "pcs",
            "p",
        ),
    ),
    "kWp": ("peak_kilowatt", ("千瓦峰",)),
    "Wp": ("peak_watt", ("峰瓦",)),
}
_SPELLINGS = {s: name for name, (_, others) in _WHITELIST.items() for s in (name, *others)}
AMBIGUOUS = frozenset({"斤", "catty", "ton"})
GAS_WITHOUT_CONDITION = frozenset(
    {"标准立方米", "標準立方米", "标方", "標方", "Sm3", "Sm³", "SM3", "scm"}
)
_GAS_VOLUMES, _VOLUMES = frozenset({"Nm3", "m3-20C"}), frozenset({"m3", "L"})
UNITS = tuple(_WHITELIST)


def unit_name(text: str, place: str = "") -> str:
    """The canonical name of a unit as people write it ("千克" -> "kg").

    Raises:
        QuantityError: ``unit-ambiguous``, ``gas-volume-without-condition`` or ``unit-unknown``.
    """
    cleaned = text.strip()
    if cleaned in GAS_WITHOUT_CONDITION:
        raise QuantityError("gas-volume-without-condition", place, unit=cleaned)
    if cleaned in AMBIGUOUS:
        raise QuantityError("unit-ambiguous", place, unit=cleaned)
    try:
        return _SPELLINGS[cleaned]
    except KeyError:
        raise QuantityError("unit-unknown", place, unit=cleaned[:40]) from None


def check_unit(unit: str, place: str = "") -> None:
    """Nothing when the unit is one of the canonical names.

    Raises:
        QuantityError: ``unit-unknown``.
    """
    if unit not in _WHITELIST:
        raise QuantityError("unit-unknown", place, unit=unit[:40])


_DEFINITIONS = """
kilo- = 1e3
mega- = 1e6
giga- = 1e9
tera- = 1e12
deci- = 1e-1
milli- = 1e-3
meter = [length]
gram = [mass]
second = [time]
hour = 3600 * second
year = 365.25 * 24 * hour
metric_ton = 1e3 * kilogram
liter = decimeter ** 3
joule = kilogram * meter ** 2 / second ** 2
watt_hour = 3600 * joule
piece = [piece]
peak_kilowatt = [peak_power]
peak_watt = 0.001 * peak_kilowatt
vehicle = [vehicle]
passenger = [passenger]
normal_cubic_meter = [gas_volume]
cubic_meter_at_20_celsius = 273.15 / 293.15 * normal_cubic_meter
jin_cn = 0.5 * kilogram
catty_hk = 0.60478982 * kilogram
"""


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry[Decimal]:
    """What the whitelist is written in and no more: all of the library's units take 0.4 s."""
    import pint  # noqa: PLC0415  only where something is converted

    registry: pint.UnitRegistry[Decimal] = pint.UnitRegistry(
        None, non_int_type=Decimal, autoconvert_offset_to_baseunit=False, cache_folder=None
    )
    registry.load_definitions(_DEFINITIONS.strip().splitlines())
    return registry


@lru_cache(maxsize=1024)
def conversion_factor(from_unit: str, to_unit: str) -> Decimal:
    """How many ``to_unit`` one ``from_unit`` is; both canonical names.

    Raises:
        QuantityError: ``unit-wrong-dimension`` where no factor exists, ``unit-unknown``,
            ``gas-volume-without-condition`` between a volume of gas and a volume.
    """
    check_unit(from_unit)
    check_unit(to_unit)
    if {from_unit, to_unit} & _GAS_VOLUMES and {from_unit, to_unit} & _VOLUMES:
        plain = from_unit if from_unit in _VOLUMES else to_unit
        raise QuantityError("gas-volume-without-condition", "", unit=plain)
    if from_unit == to_unit:
        return Decimal(1)
    source = _registry().Quantity(Decimal(1), _WHITELIST[from_unit][0])
    target = _registry().Unit(_WHITELIST[to_unit][0])
    if source.dimensionality != target.dimensionality:
        raise QuantityError("unit-wrong-dimension", "", unit=from_unit, expected=to_unit)
    converted = source.to(target)
    return _EXACT.create_decimal(Decimal(str(converted.magnitude))).normalize()


def decimal_amount(text: str, place: str = "") -> Decimal:
    """A finite decimal from its text form; no sign tricks, no NaN, no expression.

    Raises:
        QuantityError: ``amount-not-a-number`` or ``amount-out-of-range``.
    """
    amount = decimal_of(text.strip())
    if amount is None:
        raise QuantityError("amount-not-a-number", place, amount=text[:40])
    return in_range(amount, place)


def decimal_of(text: str) -> Decimal | None:
    """The decimal that a text without blanks writes, however large; None where it writes none."""
    return _known_decimal(text) if len(text) <= _LONGEST_NUMBER else None


@lru_cache(maxsize=8192)
def _known_decimal(text: str) -> Decimal | None:
    """A bill is read more than once on its way to a footprint; its numbers are not."""
    if not _NUMBER.fullmatch(text):
        return None
    amount = Decimal(text)
    return None if amount.is_zero() and amount.is_signed() else amount


def in_range(amount: Decimal, place: str = "") -> Decimal:
    """The amount itself when it is finite and of a usable size, else ``amount-out-of-range``."""
    if _LEAST_EXPONENT <= amount.adjusted() < _EXPONENT_OVER and amount.is_finite():
        return amount
    if not amount.is_finite() or (amount != 0 and not SMALLEST <= abs(amount) <= LARGEST):
        raise QuantityError("amount-out-of-range", place, amount=str(amount)[:40])
    return amount


@dataclass(frozen=True)
class Quantity:
    """An amount in a whitelisted unit; the amount is finite, the unit canonical."""

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        in_range(self.amount)
        check_unit(self.unit)

    @classmethod
    def parse(cls, amount: str, unit: str, place: str = "") -> Quantity:
        """From text as users send it; ``place`` names the line in the error."""
        return cls(decimal_amount(amount, f"{place}/amount"), unit_name(unit, f"{place}/unit"))

    def to(self, unit: str) -> Quantity:
        """The same quantity in another unit of its dimension."""
        factor = conversion_factor(self.unit, unit)
        return Quantity(_EXACT.multiply(self.amount, factor), unit)

    def times(self, factor: Decimal) -> Quantity:
        """The quantity multiplied by a plain number."""
        if factor == 1:
            return self
        return Quantity(_EXACT.multiply(self.amount, factor), self.unit)


def round_significant(value: Decimal, figures: int) -> Decimal:
    """``value`` to ``figures`` significant figures, half to even."""
    return _rounding(figures).plus(value)


@lru_cache(maxsize=64)
def _rounding(figures: int) -> Context:
    return Context(prec=figures, rounding=ROUND_HALF_EVEN)


def decimal_string(value: Decimal) -> str:
    """Plain positional notation without exponent; trailing zeros of the rounding stay."""
    return format(value, "f")


def significant_string(value: float | Decimal, figures: int) -> str:
    """``value`` as the decimal string of ``figures`` significant figures ("16.0", "0.00120").

    Raises:
        QuantityError: ``amount-out-of-range`` for what is not finite: never printed as a figure.
    """
    if not value:
        return "0"
    if type(value) is float and _is_printed_alike(value, figures):
        printed = "%#.*g" % (figures, value)  # noqa: UP031  the quickest of the ways
        return printed[:-1] if printed[-1] == "." else printed
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not number.is_finite():
        raise QuantityError("amount-out-of-range", "", amount=str(number))
    rounded = round_significant(number, figures)
    missing = figures - len(rounded.as_tuple().digits)
    if missing > 0:
        exponent = rounded.adjusted() - figures + 1
        rounded = rounded.quantize(Decimal(1).scaleb(exponent))
    return decimal_string(rounded)


def _is_printed_alike(value: float, figures: int) -> bool:
    """Whether C prints it as its shortest decimal is rounded, and without exponent.

    The shortest decimal and the binary number behind it round alike unless a tie lies between
    them, and one that did would be shorter or nearer: only the decimal itself can be the tie.
    """
    if not (_LEAST_PLAIN <= abs(value) < 10.0 ** (figures - 1) and figures <= _MOST_PRINTED):
        return False
    shortest = repr(value)
    return shortest[-1] != "5" or len(shortest.lstrip("-0.").replace(".", "")) != figures + 1


def parts_of_one(measures: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Each measure over the sum of all, to forty decimals; they sum to one exactly.

    The largest makes up for the rounding of the others. All are above zero.
    """
    exact = Context(prec=80, rounding=ROUND_HALF_EVEN)
    whole, rest = Decimal(0), Decimal(1)
    for measure in measures:
        whole = exact.add(whole, measure)
    parts = [exact.divide(m, whole).quantize(SMALLEST_PART, context=exact) for m in measures]
    for part in parts:
        rest = exact.subtract(rest, part)
    largest = measures.index(max(measures))
    parts[largest] = exact.add(parts[largest], rest)
    return tuple(parts)


def milligrams(kg: Decimal) -> int:
    """Kilograms as a whole number of milligrams, half to even; the unit of every ledger.

    Raises:
        QuantityError: ``amount-out-of-range`` for what is not finite.
    """
    if not kg.is_finite():
        raise QuantityError("amount-out-of-range", "", amount=str(kg))
    exact = kg.scaleb(6, Context(prec=max(1, len(kg.as_tuple().digits))))  # rounded once, below
    return int(exact.to_integral_value(rounding=ROUND_HALF_EVEN))
