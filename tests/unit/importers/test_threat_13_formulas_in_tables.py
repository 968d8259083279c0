"""Threat 13: what looks like a program in a cell is text, or a fault where a number belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca_db.inventory.importers import brightway_excel, simapro_csv, template
from lca_db.inventory.importers.raw import RawFault, RawProcess
from tests.support.import_tables import reading, workbook_of

PAYLOADS = (
    "=cmd|' /C calc'!A0",
    "=1+1",
    "+1+1",
    "@SUM(1,1)",
    "__import__('os').mkdir('made')",
    "().__class__.__mro__[1].__subclasses__()",
    "2**9999999",
    "{{7*7}}",
    '=HYPERLINK("http://127.0.0.1/x")',
    "1e400*0",
)
Found = tuple[list[RawProcess], list[RawFault]]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def in_simapro(name: str, amount: str, folder: Path) -> Found:
    text = (
        "{SimaPro 9}\n{CSV separator: Tab}\n{Decimal separator: .}\n\nProcess\n\n"
        f"Process name\n{name}\n\nProducts\nthing\tkg\t1\t100\tnot defined\tOthers\t\n\n"
        f"Materials/fuels\n{name}\tkg\t{amount}\tUndefined\t0\t0\t0\t{name}\n\n"
        f"Calculated parameters\np\t{name}\t\n\nEnd\n"
    )
    return reading(simapro_csv.read, text.encode(), folder)


def in_brightway(name: str, amount: str, folder: Path) -> Found:
    rows: list[list[object]] = [
        ["Project parameters"],
        ["name", "amount", "formula"],
        ["p", 1.0, name],
        [],
        ["Activity", name],
        ["comment", name],
        ["Exchanges"],
        ["name", "amount", "unit", "type", "formula"],
        [name, 1.0, "kg", "production", name],
        ["thing", amount, "kg", "technosphere", ""],
    ]
    return reading(brightway_excel.read, workbook_of({"s": rows}), folder)


def in_template(name: str, amount: str, folder: Path) -> Found:
    sheets = {
        "Datasets": [
            ["id", "name in English", "location", "year", "amount", "unit", "source"],
            ["A", name, "CN", "2024", "1", "kg", name],
        ],
        "Exchanges": [
            ["dataset id", "direction", "flow", "flow amount", "flow unit", "flow source"],
            ["A", "input", name, amount, "kg", name],
        ],
    }
    return reading(template.read, workbook_of(sheets), folder)


READERS = (in_simapro, in_brightway, in_template)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("place", READERS, ids=lambda place: place.__name__)
def test_in_a_name_it_is_text(place: object, payload: str, tmp_path: Path) -> None:
    assert callable(place)
    (process,), faults = place(payload, "1", tmp_path)
    assert not faults
    assert process.name == payload
    assert process.exchanges[1].amount == 1
    assert [made.name for made in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("place", READERS, ids=lambda place: place.__name__)
def test_in_an_amount_it_is_a_fault(place: object, payload: str, tmp_path: Path) -> None:
    assert callable(place)
    processes, (fault,) = place("work", payload, tmp_path)
    assert not processes
    assert fault.code in {"import-formula-not-evaluated", "import-number-malformed"}
    assert fault.parameters["value"] == payload[:40] or fault.parameters["value"] == payload
    assert [made.name for made in tmp_path.iterdir()] == ["file"]
