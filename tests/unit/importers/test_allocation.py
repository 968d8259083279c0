"""Who bears how much of the burden of a process with several products."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lca_db.inventory.importers.importing import Imported
from tests.support.raw_processes import a_process, also_makes, an_import, codes, makes, the


def shares(imported: Imported) -> list[str]:
    """Rounded to six places, the reference first."""
    process = the(imported, "refinery")
    every = (process.reference_share, *(c.share for c in process.co_products))
    return [str(round(share, 6)) for share in every]


def refinery(*products: object) -> Imported:
    return an_import(a_process("refinery", *products))  # type: ignore[arg-type]


def test_shares_of_the_file_are_taken_as_they_stand() -> None:
    stated = refinery(
        makes("diesel", "1", share=Decimal("0.7")),
        also_makes("steam", "9", "MJ", share=Decimal("0.3")),
    )
    assert shares(stated) == ["0.700000", "0.300000"]
    assert stated.report.findings.count == 0


def test_the_reference_keeps_what_the_others_do_not_state() -> None:
    assert shares(refinery(makes("a"), also_makes("b", "1", share=Decimal("0.25")))) == [
        "0.750000",
        "0.250000",
    ]


def test_shares_that_almost_sum_to_one_are_scaled_and_that_is_said() -> None:
    scaled = refinery(makes("a", share=Decimal("0.5")), also_makes("b", "1", share=Decimal("0.51")))
    assert shares(scaled) == ["0.495050", "0.504950"]
    assert codes(scaled.report.findings.shown) == ["import-shares-scaled"]


@pytest.mark.parametrize("share", ["0.9", "-0.5", "1.6"])
def test_shares_that_cannot_be_meant_give_way_to_mass(share: str) -> None:
    by_mass = refinery(
        makes("a", "3", share=Decimal("0.5")), also_makes("b", "1000", "g", share=Decimal(share))
    )
    assert shares(by_mass) == ["0.750000", "0.250000"]
    assert codes(by_mass.report.findings.shown) == ["import-shares-unusable"]


def test_products_share_by_energy_where_all_of_them_are_energy() -> None:
    by_energy = refinery(makes("power", "1", "kWh"), also_makes("heat", "0.9", "MJ"))
    assert shares(by_energy) == ["0.800000", "0.200000"]


@pytest.mark.parametrize(
    "products",
    [
        (makes("power", "1", "kWh"), also_makes("ash", "1", "kg")),
        (makes("wood", "1", "m3"), also_makes("bark", "1", "m3")),
        (makes("waste", "-1"), also_makes("slag", "0.2")),
    ],
)
def test_products_without_a_common_measure_are_refused(products: tuple[object, ...]) -> None:
    refused = refinery(*products)
    assert codes(refused.report.refused.shown) == ["import-allocation-missing"]


def test_a_treatment_with_products_comes_in_by_the_shares_of_its_file() -> None:
    stated = refinery(
        makes("waste", "-1", share=Decimal("0.6")),
        also_makes("power", "2", "kWh", share=Decimal("0.4")),
    )
    assert shares(stated) == ["0.600000", "0.400000"]
