"""Every format goes from a file, told by its content, to a report whose counts add up."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.inventory import app
from api.solving import solve
from lca_db.inventory.checks.totals import totals_of
from lca_db.inventory.snapshots import snapshot_of

FIXTURES = Path(__file__).parents[1] / "fixtures" / "imports"
ESTIMATES = "kg=2,kWh=0.6,tkm=0.1,m3=1,piece=1,waste:kg=0.5"


def told_nothing_by_its_name(fixture: str, folder: Path) -> Path:
    """The fixture as one file, an archive where it is a folder, without an extension."""
    source, target = FIXTURES / fixture, folder / "file"
    if source.is_file():
        target.write_bytes(source.read_bytes())
        return target
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(source).as_posix())
    return target


@pytest.mark.parametrize(
    ("fixture", "key"),
    [
        ("ecospold1/refinery.xml", "ecospold1"),
        ("ecospold1/three.xml", "ecospold1"),
        ("ecospold2/electrolysis.spold", "ecospold2"),
        ("ecospold2/three.spold", "ecospold2"),
        ("ilcd", "ilcd"),
        ("tidas", "ilcd"),
        ("jsonld_v1", "jsonld"),
        ("jsonld_v2", "jsonld"),
        ("simapro/foundry.csv", "simapro-csv"),
        ("simapro/moulding.csv", "simapro-csv"),
        ("template/filled.csv", "template"),
    ],
)
def test_a_file_of_every_format_ends_in_a_report_that_loses_no_exchange(
    fixture: str, key: str, tmp_path: Path
) -> None:
    file = told_nothing_by_its_name(fixture, tmp_path)
    asked = [
        "import",
        str(file),
        "--json",
        "--dry-run",
        "--unlinked",
        "cut-off",
        "--estimate",
        ESTIMATES,
    ]
    result = CliRunner().invoke(app, asked)
    report = json.loads(result.stdout)
    assert (report["format"], report["refusal"]) == (key, None)
    exchanges, processes = report["exchanges"], report["processes"]
    assert exchanges["read"] == sum(n for fate, n in exchanges.items() if fate != "read")
    assert exchanges["read"] > 0
    assert processes["read"] == processes["came_in"] + processes["refused"]
    assert report["refused"]["count"] == processes["refused"] + processes["unreadable"]
    assert result.exit_code == (0 if processes["came_in"] else 1)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("names", ["--map", "--no-map"])
def test_the_template_that_is_written_comes_in_linked_to_our_inventory(
    ending: str, names: str, tmp_path: Path
) -> None:
    file, output = tmp_path / f"template.{ending}", tmp_path / "snapshot.json"
    assert CliRunner().invoke(app, ["template", str(file)]).exit_code == 0
    asked = ["import", str(file), "--json", "--dry-run", "--output", str(output), names]
    result = CliRunner().invoke(app, asked)
    report = json.loads(result.stdout)
    assert (result.exit_code, report["format"], report["refusal"]) == (0, "template", None)
    assert report["processes"]["refused"] == report["processes"]["unreadable"] == 0
    assert report["exchanges"]["linked-by-id"] == 3
    assert report["unlinked"]["count"] == report["findings"]["count"] == 0
    solved = solve(snapshot_of(output.read_bytes()))
    total = dict(zip((p.id for p in solved.products), totals_of(solved), strict=True))
    inputs = {"pp-cn": 1030, "electricity-grid-cn-2024": 1450, "waste-incineration-pe-pp-cn": 10}
    own = 3.2 + sum(amount * total[product] for product, amount in inputs.items())
    (example,) = (name for name in total if "moulded-housing" in name)
    assert total[example] == pytest.approx(own * 0.98 / 1000)


def test_a_template_of_another_ending_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "template.ods"
    assert CliRunner().invoke(app, ["template", str(file)]).exit_code == 2
    assert not file.exists()
