"""``tanbiao inventory list``, ``search`` and ``show`` answer what ``GET /v1/datasets`` answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.demo.instance import environment_of
from api.workflows.freeze_release import freeze_release
from labels.locale import LANGUAGES, translator
from lca_db.inventory.reference_files import load_reference
from tests.api.test_release_commands import heavier
from tests.support.instance import Instance

GAS = "natural-gas-burned-cn"


def run(instance: Instance, *arguments: str) -> Result:
    environment = {**environment_of(instance.settings), "COLUMNS": "400"}
    return CliRunner().invoke(app, ["inventory", *arguments], env=environment)


def answered(instance: Instance, *arguments: str) -> Any:
    done = run(instance, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("options", "query"),
    [
        (("--industry", "aluminium"), "industry=aluminium"),
        (("--status", "official"), "review_status=official"),
        (("--kind", "aggregated"), "kind=aggregated"),
        (("--location", "HK"), "location=HK"),
        (("--year", "2024"), "year=2024"),
        (("--code", "7606"), "code=7606"),
        (("--industry", "steel", "--kind", "unit-process", "--limit", "3"),
         "industry=steel&kind=unit-process&limit=3"),
        (("--limit", "2", "--after", "alumina-cn"), "limit=2&after=alumina-cn"),
    ],
)  # fmt: skip
def test_each_filter_lists_what_the_api_lists(
    sqlite_instance: Instance, options: tuple[str, ...], query: str
) -> None:
    listed = answered(sqlite_instance, "list", *options)
    assert listed == sqlite_instance.get(f"/v1/datasets?{query}")
    assert 0 < len(listed) < sqlite_instance.get("/v1/releases")[0]["dataset_count"]


def test_a_search_is_narrowed_by_the_same_filters(sqlite_instance: Instance) -> None:
    wide = answered(sqlite_instance, "search", "steel", "--limit", "200")
    narrow = answered(sqlite_instance, "search", "steel", "--limit", "200", "--industry", "steel")
    asked = "/v1/datasets?q=steel&industry=steel&limit=200"
    assert narrow == sqlite_instance.get(asked)
    assert {each["industry"] for each in narrow} == {"steel"}
    assert len(narrow) < len(wide)


def test_a_page_names_where_the_next_one_begins(sqlite_instance: Instance) -> None:
    first = run(sqlite_instance, "list", "--industry", "water", "--limit", "4")
    assert "--after " in first.stderr
    after = first.stderr.strip().rpartition(" ")[2]
    second = run(sqlite_instance, "list", "--industry", "water", "--limit", "4", "--after", after)
    assert second.stderr == ""
    whole = run(sqlite_instance, "list", "--industry", "water")
    assert first.stdout + second.stdout == whole.stdout
    (told, *_) = sqlite_instance.get("/v1/datasets?industry=water&limit=1")
    assert whole.stdout.splitlines()[0].split("\t") == [
        *(told["id"], told["unit"], told["review_status"]),
        *(told["name"]["en"], told["location"], told["year"]),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_fits_nothing_is_said_and_the_status_is_one(
    sqlite_instance: Instance, language: str
) -> None:
    done = run(sqlite_instance, "list", "--location", "Atlantis", "--lang", language)
    said = translator(language).text("datasets.nothing_fits")
    assert (done.exit_code, done.stdout.strip()) == (1, said)


@pytest.mark.parametrize("option", [("--industry", "magic"), ("--code", "ab"), ("--status", "ok")])
def test_a_choice_that_is_none_is_refused(
    sqlite_instance: Instance, option: tuple[str, str]
) -> None:
    assert run(sqlite_instance, "list", *option).exit_code == 2


def test_a_dataset_is_shown_as_the_api_shows_it_with_tree_and_versions(
    sqlite_instance: Instance,
) -> None:
    address = "/v1/datasets/steel-eaf-cn"
    shown = answered(
        sqlite_instance, "show", "steel-eaf-cn", "--tree", "--cutoff", "0.05", "--depth", "2",
        "--versions",
    )  # fmt: skip
    tree, versions = shown.pop("supply_chain"), shown.pop("versions")
    whole = sqlite_instance.get(address)
    assert shown["findings"]
    assert shown == whole
    assert tree == sqlite_instance.get(f"{address}/supply-chain?cutoff=0.05&depth=2")
    assert versions == sqlite_instance.get(f"{address}/versions")


def test_an_older_release_is_listed_and_shown_by_its_id(sqlite_instance: Instance) -> None:
    first = sqlite_instance.get("/v1/releases")[0]["id"]
    shipped, _ = load_reference()
    newer = freeze_release(sqlite_instance.context, heavier(shipped, GAS), "heavier")
    now = answered(sqlite_instance, "show", GAS, "--versions")
    then = answered(sqlite_instance, "show", GAS, "--release", first)
    assert (now["release_id"], then["release_id"]) == (newer.id, first)
    assert float(now["kg_co2e_per_unit"]) > float(then["kg_co2e_per_unit"])
    assert [version["state"] for version in now["versions"]] == ["changed", "first"]
    listed = answered(sqlite_instance, "list", "--release", first, "--limit", "1")
    assert listed == sqlite_instance.get(f"/v1/datasets?release={first}&limit=1")
    told = run(sqlite_instance, "show", GAS, "--versions").stdout
    assert "Content changed (emissions)" in told


def test_a_person_reads_all_that_the_page_shows(sqlite_instance: Instance) -> None:
    told = run(sqlite_instance, "show", "aluminium-primary-cn", "--tree", "--versions")
    assert told.exit_code == 0, told.output
    whole = sqlite_instance.get("/v1/datasets/aluminium-primary-cn")
    for said in (
        whole["name"]["zh-Hans"], whole["name"]["pt"], "Place: ", "Year: ", "Pedigree",
        f"{whole['kg_co2e_per_unit']} kg CO2e/kg", "By gas:", "Supply chain:", "Versions:",
        f"HS {whole['codes']['HS'][0]}", "Comparison with published values:",
    ):  # fmt: skip
        assert said in told.stdout, said
    for item in whole["inputs"]:
        assert f"  {item['provider']}\t{item['amount']} {item['unit']}\t" in told.stdout
    for source in whole["sources"]:
        assert f"  {source['id']}: {source['document']}" in told.stdout
    for gas in whole["gases"][:2]:
        assert f"{gas['kg_co2e']} kg CO2e" in told.stdout
    assert "(100.0%" not in told.stdout
    assert "\t100.0%\t" in told.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_dataset_of_an_industry_is_shown_in_every_language(
    sqlite_instance: Instance, language: str
) -> None:
    for each in answered(sqlite_instance, "list", "--industry", "aluminium", "--limit", "6"):
        done = run(sqlite_instance, "show", each["id"], "--tree", "--versions", "--lang", language)
        assert done.exit_code == 0, done.output
        assert each["name"][language] in done.stdout
        assert "datasets." not in done.stdout
        assert translator(language).text("datasets.supply_chain") in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "electricity-moon"), "not-found"),
        (("show", "steel-eaf-cn", "--release", "rel_none"), "not-found"),
        (("show", "steel-eaf-cn", "--tree", "--depth", "21"), "supply-chain-limit"),
        (("list", "--release", "rel_none"), "not-found"),
    ],
)
def test_what_is_not_there_is_refused_in_words(
    sqlite_instance: Instance, arguments: tuple[str, ...], code: str
) -> None:
    done = run(sqlite_instance, *arguments)
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert f"[{code}]" in done.output
