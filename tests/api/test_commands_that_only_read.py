"""Commands that only read make no database, and need no keys."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.commands.language import Language
from api.demo.instance import environment_of
from labels.locale import LANGUAGES, translator
from tests.support.instance import Instance

READING = (
    ("search", "steel"),
    ("list",),
    ("show", "steel-eaf-cn"),
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


def test_a_register_that_is_not_there_is_verified_in_the_words_of_serve(tmp_path: Path) -> None:
    environment = {"TANBIAO_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "400"}
    said = [
        CliRunner().invoke(app, command, env=environment)
        for command in (["register", "verify"], ["serve"])
    ]
    assert [done.exit_code for done in said] == [1, 1]
    assert "[schema-missing]" in said[0].output
    assert said[0].output == said[1].output


def test_the_inventory_is_searched_where_the_keys_are_of_another_address(
    sqlite_instance: Instance,
) -> None:
    environment = environment_of(sqlite_instance.settings)
    environment["TANBIAO_PUBLIC_BASE_URL"] = "https://elsewhere.example"
    done = run(("search", "steel"), environment)
    assert (done.exit_code, "key-not-of-issuer" in done.output) == (0, False)
    assert "steel" in done.stdout


def test_every_language_of_the_catalogue_can_be_asked_for() -> None:
    assert tuple(Language) == LANGUAGES


@pytest.mark.parametrize(
    "command",
    [
        ("inventory", "search", "steel"),
        ("inventory", "show", "steel-eaf-cn"),
        ("inventory", "match", "steel"),
        ("inventory", "import", "none.csv"),
        ("footprint", "calculate", __file__),
        ("label", "verify", "none.json", "--trust-list", __file__),
    ],
)
def test_a_language_that_nobody_speaks_here_is_refused_before_anything_is_done(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    folder = tmp_path / "data"
    environment = {"TANBIAO_DATA_DIR": str(folder), "COLUMNS": "400"}
    done = CliRunner().invoke(app, [*command, "--lang", "zh-CN"], env=environment)
    assert done.exit_code == 2
    assert "zh-CN" in done.stderr
    assert all(language in done.stderr for language in LANGUAGES)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Aluminium"), ("zh-Hans", "铝"), ("zh-Hant", "鋁")]
)
def test_a_search_is_answered_in_the_readers_language(
    sqlite_instance: Instance, language: str, name: str
) -> None:
    environment = environment_of(sqlite_instance.settings)
    lines = run(("search", "aluminium ingot", "--lang", language), environment).stdout.splitlines()
    assert lines
    assert any(name.casefold() in line.split("\t")[3].casefold() for line in lines)


def test_a_search_is_answered_as_json_like_the_api(sqlite_instance: Instance) -> None:
    environment = environment_of(sqlite_instance.settings)
    done = run(("search", "aluminium ingot", "--json", "--limit", "3"), environment)
    assert done.exit_code == 0
    assert json.loads(done.stdout) == sqlite_instance.get("/v1/datasets?q=aluminium ingot&limit=3")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_without_a_hit_says_so_and_fails(sqlite_instance: Instance, language: str) -> None:
    environment = {**environment_of(sqlite_instance.settings), "COLUMNS": "400"}
    done = run(("search", "unobtainium", "--lang", language), environment)
    said = translator(language).text("datasets.none_found", text="unobtainium")
    assert (done.exit_code, done.stdout.strip()) == (1, said)
    assert "unobtainium" in said
    as_json = run(("search", "unobtainium", "--json"), environment)
    assert (as_json.exit_code, json.loads(as_json.stdout)) == (1, [])


@pytest.mark.parametrize(
    "command",
    [
        ("inventory", "search", "steel"),
        ("inventory", "show", "steel-eaf-cn"),
        ("inventory", "match", "steel"),
        ("inventory", "diff", "rel_none", "rel_none"),
        ("inventory", "import", __file__),
        ("db", "current"),
        ("doctor",),
        ("register", "verify"),
    ],
)
def test_a_command_closes_its_connections_when_it_is_done(
    sqlite_instance: Instance, command: tuple[str, ...]
) -> None:
    def opened() -> int:
        """File descriptors of the database, its log and its locks."""
        descriptors = Path("/proc/self/fd").iterdir()
        return sum("tanbiao.db" in str(descriptor.resolve()) for descriptor in descriptors)

    environment = environment_of(sqlite_instance.settings)
    sqlite_instance.context.engine.dispose()  # SQLite closes a file when nobody has it locked
    gc.collect()
    gc.disable()  # else what was left open might be collected and look closed
    try:
        assert opened() == 0
        done = CliRunner().invoke(app, command, env=environment)
        assert opened() == 0, done.output
    finally:
        gc.enable()
