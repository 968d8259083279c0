"""Whatever is sent in the place of a declaration is calculated or refused, and crashes nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from api.schemas.bom import BomIn
from footprint.errors import FootprintError
from tests.properties.test_bom_laws import JUNK, places_in
from tests.support.builders import a_bom_document, a_material, a_result, an_energy
from tests.unit.footprint.test_instruments import (
    BY_CERTIFICATE,
    GRID,
    ON_ROOF,
    TABLE,
    a_site,
)

DECLARATIONS = ("allocation", "mass_balance", "cuts", "electricity")


def a_declaring_document() -> dict[str, Any]:
    """A bill with every declaration, and every member of each."""
    amount = {"dataset": "steel", "amount": "1", "unit": "kg"}
    return {
        **a_bom_document([a_material("steel", "steel", "9"), an_energy("power", GRID, "10")]),
        "allocation": {
            "method": "mass",
            "reason": "one furnace",
            "product": {"mass_kg": "6", "energy_mj": "1", "price": "5"},
            "co_products": [
                {
                    "name": "slag",
                    "amount": "3",
                    "unit": "kg",
                    "mass_kg": "3",
                    "energy_mj": "1",
                    "price": "1",
                    "displaced": amount,
                }
            ],
            "own_lines": [{"assembly": "", "line": "power", "product": "slag"}],
        },
        "mass_balance": {
            "product_mass_kg": "6",
            "outputs": [{"name": "vapour", "mass_kg": "1"}],
            "left_out": [{"assembly": "", "line": "power"}],
        },
        "cuts": [
            {"flow": "glue", "basis": "mass", "reason": "grams", "share": "0.01", "kg_co2e": "1"},
            {"flow": "oil", "basis": "energy", "reason": "grams", "estimate": amount},
        ],
        "electricity": [
            a_site(
                {**BY_CERTIFICATE, "transmission_dataset": "electricity-transmission-cn-2024"},
                ON_ROOF,
                rest_mix="consumption-mix",
            )
        ],
    }


PLACES = [path for path in places_in(a_declaring_document()) if path and path[0] in DECLARATIONS]


def outcome(document: object) -> object:
    """The canonical bytes of the result, or the refusal: anything else fails the test."""
    try:
        return a_result(BomIn.model_validate(document).to_core(), TABLE).canonical_bytes()
    except (ValidationError, FootprintError) as refusal:
        return refusal


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def test_the_document_with_every_declaration_is_calculated() -> None:
    found = outcome(a_declaring_document())
    assert isinstance(found, bytes), found
    assert all(f'"{name}":'.encode() in found for name in ("allocation", "completeness"))
    assert b'"mass_balance":' in found
    assert b'"electricity":' in found


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), JUNK)
@example(("electricity", 0, "consumption_mwh"), "1e-15")
@example(("electricity", 0, "consumption_mwh"), "60")
@example(("electricity", 0, "instruments", 1, "mwh"), "1e15")
@example(("electricity", 0, "instruments", 0, "certificates", "serials", 0, "first"), "9" * 80)
@example(("allocation", "product", "mass_kg"), "1e15")
@example(("allocation", "co_products", 0, "mass_kg"), "1e-15")
@example(("allocation", "co_products", 0, "displaced", "amount"), "1e15")
@example(("mass_balance", "product_mass_kg"), "1e15")
@example(("cuts", 1, "estimate", "amount"), "1e15")
@example(("cuts", 0, "share"), "-0.1")
def test_any_member_replaced_by_anything_is_calculated_or_refused(
    path: tuple[str | int, ...], value: object
) -> None:
    document = copy.deepcopy(a_declaring_document())
    at(document, path[:-1])[path[-1]] = value
    assert isinstance(outcome(document), (bytes, ValidationError, FootprintError))


@pytest.mark.parametrize("path", PLACES, ids=lambda path: "/".join(map(str, path)))
def test_any_member_left_out_is_calculated_or_refused(path: tuple[str | int, ...]) -> None:
    document = copy.deepcopy(a_declaring_document())
    del at(document, path[:-1])[path[-1]]
    assert isinstance(outcome(document), (bytes, ValidationError, FootprintError))


@pytest.mark.parametrize("method", ["mass", "energy", "economic", "system-expansion"])
def test_every_declaration_goes_with_every_method(method: str) -> None:
    document = a_declaring_document()
    document["allocation"]["method"] = method
    assert isinstance(outcome(document), bytes)
