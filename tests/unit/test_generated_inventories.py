"""The inventories that benchmarks are made of are the same everywhere and can be released."""

from __future__ import annotations

import pytest

from footprint.inventory import InventorySnapshot
from footprint.solver import solve_intensities
from lca_db.inventory.checks.run import CheckTables, run_checks
from tests.support.inventories import like_uslci, net_of_hubs, relinked_copies

NOTHING_KNOWN = CheckTables({}, {}, ())
BASE = like_uslci(100)


@pytest.mark.parametrize(
    "snapshot",
    [
        InventorySnapshot.of(BASE),
        InventorySnapshot.of(net_of_hubs(200, 60)),
        InventorySnapshot.of(relinked_copies(BASE, 300)),
        InventorySnapshot.of(relinked_copies(BASE, 330)),
    ],
)
def test_generated_inventory_passes_the_gates_of_a_release(snapshot: InventorySnapshot) -> None:
    report, table = run_checks(snapshot, solve_intensities, NOTHING_KNOWN)
    assert report.blocking == ()
    assert table is not None
    assert (table.intensities > 0).any()


def test_a_fiftieth_of_the_inputs_leads_to_another_copy() -> None:
    links = [
        (process.id[-6:], exchange.provider[-6:])
        for process in relinked_copies(BASE, 2_000)
        for exchange in process.inputs
    ]
    crossing = sum(own != other for own, other in links) / len(links)
    assert 0.01 < crossing < 0.03


def test_the_seed_alone_decides() -> None:
    first, second = (InventorySnapshot.of(relinked_copies(BASE, 500)) for _ in range(2))
    other = InventorySnapshot.of(relinked_copies(BASE, 500, seed=1))
    assert first.sha256() == second.sha256() != other.sha256()
