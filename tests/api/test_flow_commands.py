"""``tanbiao footprint sankey``, ``tree`` and ``emitters``: what a bill stands on, and who emits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.support.builders import a_bom_document, a_material, an_energy

INVENTORY = """dataset,unit,kind,flow,amount,flow_unit,origin,location
steel,kg,emission,CO2,1.4,kg,fossil,CN-GD
steel,kg,input,grid,1,kWh,,CN-GD
grid,kWh,emission,CO2,0.5,kg,fossil,MO
grid,kWh,emission,CH4,0.005,kg,fossil,MO
"""
GRID = 0.5 + 0.005 * 29.8  # kgCO2e per kWh, fossil methane by AR6
STEEL = 1.4 + GRID


def run(folder: Path, command: str, *options: str, lines: Any = None) -> Result:
    """On a bill and an inventory small enough to count by hand: 3 kg of steel and 2 kWh."""
    bill, inventory = folder / "bill.json", folder / "own.csv"
    lines = lines or [a_material("m", "steel", "3", name="[Plate]"), an_energy("e", "grid", "2")]
    bill.write_text(json.dumps(a_bom_document(lines)), encoding="utf-8")
    inventory.write_text(INVENTORY, encoding="utf-8")
    return CliRunner().invoke(
        app, ["footprint", command, str(bill), "--inventory", str(inventory), *options]
    )


def answer(folder: Path, command: str, *options: str) -> Any:
    found = run(folder, command, *options, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_the_sankey_of_a_bill_is_written_as_the_api_answers(tmp_path: Path) -> None:
    body = answer(tmp_path, "sankey")
    links = {(link["source"], link["target"]): float(link["kg_co2e"]) for link in body["links"]}
    assert links == pytest.approx(
        {
            ("raw-material", "study"): 3 * STEEL,
            ("manufacturing", "study"): 2 * GRID,
            ("steel", "raw-material"): 3 * STEEL,
            ("grid", "steel"): 3 * GRID,
            ("grid", "manufacturing"): 2 * GRID,
        }
    )
    assert "Raw material" in run(tmp_path, "sankey").output
    assert "supply-chain-limit" in run(tmp_path, "sankey", "--cutoff", "2").output


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("process", {"steel": 3 * 1.4, "grid": 5 * GRID}),
        ("gas", {"CO2": 3 * 1.4 + 5 * 0.5, "CH4": 5 * 0.005 * 29.8}),
        ("country", {"CN": 3 * 1.4, "MO": 5 * GRID}),
        ("sector", {"unassigned": 3 * 1.4 + 5 * GRID}),
    ],
)
def test_emitters_are_added_up_by_what_is_asked(
    by: str, expected: dict[str, float], tmp_path: Path
) -> None:
    body = answer(tmp_path, "emitters", "--by", by)
    found = {each["id"]: float(each["kg_co2e"]) for each in body["emitters"]}
    assert found == pytest.approx(expected)
    assert body["by"] == by
    assert sum(found.values()) == pytest.approx(float(body["total_kg_co2e"]))


def test_emitters_are_printed_by_process_where_nothing_is_asked(tmp_path: Path) -> None:
    printed = run(tmp_path, "emitters").output
    assert "By process" in printed
    assert printed.index("steel") < printed.index("grid")
    assert "Macao" in run(tmp_path, "emitters", "--by", "country").output
    assert "Not assigned" in run(tmp_path, "emitters", "--by", "sector").output


def test_many_emitters_end_in_one_row_of_the_others(tmp_path: Path) -> None:
    names = [f"d{number}" for number in range(30)]
    bill, inventory = tmp_path / "bill.json", tmp_path / "own.csv"
    lines = [a_material(name, name) for name in names] + [an_energy("e", "d0", "1", "kg")]
    bill.write_text(json.dumps(a_bom_document(lines)), encoding="utf-8")
    rows = "".join(f"{name},kg,1\n" for name in names)
    inventory.write_text(f"dataset,unit,kg_co2e\n{rows}", encoding="utf-8")
    command = ["footprint", "emitters", str(bill), "--inventory", str(inventory)]
    found = CliRunner().invoke(app, command)
    assert found.exit_code == 0, found.output
    (row,) = [line for line in found.output.splitlines() if "5 others" in line]
    assert "5.00" in row


def test_the_tree_of_a_bill_is_written_as_the_api_answers(tmp_path: Path) -> None:
    body = answer(tmp_path, "tree")
    assert [line["ref"] for line in body["lines"]] == ["m", "e"]
    (steel,) = body["lines"][0]["inputs"]
    assert steel["dataset"] == "steel"
    assert float(steel["kg_co2e"]) == pytest.approx(3 * STEEL)
    assert float(steel["direct_kg_co2e"]) == pytest.approx(3 * 1.4)
    (grid,) = steel["children"]
    assert grid["product"] == "grid"
    assert float(grid["amount"]) == pytest.approx(3)


def test_the_tree_ends_at_the_depth_that_is_asked_and_says_so(tmp_path: Path) -> None:
    body = answer(tmp_path, "tree", "--depth", "0")
    (steel,) = body["lines"][0]["inputs"]
    assert (steel["ending"], steel["children"]) == ("depth", [])
    printed = run(tmp_path, "tree", "--depth", "0")
    assert "Deeper levels are not shown" in printed.output
    assert "supply-chain-limit" in run(tmp_path, "tree", "--depth", "99").output


def test_the_printed_tree_indents_what_a_line_demands_and_reads_no_name_as_markup(
    tmp_path: Path,
) -> None:
    printed = run(tmp_path, "tree").output
    assert "[Plate]" in printed
    rows = [line[2:] for line in printed.splitlines() if line.startswith("│")]
    starts = [len(row) - len(row.lstrip()) for row in rows]
    assert starts[:4] == [0, 2, 4, 4]  # the line, steel, grid and what steel emits itself
    assert "Its own emission" in rows[3]


def test_the_chain_of_one_dataset_is_shown_by_the_method_of_the_bill(tmp_path: Path) -> None:
    body = answer(tmp_path, "tree", "--dataset", "steel")
    assert body["method"] == "gbt24067-2024"
    assert float(body["root"]["kg_co2e"]) == pytest.approx(STEEL)
    assert [child["product"] for child in body["root"]["children"]] == ["grid"]
    assert "1 kg steel" in run(tmp_path, "tree", "--dataset", "steel").output


def test_what_is_not_there_is_said_and_ends_with_status_one(tmp_path: Path) -> None:
    unknown = run(tmp_path, "tree", "--dataset", "gold", "--lang", "pt")
    assert unknown.exit_code == 1
    assert "dataset-unknown" in unknown.output
    lines = [a_material("m", "gold"), an_energy("e", "grid")]
    for command in ("tree", "emitters", "sankey"):
        refused = run(tmp_path, command, lines=lines)
        assert refused.exit_code == 1, command
        assert "/lines/0/dataset" in refused.output
