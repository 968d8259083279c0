"""Identifiers of imported datasets."""

from __future__ import annotations

import pytest

from footprint.inventory import DATASET_ID
from lca_db.inventory.importers.identifiers import LONGEST, dataset_id


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("Steel, cold rolled; at plant", "RNA"),
        ("铝锭，原铝", "中国"),
        ("", ""),
        ("-- --", "Europe without Switzerland"),
        ("Ä" * 500, "CN-GD"),
        ("a.b/c\0d", "../.."),
    ],
)
@pytest.mark.parametrize("prefix", ["", "uslci", "ÉCO-Spold 2 / a very long prefix of an import"])
def test_an_identifier_has_the_form_of_ours_whatever_the_name(
    prefix: str, name: str, location: str
) -> None:
    found = dataset_id(prefix, name, location, "id")
    assert DATASET_ID.fullmatch(found)
    assert len(found) <= LONGEST


def test_an_identifier_says_what_it_is_for() -> None:
    found = dataset_id("uslci", "Steel, cold rolled", "RNA", "ab12")
    assert found.startswith("uslci-steel-cold-rolled-rna-")
    assert found == dataset_id("uslci", "Steel, cold rolled", "RNA", "ab12")


def test_name_place_and_identity_each_tell_datasets_apart() -> None:
    asked = [
        ("铝锭", "CN", "1"),
        ("铜锭", "CN", "1"),
        ("铝锭", "中国", "1"),
        ("铝锭", "CN", "2"),
        ("铝锭C", "N", "1"),
    ]
    assert len({dataset_id("p", *one) for one in asked}) == len(asked)
