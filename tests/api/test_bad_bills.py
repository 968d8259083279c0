"""Bad input of a bill: a problem document that names the place; nothing is stored.

Sent as JSON the place is a JSON Pointer, in an uploaded file its sheet, column and row. Every kind
of bad input is one parameter here, under its own name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.intake.template import SETTINGS
from footprint.bom import MAX_DEPTH
from tests.support.boms import GRID, a_bom_of_every_kind
from tests.support.instance import LFP, Instance
from tests.support.outsiders import contents
from tests.unit.api.sheets import SETTINGS_OF_A_STUDY, Row, a_csv, letter_of

MAKER = LFP.preparer
Bill = dict[str, Any]
Change = Callable[[Bill], object]


def line(number: int, **members: object) -> Change:
    """A change of members of one line of the bill."""
    return lambda bill: bill["lines"][number].update(members)


def use_of(assembly: str) -> Bill:
    return {"ref": "u", "kind": "assembly", "name": "u", "assembly": assembly, "quantity": "1"}


def make_cyclic(bill: Bill) -> None:
    bill["assemblies"]["cell"]["lines"].append(use_of("cell"))


def make_deep(bill: Bill) -> None:
    """A tower of one assembly more than may stand on each other, above the cell."""
    names = [f"floor-{i}" for i in range(MAX_DEPTH)]
    for name, below in zip(names, [*names[1:], "cell"], strict=True):
        bill["assemblies"][name] = {"name": name, "lines": [use_of(below)]}
    bill["lines"].append({**use_of(names[0]), "ref": "tower"})


def make_all_zero(bill: Bill) -> None:
    names = {"amount", "mass", "amount_per_service", "quantity"}
    for one in bill["lines"]:
        one.update(dict.fromkeys(names & one.keys(), "0"))


BAD_BILLS: dict[str, tuple[Change, str, str]] = {
    "unknown gas": (line(5, substance="unobtainium"), "gas-unknown", "/lines/5/substance"),
    "stage missing": (lambda b: b["stages"].pop("use"), "stage-missing", "/stages/use"),
    "cyclic bill": (make_cyclic, "bom-cycle", "/assemblies/cell"),
    "too deep bill": (make_deep, "bom-too-deep", "/assemblies/cell"),
    "unknown dataset": (line(0, dataset="steel-bof-xx"), "dataset-unknown", "/lines/0/dataset"),
    "unit of the wrong dimension": (
        line(3, unit="kg"),
        "unit-wrong-dimension",
        "/lines/3/unit",
    ),
    "negative amount": (line(3, amount="-3"), "amount-negative", "/lines/3/amount"),
    "amount that is not a number": (
        line(3, amount="NaN"),
        "amount-not-a-number",
        "/lines/3/amount",
    ),
    "infinite amount": (line(3, amount="Infinity"), "amount-not-a-number", "/lines/3/amount"),
    "amount beyond any size": (line(3, amount="1e99"), "amount-out-of-range", "/lines/3/amount"),
    "stage of nothing but zeros": (
        line(6, services="0"),
        "stage-without-amounts",
        "/stages/use",
    ),
    "bill of nothing but zeros": (make_all_zero, "bom-without-amounts", "/lines"),
    "volume of gas without its condition": (
        line(3, dataset="natural-gas-burned-by-volume-cn", unit="m3"),
        "gas-volume-without-condition",
        "/lines/3/unit",
    ),
    "ends of one thing beyond the whole": (
        lambda b: b["lines"].append({**b["lines"][7], "ref": "again", "share": "0.6"}),
        "end-of-life-shares-over-one",
        "/lines/9/share",
    ),
}


@pytest.mark.parametrize("kind", BAD_BILLS)
def test_a_bad_bill_is_refused_at_its_json_pointer_and_nothing_is_stored(
    sqlite_instance: Instance, kind: str
) -> None:
    change, code, pointer = BAD_BILLS[kind]
    bill = a_bom_of_every_kind()
    change(bill)
    before = contents(sqlite_instance.context.engine)
    answer = sqlite_instance.send("POST", "/v1/footprints", MAKER, bill)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [(code, pointer)]
    assert all(e["detail"] for e in answer.json()["errors"])
    assert contents(sqlite_instance.context.engine) == before


HEADER_ROW = len(SETTINGS) + 1
STEEL: Row = {
    "ref": "m", "kind": "material", "name": "钢", "dataset": "steel-bof-cn", "amount": "2",
    "unit": "kg",
}  # fmt: skip
POWER: Row = {
    "ref": "e", "kind": "energy", "name": "电", "dataset": GRID, "amount": "1", "unit": "度",
}  # fmt: skip
GAS: Row = {
    "ref": "g", "kind": "direct-emission", "name": "气", "substance": "CO2", "origin": "fossil",
    "amount": "1", "unit": "kg",
}  # fmt: skip


def a_part(part: str, uses: str) -> Row:
    """A row in one part that holds another."""
    unit = {"amount": "1", "unit": "件"}
    return {"part": part, "ref": "u", "kind": "assembly", "name": "u", "dataset": uses, **unit}


def cell(column: str, row: int) -> str:
    """The cell of a line's column; lines count from 1."""
    return f"csv!{letter_of(column)}{HEADER_ROW + row}"


