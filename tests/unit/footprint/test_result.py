"""The hashed result: decimal strings, nothing of the machine or the hour, the same bytes again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from footprint.errors import InventoryError, LinkError
from footprint.intensities import IntensityTable
from footprint.result import FootprintResult, Provenance
from tests.support.builders import ANY_SHA256, a_bom, a_material, a_result, an_energy
from tests.unit.footprint.tables import a_table

TABLE = a_table(("grid", "kWh", 0.5777), ("steel", "kg", 2.0123456789012))


def the_result(amount: str = "3") -> FootprintResult:
    return a_result(a_bom([a_material("m", "steel", amount), an_energy("e", "grid")]), TABLE)


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def test_every_number_is_a_decimal_string_without_exponent() -> None:
    body = the_result("1e-9").to_json()
    assert {type(leaf) for leaf in leaves(body)} <= {str, bool, type(None)}  # none: not stated
    assert body["total_kg_co2e"] == "0.577700002012"
    assert body["lines"][0]["kg_co2e"] == "0.00000000201234567890"  # type: ignore[index]


def test_certified_value_has_three_significant_figures() -> None:
    assert the_result().certified_value == "6.61"
    assert the_result("1000").certified_value == "2010"


def test_unit_amount_is_written_out() -> None:
    """1e3 is a fine way to send a thousand, and no way to print it."""
    result = the_result()
    thousand = replace(result, unit=replace(result.unit, amount=Decimal("1e3")))
    assert thousand.to_json()["unit"]["amount"] == "1000"  # type: ignore[index]


def test_bytes_are_canonical_and_the_hash_is_theirs() -> None:
    result = the_result()
    data = result.canonical_bytes()
    assert json.loads(data) == result.to_json()
    assert list(json.loads(data)) == sorted(result.to_json())
    assert result.sha256() == hashlib.sha256(data).hexdigest()


def test_same_bill_on_the_same_table_gives_the_same_bytes() -> None:
    assert the_result().canonical_bytes() == the_result().canonical_bytes()
    assert the_result().sha256() != the_result("3.0000001").sha256()


def test_hash_holds_bill_and_release_but_neither_version_nor_time() -> None:
    body = the_result().to_json()
    assert body["bom_sha256"] == ANY_SHA256
    assert body["release_sha256"] == TABLE.release_sha256
    assert not {"engine_version", "calculated_at", "table_sha256"} & set(body)


def test_study_that_was_not_sampled_says_so() -> None:
    assert the_result().to_json()["uncertainty"] == "not assessed"


def test_provenance_is_plain_text() -> None:
    at = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    provenance = Provenance(
        engine_version="1",
        release_id="rel_1",
        table_sha256="ab",
        method_version="1",
        method_sha256="cd" * 32,
        calculated_at=at,
    )
    assert provenance.to_json()["calculated_at"] == "2026-11-21T08:00:00+00:00"


def test_table_is_read_back_from_its_artefacts_as_it_was() -> None:
    again = IntensityTable.from_artefacts(TABLE.index_bytes(), TABLE.values)
    assert again.products == TABLE.products
    assert again.index_bytes() == TABLE.index_bytes()
    assert again.rows == {"grid": 0, "steel": 1}


def test_table_whose_numbers_do_not_fit_its_index_is_refused() -> None:
    with pytest.raises(InventoryError) as refused:
        IntensityTable.from_artefacts(TABLE.index_bytes(), np.zeros((3, 3, 1)))
    assert refused.value.code == "table-shape-mismatch"


def test_row_of_an_unknown_product_names_the_nearest() -> None:
    with pytest.raises(LinkError) as refused:
        TABLE.row("stee1", "/lines/0/dataset")
    assert refused.value.place == "/lines/0/dataset"
    assert refused.value.parameters == {"dataset": "stee1", "nearest": "steel"}
