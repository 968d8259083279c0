"""What differs between two releases, and stored snapshots read again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from footprint.errors import InventoryError
from footprint.inventory import (
    DatasetKind,
    Emission,
    EmissionKey,
    Exchange,
    InventorySnapshot,
    Origin,
    Process,
    ReviewStatus,
)
from footprint.methods import method_profile
from footprint.solver import solve_intensities
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.release_diff import ChangeKind, DatasetChange, diff
from lca_db.inventory.snapshots import read_snapshot

METHOD = method_profile("gbt24067-2024")
CO2 = EmissionKey("CO2", Origin.FOSSIL)


def a_process(name: str, kg_co2: str, *inputs: tuple[str, str]) -> Process:
    return Process(
        id=name,
        unit="kg",
        reference_amount=Decimal(1),
        location="CN",
        year="2025",
        kind=DatasetKind.UNIT_PROCESS,
        review_status=ReviewStatus.REVIEWED,
        inputs=tuple(Exchange(provider=p, amount=Decimal(a), unit="kg") for p, a in inputs),
        emissions=(Emission(key=CO2, amount_kg=Decimal(kg_co2)),),
    )


def changes(before: list[Process], after: list[Process]) -> dict[str, DatasetChange]:
    first, second = InventorySnapshot.of(before), InventorySnapshot.of(after)
    found = diff((first, solve_intensities(first)), (second, solve_intensities(second)), METHOD)
    return {change.dataset_id: change for change in found}


ORE, METAL, SALT = (
    a_process("ore", "1"),
    a_process("metal", "2", ("ore", "3")),
    a_process("salt", "5"),
)


def test_equal_releases_differ_in_nothing() -> None:
    assert changes([ORE, METAL, SALT], [SALT, METAL, ORE]) == {}


def test_a_changed_dataset_names_its_members_and_what_links_to_it_was_moved() -> None:
    found = changes([ORE, METAL, SALT], [a_process("ore", "1.5"), METAL, SALT])
    assert set(found) == {"ore", "metal"}
    ore, metal = found["ore"], found["metal"]
    assert (ore.kind, ore.members) == (ChangeKind.CHANGED, ("emissions",))
    assert (ore.before, ore.after) == (1.0, 1.5)
    assert (metal.kind, metal.members) == (ChangeKind.MOVED, ())
    assert (metal.before, metal.after) == (5.0, 6.5)
    assert metal.relative == pytest.approx(0.3)


def test_a_change_of_words_alone_is_a_change_that_moves_nothing() -> None:
    found = changes([ORE], [replace(ORE, content={"comment": "read again"})])
    assert found["ore"].members == ("content",)
    assert found["ore"].relative == 0


def test_added_and_removed_datasets_have_one_figure_each() -> None:
    found = changes([ORE, SALT], [ORE, METAL])
    assert (found["salt"].kind, found["salt"].before, found["salt"].after) == (
        ChangeKind.REMOVED,
        5.0,
        None,
    )
    assert (found["metal"].kind, found["metal"].before, found["metal"].after) == (
        ChangeKind.ADDED,
        None,
        5.0,
    )
    assert found["metal"].relative is None


def test_a_stored_snapshot_is_read_again_as_the_same_values() -> None:
    shipped, _ = load_reference()
    again = read_snapshot(shipped.canonical_bytes(), shipped.sha256())
    assert again.processes == tuple(
        replace(p, content=a.content)
        for p, a in zip(shipped.processes, again.processes, strict=True)
    )
    assert again.sha256() == shipped.sha256()


def test_an_altered_snapshot_is_refused() -> None:
    stored = InventorySnapshot.of([ORE])
    altered = stored.canonical_bytes().replace(b'"2025"', b'"2024"')
    with pytest.raises(InventoryError) as refused:
        read_snapshot(altered, stored.sha256())
    assert refused.value.code == "snapshot-altered"
