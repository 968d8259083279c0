"""Threat 29 in the cells of a spreadsheet: no odd number of any column is ever an amount.

A cell is read as a person would read it, so blanks around a figure belong to the cell. Everything
else that is no decimal is a fault of exactly that cell.
"""

from __future__ import annotations

import pytest

from api.intake.document import BomDocument, bom_document
from api.intake.faults import examine
from api.intake.rows import Sheet
from api.intake.template import COLUMNS, SETTINGS
from tests.support.builders import a_result
from tests.unit.api.documents import TABLE
from tests.unit.api.sheets import SETTINGS_OF_A_STUDY, letter_of
from tests.unit.footprint.odd_numbers import NO_AMOUNTS, OUT_OF_RANGE

GRAVE = {
    **SETTINGS_OF_A_STUDY,
    "unit_kind": "functional",
    "boundary": "cradle-to-grave",
    **dict.fromkeys(("distribution", "use", "end-of-life"), "included"),
}
LINES: tuple[dict[str, str], ...] = (
    {
        "ref": "material",
        "kind": "material",
        "dataset": "steel",
        "amount": "2",
        "unit": "kg",
        "loss_rate": "0.05",
        "loss_route": "sold-scrap",
    },
    {
        "ref": "supplied",
        "kind": "material",
        "amount": "1",
        "unit": "kg",
        "supplier_kg_co2e": "2.5",
        "supplier_gwp_set": "AR6",
        "supplier_document": "PCF 17",
        "supplier_primary_share": "0.5",
    },
    {"ref": "energy", "kind": "energy", "dataset": "grid", "amount": "10", "unit": "kWh"},
    {
        "ref": "leg",
        "kind": "transport",
        "dataset": "truck",
        "amount": "2",
        "unit": "kg",
        "distance": "300",
    },
    {
        "ref": "use",
        "kind": "use",
        "dataset": "grid",
        "amount": "0.25",
        "unit": "kWh",
        "services": "4000",
    },
    {
        "ref": "end",
        "kind": "end-of-life",
        "dataset": "landfill",
        "amount": "2",
        "unit": "kg",
        "share": "0.7",
    },
    {
        "ref": "driven",
        "kind": "transport",
        "dataset": "lorry",
        "amount": "2",
        "unit": "kg",
        "distance": "300",
        "load": "10",
        "return_share": "0.5",
    },
    {
        "ref": "yearly",
        "kind": "use",
        "dataset": "grid",
        "amount": "0.25",
        "unit": "kWh",
        "services": "300",
        "lifetime_years": "12",
    },
    {
        "ref": "leak",
        "kind": "leakage",
        "amount": "0.8",
        "unit": "kg",
        "substance": "HFC32",
        "origin": "fossil",
        "yearly_rate": "0.02",
        "lifetime_years": "12",
        "recovered_share": "0.7",
    },
    {
        "ref": "burnt",
        "kind": "incineration",
        "amount": "3",
        "unit": "kg",
        "share": "0.4",
        "fossil_carbon": "0.5",
        "biogenic_carbon": "0.25",
        "oxidation": "0.98",
    },
    {
        "ref": "recycled",
        "kind": "material",
        "dataset": "steel",
        "amount": "2",
        "unit": "kg",
        "recycling_approach": "circular-footprint",
        "recycled_content": "0.25",
        "recycled_dataset": "remelted",
        "recycling_rate": "0.4",
        "recycling_dataset": "remelted",
        "allocation_factor": "0.5",
        "quality_in": "0.9",
        "quality_out": "0.8",
    },
)
NUMERIC = frozenset(
    {
        "amount",
        "loss_rate",
        "supplier_kg_co2e",
        "supplier_primary_share",
        "distance",
        "load",
        "return_share",
        "services",
        "lifetime_years",
        "yearly_rate",
        "recovered_share",
        "share",
        "fossil_carbon",
        "biogenic_carbon",
        "oxidation",
        "recycled_content",
        "recycling_rate",
        "allocation_factor",
        "quality_in",
        "quality_out",
    }
)
NUMBERS = [(row, key) for row, line in enumerate(LINES) for key in line if key in NUMERIC]
ODD = tuple(text for text in (*NO_AMOUNTS, *OUT_OF_RANGE) if text.strip("\ufeff \n"))


def the_bill(lines: tuple[dict[str, str], ...], **settings: str) -> BomDocument:
    """The rows as they come out of a file, whatever a CSV writer would make of them."""
    given = {**GRAVE, **settings}
    rows = [(f"#{s.heading}", str(given.get(s.key) or "")) for s in SETTINGS]
    header = tuple(column.heading for column in COLUMNS)
    body = [
        tuple({"name": "line", **line}.get(column.key, "") for column in COLUMNS) for line in lines
    ]
    return bom_document([Sheet("csv", (*rows, header, *body))])


def places_of_faults(document: BomDocument) -> set[str]:
    examined = examine(document.document, lambda bom: a_result(bom.to_core(), TABLE))
    assert bool(examined.faults) is (examined.answer is None)
    return {document.place_of(fault.place) for fault in examined.faults}


def test_the_bill_is_right_as_it_stands_and_has_every_numeric_column() -> None:
    assert places_of_faults(the_bill(LINES)) == set()
    words = {"part", "ref", "kind", "name", "dataset", "unit", "loss_route", "loss_dataset"}
    words |= {"supplier_gwp_set", "supplier_document", "substance", "origin", "direction"}
    words |= {"stage", "activity_origin", "note", "item", "evidence"}
    words |= {"recycling_approach", "recycled_dataset", "recycling_dataset", "displaced_dataset"}
    words |= {"is_refrigerated", "is_topped_up", "own_product", "site"}
    assert {key for _, key in NUMBERS} == {column.key for column in COLUMNS} - words


@pytest.mark.parametrize(("row", "key"), NUMBERS, ids=str)
def test_threat_29_an_odd_number_is_a_fault_of_its_cell(row: int, key: str) -> None:
    cell = f"csv!{letter_of(key)}{len(SETTINGS) + 2 + row}"
    taken = [
        text
        for text in ODD
        if places_of_faults(
            the_bill(tuple({**x, key: text} if n == row else x for n, x in enumerate(LINES)))
        )
        != {cell}
    ]
    assert taken == []


def test_threat_29_an_odd_amount_of_the_unit_is_a_fault_of_its_cell() -> None:
    row = [setting.key for setting in SETTINGS].index("unit_amount") + 1
    taken = [t for t in ODD if places_of_faults(the_bill(LINES, unit_amount=t)) != {f"csv!B{row}"}]
    assert taken == []


@pytest.mark.parametrize(
    ("key", "text"), [("is_topped_up", "perhaps"), ("unit", "stone"), ("amount", "-1")]
)
def test_other_cells_of_a_leak_are_named_where_they_were_typed_in(key: str, text: str) -> None:
    row = [line["ref"] for line in LINES].index("leak")
    lines = tuple({**x, key: text} if n == row else x for n, x in enumerate(LINES))
    assert places_of_faults(the_bill(lines)) == {f"csv!{letter_of(key)}{len(SETTINGS) + 2 + row}"}


@pytest.mark.parametrize("text", ["true", "false"])
def test_switch_of_a_leak_is_taken(text: str) -> None:
    lines = tuple({**x, "is_topped_up": text} if x["ref"] == "leak" else x for x in LINES)
    assert places_of_faults(the_bill(lines)) == set()
    document = the_bill(lines).document
    (leak,) = [x for x in document["lines"] if x["ref"] == "leak"]  # type: ignore[attr-defined]
    assert leak["is_topped_up"] is (text == "true")
