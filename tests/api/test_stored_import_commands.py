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


def test_the_same_file_again_is_the_import_that_is_there(
    sqlite_instance: Instance, plant: str
) -> None:
    """So that it cannot clash with itself; other terms or another prefix make another import."""
    first = run(sqlite_instance, "import", plant).stdout.splitlines()[-1]
    again = run(sqlite_instance, "import", plant).stdout.splitlines()[-1]
    assert first.startswith("stored: ")
    assert again == f"already {first}"
    assert len(sqlite_instance.get("/v1/inventory-imports", ADMIN)) == 1
    for other in (("--licence", "ours"), ("--prefix", "other")):
        run(sqlite_instance, "import", plant, *other)
    assert len(sqlite_instance.get("/v1/inventory-imports", ADMIN)) == 3


def test_a_file_imported_under_two_terms_is_said_to_be_the_same_file(
    sqlite_instance: Instance, plant: str
) -> None:
    for terms in ((), ("--licence", "ours")):
        run(sqlite_instance, "import", plant, *terms)
    stored = [each["id"] for each in sqlite_instance.get("/v1/inventory-imports", ADMIN)]
    refused = run(sqlite_instance, "release", *(a for i in stored for a in ("--with", i)))
    assert refused.exit_code == 1
    assert refused.stderr.count("[import-same-file]") == 1
    assert "import-ids-clash" not in refused.stderr
    assert all(each in refused.stderr for each in (*stored, "plant.csv"))


def test_a_release_leaves_no_import_out_in_silence(sqlite_instance: Instance, plant: str) -> None:
    import_id = json.loads(run(sqlite_instance, "import", plant, "--json").stdout)["import_id"]
    assert run(sqlite_instance, "release", "--with", import_id).exit_code == 0
    refused = run(sqlite_instance, "release", "--note", "news")
    assert refused.exit_code == 1
    assert f"{import_id} (plant.csv)" in refused.stderr
    assert "[release-drops-imports]" in refused.stderr
    assert len(sqlite_instance.get("/v1/releases", ADMIN)) == 2
    both = run(sqlite_instance, "release", "--with", import_id, "--without-imports")
    assert both.exit_code == 2
    kept = run(sqlite_instance, "release", "--with", import_id)
    assert (kept.exit_code, "left out" in kept.stdout) == (0, False)
    again = CliRunner().invoke(app, ["init"], env=environment_of(sqlite_instance.settings))
    assert len(sqlite_instance.get("/v1/releases", ADMIN)) == 2, again.output
    dropped = run(sqlite_instance, "release", "--without-imports")
    assert dropped.exit_code == 0, dropped.output
    assert dropped.stdout.splitlines()[-1] == f"left out: {import_id} (plant.csv)"
    assert run(sqlite_instance, "release").exit_code == 0, "nothing is left to be left out"


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
