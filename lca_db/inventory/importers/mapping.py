"""Foreign background names -> datasets of the shipped inventory, by readable tables; and its ids.

Rules:

* An id of the shipped inventory is its dataset, wherever it stands in place of a name. Our sign
  holds: a treatment supplies the service of taking waste in, and that input is positive.
* ``mappings/*.csv`` has one line per foreign activity and product; a line with a location counts
  there only and before one without, which counts anywhere.
* ``fit`` says how good the counterpart is: ``same`` (same product, technology and place) or
  ``proxy``; what links to a proxy is a draft, and says what it takes for what.
* ``factor`` is how many units of our dataset one ``unit`` of the foreign product is, for the few
  where the two measure different things; ``factor_source`` names where it was read.
* ``takes_waste``: the foreign activity takes waste in and has a negative amount where it is used.
* A name that is not in the tables stays unlinked; nothing is matched by likeness.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from footprint.inventory import InventorySnapshot
from lca_db.inventory.importers.preparing import Demand
from lca_db.inventory.importers.raw import FlowKind
from lca_db.inventory.importers.suppliers import folded
from lca_db.inventory.importers.units import factor_between, foreign_unit
from lca_db.inventory.reference_files import load_reference

SAME, PROXY, NAMED = "same", "proxy", "named"


@dataclass(frozen=True, slots=True)
class Counterpart:
    """One line of a mapping table, or a dataset named by its id (``fit`` is ``named``).

    Attributes:
        location: Where the line counts, "" for anywhere.
        unit: Ours, of the foreign product.
        factor: How many units of the dataset one ``unit`` is.
    """

    activity: str
    product: str
    location: str
    unit: str
    dataset: str
    dataset_unit: str
    factor: Decimal
    fit: str
    takes_waste: bool
    note: str
    factor_source: str = ""


class BackgroundMap:
    """The counterparts of foreign products in the shipped inventory.

    Args:
        counterparts: By foreign names.
        units: Of the products that are found by their ids.
    """

    def __init__(
        self, counterparts: Iterable[Counterpart], units: Mapping[str, str] | None = None
    ) -> None:
        self._units = units or {}
        self._by_name: dict[tuple[str, str], dict[str, Counterpart]] = {}
        for one in counterparts:
            for product in {folded(one.product), ""} if one.product else {""}:
                places = self._by_name.setdefault((folded(one.activity), product), {})
                places.setdefault(one.location, one)

    def named(self, product: str) -> Counterpart | None:
        """The product of that id, None where it is none."""
        unit = self._units.get(product)
        if unit is None:
            return None
        return Counterpart(
            activity=product,
            product="",
            location="",
            unit=unit,
            dataset=product,
            dataset_unit=unit,
            factor=Decimal(1),
            fit=NAMED,
            takes_waste=False,
            note="",
        )

    def ids(self) -> Iterable[str]:
        """Every id that is a product here."""
        return self._units

    def find(self, demand: Demand, location: str) -> Counterpart | None:
        """The counterpart of what is demanded, None where there is none.

        Args:
            demand: A product input, avoided product or waste without a supplier in its file.
            location: Where the supply comes from.
        """
        activity = folded(demand.provider_name or demand.name)
        product = folded(demand.name) if demand.provider_name else ""
        places = self._by_name.get((activity, product))
        if places is None and product == activity:
            places = self._by_name.get((activity, ""))
        found = (places or {}).get(location) or (places or {}).get("")
        if found is None or (demand.unit and factor_between(demand.unit, found.unit) is None):
            return None
        if demand.kind is FlowKind.WASTE_OUTPUT and not found.takes_waste:
            return None
        return found


@lru_cache(maxsize=1)
def shipped_map() -> BackgroundMap:
    """The map of the shipped tables, and the ids."""
    snapshot, _ = load_reference()
    return BackgroundMap(shipped_counterparts(snapshot), snapshot.product_units())


@lru_cache(maxsize=1)
def shipped_ids() -> BackgroundMap:
    """The ids alone."""
    snapshot, _ = load_reference()
    return BackgroundMap((), snapshot.product_units())


def shipped_counterparts(snapshot: InventorySnapshot) -> tuple[Counterpart, ...]:
    """Every line of the shipped tables whose dataset the inventory holds."""
    units = snapshot.product_units()
    folder = resources.files("lca_db.inventory.importers") / "mappings"
    tables = sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name)
    found = []
    for table in tables:
        with table.open(encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row["dataset"] in units]
        found += [_counterpart(row, units[row["dataset"]]) for row in rows]
    return tuple(found)


def _counterpart(row: Mapping[str, str], dataset_unit: str) -> Counterpart:
    unit = foreign_unit(row["unit"]).unit
    written = row["factor"]
    factor = Decimal(written) if written else factor_between(unit, dataset_unit)
    if factor is None:
        raise ValueError(f"{row['activity']}: {unit} is no {dataset_unit}, and no factor is given")
    return Counterpart(
        activity=row["activity"],
        product=row["product"],
        location=row["location"],
        unit=unit,
        dataset=row["dataset"],
        dataset_unit=dataset_unit,
        factor=factor,
        fit=row["fit"],
        takes_waste=row["takes_waste"] == "yes",
        note=row["note"],
        factor_source=row["factor_source"],
    )
