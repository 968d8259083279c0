"""/v1/datasets and /v1/releases: filters, pages, supply chain, versions, findings, differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from labels.locale import LANGUAGES
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.two_releases import HEAVIER, LEFT_OUT, RENAMED, TwoReleases, freeze_second

NOWHERE = "rel_" + "0" * 26


@pytest.fixture
def releases(sqlite_instance: Instance) -> TwoReleases:
    return freeze_second(sqlite_instance)


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from nodes(child)


def every_id(instance: Instance, query: str) -> list[str]:
    """All pages of a list, by the links it gives."""
    path, found = f"/v1/datasets?{query}", []
    while path:
        answer = instance.send("GET", path)
        assert answer.status_code == 200, answer.text
        found += [item["id"] for item in answer.json()]
        path = answer.headers.get("link", "").partition("<")[2].partition(">")[0]
    return found


def test_a_list_goes_on_where_its_link_leads(sqlite_instance: Instance) -> None:
    whole = every_id(sqlite_instance, "limit=200")
    assert whole == sorted(whole)
    assert len(whole) == sqlite_instance.get("/v1/releases")[0]["dataset_count"]
    found = every_id(sqlite_instance, "q=steel&limit=7")
    assert len(found) == len(set(found)) > 14
    assert found == every_id(sqlite_instance, "q=steel&limit=200")


def test_filters_narrow_a_list_together(sqlite_instance: Instance) -> None:
    query = "industry=aluminium&review_status=reviewed&location=CN&kind=unit-process&code=7606"
    found = sqlite_instance.get(f"/v1/datasets?{query}")
    assert found
    for item in found:
        assert (item["industry"], item["review_status"]) == ("aluminium", "reviewed")
        assert any(code.startswith("7606") for code in item["codes"]["HS"])
    assert sqlite_instance.get("/v1/datasets?industry=aluminium&location=GR") != found
    for bad in ("kind=both", "review_status=good", "code=x", "industry=A%20B", "after=%20"):
        problem = sqlite_instance.get(f"/v1/datasets?{bad}", status=422)
        assert problem["code"] == "request-malformed", bad


def test_a_dataset_says_everything_about_itself(sqlite_instance: Instance) -> None:
    found = sqlite_instance.get("/v1/datasets/aluminium-sheet-primary-cn")
    assert found["name"].keys() == {"zh-Hans", "zh-Hant", "en", "pt"}
    assert "5052" in found["synonyms"]
    assert found["codes"] == {"HS": ["7606.11", "7606.12"], "CPC": ["41534"]}
    assert found["pedigree"]["completeness"] == 4
    assert found["inputs"][0]["name"]["en"]
    sources = {source["id"] for source in found["sources"]}
    assert {name for each in found["inputs"] for name in each["sources"]} == sources
    total = sum(float(gas["kg_co2e"]) for gas in found["gases"])
    assert float(found["kg_co2e_per_unit"]) == pytest.approx(total, rel=1e-4)


def test_findings_and_verdicts_of_a_dataset_are_told_in_the_readers_language(
    sqlite_instance: Instance,
) -> None:
    release = sqlite_instance.get("/v1/releases")[0]["id"]
    warned = sqlite_instance.get(f"/v1/releases/{release}/findings?severity=warning")[0]
    said = set()
    for language in LANGUAGES:
        answer = sqlite_instance.send(
            "GET", f"/v1/datasets/{warned['dataset']}", headers={"Accept-Language": language}
        )
        mine = [f for f in answer.json()["findings"] if f["code"] == warned["code"]]
        said.add(mine[0]["detail"])
        assert "{" not in mine[0]["detail"]
    assert len(said) >= 3
    compared = sqlite_instance.get("/v1/datasets/aluminium-primary-cn")["comparisons"]
    assert {each["verdict"] for each in compared} == {"ok"}
    told = {"what", "verdict", "checked_on", "excuse", "not_comparable"}
    assert all(each.keys() == told for each in compared)


def test_the_supply_chain_sums_to_the_dataset_at_every_node(sqlite_instance: Instance) -> None:
    path = "/v1/datasets/pv-module-multi-cn"
    whole = sqlite_instance.get(path)
    chain = sqlite_instance.get(f"{path}/supply-chain?cutoff=0.005&depth=6")["root"]
    assert chain["kg_co2e"] == whole["kg_co2e_per_unit"]
    shown = list(nodes(chain))
    assert len(shown) > 10
    for node in shown:
        parts = [node["direct_kg_co2e"], node["rest_kg_co2e"]]
        parts += [child["kg_co2e"] for child in node["children"]]
        scale = sum(abs(float(part)) for part in parts)
        assert sum(map(float, parts)) == pytest.approx(float(node["kg_co2e"]), abs=1e-5 * scale)
        assert node["name"]
    coarse = sqlite_instance.get(f"{path}/supply-chain?cutoff=0.2")["root"]
    assert 1 < len(list(nodes(coarse))) < len(shown)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cutoff=1.5", "supply-chain-limit"),
        ("depth=21", "supply-chain-limit"),
        ("cutoff=-1", "request-malformed"),
        ("cutoff=nan", "request-malformed"),
        ("cutoff=1e-3", "request-malformed"),
        ("depth=x", "request-malformed"),
        ("release=rel_1", "request-malformed"),
    ],
)
def test_limits_out_of_range_are_told_in_four_languages(
    sqlite_instance: Instance, query: str, code: str
) -> None:
    titles = set()
    for language in LANGUAGES:
        answer = sqlite_instance.send(
            "GET",
            f"/v1/datasets/aluminium-primary-cn/supply-chain?{query}",
            headers={"Accept-Language": language},
        )
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.headers["content-language"] == language
        titles.add(answer.json()["title"])
    assert len(titles) == len(LANGUAGES)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/datasets/no-such-dataset",
        "/v1/datasets/no-such-dataset/supply-chain",
        "/v1/datasets/no-such-dataset/versions",
        f"/v1/datasets/aluminium-primary-cn?release={NOWHERE}",
        f"/v1/datasets/aluminium-primary-cn/supply-chain?release={NOWHERE}",
        f"/v1/datasets?release={NOWHERE}",
        "/v1/datasets?after=no-such-dataset",
        f"/v1/releases/{NOWHERE}",
        f"/v1/releases/{NOWHERE}/findings",
        f"/v1/releases/{NOWHERE}/diff/{NOWHERE}",
    ],
)
def test_what_is_not_there_is_a_problem_in_four_languages(
    sqlite_instance: Instance, path: str
) -> None:
    titles = set()
    for language in LANGUAGES:
        answer = sqlite_instance.send("GET", path, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        titles.add(answer.json()["title"])
    assert len(titles) == len(LANGUAGES)


def test_versions_tell_what_changed_and_what_only_moved(
    sqlite_instance: Instance, releases: TwoReleases
) -> None:
    def versions(dataset: str) -> list[tuple[str, str, list[str]]]:
        found = sqlite_instance.get(f"/v1/datasets/{dataset}/versions")
        return [(v["release_id"], v["state"], v["members"]) for v in found]

    first, second = releases.first, releases.second
    assert versions(HEAVIER) == [(second, "changed", ["emissions"]), (first, "first", [])]
    assert versions(RENAMED) == [(second, "changed", ["content"]), (first, "first", [])]
    assert versions(LEFT_OUT) == [(second, "absent", []), (first, "first", [])]
    assert versions("aluminium-profile-secondary-cn") == [
        (second, "moved", []),
        (first, "first", []),
    ]
    (now, _) = sqlite_instance.get(f"/v1/datasets/{HEAVIER}/versions")
    assert 0 < float(now["relative_change"]) < 0.0011


def test_an_older_release_is_read_by_its_id(
    sqlite_instance: Instance, releases: TwoReleases
) -> None:
    sqlite_instance.get(f"/v1/datasets/{LEFT_OUT}", status=404)
    old = sqlite_instance.get(f"/v1/datasets/{LEFT_OUT}?release={releases.first}")
    assert (old["release_id"], old["is_current"]) == (releases.first, False)
    path = f"/v1/datasets/{HEAVIER}"
    new, before = sqlite_instance.get(path), sqlite_instance.get(f"{path}?release={releases.first}")
    assert float(new["kg_co2e_per_unit"]) > float(before["kg_co2e_per_unit"])
    chain = sqlite_instance.get(f"{path}/supply-chain?release={releases.first}")["root"]
    assert chain["kg_co2e"] == before["kg_co2e_per_unit"]
    assert LEFT_OUT in every_id(sqlite_instance, f"release={releases.first}&q=CIS")


def test_a_release_tells_its_counts_findings_and_documents(sqlite_instance: Instance) -> None:
    (release,) = sqlite_instance.get("/v1/releases")
    whole = sqlite_instance.get(f"/v1/releases/{release['id']}")
    assert whole["snapshot_sha256"] == whole["statistics"]["snapshot_sha256"]
    assert whole["statistics"]["datasets"] == release["dataset_count"]
    assert whole["statistics"]["without_source"] == 0
    assert sum(whole["licences"].values()) == whole["statistics"]["sources"]
    assert sum(use["figures"] for use in whole["sources"]) == whole["statistics"]["sources"]
    assert whole["unlisted_sources"] == 0
    assert whole["solved_by"] == "direct"
    assert whole["findings"]["blocking"] == 0
    seen = []
    path = f"/v1/releases/{release['id']}/findings?limit=50"
    while path:
        answer = sqlite_instance.send("GET", path)
        seen += answer.json()
        path = answer.headers.get("link", "").partition("<")[2].partition(">")[0]
    assert len(seen) == sum(whole["findings"].values())


def test_a_difference_is_public_by_dataset_and_private_by_study(
    sqlite_instance: Instance, releases: TwoReleases
) -> None:
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file())
    path = f"/v1/releases/{releases.first}/diff/{releases.second}"
    found = sqlite_instance.get(f"{path}?limit=200")
    kinds = {change["dataset"]: change["change"] for change in found["changes"]}
    assert kinds[HEAVIER] == kinds[RENAMED] == "changed"
    assert kinds[LEFT_OUT] == "removed"
    assert found["counts"]["moved"] > 0
    assert "study" not in str(found)
    sqlite_instance.get(f"{path}/studies", status=401)
    own = sqlite_instance.get(f"{path}/studies", ALUMINIUM.preparer)
    assert [move["study_id"] for move in own["moves"]] == [study["id"]]
    assert own["examined"] == 1
    others = sqlite_instance.get(f"{path}/studies", "lin.haiju")
    assert (others["examined"], others["moves"]) == (0, [])
    everybody = sqlite_instance.get(f"{path}/studies", "guan.authority")
    assert everybody["examined"] == 1
    sqlite_instance.get(f"{path}/studies", "admin", status=403)
    back = sqlite_instance.get(f"/v1/releases/{releases.second}/diff/{releases.first}?limit=1")
    assert len(back["changes"]) == 1
    assert back["counts"]["added"] == 1
