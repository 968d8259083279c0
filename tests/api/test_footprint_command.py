"""``tanbiao footprint calculate`` and the API: the same bill, the same bytes, the same faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.support.instance import ALUMINIUM, Instance, a_bom_file


def calculated(folder: Path, bill: Any, *options: str) -> Result:
    path = folder / "bill.json"
    path.write_text(json.dumps(bill, ensure_ascii=False, indent=3), encoding="utf-8")
    return CliRunner().invoke(app, ["footprint", "calculate", str(path), *options])


def test_the_command_gives_the_result_of_the_api_to_the_last_byte(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    stored = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file(ALUMINIUM))
    run = calculated(tmp_path, a_bom_file(ALUMINIUM), "--json")
    assert run.exit_code == 0, run.output
    result = json.loads(run.stdout)
    assert result["bom_sha256"] == stored["bom_sha256"]
    whole = sqlite_instance.get(f"/v1/studies/{stored['id']}", ALUMINIUM.preparer)["result"]
    assert {name: result[name] for name in whole} == whole


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "There is no dataset"),
        ("zh-Hans", "数据集"),
        ("zh-Hant", "數據集"),
        ("pt", "conjunto de dados"),
    ],
)
def test_every_fault_of_a_bill_is_named_with_its_place_and_cure(
    language: str, words: str, tmp_path: Path
) -> None:
    bill = a_bom_file(ALUMINIUM)
    place = next(i for i, line in enumerate(bill["lines"]) if "dataset" in line)
    bill["lines"][place]["dataset"] = "unobtainium-cn"
    bill["lines"][place + 1]["amount"] = "-1"
    del bill["product"]["model"]
    run = calculated(tmp_path, bill, "--lang", language)
    assert run.exit_code == 1
    assert f"/lines/{place}/dataset: " in run.stderr
    assert words in run.stderr
    assert f"/lines/{place + 1}/amount: " in run.stderr
    assert "/product/model: " in run.stderr
    assert "pydantic" not in run.output + run.stderr


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e300", "６９０", "9" * 30])
def test_what_is_no_amount_is_told_what_an_amount_is(amount: str, tmp_path: Path) -> None:
    bill = a_bom_file(ALUMINIUM)
    place = next(i for i, line in enumerate(bill["lines"]) if "amount" in line)
    bill["lines"][place]["amount"] = amount
    run = calculated(tmp_path, bill)
    assert run.exit_code == 1
    assert run.stderr.startswith(f"/lines/{place}/amount: This is not written as an amount.")
    assert "for example 1250.5" in run.stderr


def test_a_bill_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """As some editors on Windows save it; the mark says nothing."""
    path = tmp_path / "bill.json"
    path.write_text(json.dumps(a_bom_file(ALUMINIUM)), encoding="utf-8-sig")
    run = CliRunner().invoke(app, ["footprint", "calculate", str(path), "--json"])
    assert run.exit_code == 0, run.output


def test_a_file_that_holds_no_bill_is_refused(tmp_path: Path) -> None:
    assert calculated(tmp_path, [1, 2]).exit_code == 1


def test_the_interval_is_printed_under_the_table(tmp_path: Path) -> None:
    run = calculated(tmp_path, a_bom_file(ALUMINIUM))
    assert run.exit_code == 0, run.output
    assert "95% interval" in " ".join(run.output.split())
