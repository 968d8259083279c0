"""``tanbiao footprint compare``: two files in, a difference or the reasons against it out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.support.builders import a_bom, a_material, a_result, an_energy
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


def test_difference_as_json_has_decimal_strings(tmp_path: Path) -> None:
    second = a_document("2", release_sha256="ab" * 32)
    run = compared(tmp_path, a_document("1"), second, *BUSINESS, "--json")
    assert json.loads(run.stdout) == {
        "difference_kg_co2e": "2.00000000000",
        "share": "0.800000000000",
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
