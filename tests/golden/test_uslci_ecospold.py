"""The real USLCI files come in whole: every dataset, every exchange, faults only where they lie.

The files lie outside of the repository; where they are absent, conftest.py leaves these tests out.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from lca_db.inventory.importers.limits import OWN_FILE, UPLOAD
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from tests.support.ecospold import READERS

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FILES = {
    "ecospold1": DATA / "uslci_fy21_q3_ecospold1.zip",
    "ecospold2": DATA / "uslci_fy18_q1_ecospold2.zip",
}
VERSIONS = sorted(FILES)
KINDS = {
    "ecospold1": {
        FlowKind.REFERENCE: 639,
        FlowKind.CO_PRODUCT: 187,
        FlowKind.PRODUCT_INPUT: 6_954,
        FlowKind.WASTE_OUTPUT: 245,
        FlowKind.EMISSION: 31_779,
        FlowKind.RESOURCE: 5_852,
    },
    "ecospold2": {
        FlowKind.REFERENCE: 746,
        FlowKind.CO_PRODUCT: 256,
        FlowKind.PRODUCT_INPUT: 6_204,
        FlowKind.WASTE_OUTPUT: 80,
        FlowKind.EMISSION: 21_191,
        FlowKind.RESOURCE: 2_509,
    },
}
SYSTEMS = {"ecospold1": 24, "ecospold2": 3}
WITHOUT_PRODUCT = {"ecospold1": 0, "ecospold2": 21}
NAMES = {
    "ecospold1": ("Soybean grains, at field", "kg", 1000),
    "ecospold2": ("Transport, school bus, diesel powered, Southeast", "person*km", 1),
}


@cache
def contents(version: str) -> tuple[list[RawProcess], list[RawFault]]:
    found = list(READERS[version](FILES[version], OWN_FILE))
    processes = [each for each in found if isinstance(each, RawProcess)]
    return processes, [each for each in found if isinstance(each, RawFault)]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_exchange_of_uslci_comes_in(version: str) -> None:
    processes, _ = contents(version)
    assert Counter(e.kind for p in processes for e in p.exchanges) == KINDS[version]
    assert all(e.unit and e.name == e.name.strip() for p in processes for e in p.exchanges)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_faults_of_uslci_are_the_files_own(version: str) -> None:
    """Twenty-one EcoSpold 2 datasets have no product output of any kind."""
    _, faults = contents(version)
    assert [fault.code for fault in faults] == ["import-without-reference"] * WITHOUT_PRODUCT[
        version
    ]
    assert all(fault.name and fault.place.endswith(".spold/0") for fault in faults)


@pytest.mark.parametrize("version", VERSIONS)
def test_identities_of_uslci_are_unique(version: str) -> None:
    processes, _ = contents(version)
    assert len({process.id for process in processes}) == len(processes)
    assert sum(process.is_aggregated for process in processes) == SYSTEMS[version]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_known_process_of_uslci_is_as_published(version: str) -> None:
    name, unit, amount = NAMES[version]
    (process,) = [p for p in contents(version)[0] if p.name == name]
    assert process.reference.unit == unit
    assert process.reference.amount == amount
    assert process.location == "RNA"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_bounds_of_an_upload_suffice_for_uslci(version: str) -> None:
    assert next(READERS[version](FILES[version], UPLOAD))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_number_or_identity_stands_for_one_flow_name(version: str) -> None:
    names: dict[str, set[str]] = {}
    for process in contents(version)[0]:
        for exchange in process.exchanges:
            names.setdefault(exchange.flow_id, set()).add(exchange.name)
    assert "" not in names
    assert all(len(found) == 1 for found in names.values())
