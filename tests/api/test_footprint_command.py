"""``tanbiao footprint calculate`` and the API: the same bill, the same bytes, the same faults."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.intake.workbook import template_xlsx
from tests.support.builders import a_bom_document, a_material, an_energy
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.web.test_upload_pages import GOOD_LINES, a_csv

STAGES = {"raw-material": "included", "distribution": "not-specified"}
STAGES |= {"use": "not-specified", "end-of-life": "not-specified"}


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


def test_a_study_is_shown_under_every_method_it_is_open_to_and_the_command_agrees(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    bill = a_bom_file(ALUMINIUM)
    stored = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    shown = sqlite_instance.get(f"/v1/studies/{stored['id']}/profiles", ALUMINIUM.preparer)
    (tmp_path / "bill.json").write_text(json.dumps(bill, ensure_ascii=False), encoding="utf-8")

    run = CliRunner().invoke(app, ["footprint", "methods", str(tmp_path / "bill.json"), "--json"])

    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout) == shown
    of = {(total["method"], total["gwp_set"]): total for total in shown}
    own = sqlite_instance.get(f"/v1/studies/{stored['id']}", ALUMINIUM.preparer)["result"]
    assert of["gbt24067-2024", "AR6"]["figure"] == own["certified_value"]
    assert {"gbt24067-2024", "iso14067-2018"} <= {method for method, _ in of}
    assert of["gbt24067-2024", "AR5"]["total_kg_co2e"] != own["total_kg_co2e"]


def test_another_set_of_warming_potentials_is_calculated_with_and_says_so(tmp_path: Path) -> None:
    bill = {**a_bom_file(ALUMINIUM), "gwp_set": "AR5"}

    result = json.loads(calculated(tmp_path, bill, "--json").stdout)

    assert result["gwp_set"] == "AR5"
    assert result["method"] == "gbt24067-2024"


def test_a_method_that_is_not_for_the_study_is_refused_in_words(tmp_path: Path) -> None:
    bill = {**a_bom_file(ALUMINIUM), "method": "cbam-2023-956", "gwp_set": "AR6"}

    run = calculated(tmp_path, bill)

    assert run.exit_code == 1
    assert "does not allow the warming potentials of AR6" in run.stderr


def test_a_bill_is_calculated_on_an_inventory_of_ones_own(tmp_path: Path) -> None:
    """By hand: steel takes 0.5 kWh of power, power 20 g of steel: 2.3 / 0.99 kg; 3 kg of it."""
    rows = ["dataset,unit,kind,flow,amount,flow_unit,origin"]
    rows += ["steel,kg,input,power,0.5,kWh,", "steel,kg,emission,CO2,2,kg,fossil"]
    rows += ["power,kWh,input,steel,20,g,", "power,kWh,emission,CO2,600,g,fossil"]
    (tmp_path / "own.csv").write_text("\n".join(rows), encoding="utf-8")
    lines = [a_material("m", "steel", "3"), an_energy("e", "power", "0")]
    bill = a_bom_document(lines, stages={**STAGES, "manufacturing": "partly-included"})

    run = calculated(tmp_path, bill, "--json", "--inventory", str(tmp_path / "own.csv"))

    assert run.exit_code == 0, run.output + run.stderr
    assert float(json.loads(run.stdout)["total_kg_co2e"]) == pytest.approx(
        3 * 2.3 / 0.99, rel=1e-11
    )


def test_a_wrong_row_of_ones_own_inventory_is_named_in_words(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("dataset,unit,kg_co2e\nsteel,kg,much\n", encoding="utf-8")

    run = calculated(tmp_path, a_bom_file(ALUMINIUM), "--inventory", str(tmp_path / "own.csv"))

    assert run.exit_code == 1
    assert "/rows/2/amount: " in run.stderr


def test_the_interval_is_printed_under_the_table(tmp_path: Path) -> None:
    run = calculated(tmp_path, a_bom_file(ALUMINIUM))
    assert run.exit_code == 0, run.output
    assert "95% interval" in " ".join(run.output.split())


def test_the_command_reads_the_template_filled_in(tmp_path: Path) -> None:
    book = tmp_path / "good.xlsx"
    book.write_bytes(template_xlsx())
    comma = tmp_path / "good.csv"
    comma.write_bytes(a_csv(GOOD_LINES))
    run = CliRunner().invoke(app, ["footprint", "calculate", str(comma), "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["certified_value"]
    comma.write_bytes(a_csv(GOOD_LINES, unit_amount="many"))
    run = CliRunner().invoke(app, ["footprint", "calculate", str(comma)])
    assert run.exit_code == 1
    assert re.search(r"!B[0-9]+: .*amount", run.stderr), run.stderr
    run = CliRunner().invoke(app, ["footprint", "calculate", str(book)])  # nobody filled it in
    assert run.exit_code == 1
    assert "UTF-8" not in run.stderr
    assert re.search(r"!B[0-9]+: This is empty", run.stderr), run.stderr
