"""Elementary flows of foreign files -> the emission keys of our inventory, by a readable table.

Rules:

* ``climate_flows.csv`` names every substance of ``footprint/data/gwp100.csv`` as ecoinvent and
  EcoSpold, FEDEFL and USLCI, ILCD/EF and SimaPro write it. A name decides before a CAS number,
  because the number does not say whether the carbon is fossil.
* ``checked`` says where a Chinese or Portuguese name was seen in use; ``no`` is a name made after
  the pattern of others that nobody has yet seen in a file.
* An emission counts in air, or where the file names no medium; carbon dioxide taken out of the air
  (a resource of air, or of no medium) is a biogenic removal, carbon dioxide stored in soil or
  biomass a removal of land use.
* Anything with "stratosphere" in its compartment was emitted by an aircraft.
* A name that is the text of one of our emission keys (``CO2e:fossil:emission:gwp=AR6``), as our own
  exports write where the table has no name, is that key.
* A name that looks like a greenhouse gas and is not in the table is said to be one
  (:attr:`Reading.looks_climatic`), so that the report can ask; nothing is guessed from it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

from footprint.errors import InventoryError
from footprint.inventory import Direction, EmissionKey, Origin
from lca_db.inventory.importers.raw import FlowKind, RawExchange

_AIR = re.compile(r"\bair\b|atmospher|stratosphere", re.IGNORECASE)
_SOIL = re.compile(r"\bsoil\b|\bground\b|agricultural|forestry", re.IGNORECASE)
_WATER = re.compile(r"water|ocean|\bsea\b|river|lake", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\[[^\]]*\]\s*$")  # GaBi: "Methane [Organic emissions to air]"
_AFTER_COMMA = re.compile(r",\s*([A-Za-z]+[ -]?[0-9][0-9A-Za-z-]*)$")  # "Ethane, ..., HFC-134a"
_CAS_FILLING = re.compile(r"^0+")
_PARTS_OF_A_KEY = 3
_BLANK_IN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\()")

_BIOGENIC = re.compile(r"biogen|non-?fossil|renewable|biomass", re.IGNORECASE)
_LAND = re.compile(r"\bland\b|\bluc\b|\bsoil\b|peat|deforest|stock", re.IGNORECASE)
_FOSSIL = re.compile(r"fossil", re.IGNORECASE)

_LOOKS_CLIMATIC = re.compile(
    r"carbon dioxide|\bmethane\b|nitrous oxide|dinitrogen|\b(?:n2o|co2|ch4|sf6|nf3)\b"
    r"|\b(?:h?c?fcs?|hfos?|hfes?|pfcs?|hcfcs?|cfcs?)\b(?:-?[0-9])?|\bhalons?\b|perfluoro|fluorocarbon"
    r"|(?:di|tri|tetra|penta|hexa|hepta|octa|deca)fluoro|hexafluoride|nitrogen (?:tri)?fluoride"
    r"|二氧化碳|(?<![非氯])甲烷|氧化[亚亞]氮|一氧化二氮|[二三四五六七八全]氟|氟化硫|氟化氮|氟化碳|温室|溫室|制冷剂|製冷劑"
    r"|refrigerant|\br-?[0-9]{2,4}[a-z]?\b|greenhouse|co2e?q",
    re.IGNORECASE,
)
_LOOKS_OTHERWISE = re.compile(
    r"non-methane|other than methane|nmvoc|phen|benz|pyri|acid|uron|amide|amine|carbox|silane"
    r"|spent|solid waste|in ground|in mj|coal ?bed|\bpit\b|dichloro-?methane",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one elementary flow is.

    Attributes:
        key: Its column in our inventory, None where it is no greenhouse gas of ours.
        is_by_cas: The name is not in the table; the CAS number and words in the name decided.
        looks_climatic: Not in the table although its name looks like a greenhouse gas.
    """

    key: EmissionKey | None = None
    is_by_cas: bool = False
    looks_climatic: bool = False


def read_flow(exchange: RawExchange) -> Reading:
    """What an elementary exchange (emission or resource) is in our inventory."""
    return _read(exchange.kind, exchange.name, exchange.compartment, exchange.cas)


