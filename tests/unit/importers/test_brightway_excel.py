"""Brightway's Excel format is read as bw2io reads it, but nothing in it is worked out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lca_db.inventory.importers.brightway_excel import read
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess
from tests.support.import_tables import fixture, reading, rows_of, workbook_of

FOUNDRY = rows_of(fixture("brightway/foundry.csv"))
HEAD = ["name", "amount", "unit", "location", "type"]


def foundry(folder: Path) -> tuple[list[RawProcess], list[RawFault]]:
    return reading(read, workbook_of({"foundry": FOUNDRY}), folder)


def activity(name: str) -> list[list[object]]:
    return [
        ["Activity", name],
        ["Exchanges"],
        list(HEAD),
        [name, 1.0, "kilogram", "GLO", "production"],
    ]


def named(process: RawProcess, name: str) -> RawExchange:
    return next(e for e in process.exchanges if e.name == name)


def test_an_activity_keeps_its_metadata(tmp_path: Path) -> None:
    process = foundry(tmp_path)[0][0]
    assert process.id == "cast-1"
    assert process.names == {"en": "aluminium casting, from scrap"}
    assert process.location == "CN-GD"
    assert process.comment == "first line\nsecond line"
    assert process.details["source"] == "meters of 2024, p. 3"
    assert process.details["database"] == "foundry"


def test_columns_stand_in_any_order_and_types_say_what_a_row_is(tmp_path: Path) -> None:
    process = foundry(tmp_path)[0][0]
    assert [(e.kind, e.name, e.amount) for e in process.exchanges] == [
        (FlowKind.REFERENCE, "aluminium casting", Decimal("2.5")),
        (FlowKind.PRODUCT_INPUT, "aluminium scrap, post-consumer", Decimal("2.6")),
        (FlowKind.PRODUCT_INPUT, "dross", Decimal("-0.02")),
        (FlowKind.AVOIDED_PRODUCT, "pig iron", Decimal("0.1")),
        (FlowKind.EMISSION, "Carbon dioxide, fossil", Decimal("1.25")),
        (FlowKind.RESOURCE, "Water, river", Decimal("0.004")),
    ]


def test_an_exchange_names_the_activity_the_product_and_the_place_it_comes_from(
    tmp_path: Path,
) -> None:
    scrap = named(foundry(tmp_path)[0][0], "aluminium scrap, post-consumer")
    assert scrap.provider_name == "market for aluminium scrap"
    assert scrap.location == "RoW"
    assert scrap.comment == "from the scales"
    assert scrap.uncertainty == {"uncertainty type": "2", "loc": "0.955511445", "scale": "0.05"}


def test_categories_are_a_compartment(tmp_path: Path) -> None:
    process = foundry(tmp_path)[0][0]
    assert named(process, "Carbon dioxide, fossil").compartment == (
        "air",
        "urban air close to ground",
    )
    assert named(process, "Water, river").compartment == ("natural resource", "in water")


def test_an_activity_without_production_makes_one_of_itself(tmp_path: Path) -> None:
    process = foundry(tmp_path)[0][1]
    assert (process.reference.name, process.reference.amount) == ("mould", Decimal(1))
    assert named(process, "sand").provider_name == "quartz sand"  # a column product will do


def test_of_several_products_the_one_of_the_activity_is_the_reference(tmp_path: Path) -> None:
    process = foundry(tmp_path)[0][2]
    assert process.reference.name == "part"
    assert named(process, "chips").kind is FlowKind.CO_PRODUCT


def test_each_broken_activity_is_a_fault_with_its_cause_and_the_others_come_in(
    tmp_path: Path,
) -> None:
    processes, faults = foundry(tmp_path)
    assert len(processes) == 4
    assert processes[-1].name == "sound at the end"
    assert [(f.name, f.code, dict(f.parameters)) for f in faults] == [
        ("broken by its unit", "import-value-missing", {"column": "unit"}),
        ("broken by a formula", "import-formula-not-evaluated", {"value": "2*yield"}),
        ("broken by its type", "import-choice-unknown", {"value": "produces"}),
    ]
    row = int(faults[1].place.rpartition("/")[2])
    assert FOUNDRY[row - 1][0] == "electricity"


def test_sheets_that_say_skip_are_left_out(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "inventory": activity("kept"),
        "Skip this": activity("by its name"),
        "other": [["SKIP"], *activity("by its first cell")],
    }
    processes, faults = reading(read, workbook_of(sheets), tmp_path)
    assert [p.name for p in processes] == ["kept"]
    assert not faults


def test_a_cut_off_leaves_out_the_columns_behind(tmp_path: Path) -> None:
    rows = activity("work")
    rows[2] += ["amount of something else"]
    rows[3] += [99.0]
    rows.append(["note", "", "", "", "", "far to the right"])
    sheets: dict[str, list[list[object]]] = {"inventory": [["cutoff", 5.0], *rows]}
    (process,), faults = reading(read, workbook_of(sheets), tmp_path)
    assert process.reference.amount == 1
    assert not faults


def test_of_a_column_that_comes_twice_the_cell_with_something_counts(tmp_path: Path) -> None:
    rows = activity("work")
    rows[2] += ["reference product", "Reference Product "]
    rows[3] += ["", "thing"]
    (process,), _ = reading(read, workbook_of({"s": rows}), tmp_path)
    assert process.reference.name == "thing"


def test_a_column_named_database_may_come_first(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Activity", "work"],
        ["Exchanges"],
        ["database", *HEAD],
        ["own", "work", 1.0, "kilogram", "GLO", "production"],
    ]
    (process,), _ = reading(read, workbook_of({"s": rows}), tmp_path)
    assert process.reference.name == "work"


def test_a_table_without_a_needed_column_is_a_fault_not_an_empty_process(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Activity", "work"],
        ["Exchanges"],
        ["name", "amount", "unit"],
        ["a", 1.0, "kg"],
    ]
    _, (fault,) = reading(read, workbook_of({"s": rows}), tmp_path)
    assert (fault.code, dict(fault.parameters)) == ("import-heading-missing", {"heading": "type"})


def test_an_elementary_flow_without_categories_is_a_fault(tmp_path: Path) -> None:
    rows = [*activity("work"), ["Carbon dioxide", 1.0, "kilogram", "", "biosphere"]]
    _, (fault,) = reading(read, workbook_of({"s": rows}), tmp_path)
    assert dict(fault.parameters) == {"column": "categories"}


def test_a_formula_without_a_stored_value_is_a_fault(tmp_path: Path) -> None:
    rows = activity("work")
    rows[3][1] = "=1+1"
    _, (fault,) = reading(read, workbook_of({"s": rows}), tmp_path)
    assert (fault.code, dict(fault.parameters)) == (
        "import-formula-not-evaluated",
        {"value": "=1+1"},
    )


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        reading(read, workbook_of({"s": [["a", "b"], [1.0, 2.0]]}), tmp_path)
    assert refused.value.code == "import-format-unexpected"


@pytest.mark.parametrize(
    ("name", "code"), [("processes", "import-rows-too-many"), ("rows", "import-rows-too-many")]
)
def test_a_workbook_beyond_the_limits_is_refused(name: str, code: str, tmp_path: Path) -> None:
    limits = replace(UPLOAD, **{name: 2})
    with pytest.raises(ImportRefused) as refused:
        reading(read, workbook_of({"s": FOUNDRY}), tmp_path, limits)
    assert refused.value.code == code


def test_an_activity_beyond_the_limit_is_a_fault(tmp_path: Path) -> None:
    _, faults = reading(read, workbook_of({"s": FOUNDRY}), tmp_path, replace(UPLOAD, exchanges=3))
    assert faults[0].code == "import-process-too-large"
