"""What the page of a dataset and of a release say in figures is what the inventory holds."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from footprint.inventory import Process
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.statistics import inventory_statistics
from tests.support.browsing import Browser, Element, Page, signed_in
from tests.support.instance import LFP, Instance
from tests.support.two_releases import HEAVIER, LEFT_OUT, RENAMED, freeze_second

MODULE = "pv-module-multi-cn"
SHOWN = {"m2": "m²", "m3": "m³"}
SCORED = ("Reliability", "Completeness", "Time", "Geography", "Technology")


@pytest.fixture
def browser(sqlite_instance: Instance) -> Browser:
    return signed_in(sqlite_instance, LFP.preparer)


def the_process(dataset: str) -> Process:
    shipped, _ = load_reference()
    return next(process for process in shipped.processes if process.id == dataset)


def rows(page: Page, caption: str) -> list[list[str]]:
    """The texts of the cells of the table with that caption."""
    for table in page.root.find_all("table"):
        if table.find_all("caption")[0].text.startswith(caption):
            found = table.find_all("tbody")[0].find_all("tr")
            return [[c.text for c in row.children if isinstance(c, Element)] for row in found]
    raise AssertionError(f"no table {caption}")


def number(text: str) -> Decimal:
    """The first number of a cell, thousands apart or not."""
    plain = text.replace("\N{MINUS SIGN}", "-").replace(",", "")
    found = re.search(r"-?[0-9.]+(?: ?× ?10(-?[0-9]+))?(?:[eE]-?[0-9]+)?", plain)
    assert found, text
    return Decimal(found[0])


def facts(page: Page) -> dict[str, str]:
    """Every term of the lists of facts with what it says."""
    return {
        pair.find_all("dt")[0].text: pair.find_all("dd")[0].text
        for listed in page.root.find_all("dl")
        for pair in listed.find_all("div")
        if pair.find_all("dt") and pair.find_all("dd")
    }


def test_every_input_stands_on_the_page_with_amount_spread_and_source(browser: Browser) -> None:
    page, process = browser.open(f"/datasets/{MODULE}"), the_process(MODULE)
    shown = rows(page, "Inputs for 1 ")
    assert len(shown) == len(process.inputs) > 10
    for cells, taken in zip(shown, process.inputs, strict=True):
        assert abs(number(cells[1]) / taken.amount - 1) < Decimal("1e-5"), cells
        assert SHOWN.get(taken.unit, taken.unit) == cells[1].split()[1]
        assert re.search(r"×÷ [1-2]\.\d\d$", cells[1]), "the spread that follows from the pedigree"
        assert cells[-1], "its source"
    anchors = {a.attributes["href"] for a in page.root.find_all("a") if a.attributes.get("href")}
    places = {f"#{li.attributes['id']}" for li in page.root.find_all("li") if "id" in li.attributes}
    assert {f"#source-{s}" for each in process.inputs for s in each.sources} <= anchors & places


def test_every_own_emission_stands_on_the_page_with_its_mass(browser: Browser) -> None:
    page, process = browser.open(f"/datasets/{HEAVIER}"), the_process(HEAVIER)
    shown = rows(page, "Emissions of the process itself for 1 MJ")
    assert [cells[0].split()[0] for cells in shown] == [e.key.substance for e in process.emissions]
    for cells, emitted in zip(shown, process.emissions, strict=True):
        assert abs(number(cells[2]) / emitted.amount_kg - 1) < Decimal("1e-5"), cells


def test_the_gases_of_a_dataset_add_up_to_its_footprint(
    sqlite_instance: Instance, browser: Browser
) -> None:
    page = browser.open(f"/datasets/{MODULE}")
    dataset = sqlite_instance.get(f"/v1/datasets/{MODULE}")
    total = Decimal(dataset["kg_co2e_per_unit"])
    shown = rows(page, "Greenhouse gases")
    assert {cells[0] for cells in shown} == {g["key"].split(":")[0] for g in dataset["gases"]}
    assert {"CO2", "CH4", "N2O"} <= {cells[0] for cells in shown}
    assert all(number(cells[2]) for cells in shown), "each with its mass"
    assert abs(sum(number(cells[3]) for cells in shown) / total - 1) < Decimal("1e-3")


def test_the_five_scores_of_the_pedigree_are_those_of_the_dataset(browser: Browser) -> None:
    scores = the_process(MODULE).content["pedigree"]
    assert isinstance(scores, dict)
    said = facts(browser.open(f"/datasets/{MODULE}"))
    assert {name: int(said[name]) for name in SCORED} == {
        name: scores[name.lower()] for name in SCORED
    }
    assert len(set(scores.values())) > 1, "scores that cannot stand in for one another"


def test_a_dataset_lists_what_became_of_it_in_each_release(sqlite_instance: Instance) -> None:
    freeze_second(sqlite_instance)
    browser = signed_in(sqlite_instance, LFP.preparer)
    caption = "The dataset in each inventory release"
    newer, older = rows(browser.open(f"/datasets/{HEAVIER}"), caption)
    assert newer[1].startswith("Content changed")
    assert newer[1].endswith("emissions")
    assert older[1:] == ["First", older[2], "–"]
    carbon = the_process(HEAVIER).emissions[0]
    assert carbon.key.substance == "CO2"
    moved_by = carbon.amount_kg / 10 / number(older[2])  # a thousandth of it, in per cent
    assert abs(number(newer[3].removeprefix("+")) - moved_by) <= Decimal("0.0051")
    assert number(newer[2]) >= number(older[2])
    renamed, _ = rows(browser.open(f"/datasets/{RENAMED}"), caption)
    assert renamed[1].startswith("Content changed")
    moved, _ = rows(browser.open(f"/datasets/{MODULE}"), caption)
    assert moved[1] == "Only its total moved"
    oldest = browser.open("/releases").root.find_all("select")[0].find_all("option")[-1]
    path = f"/datasets/{LEFT_OUT}?release={oldest.attributes['value']}"
    absent, _ = rows(browser.open(path), caption)
    assert absent[1:] == ["Not in this release", "–", "–"]


def test_a_release_counts_what_it_holds(sqlite_instance: Instance, browser: Browser) -> None:
    (release,) = sqlite_instance.get("/v1/releases")
    page = browser.open(f"/releases/{release['id']}")
    shipped, sources = load_reference()
    counts = inventory_statistics(shipped, sources, {})
    said = facts(page)
    for term, member in (
        ("Datasets", "datasets"),
        ("Unit processes among them", "unit_processes"),
        ("Datasets with a figure without source", "without_source"),
    ):
        assert int(said[term]) == counts[member], term
    for caption, member in (
        ("By industry", "by_industry"),
        ("By review status", "by_review_status"),
        ("By confidence", "by_confidence"),
        ("By place", "by_location"),
    ):
        by = counts[member]
        assert isinstance(by, dict)
        shown = [int(cells[1]) for cells in rows(page, caption)]
        assert shown == sorted(by.values(), reverse=True), caption
