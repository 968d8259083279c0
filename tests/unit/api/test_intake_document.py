"""Errors of a filled-in template: all of them at once, each with its sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from api.intake.document import BomDocument, bom_document
from api.intake.faults import examine
from api.intake.rows import Sheet
from api.intake.template import COLUMNS, SETTINGS, simplified
from footprint.errors import BomError
from tests.support.builders import a_result
from tests.unit.api.documents import TABLE
from tests.unit.api.sheets import (
    SETTINGS_OF_A_STUDY,
    a_csv,
    an_xlsx,
    from_csv,
    from_xlsx,
    letter_of,
)

LETTER = {field.key: letter_of(field.key) for field in COLUMNS}
STEEL = {
    "ref": "m",
    "kind": "material",
    "name": "steel",
    "dataset": "steel",
    "amount": "2",
    "unit": "kg",
}
POWER = {**STEEL, "ref": "e", "kind": "energy", "dataset": "grid", "unit": "度"}
FIRST_ROW = len(SETTINGS) + 2  # of the lines in a CSV file: settings and header stand above
ROW = {setting.key: number for number, setting in enumerate(SETTINGS, start=1)}
SHEET = "物料清单 Lines"
PRODUCT = "产品 Product"


def faults(document: BomDocument) -> list[tuple[str, str]]:
    examined = examine(document.document, lambda bom: a_result(bom.to_core(), TABLE))
    return [(fault.code, document.place_of(fault.place)) for fault in examined.faults]


def of_rows(
    *rows: Mapping[str, object], settings: Mapping[str, object] = SETTINGS_OF_A_STUDY
) -> list[tuple[str, str]]:
    return faults(from_xlsx(an_xlsx(rows, settings)))


def cell(key: str, row: int) -> str:
    return f"{SHEET}!{LETTER[key]}{row}"


def test_good_rows_have_no_fault() -> None:
    assert of_rows(STEEL, POWER) == []


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"dataset": "stel"}, "dataset-unknown", "dataset"),
        ({"dataset": None}, "dataset-or-supplier-footprint", "dataset"),
        ({"unit": "kWh"}, "unit-wrong-dimension", "unit"),
        ({"unit": "斤"}, "unit-ambiguous", "unit"),
        ({"unit": None}, "member-missing", "unit"),
        ({"amount": "-1"}, "amount-negative", "amount"),
        ({"amount": -1}, "amount-negative", "amount"),
        ({"amount": "two"}, "amount-not-a-number", "amount"),
        ({"amount": None}, "member-missing", "amount"),
        ({"name": None}, "value-empty", "name"),
        ({"ref": "行1"}, "value-malformed", "ref"),
        ({"kind": "materials"}, "value-not-allowed", "kind"),
        ({"kind": None}, "value-not-allowed", "kind"),
        ({"stage": "later"}, "value-not-allowed", "stage"),
        ({"activity_origin": "guessed"}, "value-not-allowed", "activity_origin"),
        ({"loss_rate": "5%", "loss_route": "sold-scrap"}, "amount-not-a-number", "loss_rate"),
        ({"loss_rate": "1", "loss_route": "sold-scrap"}, "loss-rate-out-of-range", "loss_rate"),
        ({"loss_rate": "0.1", "loss_route": "burnt"}, "value-not-allowed", "loss_route"),
        ({"loss_rate": "0.1"}, "member-missing", "loss_route"),
        ({"loss_route": "sold-scrap"}, "member-missing", "loss_rate"),
        (
            {"loss_rate": "0.1", "loss_route": "waste-treatment"},
            "loss-route-dataset-mismatch",
            "loss_dataset",
        ),
        # a filled cell its kind has no use for: ignoring it would change the figure in silence
        ({"distance": "300"}, "member-unknown", "distance"),
        ({"services": "300"}, "member-unknown", "services"),
        ({"share": "0.5"}, "member-unknown", "share"),
        ({"substance": "CO2"}, "member-unknown", "substance"),
    ],
)
def test_fault_of_a_row_names_its_cell(change: Mapping[str, object], code: str, key: str) -> None:
    assert (code, cell(key, 3)) in of_rows(POWER, {**STEEL, **change}, {**STEEL, "ref": "n"})


@pytest.mark.parametrize(
    ("row", "change", "code", "key"),
    [
        ("transport", {"unit": "km"}, "unit-wrong-dimension", "unit"),
        ("transport", {"distance": None}, "member-missing", "distance"),
        ("transport", {"distance": "-1"}, "amount-negative", "distance"),
        ("transport", {"amount": "-1"}, "amount-negative", "amount"),
        ("direct-emission", {"substance": "XF9"}, "gas-unknown", "substance"),
        ("direct-emission", {"origin": "martian"}, "value-not-allowed", "origin"),
        ("transport", {"is_refrigerated": "maybe"}, "value-malformed", "is_refrigerated"),
        ("transport", {"is_refrigerated": "true"}, "transport-not-refrigerated", "dataset"),
        ("transport", {"load": "8"}, "transport-load-not-taken", "load"),
        ("captured-co2", {"evidence": None}, "member-missing", "evidence"),
        ("captured-co2", {"origin": "land-use"}, "value-not-allowed", "origin"),
        ("material", {"recycling_approach": "magic"}, "value-not-allowed", "recycling_approach"),
        ("material", {"recycled_dataset": "nope"}, "dataset-unknown", "recycled_dataset"),
        ("material", {"recycled_content": "2"}, "share-out-of-range", "recycled_content"),
        ("direct-emission", {"dataset": "steel"}, "member-unknown", "dataset"),
        ("assembly", {"dataset": "no such part"}, "assembly-unknown", "dataset"),
        ("assembly", {"amount": "-1"}, "amount-negative", "amount"),
        ("assembly", {"unit": "kg"}, "member-unknown", "unit"),
        ("energy", {"loss_rate": "0.1"}, "member-unknown", "loss_rate"),
    ],
)
def test_fault_of_another_kind_of_row_names_the_column_it_was_typed_in(
    row: str, change: Mapping[str, object], code: str, key: str
) -> None:
    rows: dict[str, dict[str, object]] = {
        "transport": {
            "dataset": "truck",
            "amount": "1",
            "unit": "t",
            "distance": "3",
            "stage": "raw-material",
        },
        "direct-emission": {"substance": "CO2", "origin": "fossil", "amount": "1", "unit": "kg"},
        "assembly": {"dataset": "壳/体", "amount": "2", "unit": "件"},
        "captured-co2": {
            "amount": "1",
            "unit": "kg",
            "origin": "fossil",
            "evidence": "record 3",
        },
        "material": {
            "dataset": "steel",
            "amount": "1",
            "unit": "kg",
            "recycled_content": "0.5",
            "recycled_dataset": "remelted",
        },
        "energy": {"dataset": "grid", "amount": "1", "unit": "kWh"},
    }
    inside = {**STEEL, "part": "壳/体"}
    uses = {"ref": "uses", "kind": "assembly", "name": "uses", **rows["assembly"]}
    line = {"ref": "x", "kind": row, "name": "x", **rows[row]}
    assert of_rows(POWER, line, STEEL, inside, uses) == []
    assert (code, cell(key, 3)) in of_rows(POWER, {**line, **change}, STEEL, inside, uses)


def test_fault_inside_an_assembly_names_its_cell_whatever_the_assembly_is_called() -> None:
    uses = {"ref": "u", "kind": "assembly", "name": "u", "dataset": "a/b~c", "amount": "1"}
    inside = {**STEEL, "part": "a/b~c", "dataset": "stel"}
    assert of_rows(STEEL, POWER, uses, inside) == [("dataset-unknown", cell("dataset", 5))]


def test_all_faults_of_all_rows_are_found_at_once() -> None:
    """Malformed, impossible and unlinkable ones: a person mends the file once."""
    found = of_rows(
        {**STEEL, "amount": "two"},
        {**STEEL, "ref": "n", "dataset": "stel"},
        {**STEEL, "ref": "o", "amount": "-1"},
        {**STEEL, "ref": "p", "unit": "kWh"},
        {**STEEL, "ref": "q", "kind": "stuff"},
        POWER,
        settings={**SETTINGS_OF_A_STUDY, "boundary": "nowhere", "unit_amount": "0"},
    )
    assert sorted(found) == sorted(
        [
            ("amount-not-a-number", cell("amount", 2)),
            ("dataset-unknown", cell("dataset", 3)),
            ("amount-negative", cell("amount", 4)),
            ("unit-wrong-dimension", cell("unit", 5)),
            ("value-not-allowed", cell("kind", 6)),
            ("value-not-allowed", f"{PRODUCT}!B{ROW['boundary']}"),
            ("unit-amount-not-positive", f"{PRODUCT}!B{ROW['unit_amount']}"),
        ]
    )


@pytest.mark.parametrize(
    ("change", "code", "setting"),
    [
        ({"name_zh": None, "name_en": None}, "value-empty", "name_zh"),
        ({"model": None}, "value-empty", "model"),
        ({"period_from": None}, "date-empty", "period_from"),
        ({"gtin": "12"}, "value-malformed", "gtin"),
        ({"unit_kind": "piece"}, "value-not-allowed", "unit_kind"),
        ({"unit": "stone"}, "unit-unknown", "unit"),
        ({"period_from": "01/02/2024"}, "date-malformed", "period_from"),
        ({"period_to": "2023-12-31"}, "period-reversed", "period_from"),
        ({"raw-material": "cut"}, "stage-required", "raw-material"),
        ({"use": "included"}, "stage-beyond-boundary", "use"),
        ({"use": "maybe"}, "value-not-allowed", "use"),
    ],
)
def test_fault_of_a_setting_names_its_cell(
    change: Mapping[str, object], code: str, setting: str
) -> None:
    found = of_rows(STEEL, POWER, settings={**SETTINGS_OF_A_STUDY, **change})
    assert (code, f"{PRODUCT}!B{ROW[setting]}") in found


def test_stage_left_blank_is_not_specified_and_a_stage_without_its_row_is_missing() -> None:
    assert from_xlsx(an_xlsx([STEEL, POWER])).document["stages"] == {
        "raw-material": "included",
        "manufacturing": "included",
        "distribution": "cut",
        "use": "not-applicable",
        "end-of-life": "not-specified",
    }
    content = a_csv([STEEL, POWER], headings={"使用 stage use": "备用 spare"})
    assert [code for code, _ in faults(from_csv(content))] == ["stage-missing"]


def test_column_the_template_does_not_know_is_named_cell_by_cell() -> None:
    """A misspelt "loss rate" would otherwise leave every loss out without a word."""
    content = a_csv([STEEL, {**POWER, "note": "by meter"}], headings={"备注 note": "remarks"})
    letter = LETTER["note"]
    assert faults(from_csv(content)) == [("member-unknown", f"csv!{letter}{FIRST_ROW + 1}")]


def test_text_beside_the_table_is_not_passed_over() -> None:
    rows = [*from_rows(a_csv([STEEL, POWER])), ("",) * len(COLUMNS) + ("a note nobody reads",)]
    assert faults(bom_document([Sheet("csv", tuple(rows))]))[0][1] == f"csv!C{FIRST_ROW + 2}"


def from_rows(content: bytes) -> Sequence[tuple[str, ...]]:
    from api.intake.rows import read_csv

    return read_csv(content).rows


def test_blank_rows_between_are_passed_over_and_counted() -> None:
    blank: dict[str, object] = {}
    assert of_rows(STEEL, blank, blank, {**POWER, "dataset": "x"}) == [
        ("dataset-unknown", cell("dataset", 5))
    ]


def test_line_without_a_ref_is_named_after_its_row() -> None:
    document = from_xlsx(an_xlsx([{**STEEL, "ref": None}, POWER])).document
    assert document["lines"][0]["ref"] == "row-2"  # type: ignore[index]


def test_headings_are_read_in_traditional_characters_and_in_english() -> None:
    traditional = {
        "类型 kind": "類型",
        "名称 name": "名稱",
        "数量 amount": "數量",
        "计量单位 unit of amount": "計量單位",
        "数据集 dataset": "數據集",
        "产品名称 product name (Chinese)": "產品名稱",
        "系统边界 boundary": "系統邊界",
        "单位数量 unit amount": "單位數量",
    }
    content = a_csv([STEEL, POWER], encoding="utf-8", headings=traditional)
    assert from_csv(content).document == from_csv(a_csv([STEEL, POWER])).document
    english = {field.heading: field.english.upper() for field in COLUMNS}
    content = a_csv([STEEL, POWER], headings=english)
    assert from_csv(content).document == from_csv(a_csv([STEEL, POWER])).document


def test_traditional_template_in_big5_is_the_same_bill() -> None:
    """As a spreadsheet program in Hong Kong or Macao saves it."""
    traditional = {field.heading: TRADITIONAL.get(field.chinese, field.key) for field in COLUMNS}
    others = {setting.heading: setting.english for setting in SETTINGS}
    settings = {**SETTINGS_OF_A_STUDY, "name_zh": "測試產品"}
    content = a_csv(
        [{**STEEL, "name": "電解銅箔"}, POWER], settings, "big5hkscs", headings=traditional | others
    )
    document = from_csv(content)
    assert faults(document) == []
    assert document.document["lines"][0]["name"] == "電解銅箔"  # type: ignore[index]


TRADITIONAL = {"类型": "類型", "名称": "名稱", "数量": "數量", "计量单位": "計量單位"}


def test_traditional_form_of_every_heading_is_understood() -> None:
    pairs = [
        ("產品類別", "产品类别"),
        ("商品條碼", "商品条码"),
        ("型號", "型号"),
        ("單位說明", "单位说明"),
        ("單位説明", "单位说明"),
        ("系統邊界", "系统边界"),
        ("數據期起", "数据期起"),
        ("生產地", "生产地"),
        ("原材料獲取", "原材料获取"),
        ("生產製造", "生产制造"),
        ("分銷運輸", "分销运输"),
        ("所屬部件", "所属部件"),
        ("行號", "行号"),
        ("損耗去向", "损耗去向"),
        ("損耗處理數據集", "损耗处理数据集"),
        ("運距", "运距"),
        ("使用次數", "使用次数"),
        ("處置比例", "处置比例"),
        ("氣體", "气体"),
        ("碳來源", "碳来源"),
        ("生命週期階段", "生命周期阶段"),
        ("數據來源", "数据来源"),
        ("備註", "备注"),
        ("載重", "载重"),
        ("再生處理方法", "再生处理方法"),
        ("分配係數", "分配系数"),
        ("輸出質量比", "输出质量比"),
        ("使用壽命", "使用寿命"),
        ("年洩漏率", "年泄漏率"),
        ("補充氣體", "补充气体"),
        ("封存證明", "封存证明"),
    ]
    assert [simplified(traditional) for traditional, _ in pairs] == [plain for _, plain in pairs]


@pytest.mark.parametrize("rows", [(), (("",),), (("kind", "name", "amount"),), (("a", "b"),) * 9])
def test_file_without_the_header_of_the_lines_is_refused(rows: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(BomError) as refused:
        bom_document([Sheet("x", rows)])
    assert refused.value.code == "template-header-missing"
