"""One small system, written in each of the seven formats, comes to the totals worked out by hand.

Per unit of product, kg of fossil CO2 / fossil CH4 / biogenic CO2:

* electricity, per kWh: 0.9 / 0.002 / 0, as it is written.
* steel billet: 2 kg of billet and 0.5 kg of slag take 5 kWh and emit 1.5 kg fossil and 0.1 kg
  biogenic CO2: together 5 x 0.9 + 1.5 = 6.0 / 5 x 0.002 = 0.01 / 0.1.

  - Where the file states shares of 90 and 10 %: billet 0.9 / 2 of it, 2.7 / 0.0045 / 0.045 per kg;
    slag 0.1 / 0.5 of it, 1.2 / 0.002 / 0.02 per kg.
  - Where it states none, they share by mass, 2 to 0.5: both 1 / 2.5 of it, 2.4 / 0.004 / 0.04.

* steel part, per piece: 1250 g of billet, 7.2 MJ = 2 kWh, and 0.5 kWh that it avoids: 1.25 of
  billet and 1.5 of electricity.

  - shares stated: 3.375 + 1.35 = 4.725 / 0.005625 + 0.003 = 0.008625 / 0.05625.
  - by mass: 3.0 + 1.35 = 4.35 / 0.005 + 0.003 = 0.008 / 0.05.

The particulates of the mill are no greenhouse gas and count nowhere.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint.inventory import InventorySnapshot
from footprint.solver import solve_intensities
from lca_db.inventory.importers.formats import FORMATS
from lca_db.inventory.importers.importing import Imported, import_file
from lca_db.inventory.importers.options import ImportOptions
from tests.support.fixture_packages import FIXTURES, members_of
from tests.support.import_tables import fixture, rows_of, workbook_of
from tests.support.mutated_files import packed

GASES = ("CO2:fossil:emission", "CH4:fossil:emission", "CO2:biogenic:emission")
Totals = dict[str, tuple[float, float, float]]
STATED: Totals = {
    "electricity, coal": (0.9, 0.002, 0.0),
    "steel billet": (2.7, 0.0045, 0.045),
    "steel slag": (1.2, 0.002, 0.02),
    "steel part": (4.725, 0.008625, 0.05625),
}
BY_MASS: Totals = {
    "electricity, coal": (0.9, 0.002, 0.0),
    "steel billet": (2.4, 0.004, 0.04),
    "steel slag": (2.4, 0.004, 0.04),
    "steel part": (4.35, 0.008, 0.05),
}
MJ_PER_KWH = 3.6  # ILCD writes amounts in the reference unit of the flow, here MJ

BY_HAND = {
    "ecospold2": BY_MASS,
    "ecospold1": STATED,
    "jsonld": STATED,
    "ilcd": STATED,
    "simapro-csv": STATED,
    "brightway-excel": BY_MASS,
    "template": STATED,
}


def content_of(key: str) -> bytes:
    """The file of a format, packed where the format comes in an archive."""
    if key in {"jsonld", "ilcd"}:
        return packed(dict(members_of(f"solved/{key}")))
    if key == "brightway-excel":
        return workbook_of({"solved": rows_of(fixture("solved/brightway.csv"))})
    names = {
        "ecospold1": "ecospold1.xml",
        "ecospold2": "ecospold2.spold",
        "simapro-csv": "simapro.csv",
        "template": "template.csv",
    }
    return (FIXTURES / "solved" / names[key]).read_bytes()


def imported(key: str, folder: Path) -> Imported:
    path = folder / "file"
    path.write_bytes(content_of(key))
    return import_file(path, ImportOptions(uses_map=False))


def found_totals(came_in: Imported) -> Totals:
    """By the name of the product, per unit (electricity per kWh)."""
    names: dict[str, str] = {}
    for process in came_in.processes:
        products = process.content.get("products", {})
        name = process.content["name"]["en"]  # type: ignore[index]
        names |= {process.id: name} | {p: products[p] for p in products if p != process.id}  # type: ignore[index, attr-defined]
    table = solve_intensities(InventorySnapshot.of(came_in.processes))
    assert [str(key) for key in table.keys] == sorted(GASES)
    columns = {str(key): column for column, key in enumerate(table.keys)}
    found: Totals = {}
    for row, product in enumerate(table.products):
        per_unit = MJ_PER_KWH if product.unit == "MJ" else 1.0
        masses = [float(table.intensities[row, columns[gas]]) * per_unit for gas in GASES]
        found[names[product.id]] = (masses[0], masses[1], masses[2])
    return found


def test_there_is_a_system_for_every_format() -> None:
    assert BY_HAND.keys() == FORMATS.keys()


@pytest.mark.parametrize("key", BY_HAND)
def test_a_file_of_every_format_comes_to_the_totals_by_hand(key: str, tmp_path: Path) -> None:
    came_in = imported(key, tmp_path)
    assert came_in.report.refusal is None
    assert came_in.report.format == key
    assert (len(came_in.processes), came_in.report.refused.count) == (3, 0)
    assert came_in.report.exchanges["linked-inside"] == 4
    assert came_in.report.exchanges["ignored"] == 1
    found = found_totals(came_in)
    assert found.keys() == BY_HAND[key].keys()
    for product, masses in BY_HAND[key].items():
        assert found[product] == pytest.approx(masses, rel=1e-12, abs=1e-15), product
