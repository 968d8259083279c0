"""``tanbiao inventory import``: whatever the file, a report; exit status 1 when nothing came in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from labels.locale import LANGUAGES, translator
from tests.support.import_files import NOTED, note_codes


def imported(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["inventory", "import", *arguments])


@pytest.fixture(autouse=True)
def no_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever lies in the folder the tests run in is left alone."""
    monkeypatch.setenv("TANBIAO_DATA_DIR", str(tmp_path / "nothing"))


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "note.spold"
    path.write_bytes(b"no inventory at all")
    return str(path)


def test_a_file_of_no_known_format_is_reported_as_json_and_fails(note: str) -> None:
    run = imported(note, "--json", "--prefix", "mine", "--no-map")
    assert run.exit_code == 1
    report = json.loads(run.stdout)
    assert report["refusal"]["code"] == "import-format-unexpected"
    assert report["file"]["name"] == "note.spold"
    assert report["options"]["prefix"] == "mine"
    assert report["options"]["uses_map"] is False


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "not in the format"),
        ("zh-Hans", "文件内容"),
        ("zh-Hant", "檔案內容"),
        ("pt", "formato"),
    ],
)
def test_the_refusal_is_said_in_the_readers_language(note: str, language: str, words: str) -> None:
    run = imported(note, "--lang", language)
    assert run.exit_code == 1
    assert words in run.stdout


@pytest.mark.parametrize("choice", [("--format", "excel-95"), ("--estimate", "kg")])
def test_a_choice_that_is_none_is_refused(note: str, choice: tuple[str, str]) -> None:
    run = imported(note, *choice)
    assert run.exit_code == 1
    assert "import-choice-unknown" in run.output


def test_estimates_may_be_given_one_by_one_and_none_is_lost(note: str) -> None:
    report = json.loads(
        imported(note, "--json", "--estimate", "kg=2,kWh=0.6", "--estimate", "m3=1").stdout
    )
    assert report["options"]["estimates"] == {"kWh": "0.6", "kg": "2", "m3": "1"}
    twice = imported(note, "--estimate", "kg=2", "--estimate", "kg=3")
    assert (twice.exit_code, "import-choice-unknown" in twice.output) == (1, True)


def test_nothing_is_written_when_nothing_came_in(note: str, tmp_path: Path) -> None:
    output = tmp_path / "snapshot.json"
    imported(note, "--output", str(output))
    assert not output.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_said_in_the_readers_language(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gas that only its number tells has a parameter called ``key``: it broke the sentence."""
    monkeypatch.setenv("COLUMNS", "400")
    path = tmp_path / "noted.csv"
    path.write_bytes(NOTED)
    found = json.loads(imported(str(path), "--json").stdout)["findings"]["shown"]
    assert {finding["code"] for finding in found} == note_codes()
    run = imported(str(path), "--lang", language)
    assert run.exit_code == 0, run.output
    for finding in found:
        said = translator(language).problem(finding["code"], finding["parameters"])
        assert "{" not in said
        assert said in run.stdout
