"""What the products of an inventory consist of: the fossil carbon in them, and what is no material.

Rules:

* ``carbon_content.csv`` has one line per product. Its ``basis`` says how the carbon is known:
  ``formula`` (a pure substance or a repeating unit, computed here from atomic masses), ``carbon``
  (kg of carbon per unit), ``co2`` (kg of CO2 per unit when all of it burns), ``none`` (a material
  without fossil carbon), ``service`` (heat, work or treatment: nothing material is handed over),
  ``waste`` (treatment of the unit named: the material leaves with it).
* A figure names its source: a line of sources.csv or a fact id. A formula needs none.
* The carbon of carbonates counts as fossil; that of plants does not.
* Atomic masses: IUPAC, Standard Atomic Weights 2021, abridged to four or five figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from footprint.errors import InventoryError
from footprint.inventory import Exchange
from footprint.quantities import UNITS, conversion_factor
from lca_db.inventory.checks.reading import optional_amount, rows_of

ATOMIC_MASSES: Mapping[str, Decimal] = MappingProxyType(
    {
        "H": Decimal("1.008"), "Li": Decimal("6.94"), "C": Decimal("12.011"),
        "N": Decimal("14.007"), "O": Decimal("15.999"), "F": Decimal("18.998"),
        "Na": Decimal("22.990"), "Mg": Decimal("24.305"), "Al": Decimal("26.982"),
        "Si": Decimal("28.085"), "P": Decimal("30.974"), "S": Decimal("32.06"),
        "Cl": Decimal("35.45"), "Ca": Decimal("40.078"), "Fe": Decimal("55.845"),
    }
)  # fmt: skip
CARBON_IN_CO2 = Decimal("12.011") / Decimal("44.009")
COLUMNS = ("dataset", "unit", "basis", "formula", "amount", "oxidation", "sources", "note")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?[0-9]*)+")
_PART = re.compile(r"([A-Z][a-z]?)([0-9]*)")


class Basis(StrEnum):
    """How the carbon of a product is known, or why it has none."""

    FORMULA = "formula"
    CARBON = "carbon"
    CO2 = "co2"
    NONE = "none"
    SERVICE = "service"
    WASTE = "waste"


@dataclass(frozen=True, kw_only=True)
class Composition:
    """One product.

    Attributes:
        carbon_kg: Fossil carbon per ``unit`` of the product.
        oxidation: The share of it that burns where it is a fuel, None where it is not one.
        sources: Lines of sources.csv or fact ids.
    """

    unit: str
    basis: Basis
    formula: str
    carbon_kg: Decimal
    oxidation: Decimal | None
    sources: tuple[str, ...]

    def carbon_of(self, exchange: Exchange) -> Decimal:
        """kg of fossil carbon that the exchange hands over."""
        return exchange.amount * conversion_factor(exchange.unit, self.unit) * self.carbon_kg


def carbon_share(formula: str, place: str = "") -> Decimal:
    """kg of carbon per kg of a pure substance (``C2H4``); no brackets, no charges.

    Raises:
        InventoryError: ``dataset-choice-unknown`` for what is no formula of known elements.
    """
    parts = _PART.findall(formula) if _FORMULA.fullmatch(formula) else []
    if not parts or any(element not in ATOMIC_MASSES for element, _ in parts):
        raise InventoryError("dataset-choice-unknown", place, value=formula[:60])
    masses = [(element, ATOMIC_MASSES[element] * int(count or 1)) for element, count in parts]
    carbon = sum((mass for element, mass in masses if element == "C"), Decimal(0))
    return carbon / sum((mass for _, mass in masses), Decimal(0))


def read_compositions(root: Traversable | Path) -> Mapping[str, Composition]:
    """The table of a folder by product.

    Raises:
        InventoryError: ``reference-file-malformed``, ``dataset-choice-unknown``,
            ``dataset-without-source`` for a figure without a source.
    """
    found: dict[str, Composition] = {}
    for place, row in rows_of(root, "carbon_content.csv", COLUMNS):
        if row["dataset"] in found:
            raise InventoryError("source-twice", place, source=row["dataset"][:80])
        found[row["dataset"]] = _composition(row, place)
    return MappingProxyType(found)


def _composition(row: Mapping[str, str], place: str) -> Composition:
    if row["basis"] not in tuple(Basis) or row["unit"] not in UNITS:
        value = f"{row['basis']}, {row['unit']}"
        raise InventoryError("dataset-choice-unknown", place, value=value[:60])
    basis = Basis(row["basis"])
    sources = tuple(row["sources"].split())
    amount = optional_amount(row["amount"], place) or Decimal(0)
    if basis is Basis.FORMULA:
        share = carbon_share(row["formula"], place)
        carbon = share * conversion_factor(row["unit"], "kg") if share else share
    elif basis in {Basis.CARBON, Basis.CO2}:
        if not sources:
            raise InventoryError("dataset-without-source", place)
        carbon = amount * (CARBON_IN_CO2 if basis is Basis.CO2 else 1)
    else:
        carbon = Decimal(0)
    return Composition(
        unit=row["unit"],
        basis=basis,
        formula=row["formula"],
        carbon_kg=carbon,
        oxidation=optional_amount(row["oxidation"], place),
        sources=sources,
    )
