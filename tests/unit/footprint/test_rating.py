"""Data quality ratings: means of scores, weighted by impact, with what is not rated told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from footprint.bom import BillOfMaterials
from footprint.intensities import IntensityTable
from footprint.inventory import ReviewStatus
from footprint.pedigree import INDICATORS, mean_score
from footprint.rating import worth_improving
from tests.support.builders import a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import a_table

SCORES = dict(zip(INDICATORS, (1, 2, 3, 4, 5), strict=True))


def a_bill(lines: list[dict[str, object]], **more: Any) -> BillOfMaterials:
    """The lines, and the manufacturing that every bill has: here it takes nothing."""
    return a_bom([*lines, an_energy("nothing", "wood", "0", "kg")], **more)


def the_table() -> IntensityTable:
    table = a_table(("alu", "kg", 6.0), ("steel", "kg", 2.0), ("wood", "kg", 2.0))
    pedigrees = {"alu": dict.fromkeys(INDICATORS, 4), "steel": dict.fromkeys(INDICATORS, 1)}
    statuses = {"alu": ReviewStatus.OFFICIAL}
    return replace(
        table,
        products=tuple(
            replace(
                entry,
                pedigree=pedigrees.get(entry.id),
                review_status=statuses.get(entry.id, entry.review_status),
            )
            for entry in table.products
        ),
    )


def test_rating_is_the_mean_of_the_five_scores() -> None:
    assert mean_score(SCORES) == 3


def test_line_is_rated_by_its_dataset_and_by_its_own_scores() -> None:
    lines = [
        a_material("a", "alu"),
        a_material("b", "alu", pedigree=dict.fromkeys(INDICATORS, 2)),
        a_material("c", "wood", pedigree=SCORES),
        a_material("d", "wood"),
    ]
    found = [line.data_quality_rating for line in a_result(a_bill(lines), the_table()).lines][:4]
    assert found == [4, 3, 3, None]


def test_product_is_rated_by_impact_and_says_how_much_of_it_is() -> None:
    lines = [a_material("a", "alu"), a_material("b", "steel"), a_material("c", "wood")]
    result = a_result(a_bill(lines), the_table())
    assert result.data_quality_rating == pytest.approx((6 * 4 + 2 * 1) / 8)
    assert result.data_quality_rated_share == pytest.approx(0.8)


def test_product_without_scores_has_no_rating() -> None:
    result = a_result(a_bill([a_material("c", "wood")]), the_table())
    assert result.data_quality_rating is None
    assert result.to_json()["data_quality_rating"] is None
    assert result.data_quality_rated_share == 0


def test_what_gives_much_and_is_bad_is_improved_first() -> None:
    bad = dict.fromkeys(INDICATORS, 5)
    lines = [
        a_material("best", "steel", "9"),
        a_material("little", "wood", "0.1", pedigree=bad),
        a_material("much", "alu"),
        a_material("unrated", "wood"),
    ]
    found = worth_improving(a_result(a_bill(lines), the_table()).lines)
    assert [line.ref for line in found] == ["much", "little"]


def test_shares_of_reviewed_and_official_data_stand_beside_the_drafts() -> None:
    table = the_table()
    values = table.values.copy()
    values[1] = values[0] * 0.25
    result = a_result(
        a_bill([a_material("a", "alu"), a_material("b", "steel", "2")]),
        replace(table, values=values),
    )
    assert result.draft_share == pytest.approx(0.25)
    assert result.official_share == pytest.approx(0.75 * 0.6)
    assert result.reviewed_share == pytest.approx(0.75 * 0.4)


def test_table_keeps_the_pedigree_of_its_products() -> None:
    table = the_table()
    again = IntensityTable.from_artefacts(table.index_bytes(), table.values)
    assert again.products == table.products
