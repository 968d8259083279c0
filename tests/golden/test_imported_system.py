"""A small foreign system, imported and solved, comes to the total that was worked out by hand.

Rolling mill, power plant, refinery with two products, and a waste treatment, in foreign units:

* coal plant, per MWh: 900 kg fossil CO2, so 0.9 kg per kWh.
* treatment of 2 kg sludge (reference -2 kg): 1 kg CO2 and 1 kWh, so (1 + 0.9) / 2 = 0.95 kg per kg.
* refinery, per 3 kg diesel and 1 kg bitumen: 2 kg CO2; by mass diesel has 3/4: 1.5 / 3 = 0.5.
* steel, per short ton (907.18474 kg): 453.59237 kg CO2, 2 lb (0.90718474 kg) sludge handed over,
  90.718474 kg diesel, 90.718474 kWh, and 9.0718474 kg of an alloy nobody supplies, at 2 kgCO2e:
  per kg 0.5 + 0.001 x 0.95 + 0.1 x 0.5 + 0.1 x 0.9 + 0.01 x 2 = 0.66095 kg CO2e.
* car, per piece: 1000 kg steel less 100 kg that it avoids: 900 x 0.66095 = 594.855 kg CO2e.
"""

from __future__ import annotations

import numpy as np
import pytest

from footprint.inventory import InventorySnapshot
from footprint.solver import full_solution, solve_intensities
from tests.support.raw_processes import (
    a_process,
    also_makes,
    an_import,
    avoids,
    emits,
    makes,
    takes,
    the,
)

CO2 = "Carbon dioxide, fossil"


def test_an_imported_system_comes_to_the_total_by_hand() -> None:
    imported = an_import(
        a_process("coal plant", makes("power", "1", "MWh"), emits(CO2, "0.9", "t")),
        a_process("burning", makes("sludge", "-2"), emits(CO2, "1"), takes("power", "3.6", "MJ")),
        a_process("refinery", makes("diesel", "3"), also_makes("bitumen", "1"), emits(CO2, "2")),
        a_process(
            "mill",
            makes("steel", "1", "sh tn"),
            emits(CO2, "1000", "lb av"),
            takes("sludge", "-2", "lb av"),
            takes("diesel", "90.718474"),
            takes("power", "90.718474", "kWh"),
            takes("alloy", "9.0718474"),
        ),
        a_process(
            "car", makes("car", "1", "Item(s)"), takes("steel", "1", "t"), avoids("steel", "100")
        ),
    )
    snapshot = InventorySnapshot.of(imported.processes)
    table = solve_intensities(snapshot)
    totals = dict(zip((p.id for p in table.products), np.sum(table.values[0], axis=1), strict=True))
    by_hand = {"coal plant": 0.9, "burning": 0.95, "refinery": 0.5, "mill": 0.66095, "car": 594.855}
    assert {name: totals[the(imported, name).id] for name in by_hand} == pytest.approx(
        {name: total * (1000 if name == "coal plant" else 1) for name, total in by_hand.items()},
        rel=1e-12,
    )
    oracle = full_solution(snapshot, {the(imported, "car").id: 1.0})
    assert sum(oracle.masses_kg.values()) == pytest.approx(by_hand["car"], rel=1e-9)
