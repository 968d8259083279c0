"""What the caller of an import chooses: prefix, what becomes of unlinked flows, the mapping.

Rules of the estimates of what is cut off:

* ``kg=2`` is of products. What is handed over as waste never takes it: a ton of overburden is no
  ton of a product. ``waste:kg=0.5`` is of waste, be it what it may.
* ``scrap:kg=0`` is of the flows whose names have that word, products and waste alike, and comes
  before both; of several the one with more letters counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from footprint.quantities import decimal_amount, unit_name
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import OWN_FILE, ImportLimits
from lca_db.inventory.importers.units import EXACT, factor_between

WASTE = "waste"
_OF = ":"  # between the words and the unit of an estimate


class Unlinked(StrEnum):
    """What becomes of a product flow for which no supplier is found."""

    REFUSE = "refuse"  # its process does not come in, nor what depends on it
    CUT_OFF = "cut-off"  # it is left out, its emission estimated, and the dataset says so


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """Choices of one import.

    Attributes:
        format: Key of ``formats.FORMATS``, "" to tell by the content.
        prefix: Of the identifiers of what comes in.
        estimates: kgCO2e per unit (ours) of a flow that is cut off, one unit per dimension: by
            ``kg``, ``waste:kg`` or ``word of the name:kg``.
        uses_map: Whether foreign background names are linked to the shipped inventory; its ids are.
    """

    format: str = ""
    prefix: str = ""
    unlinked: Unlinked = Unlinked.REFUSE
    estimates: Mapping[str, Decimal] = field(default_factory=dict)
    uses_map: bool = True
    limits: ImportLimits = OWN_FILE

    def estimate_kg_co2e(
        self, amount: Decimal, unit: str, name: str = "", *, is_waste: bool = False
    ) -> Decimal | None:
        """The estimated emission of an amount; None where its dimension has no estimate.

        Args:
            amount: In ``unit``, ours.
            unit: "" has no estimate.
            name: Of the flow.
            is_waste: It is handed over, not taken.
        """
        for key in self._keys(name, is_waste):
            factor = factor_between(unit, _unit(key)) if unit else None
            if factor is not None:
                return EXACT.multiply(EXACT.multiply(amount, factor), self.estimates[key])
        return None

    def _keys(self, name: str, is_waste: bool) -> list[str]:
        """The estimates that may be of such a flow, the first before the others."""
        named = [
            k for k in self.estimates if _words(k) not in {"", WASTE} and _has(name, _words(k))
        ]
        rest = [k for k in self.estimates if _words(k) == (WASTE if is_waste else "")]
        return sorted(named, key=lambda k: (-len(_words(k)), k)) + rest

    def to_json(self) -> dict[str, object]:
        """As plain JSON values."""
        return {
            "format": self.format,
            "prefix": self.prefix,
            "unlinked": self.unlinked.value,
            "estimates": {unit: str(value) for unit, value in sorted(self.estimates.items())},
            "uses_map": self.uses_map,
        }


def read_estimates(text: str) -> dict[str, Decimal]:
    """Estimates from ``kg=2,kWh=0.6,waste:kg=0.5,scrap:kg=0``: kgCO2e per unit.

    Raises:
        ImportRefused: ``import-choice-unknown`` for anything else, a unit of a dimension that
            was given before for the same flows included.
        QuantityError: ``unit-unknown``, ``amount-not-a-number``.
    """
    found: dict[str, Decimal] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        words, of, unit = name.rpartition(_OF)
        words, unit = " ".join(words.split()).casefold(), unit_name(unit) if equals else ""
        is_known = any(
            _words(key) == words and factor_between(unit, _unit(key)) is not None for key in found
        )
        if not equals or is_known or (of and not words):
            raise ImportRefused("import-choice-unknown", "/estimates", value=part[:60])
        estimate = decimal_amount(value, "/estimates")
        if estimate < 0:
            raise ImportRefused("import-choice-unknown", "/estimates", value=part[:60])
        found[f"{words}{_OF}{unit}" if words else unit] = estimate
    return found


def _words(key: str) -> str:
    return key.rpartition(_OF)[0]


def _unit(key: str) -> str:
    return key.rpartition(_OF)[2]


def _has(name: str, words: str) -> bool:
    return _pattern(words).search(" ".join(name.split()).casefold()) is not None


@lru_cache(maxsize=256)
def _pattern(words: str) -> re.Pattern[str]:
    """Whole words; Chinese is written without blanks between them."""
    return re.compile(rf"\b{re.escape(words)}\b" if words.isascii() else re.escape(words))


def options_of(body: Mapping[str, object], limits: ImportLimits) -> ImportOptions:
    """The choices of :meth:`ImportOptions.to_json`, as a job or a form keeps them.

    Raises:
        ImportRefused: ``import-choice-unknown`` for a policy that is none.
    """
    estimates = body.get("estimates") or {}
    unlinked = str(body.get("unlinked") or Unlinked.REFUSE.value)
    if unlinked not in set(Unlinked) or not isinstance(estimates, Mapping):
        raise ImportRefused("import-choice-unknown", "/unlinked", value=unlinked[:60])
    return ImportOptions(
        format=str(body.get("format") or ""),
        prefix=str(body.get("prefix") or ""),
        unlinked=Unlinked(unlinked),
        estimates={str(unit): decimal_amount(str(value)) for unit, value in estimates.items()},
        uses_map=body.get("uses_map") is not False,
        limits=limits,
    )
