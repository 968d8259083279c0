"""``tanbiao inventory check`` and ``stats``: what they print, and when they say no."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.demo.instance import environment_of
from lca_db.inventory import reference_files
from tests.support.import_files import an_import_of
from tests.support.instance import Instance

COMMAND = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped inventory that a test may spoil."""
    with resources.as_file(resources.files("lca_db.inventory.reference")) as shipped:
        shutil.copytree(shipped, tmp_path / "inventory")
    return tmp_path / "inventory"


def spoil(folder: Path, file_name: str, before: str, after: str) -> None:
    file = folder / "datasets" / file_name
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_the_shipped_inventory_passes_and_every_warning_names_its_cure() -> None:
    run = COMMAND.invoke(app, ["inventory", "check"])
    assert run.exit_code == 0, run.output
    assert "0 blocking" in run.stdout
    assert "warning /steel-eaf-cn: " in run.stdout
    assert "explained: " in run.stdout
    assert "explained_findings.csv" in run.stdout


def test_the_report_as_json_counts_what_was_examined() -> None:
    run = COMMAND.invoke(app, ["inventory", "check", "--json"])
    body = json.loads(run.stdout)
    assert body["counts"]["blocking"] == 0
    assert body["examined"]["datasets"] > 100
    assert {f["severity"] for f in body["findings"]} == {"warning"}


def test_a_planted_defect_in_a_folder_is_named_and_the_status_is_one(folder: Path) -> None:
    spoil(folder, "fuels.yaml", 'amount: "0.089001"', 'amount: "0.89001"')
    run = COMMAND.invoke(app, ["inventory", "check", str(folder)])
    assert run.exit_code == 1
    assert "blocking /coal-burned-cn: " in run.stdout
    assert "[combustion-carbon-differs]" in run.stdout


def test_a_link_to_nothing_is_a_finding_and_no_crash(folder: Path) -> None:
    spoil(folder, "copper.yaml", "dataset: electricity-grid-cn-2024", "dataset: electricity-moon")
    run = COMMAND.invoke(app, ["inventory", "check", "--json", str(folder)])
    assert run.exit_code == 1
    (finding,) = json.loads(run.stdout)["findings"]
    assert (finding["code"], finding["severity"]) == ("provider-missing", "blocking")


def test_statistics_count_every_dataset_in_each_division() -> None:
    run = COMMAND.invoke(app, ["inventory", "stats", "--json"])
    counts = json.loads(run.stdout)
    assert counts["without_source"] == 0
    assert 0 < counts["unit_processes"] < counts["datasets"]
    assert 300 < counts["distinct_products"] < counts["datasets"]
    for division in ("by_industry", "by_review_status", "by_confidence", "by_location"):
        assert sum(counts[division].values()) == counts["datasets"], division


def test_statistics_are_readable_without_json() -> None:
    run = COMMAND.invoke(app, ["inventory", "stats"])
    assert "by_industry:" in run.stdout
    assert "  draft: " in run.stdout


def test_statistics_of_a_release_count_what_it_holds_and_not_the_shipped_files(
    sqlite_instance: Instance,
) -> None:
    environment = environment_of(sqlite_instance.settings)

    def counted(*arguments: str) -> dict[str, Any]:
        run = COMMAND.invoke(app, ["inventory", "stats", "--json", *arguments], env=environment)
        assert run.exit_code == 0, run.output
        counts: dict[str, Any] = json.loads(run.stdout)
        return counts

    shipped = counted()
    (first,) = sqlite_instance.get("/v1/releases")
    held = counted("--release", first["id"])
    assert 0 < held.pop("sources") <= shipped.pop("sources")
    assert held == {**shipped, "release_id": first["id"]}
    import_id = an_import_of(sqlite_instance)
    wanted = {"imports": [import_id], "note": "with the plant"}
    second = sqlite_instance.post("/v1/releases", "admin", wanted)
    counts = counted("--release", second["id"])
    assert counts["datasets"] == shipped["datasets"] + 2
    assert counts["snapshot_sha256"] == second["snapshot_sha256"]
    assert sum(counts["by_confidence"].values()) == counts["datasets"]
    api = sqlite_instance.get(f"/v1/releases/{second['id']}", "admin")
    assert api["statistics"] == {n: v for n, v in counts.items() if n != "release_id"}
    told = COMMAND.invoke(
        app, ["inventory", "stats", "--release", second["id"]], env=environment
    ).stdout
    assert f"release_id: {second['id']}" in told.splitlines()
    none = COMMAND.invoke(app, ["inventory", "stats", "--release", "rel_none"], env=environment)
    assert (none.exit_code, "[not-found]" in none.output) == (1, True)


@pytest.mark.parametrize("what", ["no folder", "no sources", "no datasets", "no text", "no table"])
def test_a_folder_that_is_no_inventory_is_refused_in_words(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "none" if what == "no folder" else tmp_path
    shipped = Path(reference_files.__file__).parent / "reference" / "sources.csv"
    if what == "no datasets":
        shutil.copy(shipped, folder)
    elif what == "no text":
        (folder / "sources.csv").write_bytes(b"\xff\xfe\xff")
    elif what == "no table":
        heading = shipped.read_text(encoding="utf-8").splitlines()[0]
        (folder / "sources.csv").write_text(f'{heading}\n"open', encoding="utf-8")
    run = COMMAND.invoke(app, ["inventory", "check", str(folder)])
    assert (run.exit_code, type(run.exception)) == (1, SystemExit)
    assert "This file of the inventory cannot be read" in run.output
    assert "reference-file-malformed" in run.output
