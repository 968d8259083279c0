"""Our own template: what it writes it reads, in either language, and every fault has its cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD
from lca_db.inventory.importers.raw import FlowKind, RawFault, RawProcess
from lca_db.inventory.importers.template import read
from lca_db.inventory.importers.template_columns import (
    DATASETS,
    EXCHANGES,
    Table,
    column_headed,
    flow_named,
)
from lca_db.inventory.importers.template_files import template_csv, template_xlsx
from tests.support.import_tables import fixture, reading, workbook_of

FILLED = fixture("template/filled.csv")


def filled(folder: Path, text: str = FILLED) -> tuple[list[RawProcess], list[RawFault]]:
    return reading(read, text.encode(), folder)


def codes(faults: list[RawFault]) -> set[tuple[str, str, str]]:
    return {(f.name, f.code, f.place.split("/", 2)[2]) for f in faults}


def test_workbook_and_csv_are_read_alike_with_their_example(tmp_path: Path) -> None:
    (first,), faults = reading(read, template_csv(), tmp_path)
    (second,), more = reading(read, template_xlsx(), tmp_path)
    assert not faults
    assert not more
    assert first.names == second.names
    assert set(first.names) == {"zh-Hans", "zh-Hant", "en", "pt"}

    def plain(process: RawProcess) -> list[object]:
        return [replace(exchange, place="") for exchange in process.exchanges]

    assert plain(first) == plain(second)
    assert {e.kind for e in first.exchanges} == {
        FlowKind.REFERENCE,
        FlowKind.PRODUCT_INPUT,
        FlowKind.CO_PRODUCT,
        FlowKind.WASTE_OUTPUT,
        FlowKind.EMISSION,
    }


def test_a_filled_dataset_comes_with_everything(tmp_path: Path) -> None:
    process = filled(tmp_path)[0][0]
    assert process.names == {
        "zh-Hans": "压铸外壳",
        "en": "Die-cast housing",
        "pt": "Caixa fundida",
    }
    assert (process.id, process.location) == ("FS-1", "CN-GD")
    assert (process.valid_from, process.valid_until) == ("2023", "2024")
    assert process.reference.amount == 1000
    assert process.reference.share == Decimal("0.9")
    assert process.details == {"source": "工厂计量, 2024"}
    assert not process.is_aggregated


def test_flows_are_found_by_their_dataset_in_chinese_and_english(tmp_path: Path) -> None:
    process = filled(tmp_path)[0][0]
    assert [(e.kind.value, e.name, str(e.amount)) for e in process.exchanges[1:]] == [
        ("product-input", "铝锭", "1045.5"),
        ("product-input", "水", "2"),
        ("co-product", "铝屑", "40"),
        ("waste-output", "炉渣", "12"),
        ("avoided-product", "生铁", "1"),
        ("emission", "Carbon dioxide, fossil", "212.4"),
        ("resource", "Water", "3"),
    ]
    assert process.exchanges[2].provider_id == "W-1"
    assert process.exchanges[3].share == Decimal("0.1")
    emission = process.exchanges[6]
    assert (emission.compartment, emission.cas) == (("air",), "124-38-9")
    assert emission.comment == "燃气表; 熔炼"


@pytest.mark.parametrize(
    ("written", "origin", "is_resource", "name"),
    [
        ("CO2", "fossil", False, "Carbon dioxide, fossil"),
        ("二氧化碳", "biogenic", False, "Carbon dioxide, non-fossil"),
        ("二氧化碳 (CO2)", "", False, "Carbon dioxide"),
        ("co2", "land-use", False, "Carbon dioxide, from soil or biomass stock"),
        ("CO2", "biogenic", True, "Carbon dioxide, in air"),
        ("甲烷", "unspecified", False, "Methane"),
        ("N2O", "fossil", False, "N2O"),
        ("SF6", "", False, "SF6"),
        ("Water", "fossil", True, "Water"),
    ],
)
def test_climate_gases_have_one_name_by_the_origin_of_their_carbon(
    written: str, origin: str, is_resource: bool, name: str
) -> None:
    assert flow_named(written, origin, is_resource=is_resource) == name


def test_every_fault_of_the_file_comes_at_once_with_row_and_column(tmp_path: Path) -> None:
    processes, faults = filled(tmp_path)
    assert [p.id for p in processes] == ["FS-1", "W-1"]
    assert codes(faults) == {
        ("X-1", "import-value-missing", "6/H"),
        ("X-1", "import-number-malformed", "6/F"),
        ("X-1", "import-value-missing", "18/F"),
        ("X-2", "import-value-missing", "7/D"),
        ("X-2", "import-number-malformed", "7/E"),
        ("X-2", "import-number-out-of-range", "7/F"),
        ("X-2", "import-choice-unknown", "7/I"),
        ("X-2", "import-number-out-of-range", "7/J"),
        ("NO-1", "import-dataset-unknown", "19/A"),
        ("NO-1", "import-formula-not-evaluated", "19/D"),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found(encoding: str, tmp_path: Path) -> None:
    processes, _ = reading(read, FILLED.encode(encoding), tmp_path)
    assert processes[0].names["zh-Hans"] == "压铸外壳"


def test_a_file_in_big5_is_read(tmp_path: Path) -> None:
    text = "#數據集\n編號,名稱,地域,年份,產量,單位,來源\nA,壓鑄件,HK,2024,1,kg,工廠計量表\n"
    (process,), faults = reading(read, text.encode("big5hkscs"), tmp_path)
    assert not faults
    assert process.names == {"zh-Hans": "壓鑄件"}  # as it was filed, in the column for Chinese


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_found(separator: str, tmp_path: Path) -> None:
    rows = (
        "#Datasets",
        "id,name in Chinese,location,year,amount,unit,source",
        "A,件,CN,2024,1,kg,meters",
    )
    text = "\n".join(rows).replace(",", separator)
    (process,), faults = filled(tmp_path, text)
    assert not faults
    assert process.id == "A"


@pytest.mark.parametrize(
    "heading", ["编号 (id)", "编号", "編號", "ID", " id ", "编号（id）", "編號 (whatever)"]
)
def test_a_heading_may_be_chinese_or_english_or_both(heading: str) -> None:
    column = column_headed(DATASETS, heading)
    assert column is not None
    assert column.key == "id"


@pytest.mark.parametrize("table", [DATASETS, EXCHANGES], ids=["datasets", "exchanges"])
def test_no_two_columns_answer_to_one_heading(table: Table) -> None:
    for column in table.columns:
        for heading in (column.heading, column.chinese, column.english, column.key):
            assert column_headed(table, heading) is column


def test_headings_are_answered_for_all_at_once(tmp_path: Path) -> None:
    text = "#Datasets\nid,id,colour,location,year,amount,unit\nA,A,red,CN,2024,1,kg\n"
    processes, faults = filled(tmp_path, text)
    assert not processes
    assert codes(faults) == {
        ("", "import-heading-twice", "2/B"),
        ("", "import-heading-unknown", "2/C"),
        ("", "import-heading-missing", "2"),
    }


def test_an_unknown_column_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    text = "#Datasets\nid,name in English,colour,location,year,amount,unit,source\n"
    processes, faults = filled(tmp_path, text + "A,part,red,CN,2024,1,kg,meters\n")
    assert [p.id for p in processes] == ["A"]
    assert [f.code for f in faults] == ["import-heading-unknown"]


def test_an_id_used_twice_keeps_both_out(tmp_path: Path) -> None:
    text = "#Datasets\nid,name in English,location,year,amount,unit,source\n"
    row = "A,part,CN,2024,1,kg,meters\n"
    processes, faults = filled(tmp_path, text + row + row)
    assert not processes
    assert codes(faults) == {("A", "import-id-twice", "4/A")}


def test_the_table_of_flows_may_come_first(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "Exchanges": [
            ["dataset id", "direction", "flow", "flow amount", "flow unit", "flow source"],
            ["A", "input", "steel", 2.5, "kg", "scales"],
        ],
        "my own notes": [["anything"], ["at all"]],
        "Datasets": [
            ["id", "name in English", "location", "year", "amount", "unit", "source"],
            ["A", "part", "CN", 2024.0, 1.0, "kg", "meters"],
        ],
    }
    (process,), faults = reading(read, workbook_of(sheets), tmp_path)
    assert not faults
    assert process.valid_from == "2024"
    assert process.exchanges[1].amount == Decimal("2.5")
    assert process.exchanges[1].place == "/Exchanges/2"


@pytest.mark.parametrize("content", [b"", b"a,b,c\n1,2,3\n", b'"a\n', b"\0\0"])
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        reading(read, content, tmp_path)
    assert refused.value.code == "import-format-unexpected"


@pytest.mark.parametrize(
    ("name", "most", "code"),
    [
        ("rows", 5, "import-rows-too-many"),
        ("columns", 6, "import-columns-too-many"),
        ("processes", 1, "import-rows-too-many"),
    ],
)
def test_a_file_beyond_the_limits_is_refused(
    name: str, most: int, code: str, tmp_path: Path
) -> None:
    with pytest.raises(ImportRefused) as refused:
        reading(read, FILLED.encode(), tmp_path, replace(UPLOAD, **{name: most}))
    assert refused.value.code == code


def test_a_dataset_with_too_many_flows_is_a_fault(tmp_path: Path) -> None:
    _, faults = reading(read, FILLED.encode(), tmp_path, replace(UPLOAD, exchanges=3))
    assert ("FS-1", "import-process-too-large", "12/A") in codes(faults)
