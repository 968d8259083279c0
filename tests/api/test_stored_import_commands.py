"""``tanbiao inventory import`` stores what came in; ``release --with`` freezes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.demo.instance import environment_of
from tests.support.import_files import LOOPING, PLANT
from tests.support.instance import Instance

ADMIN = "admin"


def run(instance: Instance, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["inventory", *arguments], env=environment_of(instance.settings))


@pytest.fixture
def plant(tmp_path: Path) -> str:
    path = tmp_path / "plant.csv"
    path.write_bytes(PLANT)
    return str(path)


def test_an_import_is_stored_released_and_named_by_its_release(
    instance: Instance, plant: str
) -> None:
    done = run(instance, "import", plant, "--prefix", "plant")
    assert done.exit_code == 0, done.output
    import_id = done.stdout.rpartition("stored: ")[2].strip()
    stored = instance.get(f"/v1/inventory-imports/{import_id}", ADMIN)
    assert (stored["imported_by"], stored["dataset_count"]) == (None, 2)
    assert stored["report"]["file"]["name"] == "plant.csv"
    assert instance.context.files.get(stored["file_sha256"]) == PLANT
    frozen = run(instance, "release", "--with", import_id, "--note", "with the plant")
    assert frozen.exit_code == 0, frozen.output
    release = instance.get("/v1/releases", ADMIN)[0]
    assert frozen.stdout.startswith(release["id"])
    assert release["note"] == "with the plant"
    again = instance.get(f"/v1/inventory-imports/{import_id}", ADMIN)
    assert again["releases"] == [release["id"]]
    found = [d["id"] for d in instance.get("/v1/datasets?q=plant-rod", ADMIN)]
    assert len(found) == 2, found
    assert instance.get("/v1/datasets?q=plant-rod") == [], "nobody said that it may be published"


def test_a_dry_run_stores_nothing(sqlite_instance: Instance, plant: str) -> None:
    done = run(sqlite_instance, "import", plant, "--dry-run")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "not stored")
    assert sqlite_instance.get("/v1/inventory-imports", ADMIN) == []


def test_json_names_the_stored_import_too(sqlite_instance: Instance, plant: str) -> None:
    body = json.loads(run(sqlite_instance, "import", plant, "--json").stdout)
    (stored,) = sqlite_instance.get("/v1/inventory-imports", ADMIN)
    assert body["import_id"] == stored["id"]


def test_a_file_that_brings_nothing_is_not_stored(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"%PDF-1.7")
    assert run(sqlite_instance, "import", str(path)).exit_code == 1
    assert sqlite_instance.get("/v1/inventory-imports", ADMIN) == []


def test_what_blocks_a_release_is_said_and_nothing_is_frozen(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    path = tmp_path / "looping.csv"
    path.write_bytes(LOOPING)
    import_id = json.loads(run(sqlite_instance, "import", str(path), "--json").stdout)["import_id"]
    refused = run(sqlite_instance, "release", "--with", import_id)
    assert (refused.exit_code, "loop-not-productive" in refused.output) == (1, True)
    assert len(sqlite_instance.get("/v1/releases")) == 1


def test_a_database_that_cannot_be_used_is_an_error_and_not_a_dry_run(
    tmp_path: Path, plant: str
) -> None:
    (tmp_path / "tanbiao.db").touch()
    done = CliRunner().invoke(
        app, ["inventory", "import", plant], env={"TANBIAO_DATA_DIR": str(tmp_path)}
    )
    assert (done.exit_code, "schema-missing" in done.output) == (1, True)
