"""``tanbiao footprint scenario``: a bill and its what-ifs without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.commands.written_changes import change_of
from api.problems import Problem
from tests.support.builders import a_bom_document, a_material, an_energy

FACTORS = "dataset,unit,kg_co2e\nsteel,kg,2\nsteel-eaf,kg,0.5\ngrid,kWh,0.6\n"


def run(folder: Path, command: str, *options: str) -> Result:
    """On a bill and an inventory small enough to count by hand."""
    bill, inventory = folder / "bill.json", folder / "own.csv"
    lines = [a_material("m", "steel", "3"), an_energy("e", "grid", "2")]
    bill.write_text(json.dumps(a_bom_document(lines)), encoding="utf-8")
    inventory.write_text(FACTORS, encoding="utf-8")
    return CliRunner().invoke(
        app, ["footprint", command, str(bill), "--inventory", str(inventory), *options]
    )


def test_changes_are_tried_together_and_each_alone(tmp_path: Path) -> None:
    changes = ("--change", "amount:e=x0.5", "--change", "recycled-content:m=0.4@steel-eaf")
    found = run(tmp_path, "scenario", *changes, "--json")
    assert found.exit_code == 0, found.output
    body = json.loads(found.stdout)
    assert float(body["total_kg_co2e"]) == pytest.approx(7.2)
    moved = {r["name"]: float(r["change_kg_co2e"]) for r in body["results"]}
    assert moved == pytest.approx(
        {
            "All together": -2.4,
            "amount:e=x0.5": -0.6,
            "recycled-content:m=0.4@steel-eaf": -1.8,
        }
    )
    table = run(tmp_path, "scenario", *changes)
    assert "−2.40" in table.output or "-2.40" in table.output


def test_what_cannot_be_changed_is_said_and_ends_with_status_one(tmp_path: Path) -> None:
    for change, words in (
        ("amount:nowhere=x2", "scenario-line-unknown"),
        ("wish:m=3", "scenario-change-unreadable"),
        ("amount", "scenario-change-unreadable"),
        ("dataset:m=gold", "dataset-unknown"),
    ):
        found = run(tmp_path, "scenario", "--change", change)
        assert found.exit_code == 1, change
        assert words in found.output


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("energy=grid", {"kind": "energy", "to": "grid"}),
        ("dataset:@old=new", {"kind": "dataset", "dataset": "old", "to": "new"}),
        ("place:cell/foil=VN", {"kind": "place", "assembly": "cell", "line": "foil", "to": "VN"}),
        ("loss:m=0.02", {"kind": "loss", "assembly": "", "line": "m", "value": "0.02"}),
        ("lifetime=x2", {"kind": "lifetime", "factor": "2"}),
        (
            "recycled-content:m=0.3@eaf",
            {"kind": "recycled-content", "assembly": "", "line": "m", "value": "0.3", "to": "eaf"},
        ),
    ],
)
def test_a_written_change_has_the_members_of_the_api(text: str, members: dict[str, Any]) -> None:
    assert change_of(text).model_dump(mode="json", exclude_unset=True) == members


def test_a_change_with_an_odd_number_is_unreadable() -> None:
    with pytest.raises(Problem) as refused:
        change_of("amount:m=x½")
    assert refused.value.code == "scenario-change-unreadable"
