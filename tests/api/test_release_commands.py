"""``tanbiao inventory diff`` and ``export`` on a real instance."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from typer.testing import CliRunner

from api.cli import app
from api.demo.instance import environment_of
from api.workflows.compare_releases import compare_releases
from api.workflows.freeze_release import freeze_release
from footprint.inventory import Emission, InventorySnapshot
from labels.credential.document import sha256_hex
from lca_db.inventory.reference_files import load_reference
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.two_releases import HEAVIER, LEFT_OUT, RENAMED, freeze_second

COMMAND = CliRunner()
LINKED = "aluminium-extrusion-cn"


def without(snapshot: InventorySnapshot, dataset: str) -> InventorySnapshot:
    """The snapshot without a dataset and without those that link to it, however far."""
    gone = {dataset}
    while True:
        more = {
            p.id
            for p in snapshot.processes
            if p.id not in gone
            and (gone & {i.provider for i in p.inputs} or gone & set(p.alternatives))
        }
        if not more:
            break
        gone |= more
    return InventorySnapshot.of(p for p in snapshot.processes if p.id not in gone)


def heavier(snapshot: InventorySnapshot, dataset: str) -> InventorySnapshot:
    """The snapshot with a little more of one gas of a dataset: too little for the gates."""
    changed = []
    for process in snapshot.processes:
        if process.id == dataset:
            first, *rest = process.emissions
            more = Emission(key=first.key, amount_kg=first.amount_kg * Decimal("1.001"))
            changed.append(replace(process, emissions=(more, *rest)))
        else:
            changed.append(process)
    return InventorySnapshot.of(changed)


def test_a_diff_names_the_datasets_and_the_products_that_would_move(instance: Instance) -> None:
    study = instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file())
    shipped, _ = load_reference()
    first = instance.get("/v1/releases", ALUMINIUM.preparer)[0]["id"]
    second = freeze_release(instance.context, heavier(shipped, "natural-gas-burned-cn"), "heavier")
    changes, moves = compare_releases(instance.context, first, second.id)
    by_id = {change.dataset_id: change for change in changes}
    assert by_id["natural-gas-burned-cn"].members == ("emissions",)
    assert any(change.kind.value == "moved" for change in changes)
    assert [move.study_id for move in moves] == [study["id"]]
    (move,) = moves
    assert move.before == pytest.approx(float(study["result"]["total_kg_co2e"]))
    assert move.after is not None
    assert move.after > float(study["result"]["total_kg_co2e"])
    assert compare_releases(instance.context, first, first) == ((), ())


def test_a_bill_the_newer_release_cannot_calculate_is_told_with_the_reason(
    sqlite_instance: Instance,
) -> None:
    bill = a_bom_file()
    named = next(line["dataset"] for line in bill["lines"] if line.get("dataset"))
    sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    shipped, _ = load_reference()
    first = sqlite_instance.get("/v1/releases", ALUMINIUM.preparer)[0]["id"]
    second = freeze_release(sqlite_instance.context, without(shipped, named), "without")
    changes, moves = compare_releases(sqlite_instance.context, first, second.id)
    assert named in {c.dataset_id for c in changes if c.kind.value == "removed"}
    (move,) = moves
    assert (move.after, move.reason) == (None, "dataset-unknown")


def test_a_stored_bill_that_is_refused_today_does_not_end_the_comparison(
    sqlite_instance: Instance,
) -> None:
    """Kept from before its GTIN was checked; the products behind it are compared all the same."""
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file())
    other = a_bom_file()
    other["product"] |= {"model": "another"}
    refused = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, other)
    other["product"] |= {"gtin": "06901234567890"}
    keep_as_newest_bill(sqlite_instance, refused["id"], json.dumps(other).encode())
    shipped, _ = load_reference()
    first = sqlite_instance.get("/v1/releases", ALUMINIUM.preparer)[0]["id"]
    heavy = heavier(shipped, "natural-gas-burned-cn")
    second = freeze_release(sqlite_instance.context, heavy, "heavier")
    _, moves = compare_releases(sqlite_instance.context, first, second.id)
    by_product = {move.product_id: move for move in moves}
    assert by_product[study["product_id"]].after is not None
    told = by_product[refused["product_id"]]
    assert (told.before, told.after, told.reason) == (None, None, "gtin-check-digit")


def keep_as_newest_bill(instance: Instance, study_id: str, content: bytes) -> None:
    """A later study of the same product with this bill, as older code had stored it."""
    sha256 = sha256_hex(content)
    bill = (
        "INSERT INTO bom SELECT organisation_id, :sha256, :content, submitted_at FROM bom"
        " WHERE sha256 = (SELECT bom_sha256 FROM study WHERE id = :id)"
    )
    columns = [c["name"] for c in inspect(instance.context.engine).get_columns("study")]
    changed = {"id": ":newest", "version": "version + 1", "bom_sha256": ":sha256"}
    values = ", ".join(changed.get(name, name) for name in columns)
    study = f"INSERT INTO study ({', '.join(columns)}) SELECT {values} FROM study WHERE id = :id"
    named = {"sha256": sha256, "content": content, "id": study_id, "newest": study_id + "z"}
    with instance.context.engine.begin() as connection:
        connection.execute(text(bill), named)
        connection.execute(text(study), named)


def test_the_commands_write_and_compare(
    sqlite_instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(sqlite_instance.settings).items():
        monkeypatch.setenv(name, value)
    release = sqlite_instance.get("/v1/releases", ALUMINIUM.preparer)[0]["id"]
    same = COMMAND.invoke(app, ["inventory", "diff", release, release, "--json"])
    assert json.loads(same.stdout) == {"datasets": [], "products": []}
    target = tmp_path / "release.json"
    written = COMMAND.invoke(app, ["inventory", "export", str(target)])
    assert written.exit_code == 0, written.output
    shipped, _ = load_reference()
    assert target.read_bytes() == shipped.canonical_bytes()
    again = COMMAND.invoke(app, ["inventory", "export", str(target)])
    assert again.exit_code == 2
    package = tmp_path / "release.zip"
    made = COMMAND.invoke(app, ["inventory", "export", str(package), "--format", "datapackage"])
    assert made.exit_code == 0, made.output
    assert package.stat().st_size > 1000
    unknown = COMMAND.invoke(app, ["inventory", "diff", release, "rel_none"])
    assert unknown.exit_code == 1
    assert "Traceback" not in unknown.output


def test_the_diff_prints_what_changed_and_which_products_would_move(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(sqlite_instance.settings).items():
        monkeypatch.setenv(name, value)
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file())
    ids = freeze_second(sqlite_instance)
    changes, moves = compare_releases(sqlite_instance.context, ids.first, ids.second)
    told = COMMAND.invoke(app, ["inventory", "diff", ids.first, ids.second, "--json"])
    body = json.loads(told.stdout)
    kinds = {each["dataset"]: (each["change"], tuple(each["members"])) for each in body["datasets"]}
    assert kinds[HEAVIER] == ("changed", ("emissions",))
    assert kinds[RENAMED] == ("changed", ("content",))
    assert kinds[LEFT_OUT][0] == "removed"
    assert len(kinds) == len(body["datasets"]) == len(changes)
    assert [each["study"] for each in body["products"]] == [study["id"]]
    shown = COMMAND.invoke(app, ["inventory", "diff", ids.first, ids.second])
    lines = shown.stdout.splitlines()
    assert sum(line.startswith(f"changed  {HEAVIER} (emissions): ") for line in lines) == 1
    (gone,) = (line for line in lines if line.startswith(f"removed  {LEFT_OUT}: "))
    assert " -> - kgCO2e/" in gone
    (product,) = (line for line in lines if line.startswith("product  "))
    assert study["id"] in product
    assert lines[-1] == f"{len(changes)} datasets and {len(moves)} products differ"


def test_workbook_sources_and_archive_are_written_as_the_api_gives_them_out(
    sqlite_instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(sqlite_instance.settings).items():
        monkeypatch.setenv(name, value)
    (release,) = sqlite_instance.get("/v1/releases")
    for form in ("xlsx", "sources", "brightway-archive"):
        target = tmp_path / form
        made = COMMAND.invoke(app, ["inventory", "export", str(target), "--format", form])
        assert made.exit_code == 0, made.output
        address = f"/v1/releases/{release['id']}/export?format={form}"
        assert target.read_bytes() == sqlite_instance.send("GET", address).content, form


@pytest.mark.parametrize("form", ["json", "jsonld", "csv"])
def test_what_the_command_writes_it_reads_back(
    form: str, sqlite_instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(sqlite_instance.settings).items():
        monkeypatch.setenv(name, value)
    target, back = tmp_path / "file", tmp_path / "back.json"
    made = COMMAND.invoke(app, ["inventory", "export", str(target), "--format", form])
    assert made.exit_code == 0, made.output
    read = COMMAND.invoke(
        app, ["inventory", "restore", str(target), "--output", str(back), "--json"]
    )
    assert read.exit_code == 0, read.output
    shipped, _ = load_reference()
    assert json.loads(read.stdout)["snapshot_sha256"] == shipped.sha256()
    assert back.read_bytes() == shipped.canonical_bytes()
    again = COMMAND.invoke(app, ["inventory", "restore", str(target), "--output", str(back)])
    assert again.exit_code == 2
    foreign = tmp_path / "template.csv"
    COMMAND.invoke(app, ["inventory", "template", str(foreign)])
    refused = COMMAND.invoke(
        app, ["inventory", "restore", str(foreign), "--output", str(tmp_path / "none.json")]
    )
    assert refused.exit_code == 1
    assert "[export-part-missing]" in refused.stderr


def test_a_brightway_project_goes_out_and_back_with_nothing_else_on_standard_output(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        **environment_of(sqlite_instance.settings),
        "BRIGHTWAY2_DIR": str(tmp_path / "brightway"),
    }
    command = [sys.executable, "-m", "api.cli", "inventory"]
    target = tmp_path / "back.json"

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    (tmp_path / "brightway").mkdir()
    (written,) = run("export", "own", "--format", "brightway").splitlines()
    assert "own/tanbiao, method Tanbiao / tanbiao / gbt24067-2024" in written
    read = run("restore", "own", "--database", "tanbiao", "--output", str(target), "--json")
    shipped, _ = load_reference()
    assert json.loads(read)["snapshot_sha256"] == shipped.sha256()
    assert target.read_bytes() == shipped.canonical_bytes()
