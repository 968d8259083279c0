"""Each further item of clause 7 is answered from the study, or said not to be stated."""

from __future__ import annotations

from typing import Any

import pytest

from labels.locale import LANGUAGES, translator
from labels.render.report_further import further_rows
from labels.render.report_twin import Twin
from tests.support.described_studies import a_described_study, a_whole_declaration


def rows_of(change: Any = None, language: str = "en") -> dict[str, str]:
    twin = Twin.parse(a_described_study(change))
    return dict(further_rows(twin, translator(language)))


def test_what_a_study_states_is_drawn_from_it() -> None:
    def change(body: dict[str, Any]) -> None:
        body["result"] |= a_whole_declaration()

    said = rows_of(change)
    scope = said["Modified scope, with justification"]
    assert "Distribution" in scope
    assert "why not distribution" in scope
    assert "Raw material" not in scope
    assert said["Impact of alternative scenarios"] == (
        "The alternatives stored with the study are other choices of dataset. Calculated: 1, with "
        "totals from 98.6 to 98.6 kg CO₂e (5.2). No other scenario is stored."
    )
    assert said["Representativeness of the period"] == (
        "Days in the period: 365. The datasets are of the years 2024 to 2024. "
        "How representative the period is: not stated in this study."
    )
    rest = translator("en").text("rest_mix.consumption-mix")
    assert said["Grid constraints of electricity"] == (
        f"What no instrument covers: {rest}. "
        "Constraints of the grid itself: not stated in this study."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_study_does_not_state_is_said_not_to_be(language: str) -> None:
    def change(body: dict[str, Any]) -> None:
        body["result"]["sensitivities"] = []
        for stage in body["result"]["stages"]:
            stage["inclusion"] = "included"

    reader = translator(language)
    said = rows_of(change, language)
    silent = {name for name, answer in said.items() if answer == reader.text("report.not_stated")}
    assert silent == {
        reader.text(f"report.{name}")
        for name in (
            "modified_scope",
            "alternatives",
            "product_rules",
            "supplementary",
            "tracking",
            "grid_limits",
        )
    }
    assert len(said) == len(silent) + 1


def test_a_stage_left_out_without_a_reason_says_that_none_was_given() -> None:
    def change(body: dict[str, Any]) -> None:
        for stage in body["result"]["stages"]:
            stage["reason"] = ""

    words = translator("en").text("report.no_reason")
    assert words in rows_of(change)["Modified scope, with justification"]
