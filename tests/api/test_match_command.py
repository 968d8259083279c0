"""``tanbiao inventory match`` on a real instance: what it prints, and when it says no."""

from __future__ import annotations

import json

from typer.testing import CliRunner, Result

from api.cli import app
from api.demo.instance import environment_of
from tests.support.instance import Instance

COMMAND = CliRunner()


def match(instance: Instance, *arguments: str) -> Result:
    return COMMAND.invoke(
        app, ["inventory", "match", *arguments], env=environment_of(instance.settings)
    )


def test_a_line_is_matched_with_reasons_in_words(sqlite_instance: Instance) -> None:
    run = match(sqlite_instance, "SUS 304 BA 0.5*1219", "--unit", "kg")
    assert run.exit_code == 0, run.output
    first, second, *_ = run.stdout.splitlines()
    assert "stainless-steel-cn" in first
    assert first.split()[0].endswith("%")
    assert "stands in the text" in second or "trade word" in second.lower()


def test_reasons_are_said_in_the_language_asked_for(sqlite_instance: Instance) -> None:
    run = match(sqlite_instance, "不鏽鋼 304", "--lang", "zh-Hant")
    assert "文字中有名稱" in run.stdout


def test_as_json_it_is_what_the_api_answers(sqlite_instance: Instance) -> None:
    run = match(sqlite_instance, "市电", "--unit", "kWh", "--json", "--limit", "1")
    found = json.loads(run.stdout)
    assert [s["dataset_id"] for s in found["suggestions"]] == ["electricity-grid-cn-2024"]
    assert found["fits"] is True


def test_nothing_fits_is_said_and_is_a_failure(sqlite_instance: Instance) -> None:
    run = match(sqlite_instance, "玩具公仔", "--unit", "piece")
    assert run.exit_code == 1
    assert "No dataset fits" in run.stdout


def test_an_unknown_unit_is_refused(sqlite_instance: Instance) -> None:
    run = match(sqlite_instance, "市电", "--unit", "箩")
    assert run.exit_code == 1
    assert "箩" in run.output
