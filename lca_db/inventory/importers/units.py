"""Names of units as foreign files write them, each with its exact factor to one of our units.

Rules:

* A factor is exact and stands with the definition it comes from; a unit whose size depends on who
  writes it (ton, calorie, year, cubic metre of gas without its condition) is refused, not guessed.
* Case counts in symbols (``MJ`` is no ``mJ``); names written out are read in any case.
* What our own units already understand (``footprint/quantities.py``) is asked there.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from footprint.errors import QuantityError
from footprint.quantities import conversion_factor, unit_name

EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)
_SHORTEST_NAME = 4  # shorter ones are symbols, in which case counts

_POUND = Decimal("0.45359237")  # kg; international yard and pound agreement, 1959
_INCH = Decimal("0.0254")  # m; the same agreement
_FOOT = 12 * _INCH
_MILE = 5280 * _FOOT
_ACRE = 43560 * _FOOT**2  # of international feet
_US_GALLON = 231 * _INCH**3 * 1000  # L; 231 cubic inches, NIST Handbook 44, appendix C
_UK_GALLON = Decimal("4.54609")  # L; Units of Measurement Regulations 1995 (UK)
_BTU = Decimal("1055.05585262") / 1000000  # MJ; International Table, ISO 80000-5
_IN_OUR_UNITS = Decimal(1)

# our unit, how many of it one foreign unit is, names of the foreign unit
_NAMES: tuple[tuple[str, Decimal, tuple[str, ...]], ...] = (
    ("kg", _IN_OUR_UNITS, ("kilograms", "Kilogram", "kgs")),
    ("g", _IN_OUR_UNITS, ("grams",)),
    ("mg", _IN_OUR_UNITS, ("milligram", "milligrams")),
    ("mg", Decimal("0.001"), ("ug", "µg", "μg", "microgram")),
    ("mg", Decimal("0.000001"), ("ng", "nanogram")),
    ("t", _IN_OUR_UNITS, ("metric ton", "metric tons", "metric tonne", "tonnes", "Mg")),
    ("t", Decimal(1000), ("kt", "kilotonne", "Gg")),
    ("t", Decimal(1000000), ("Mt", "megatonne", "Tg")),
    ("kg", _POUND, ("lb", "lbs", "lb av", "pound", "pounds", "pound avoirdupois")),
    ("kg", _POUND / 16, ("oz av", "ounce avoirdupois")),  # "oz" alone may be fluid or troy
    ("kg", 2000 * _POUND, ("sh tn", "tn.sh", "short ton", "short tons", "US ton")),
    ("kg", 2240 * _POUND, ("long tn", "tn.lg", "long ton", "long tons")),
    ("kWh", _IN_OUR_UNITS, ("kilowatt hour", "kilowatt hours", "kilowatt-hour", "kW*h", "kW.h")),
    ("MWh", _IN_OUR_UNITS, ("megawatt hour", "megawatt-hour", "MW*h")),
    ("GWh", _IN_OUR_UNITS, ("gigawatt hour", "gigawatt-hour")),
    ("GWh", Decimal(1000), ("TWh", "terawatt hour")),
    ("MJ", _IN_OUR_UNITS, ("megajoule", "megajoules")),
    ("MJ", Decimal("0.001"), ("kJ", "kilojoule")),
    ("MJ", Decimal("0.000001"), ("J", "joule")),
    ("GJ", _IN_OUR_UNITS, ("gigajoule",)),
    ("TJ", _IN_OUR_UNITS, ("terajoule",)),
    ("TJ", Decimal(1000), ("PJ", "petajoule")),
    ("MJ", _BTU, ("btu", "BTU", "Btu")),
    ("MJ", 1000 * _BTU, ("kBtu",)),
    ("MJ", 1000000 * _BTU, ("MMBtu", "mmBtu", "MMBTU")),
    ("m3", _IN_OUR_UNITS, ("cubic meter", "cubic meters", "cubic metre", "m^3", "cbm")),
    ("L", _IN_OUR_UNITS, ("liter", "liters", "litres")),
    ("L", Decimal("0.001"), ("ml", "mL", "cm3", "milliliter", "millilitre")),
    ("L", _US_GALLON, ("gal", "gal (US liq)", "gal (US)", "gal*", "gallon (US)")),
    ("L", _UK_GALLON, ("gal (Imp)", "gal (UK)", "gal (imp)")),
    ("L", 42 * _US_GALLON, ("bl (US)", "bbl", "barrel", "barrel (petroleum)")),
    ("m3", _FOOT**3, ("cu ft", "cuft", "ft3", "cubic foot", "cubic feet")),
    ("m3", (3 * _FOOT) ** 3, ("cu yd", "yd3", "cubic yard")),
    ("m3", _INCH**3, ("cu in", "in3", "cu.in")),
    ("m2", _IN_OUR_UNITS, ("square meter", "square meters", "square metre", "m^2")),
    ("m2", Decimal("0.0001"), ("cm2", "square centimeter")),
    ("m2", Decimal(1000000), ("km2", "square kilometer", "square kilometre")),
    ("m2", Decimal(10000), ("ha", "hectare", "hectares")),
    ("m2", _ACRE, ("ac", "acre", "acres")),
    ("m2", _FOOT**2, ("sq ft", "sqft", "ft2", "square foot", "square feet")),
    ("m", _IN_OUR_UNITS, ("meter", "meters", "metre", "metres")),
    ("m", Decimal("0.01"), ("cm", "centimeter", "centimetre")),
    ("km", _IN_OUR_UNITS, ("kilometer", "kilometers", "kilometre", "kilometres")),
    ("m", _INCH, ("inch", "inches")),
    ("m", _FOOT, ("ft", "foot", "feet")),
    ("m", _MILE, ("mi", "mile", "miles")),
    ("tkm", _IN_OUR_UNITS, ("metric ton*km", "ton kilometer", "ton kilometre", "ton-kilometer",
                            "tonne kilometer", "tonne-kilometre", "t.km", "metric ton-km")),
    ("tkm", _MILE / 1000, ("t*mi", "metric ton*mi")),
    ("tkm", 2 * _POUND, ("sh tn*km",)),  # 2000 pounds over a kilometre, in tonnes
    ("tkm", 2 * _POUND * _MILE / 1000, ("sh tn*mi",)),
    ("kgkm", _IN_OUR_UNITS, ("kg*km", "kg.km", "kilogram kilometer")),
    ("kgkm", _POUND * _MILE / 1000, ("lb*mi",)),
    ("pkm", _IN_OUR_UNITS, ("person*km", "person kilometer", "person-kilometer", "personkm",
                            "person.km", "person kilometre", "passenger kilometer")),
    ("pkm", _MILE / 1000, ("p*mi", "person*mi")),
    ("vkm", _IN_OUR_UNITS, ("v*km", "vehicle*km", "vehicle kilometer", "vehicle-kilometer")),
    ("vkm", _MILE / 1000, ("v*mi",)),
    ("m2a", _IN_OUR_UNITS, ("m2*year", "m2.year", "square meter-year", "square meter year",
                            "m2.a", "m²*a")),
    ("m2a", Decimal(10000), ("ha*a", "ha*year", "ha.a", "hectare-year", "hectare year")),
    ("ma", _IN_OUR_UNITS, ("m*year", "meter-year", "meter year", "metre-year", "my", "m.a")),
    ("ma", Decimal(1000), ("km*a", "km*year", "kmy", "kilometer-year", "kilometer year")),
    ("h", _IN_OUR_UNITS, ("hr", "hour", "hours")),
    ("h", Decimal(24), ("d", "day", "days")),
    ("piece", _IN_OUR_UNITS, ("Item(s)", "Items", "item", "items", "unit", "units", "pieces",
                              "Stk", "Number")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForeignUnit:
    """One unit of a file: how many ``unit`` of ours it is.

    Attributes:
        unit: Canonical name of our unit.
        factor: Exact; 1 where the file writes one of our units under another name.
    """

    unit: str
    factor: Decimal

    def ours(self, amount: Decimal) -> Decimal:
        """An amount of the foreign unit in our unit."""
        return amount if self.factor == 1 else EXACT.multiply(amount, self.factor)


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, ForeignUnit], dict[str, ForeignUnit]]:
    exact: dict[str, ForeignUnit] = {}
    folded: dict[str, ForeignUnit] = {}
    for ours, factor, names in _NAMES:
        for name in names:
            exact[name] = ForeignUnit(ours, factor)
            if len(name) >= _SHORTEST_NAME:
                folded.setdefault(name.casefold(), ForeignUnit(ours, factor))
    return exact, folded


def foreign_names() -> tuple[str, ...]:
    """Every name this table adds to those of our own units."""
    return tuple(_tables()[0])


def foreign_unit(text: str, place: str = "") -> ForeignUnit:
    """Our unit for a unit as a file writes it.

    Raises:
        QuantityError: ``unit-unknown``, ``unit-ambiguous``, ``gas-volume-without-condition``.
    """
    exact, folded = _tables()
    name = " ".join(text.split())
    found = exact.get(name) or folded.get(name.casefold())
    return found if found is not None else ForeignUnit(unit_name(name, place), Decimal(1))


@lru_cache(maxsize=4096)
def factor_between(unit: str, other: str) -> Decimal | None:
    """How many ``other`` one ``unit`` is, both ours; None where they measure different things."""
    try:
        return conversion_factor(unit, other)
    except QuantityError:
        return None
