"""The gate asks where a total is mostly the importer's estimate of what has no supplier."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from footprint.inventory import InventorySnapshot
from footprint.solver import solve_intensities
from lca_db.inventory.checks.estimates import check_estimates
from lca_db.inventory.checks.finding import Finding, Severity
from lca_db.inventory.importers.importing import Imported
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


def findings(imported: Imported) -> dict[str, Finding]:
    """By the name of the product they are about."""
    snapshot = InventorySnapshot.of(imported.processes)
    names = {p.id: str(p.content["name"]["en"]) for p in snapshot.processes}  # type: ignore[index]
    found = check_estimates(snapshot, solve_intensities(snapshot))
    return {names.get(f.dataset, f.dataset): f for f in found}


@pytest.mark.parametrize(("missing_kg", "is_said"), [("0.49", False), ("0.51", True)])
def test_more_than_a_quarter_of_a_total_is_said(missing_kg: str, is_said: bool) -> None:
    """What is missing is estimated at 2 kg per kg, beside 3 kg that are known."""
    bolt = a_process("bolt", emits("Carbon dioxide, fossil", "3"), takes("wire", missing_kg))
    found = findings(an_import(bolt))
    assert set(found) == ({"bolt"} if is_said else set())
    if is_said:
        assert found["bolt"].severity is Severity.WARNING
        assert found["bolt"].code == "cut-offs-estimated"
        assert dict(found["bolt"].parameters) == {
            "dataset": found["bolt"].dataset,
            "estimate": "1.02",
            "total": "4.02",
            "unit": "kg",
        }


def test_what_a_product_takes_brings_its_estimates_along() -> None:
    """Wire is all estimate, 2 kg; a bolt takes half of it beside 1 kg, a car little beside much."""
    found = findings(
        an_import(
            a_process("wire", takes("rod", "1")),
            a_process("bolt", takes("wire", "0.5"), emits("Carbon dioxide, fossil", "1")),
            a_process("car", takes("bolt", "1"), emits("Carbon dioxide, fossil", "9")),
        )
    )
    assert set(found) == {"wire", "bolt"}
    assert (found["bolt"].parameters["estimate"], found["bolt"].parameters["total"]) == (
        "1.00",
        "2.00",
    )


def test_a_co_product_carries_its_share_of_the_estimate() -> None:
    mill = a_process(
        "mill",
        makes("plate", "2", share=Decimal("0.9")),
        also_makes("slag", "1", share=Decimal("0.1")),
        takes("ore", "1"),
    )
    imported = an_import(mill)
    (slag,) = (c.product for c in the(imported, "mill").co_products)
    found = findings(imported)
    assert found["mill"].parameters["estimate"] == "0.900"  # 2 kg x 0.9 / 2 kg
    assert found[slag].parameters["estimate"] == "0.200"  # 2 kg x 0.1 / 1 kg


def test_an_estimate_in_a_total_below_zero_is_said() -> None:
    found = findings(
        an_import(
            a_process("heat", emits("Carbon dioxide, fossil", "5")),
            a_process("burner", takes("waste oil", "0.1"), avoids("heat", "1")),
        )
    )
    assert set(found) == {"burner"}


def test_datasets_that_were_not_imported_have_no_estimates() -> None:
    steel = the(an_import(a_process("steel", takes("ore", "1"))), "steel")
    ours = replace(steel, content={"name": {"en": "steel"}})
    snapshot = InventorySnapshot.of([ours])
    assert list(check_estimates(snapshot, solve_intensities(snapshot))) == []
