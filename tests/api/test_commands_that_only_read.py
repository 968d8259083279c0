"""Commands that only read make no database, and need no keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.demo.instance import environment_of
from tests.support.instance import Instance

READING = (
    ("search", "steel"),
    ("match", "steel"),
    ("diff", "a", "b"),
    ("export", "file.json"),
    ("release",),
)


def run(arguments: tuple[str, ...], environment: dict[str, str]) -> Result:
    return CliRunner().invoke(app, ["inventory", *arguments], env=environment)


@pytest.mark.parametrize("arguments", READING)
def test_without_an_instance_a_command_says_how_to_make_one_and_makes_nothing(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    folder = tmp_path / "data"
    done = run(arguments, {"TANBIAO_DATA_DIR": str(folder), "COLUMNS": "400"})
    assert done.exit_code == 1
    assert "[schema-missing]" in done.output
    assert "tanbiao init" in done.output
    assert not (folder / "tanbiao.db").exists()
    again = run(("import", str(tmp_path / "none.csv")), {"TANBIAO_DATA_DIR": str(folder)})
    assert "schema-missing" not in again.output


def test_the_inventory_is_searched_where_the_keys_are_of_another_address(
    sqlite_instance: Instance,
) -> None:
    environment = environment_of(sqlite_instance.settings)
    environment["TANBIAO_PUBLIC_BASE_URL"] = "https://elsewhere.example"
    done = run(("search", "steel"), environment)
    assert (done.exit_code, "key-not-of-issuer" in done.output) == (0, False)
    assert "steel" in done.stdout