TOWER = [a_part("" if i == 0 else f"p{i}", f"p{i + 1}") for i in range(MAX_DEPTH + 1)]
BAD_FILES: dict[str, tuple[list[Row], str, str]] = {
    "unknown gas": (
        [STEEL, POWER, {**GAS, "substance": "XF9"}],
        "gas-unknown",
        cell("substance", 3),
    ),
    "cyclic bill": (
        [STEEL, POWER, a_part("", "a"), a_part("a", "b"), a_part("b", "a")],
        "bom-cycle",
        cell("part", 4),
    ),
    "too deep bill": (
        [STEEL, POWER, *TOWER, {**STEEL, "part": f"p{MAX_DEPTH + 1}"}],
        "bom-too-deep",
        cell("part", 2 + len(TOWER) + 1),
    ),
    "unknown dataset": ([{**STEEL, "dataset": "xx"}, POWER], "dataset-unknown", cell("dataset", 1)),
    "unit of the wrong dimension": (
        [STEEL, {**POWER, "unit": "kg"}],
        "unit-wrong-dimension",
        cell("unit", 2),
    ),
    "negative amount": ([{**STEEL, "amount": "-2"}, POWER], "amount-negative", cell("amount", 1)),
    "amount that is not a number": (
        [STEEL, {**POWER, "amount": "NaN"}],
        "amount-not-a-number",
        cell("amount", 2),
    ),
    "infinite amount": (
        [STEEL, {**POWER, "amount": "inf"}],
        "amount-not-a-number",
        cell("amount", 2),
    ),
}


def sent_file(instance: Instance, content: bytes) -> Any:
    """The answer to a file sent as a form sends it."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="bom.csv"\r\n\r\n'
    return instance.send(
        "POST",
        "/v1/bom-files",
        MAKER,
        content=head + content + b"\r\n--b--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused_at_its_column_and_row_and_nothing_is_stored(
    sqlite_instance: Instance, kind: str
) -> None:
    rows, code, place = BAD_FILES[kind]
    before = contents(sqlite_instance.context.engine)
    answer = sent_file(sqlite_instance, a_csv(rows, encoding="utf-8"))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [(code, place)]
    assert contents(sqlite_instance.context.engine) == before


def test_a_file_whose_row_of_a_stage_is_gone_is_refused_by_the_stage(
    sqlite_instance: Instance,
) -> None:
    content = a_csv([STEEL, POWER], encoding="utf-8", headings={"使用 stage use": "备用 spare"})
    answer = sent_file(sqlite_instance, content)
    (error,) = answer.json()["errors"]
    assert (error["code"], error["parameters"]) == ("stage-missing", {"stage": "use"})
    first_stage = [setting.key for setting in SETTINGS].index("raw-material") + 1
    assert error["pointer"] == f"csv!B{first_stage}"


def test_a_good_file_is_previewed_and_nothing_is_stored(sqlite_instance: Instance) -> None:
    before = contents(sqlite_instance.context.engine)
    answer = sent_file(sqlite_instance, a_csv([STEEL, POWER], SETTINGS_OF_A_STUDY, "utf-8"))
    assert answer.status_code == 200, answer.text
    assert float(answer.json()["result"]["total_kg_co2e"]) > 0
    assert contents(sqlite_instance.context.engine) == before
