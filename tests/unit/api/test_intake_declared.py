"""Co-products, instruments for electricity and cuts in the template: as in JSON, faults by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from api.intake.document import BomDocument
from api.intake.faults import examine
from api.intake.headings import cell_position, letter
from api.intake.template import CO_PRODUCTS, COLUMNS, CUTS, ELECTRICITY, SETTINGS, TABLES
from api.schemas.bom import BomIn
from api.schemas.bom_declarations import DeclarationsIn
from tests.support.builders import a_result
from tests.unit.api.sheets import (
    SETTINGS_OF_A_STUDY,
    Row,
    Tables,
    a_csv,
    an_xlsx,
    from_csv,
    from_xlsx,
    letter_of,
)
from tests.unit.footprint.test_instruments import CARRIED, GRID, TABLE, WIND

STEEL = {
    "ref": "m",
    "kind": "material",
    "name": "钢",
    "dataset": "steel",
    "amount": "2",
    "unit": "kg",
    "own_product": "product",
}
POWER = {
    **STEEL,
    "ref": "e",
    "kind": "energy",
    "dataset": GRID,
    "unit": "度",
    "own_product": None,
    "site": "佛山厂",
}
HEAT = {**POWER, "ref": "h", "own_product": "余热", "site": None}
INSIDE = {**POWER, "part": "壳", "ref": "e2"}
SHELL = {"ref": "p", "kind": "assembly", "name": "壳", "dataset": "壳", "amount": "1", "unit": "件"}
ROWS: tuple[Row, ...] = (STEEL, POWER, HEAT, SHELL, INSIDE)
SETTINGS_SHARED = {
    **SETTINGS_OF_A_STUDY,
    "method": "iso14067-2018",
    "gwp_set": "AR6",
    "allocation_method": "energy",
    "allocation_reason": "同一工序，不能再分。",
    "product_mass_kg": "1.5",
    "product_energy_mj": "3",
    "product_price": "40",
}
HEAT_OUT = {
    "co_product": "余热",
    "co_amount": "2",
    "co_unit": "MJ",
    "co_energy_mj": "2",
    "co_mass_kg": "0.5",
    "co_price": "1",
    "displaced_dataset": "steam",
    "displaced_amount": "1.8",
    "displaced_unit": "MJ",
}
GEC = {
    "site": "佛山厂",
    "consumption_mwh": "100",
    "rest_mix": "residual-mix",
    "instrument": "certificate",
    "instrument_dataset": WIND,
    "mwh": "40",
    "transmission_dataset": CARRIED,
    "registry": "GEC",
    "first_serial": "CN24-000001",
    "last_serial": "CN24-000030",
    "vintage_year": 2024,
    "retired_for": "佛山厂",
}
MORE = {"registry": "GEC", "first_serial": "CN24-000041", "last_serial": "CN24-000050"}
ROOF = {
    "site": "佛山厂",
    "instrument": "on-site",
    "instrument_dataset": WIND,
    "mwh": "20",
    "includes_transmission": "false",
    "keeps_attributes": "true",
}
FILM = {
    "cut_flow": "包装膜",
    "cut_basis": "mass",
    "cut_reason": "很少",
    "cut_share": "0.004",
    "estimate_dataset": "pe-cn",
    "estimate_amount": "0.002",
    "estimate_unit": "kg",
}
GLUE = {"cut_flow": "胶", "cut_basis": "emission", "cut_reason": "很少", "cut_kg_co2e": "0.01"}
FILLED: Tables = {
    "co_products": [HEAT_OUT],
    "electricity": [GEC, MORE, ROOF],
    "cuts": [FILM, GLUE],
}
AS_JSON: dict[str, Any] = {
    "allocation": {
        "method": "energy",
        "reason": "同一工序，不能再分。",
        "product": {"mass_kg": "1.5", "energy_mj": "3", "price": "40"},
        "co_products": [
            {
                "name": "余热",
                "amount": "2",
                "unit": "MJ",
                "energy_mj": "2",
                "mass_kg": "0.5",
                "price": "1",
                "displaced": {"dataset": "steam", "amount": "1.8", "unit": "MJ"},
            }
        ],
        "own_lines": [{"line": "m"}, {"line": "h", "product": "余热"}],
    },
    "electricity": [
        {
            "site": "佛山厂",
            "consumption_mwh": "100",
            "rest_mix": "residual-mix",
            "lines": [{"line": "e"}, {"line": "e2", "assembly": "壳"}],
            "instruments": [
                {
                    "kind": "certificate",
                    "dataset": WIND,
                    "mwh": "40",
                    "transmission_dataset": CARRIED,
                    "certificates": {
                        "serials": [
                            {"registry": "GEC", "first": "CN24-000001", "last": "CN24-000030"},
                            {"registry": "GEC", "first": "CN24-000041", "last": "CN24-000050"},
                        ],
                        "vintage_year": 2024,
                        "retired_for": "佛山厂",
                    },
                },
                {
                    "kind": "on-site",
                    "dataset": WIND,
                    "mwh": "20",
                    "includes_transmission": False,
                    "keeps_attributes": True,
                },
            ],
        }
    ],
    "cuts": [
        {
            "flow": "包装膜",
            "basis": "mass",
            "reason": "很少",
            "share": "0.004",
            "estimate": {"dataset": "pe-cn", "amount": "0.002", "unit": "kg"},
        },
        {"flow": "胶", "basis": "emission", "reason": "很少", "kg_co2e": "0.01"},
    ],
}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_filled_in_is_what_a_program_declares(kind: str) -> None:
    if kind == "xlsx":
        read = from_xlsx(an_xlsx(ROWS, SETTINGS_SHARED, FILLED))
    else:
        read = from_csv(a_csv(ROWS, SETTINGS_SHARED, tables=FILLED))
    bill = BomIn.model_validate(read.document)
    assert bill.declarations() == DeclarationsIn.model_validate(AS_JSON).declarations()
    assert (bill.method, bill.gwp_set) == ("iso14067-2018", "AR6")
    assert [line.ref for line in bill.lines] == ["m", "e", "h", "p"]


def test_headings_are_read_in_traditional_characters_as_well() -> None:
    written = {"联产品": "聯產品", "用电地点": "用電地點", "舍去": "捨去", "凭证": "憑證"}
    headings = {}
    for field in (*COLUMNS, *SETTINGS, *(f for table in TABLES for f in table.fields)):
        chinese = field.chinese
        for simple, traditional in written.items():
            chinese = chinese.replace(simple, traditional)
        if chinese != field.chinese:
            headings[field.heading] = chinese
    assert len(headings) > 15
    content = a_csv(ROWS, SETTINGS_SHARED, headings=headings, tables=FILLED)
    bill = BomIn.model_validate(from_csv(content).document)
    assert bill.declarations() == DeclarationsIn.model_validate(AS_JSON).declarations()


def test_a_template_without_them_declares_nothing() -> None:
    plain = [{**STEEL, "own_product": None}, {**POWER, "site": None}]
    document = from_xlsx(an_xlsx(plain)).document
    assert not document.keys() & {"allocation", "electricity", "cuts", "method", "gwp_set"}


def faults(
    rows: tuple[Row, ...] = (STEEL, POWER),
    settings: Mapping[str, object] = SETTINGS_OF_A_STUDY,
    **tables: list[Row],
) -> list[tuple[str, str]]:
    read: BomDocument = from_xlsx(an_xlsx(rows, settings, tables))
    examined = examine(read.document, lambda bom: a_result(bom.to_core(), TABLE))
    return [(fault.code, read.place_of(fault.place)) for fault in examined.faults]


def cell(table: Any, key: str, row: int) -> str:
    position = [field.key for field in table.fields].index(key)
    return f"{table.sheet}!{letter(position)}{row}"


def setting(key: str) -> str:
    return f"产品 Product!B{[s.key for s in SETTINGS].index(key) + 1}"


SHARED = {**SETTINGS_SHARED, "method": None}
UNSHARED = {**STEEL, "own_product": None}
UNFED = {**POWER, "site": None}


@pytest.mark.parametrize(
    ("row", "code", "key"),
    [
        ({**HEAT_OUT, "co_amount": "many"}, "amount-not-a-number", "co_amount"),
        ({**HEAT_OUT, "co_amount": None}, "member-missing", "co_amount"),
        ({**HEAT_OUT, "co_energy_mj": "-"}, "amount-not-a-number", "co_energy_mj"),
        ({**HEAT_OUT, "displaced_unit": None}, "member-missing", "displaced_unit"),
    ],
)
def test_a_fault_of_a_co_product_names_its_sheet_row_and_column(
    row: Row, code: str, key: str
) -> None:
    found = faults((UNSHARED, UNFED), SHARED, co_products=[HEAT_OUT, row])
    assert (code, cell(CO_PRODUCTS, key, 3)) in found


def test_a_co_product_without_a_method_is_told_at_the_setting() -> None:
    settings = {**SHARED, "allocation_method": None}
    found = faults((UNSHARED, UNFED), settings, co_products=[HEAT_OUT])
    assert ("value-not-allowed", setting("allocation_method")) in found


@pytest.mark.parametrize(
    ("changed", "code", "key"),
    [
        ({"mwh": "lots"}, "amount-not-a-number", "mwh"),
        ({"instrument": "magic"}, "value-not-allowed", "instrument"),
        ({"instrument_dataset": None}, "member-missing", "instrument_dataset"),
        ({"first_serial": None}, "member-missing", "first_serial"),
        ({"keeps_attributes": "maybe"}, "value-malformed", "keeps_attributes"),
        ({"rest_mix": "some"}, "value-not-allowed", "rest_mix"),
        ({"vintage_year": "MMXXIV"}, "value-malformed", "vintage_year"),
    ],
)
def test_a_fault_of_an_instrument_names_its_sheet_row_and_column(
    changed: Row, code: str, key: str
) -> None:
    found = faults((UNSHARED, POWER), electricity=[{**GEC, **changed}, ROOF])
    assert [place for _, place in found] == [cell(ELECTRICITY, key, 2)], found
    assert code in {each for each, _ in found}


def test_a_site_said_twice_differently_is_refused_at_the_second_cell() -> None:
    found = faults((UNSHARED, POWER), electricity=[GEC, {**ROOF, "consumption_mwh": "90"}])
    assert found == [("member-unknown", cell(ELECTRICITY, "consumption_mwh", 3))]


def test_a_line_at_a_site_that_the_table_lacks_is_told_at_the_line() -> None:
    found = faults((UNSHARED, POWER, {**POWER, "ref": "x", "site": "东莞厂"}), electricity=[GEC])
    assert {place for _, place in found} == {f"物料清单 Lines!{letter_of('site')}4"}


def test_a_line_for_a_product_that_is_none_is_told_at_the_line() -> None:
    rows = (UNSHARED, {**UNFED, "own_product": "蒸汽"})
    found = faults(rows, SHARED, co_products=[HEAT_OUT])
    assert [place for _, place in found] == [f"物料清单 Lines!{letter_of('own_product')}3"]


def test_every_fault_comes_at_once_those_of_lines_and_tables_alike() -> None:
    rows = (UNSHARED, {**POWER, "amount": "much"})
    found = faults(
        rows, SHARED,
        co_products=[{**HEAT_OUT, "co_unit": "spoon"}],
        electricity=[{**GEC, "mwh": "-"}],
        cuts=[{**FILM, "cut_basis": "taste"}],
    )  # fmt: skip
    assert {place for _, place in found} == {
        f"物料清单 Lines!{letter_of('amount')}3",
        cell(CO_PRODUCTS, "co_unit", 2),
        cell(ELECTRICITY, "mwh", 2),
        cell(CUTS, "cut_basis", 2),
    }


def test_a_column_that_a_table_does_not_have_is_refused_and_not_passed_over() -> None:
    content = a_csv(
        [UNSHARED, UNFED],
        SHARED,
        headings={"联产品价值 co-product price": "颜色 colour"},
        tables={"co_products": [HEAT_OUT]},
    )
    read = from_csv(content)
    examined = examine(read.document, lambda bom: a_result(bom.to_core(), TABLE))
    row = len(SETTINGS) + 2
    assert [(f.code, read.place_of(f.place)) for f in examined.faults] == [
        ("member-unknown", f"csv!F{row}")
    ]


def test_a_place_is_taken_apart_as_it_was_put_together() -> None:
    for column in (0, 25, 26, 51, 701, 702):
        assert cell_position(f"a!b!{letter(column)}7") == ("a!b", column, 7)
