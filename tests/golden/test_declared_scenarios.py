"""What stands in the inventory as a scenario, as green power or as a flight says so in every word.

* A derived mix of electricity is a draft, and its name says that it is derived.
* Power of one kind over the grid asks for a qualified instrument that was retired for the study.
* A flight is counted without radiative forcing, in its name and in its figure.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from footprint.inventory import Process, ReviewStatus
from labels.locale import LANGUAGES
from lca_db.inventory.reference_files import load_reference

SNAPSHOT, SOURCES = load_reference()
DERIVED = [p for p in SNAPSHOT.processes if p.id.endswith("-derived")]
GREEN = [p for p in SNAPSHOT.processes if "-delivered-" in p.id]
FLIGHTS = [p for p in SNAPSHOT.processes if any(e.key.is_aircraft for e in p.emissions)]
DERIVED_WORDS = {"zh-Hans": "推算", "zh-Hant": "推算", "en": "derived", "pt": "derivad"}
DRAFT_WORDS = {"zh-Hans": "草稿", "zh-Hant": "草稿", "en": "draft", "pt": "rascunho"}
SCENARIO_WORDS = {"zh-Hans": "情景", "zh-Hant": "情景", "en": "scenario", "pt": "cenário"}
FORCING_WORDS = {
    "zh-Hans": "不含辐射强迫",
    "zh-Hant": "不含輻射強迫",
    "en": "without radiative forcing",
    "pt": "sem forçamento radiativo",
}


def name_of(process: Process) -> Mapping[str, str]:
    name = process.content["name"]
    assert isinstance(name, dict)
    assert set(name) == set(LANGUAGES)
    return name


def named(process: Process, words: Mapping[str, str]) -> bool:
    name = name_of(process)
    return all(words[language] in name[language] for language in LANGUAGES)


def test_guangdong_hong_kong_and_macao_have_derived_mixes() -> None:
    assert {p.location for p in DERIVED} >= {"CN-GD", "HK", "MO"}


@pytest.mark.parametrize("process", DERIVED, ids=lambda p: p.id)
def test_a_derived_mix_is_a_draft_and_says_that_it_is_derived(process: Process) -> None:
    assert process.content["industry"] == "electricity"
    assert process.review_status is ReviewStatus.DRAFT
    assert named(process, DERIVED_WORDS)


@pytest.mark.parametrize(
    "process", [p for p in DERIVED if p.location in {"CN-GD", "HK", "MO"}], ids=lambda p: p.id
)
def test_a_mix_of_the_bay_is_named_a_scenario_and_a_draft(process: Process) -> None:
    assert named(process, SCENARIO_WORDS)
    assert named(process, DRAFT_WORDS)


def test_no_other_dataset_takes_over_the_mix_of_a_place_as_if_it_were_official() -> None:
    """Outside the mainland as a whole there is no grid average but the derived ones."""
    grids = {p.id for p in SNAPSHOT.processes if p.id.startswith("electricity-grid-")}
    assert grids == {"electricity-grid-cn-2023", "electricity-grid-cn-2024"}


@pytest.mark.parametrize("process", GREEN, ids=lambda p: p.id)
def test_green_power_asks_for_a_retired_instrument(process: Process) -> None:
    comment = str(process.content["comment"])
    assert comment.startswith("Only for power with a qualified instrument"), comment
    assert "retired for the site and period of the study" in comment


def test_every_kind_of_green_power_is_offered_over_the_grid_with_its_transmission() -> None:
    kinds = {p.id.split("-")[1] for p in GREEN}
    assert kinds == {"hydro", "wind", "pv", "nuclear", "csp", "biomass"}
    for process in GREEN:
        assert "electricity-transmission-cn-2024" in {i.provider for i in process.inputs}


@pytest.mark.parametrize("process", FLIGHTS, ids=lambda p: p.id)
def test_a_flight_is_named_and_counted_without_radiative_forcing(process: Process) -> None:
    assert named(process, FORCING_WORDS)
    assert "without radiative forcing" in str(process.content["technology"])


def test_no_figure_of_the_inventory_is_read_from_a_row_with_radiative_forcing() -> None:
    assert {p.id for p in FLIGHTS} == {"freight-air", "freight-air-regional"}
    used = {
        source
        for process in SNAPSHOT.processes
        for sources in (
            *(taken.sources for taken in process.inputs),
            *(emitted.sources for emitted in process.emissions),
        )
        for source in sources
    }
    rows = {source: SOURCES[source].table_or_row for source in used}
    flights = {s: r for s, r in rows.items() if "flight" in r.lower()}
    assert flights
    assert [s for s, row in rows.items() if "With RF" in row] == []
    assert [s for s, row in flights.items() if "Without RF" not in row] == []
