"""``tanbiao footprint compare``: two bills or results in; a difference out, or the reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.support.builders import a_bom, a_bom_document, a_material, a_result, an_energy
from tests.unit.footprint.tables import a_table

TABLE = a_table(("grid", "kWh", 0.5), ("steel", "kg", 2.0))


def a_document(steel_kg: str = "1", **changes: Any) -> dict[str, Any]:
    bom = a_bom([a_material("m", "steel", steel_kg), an_energy("e", "grid", "1")])
    return {**a_result(bom, TABLE).to_json(), **changes}


def compared(folder: Path, first: Any, second: Any, *options: str) -> Result:
    paths = folder / "a.json", folder / "b.json"
    for path, document in zip(paths, (first, second), strict=True):
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8-sig")
    return CliRunner().invoke(app, ["footprint", "compare", *map(str, paths), *options])


BUSINESS = ("--audience", "business")


def test_difference_of_two_results_is_printed(tmp_path: Path) -> None:
    run = compared(tmp_path, a_document("1"), a_document("2"), *BUSINESS)
    assert run.exit_code == 0, run.output
    assert "2.00 kg CO2e (+80.0 %)" in run.stdout
    assert "Compare the two bills" in " ".join(run.stdout.split())


def test_difference_as_json_has_decimal_strings(tmp_path: Path) -> None:
    second = a_document("2", release_sha256="ab" * 32)
    run = compared(tmp_path, a_document("1"), second, *BUSINESS, "--json")
    assert json.loads(run.stdout) == {
        "difference_kg_co2e": "2.00000000000",
        "share": "0.800000000000",
        "probability_lower": None,
        "difference_interval": None,
        "cautions": ["releases-differ"],
    }


def test_footprint_of_nearly_nothing_is_read(tmp_path: Path) -> None:
    """Twelve figures of it have more decimals than an amount of a bill may have."""
    tiny = a_document(total_kg_co2e="0.00000000201234567890")
    assert compared(tmp_path, tiny, tiny, *BUSINESS).exit_code == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "between businesses only"),
        ("zh-Hans", "只能在企业之间"),
        ("zh-Hant", "只能在企業之間"),
        ("pt", "entre empresas"),
    ],
)
def test_declared_units_are_refused_unless_it_is_between_businesses(
    language: str, words: str, tmp_path: Path
) -> None:
    run = compared(tmp_path, a_document(), a_document(), "--lang", language)
    assert run.exit_code == 1
    assert words in run.stderr


def test_every_reason_is_printed(tmp_path: Path) -> None:
    other = a_document(gwp_set="AR5", boundary="cradle-to-site")
    run = compared(tmp_path, a_document(), other, *BUSINESS)
    assert run.exit_code == 1
    assert "/boundary: " in run.stderr
    assert "/method: " in run.stderr


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([1, 2], ""),
        ({}, "/unit"),
        ({"total_kg_co2e": "NaN"}, "/total_kg_co2e"),
        ({"stages": []}, "/stages"),
        ({"stages": [{"stage": "use", "inclusion": "included"}] * 5}, "/stages/raw-material"),
        ({"boundary": "nowhere"}, "/boundary"),
    ],
)
def test_file_that_holds_no_result_is_refused(document: Any, place: str, tmp_path: Path) -> None:
    changed = a_document(**document) if isinstance(document, dict) and document else document
    run = compared(tmp_path, a_document(), changed, *BUSINESS)
    assert run.exit_code == 1
    assert place in run.stderr
    assert "pydantic" not in run.output + run.stderr


FACTORS = "dataset,unit,kg_co2e\nsteel,kg,2\ngrid,kWh,0.5\n"


def a_bill(steel_kg: str = "1", dataset: str = "steel", **changes: Any) -> dict[str, Any]:
    lines = [a_material("m", dataset, steel_kg), an_energy("e", "grid", "1")]
    return {**a_bom_document(lines), **changes}


def own_inventory(folder: Path) -> tuple[str, str]:
    path = folder / "own.csv"
    path.write_text(FACTORS, encoding="utf-8")
    return "--inventory", str(path)


def test_two_bills_are_compared_on_the_same_draws(tmp_path: Path) -> None:
    """A tenth less of one line: the intervals of the two overlap, their draws never do."""
    options = (*BUSINESS, *own_inventory(tmp_path))
    run = compared(tmp_path, a_bill("0.9"), a_bill("1"), *options, "--json")
    assert run.exit_code == 0, run.output
    found = json.loads(run.stdout)
    assert found["probability_lower"] == "1.000"
    assert float(found["difference_kg_co2e"]) == pytest.approx(0.2)
    interval = found["difference_interval"]
    assert interval["draws"] == 1000
    assert 0 < float(interval["lower_kg_co2e"]) < 0.2 < float(interval["upper_kg_co2e"]) < 2.5

    back = json.loads(compared(tmp_path, a_bill("1"), a_bill("0.9"), *options, "--json").stdout)
    assert back["probability_lower"] == "0"
    assert back["difference_interval"]["upper_kg_co2e"] == f"-{interval['lower_kg_co2e']}"


def test_probability_and_interval_of_two_bills_are_printed(tmp_path: Path) -> None:
    run = compared(tmp_path, a_bill("0.9"), a_bill("1"), *BUSINESS, *own_inventory(tmp_path))
    printed = " ".join(run.stdout.split())
    assert "lower than the second, on the same draws: 100.0%" in printed
    assert "95% interval of the difference: 0." in printed


def test_bills_of_an_instance_that_draws_nothing_are_not_assessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANBIAO_SAMPLING_DRAWS", "0")
    run = compared(tmp_path, a_bill("0.9"), a_bill("1"), *BUSINESS, *own_inventory(tmp_path))
    assert "uncertainty not assessed" in run.stdout


def test_bill_and_result_are_compared_without_draws(tmp_path: Path) -> None:
    run = compared(
        tmp_path, a_document("1"), a_bill("2"), *BUSINESS, *own_inventory(tmp_path), "--json"
    )
    found = json.loads(run.stdout)
    assert float(found["difference_kg_co2e"]) == pytest.approx(2)
    assert found["probability_lower"] is None
    assert found["cautions"] == ["releases-differ"]


def test_bills_that_may_not_be_compared_are_refused_as_results_are(tmp_path: Path) -> None:
    other = a_bill(unit={**a_bill()["unit"], "amount": "2"})
    run = compared(tmp_path, a_bill(), other, *BUSINESS, *own_inventory(tmp_path))
    assert run.exit_code == 1
    assert "/unit: " in run.stderr


def test_the_file_that_is_at_fault_is_named(tmp_path: Path) -> None:
    other = a_bill(dataset="gold")
    run = compared(tmp_path, a_bill(), other, *BUSINESS, *own_inventory(tmp_path))
    assert run.exit_code == 1
    assert "b.json /lines/0/dataset: " in run.stderr
    assert "a.json" not in run.stderr
