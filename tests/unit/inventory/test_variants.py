"""Variants by year, place or size count once; what is no variant counts for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint.errors import InventoryError
from lca_db.inventory.variants import count_products, read_variants


def table(folder: Path, *lines: str) -> Path:
    text = "\n".join(["dataset,variant_of,by", *lines]) + "\n"
    (folder / "variants.csv").write_text(text, encoding="utf-8")
    return folder


def test_two_years_of_one_product_count_once(tmp_path: Path) -> None:
    variants = read_variants(table(tmp_path, "grid-2023,grid-2024,year"))
    assert count_products(["grid-2023", "grid-2024", "steel"], variants) == 2


def test_a_variant_counts_also_where_its_original_is_not_there(tmp_path: Path) -> None:
    variants = read_variants(table(tmp_path, "grid-2023,grid-2024,year"))
    assert count_products(["grid-2023"], variants) == 1


def test_without_a_table_every_dataset_is_a_product(tmp_path: Path) -> None:
    assert count_products(["grid-2023", "grid-2024"], read_variants(tmp_path)) == 2


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["a,b,year", "a,c,place"], "source-twice"),
        (["a,b,route"], "dataset-choice-unknown"),
        (["a,b,year", "b,c,year"], "dataset-choice-unknown"),
        (["a,b"], "reference-file-malformed"),
    ],
)
def test_a_table_that_says_two_things_is_refused(
    lines: list[str], code: str, tmp_path: Path
) -> None:
    with pytest.raises(InventoryError) as refused:
        read_variants(table(tmp_path, *lines))
    assert refused.value.code == code