@lru_cache(maxsize=65_536)
def _read(kind: FlowKind, name: str, compartment: tuple[str, ...], cas: str) -> Reading:
    medium = _medium(kind, compartment)
    number = _CAS_FILLING.sub("", cas.strip())
    is_aircraft = any("stratosphere" in part.casefold() for part in compartment)
    found = _by_name(name, medium) or _by_key(name)
    if found is not None:
        return Reading(_keyed(found, is_aircraft))
    by_cas = _by_cas(name, medium, number)
    if by_cas is not None:
        return Reading(_keyed(by_cas, is_aircraft), is_by_cas=True)
    is_asked = medium in {"air", "resource from air"} or "carbon dioxide" in name.casefold()
    looks = _LOOKS_CLIMATIC.search(name) and not _LOOKS_OTHERWISE.search(name)
    return Reading(looks_climatic=bool(is_asked and looks))


def _medium(kind: FlowKind, compartment: tuple[str, ...]) -> str:
    """``air``, ``soil``, ``water``, ``resource`` or ``resource from air``."""
    words = " / ".join(compartment)
    if kind is FlowKind.RESOURCE:
        return "resource from air" if not words or _AIR.search(words) else "resource"
    if _AIR.search(words):
        return "air"
    if _WATER.search(words):
        return "water"
    return "soil" if _SOIL.search(words) else "air"


def _by_name(name: str, medium: str) -> EmissionKey | None:
    table = climate_flows()
    media = (medium, "resource") if medium == "resource from air" else (medium,)
    plain = _BRACKETS.sub("", name)
    for candidate in (name, plain):
        for one in media:
            found = table.get((_folded(candidate), one))
            if found is not None:
                return found
    designation = _AFTER_COMMA.search(plain)
    if designation is None or medium != "air":
        return None
    return table.get((_folded(designation[1]), "air"))


def _by_key(name: str) -> EmissionKey | None:
    """The key whose text the name is; None for any other, and for a substance we do not have."""
    if name.count(":") < _PARTS_OF_A_KEY - 1:
        return None
    try:
        key = EmissionKey.parse(name)
    except (ValueError, InventoryError):
        return None
    is_known = key.is_pseudo_flow or key.substance in _substances()
    return key if is_known and str(key) == name else None


def _by_cas(name: str, medium: str, number: str) -> EmissionKey | None:
    """A key by CAS number, its origin by the words of the name; None where nothing is known."""
    substance = substances_by_cas().get(number) if number else None
    if substance is None or medium not in {"air", "resource from air"}:
        return None
    if medium == "resource from air":
        is_uptake = substance == "CO2"
        return EmissionKey(substance, Origin.BIOGENIC, Direction.REMOVAL) if is_uptake else None
    if substance not in {"CO2", "CH4", "N2O"}:
        return EmissionKey(substance, Origin.FOSSIL)
    for pattern, origin in (
        (_BIOGENIC, Origin.BIOGENIC),
        (_LAND, Origin.LAND_USE),
        (_FOSSIL, Origin.FOSSIL),
    ):
        if pattern.search(name):
            return EmissionKey(substance, origin)
    return EmissionKey(substance, Origin.UNSPECIFIED)


def _keyed(key: EmissionKey, is_aircraft: bool) -> EmissionKey:
    """The key, marked where an aircraft emits it; what is taken out of the air is not."""
    if not is_aircraft or key.direction is Direction.REMOVAL:
        return key
    return replace(key, is_aircraft=True)


def _folded(name: str) -> str:
    """A name as it is looked up: case, blanks and the width of punctuation do not count."""
    plain = unicodedata.normalize("NFKC", name)  # a Chinese bracket is a bracket, CO₂ is CO2
    return _BLANK_IN_CHINESE.sub("", " ".join(plain.split()).casefold())


@lru_cache(maxsize=1)
def named_flows() -> tuple[Mapping[str, str], ...]:
    """The rows of the table: name, medium, cas, substance, origin, direction, naming, checked."""
    file = resources.files("lca_db.inventory.importers") / "climate_flows.csv"
    with file.open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


@lru_cache(maxsize=1)
def climate_flows() -> Mapping[tuple[str, str], EmissionKey]:
    """(name in lower case, medium) -> emission key, as the table has it."""
    return {
        (_folded(row["name"]), row["medium"]): EmissionKey(
            row["substance"], Origin(row["origin"]), Direction(row["direction"])
        )
        for row in named_flows()
    }


@lru_cache(maxsize=1)
def _substances() -> frozenset[str]:
    return frozenset(row["substance"] for row in named_flows())


@lru_cache(maxsize=1)
def substances_by_cas() -> Mapping[str, str]:
    """CAS number -> substance."""
    return {row["cas"]: row["substance"] for row in named_flows() if row["cas"]}
