"""Threat 29: NaN, Infinity, -0, 1e-400, five thousand digits, other alphabets, as a number.

Every number of a bill of materials is a decimal string; each of some fifty odd texts in each of
the fields is a fault at that field, never another exception and never a figure.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.unit.api.documents import a_full_document, changed, faults_of, steps_of
from tests.unit.footprint.odd_numbers import NO_AMOUNTS, OUT_OF_RANGE

NUMBERS = (
    "/unit/amount",
    "/lines/material/amount",
    "/lines/material/loss/rate",
    "/lines/supplied/amount",
    "/lines/supplied/supplier_footprint/kg_co2e_per_unit",
    "/lines/supplied/supplier_footprint/primary_share",
    "/lines/packaging/amount",
    "/lines/energy/amount",
    "/lines/gas/amount",
    "/lines/leg/mass",
    "/lines/leg/distance",
    "/lines/use/amount_per_service",
    "/lines/use/services",
    "/lines/end/mass",
    "/lines/end/share",
    "/lines/burnt/mass",
    "/lines/burnt/share",
    "/lines/gas-fuel/amount",
    "/internal_loop",
    "/assemblies/part/internal_loop",
    "/lines/driven/mass",
    "/lines/driven/distance",
    "/lines/driven/load",
    "/lines/driven/return_share",
    "/lines/yearly/amount_per_service",
    "/lines/yearly/services",
    "/lines/yearly/lifetime_years",
    "/lines/leak/charge",
    "/lines/leak/yearly_rate",
    "/lines/leak/lifetime_years",
    "/lines/leak/recovered_share",
    "/lines/carbon/mass",
    "/lines/carbon/share",
    "/lines/carbon/fossil_carbon",
    "/lines/carbon/biogenic_carbon",
    "/lines/carbon/oxidation",
    "/lines/captured/amount",
    "/lines/looped/amount",
    "/lines/looped/biogenic_carbon",
    "/lines/looped/recycling/recycled_content",
    "/lines/looped/recycling/recycling_rate",
    "/lines/looped/recycling/allocation_factor",
    "/lines/looped/recycling/quality_in",
    "/lines/looped/recycling/quality_out",
    "/lines/part/quantity",
    "/assemblies/part/lines/0/amount",
)
OPTIONAL = frozenset(
    {
        "/internal_loop",
        "/assemblies/part/internal_loop",
        "/lines/driven/load",
        "/lines/driven/return_share",
        "/lines/yearly/lifetime_years",
        "/lines/looped/biogenic_carbon",
        "/lines/looped/recycling/allocation_factor",
        "/lines/looped/recycling/quality_in",
        "/lines/looped/recycling/quality_out",
    }
)  # null is as good as nothing there; a line that needs it says so in other words
NO_STRINGS: tuple[object, ...] = (
    0,
    1,
    1.5,
    -1,
    float("nan"),
    float("inf"),
    True,
    None,
    [],
    {},
    ["1"],
    {"amount": "1"},
)


def place_of(pointer: str) -> str:
    return "/" + "/".join(steps_of(pointer))


def test_the_table_names_every_number_of_the_document() -> None:
    """A number added to the wire model must be added above."""
    found = []

    def walk(value: object, path: str) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                walk(item, f"{path}/{key}")
        elif isinstance(value, list):
            for position, item in enumerate(value):
                walk(item, f"{path}/{position}")
        elif isinstance(value, str) and value.replace(".", "").isdigit():
            found.append(path)

    walk(a_full_document(), "")
    assert sorted(found) == sorted(place_of(pointer) for pointer in NUMBERS)


def wrongly_taken(pointer: str, values: Iterable[object], codes: set[str]) -> dict[str, object]:
    """Values whose only fault is not one of the codes at the field itself."""
    seen = {repr(value)[:40]: faults_of(changed(pointer, value)) for value in values}
    right = [[(code, place_of(pointer))] for code in codes]
    return {value: faults for value, faults in seen.items() if faults not in right}


@pytest.mark.parametrize("pointer", NUMBERS)
def test_text_that_is_no_amount_is_a_fault_at_its_field(pointer: str) -> None:
    assert wrongly_taken(pointer, NO_AMOUNTS, {"amount-not-a-number"}) == {}


@pytest.mark.parametrize("pointer", NUMBERS)
def test_amount_nobody_can_mean_is_a_fault_at_its_field(pointer: str) -> None:
    assert wrongly_taken(pointer, OUT_OF_RANGE, {"amount-out-of-range"}) == {}


@pytest.mark.parametrize("pointer", NUMBERS)
def test_number_that_is_no_decimal_string_is_a_fault_at_its_field(pointer: str) -> None:
    values = [v for v in NO_STRINGS if v is not None or pointer not in OPTIONAL]
    assert wrongly_taken(pointer, values, {"amount-not-text"}) == {}
