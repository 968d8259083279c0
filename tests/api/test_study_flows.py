"""Scenarios, Sankey, tree and emitters of a stored study, through the API."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from api.workflows.calculate_footprint import current_release
from api.workflows.open_structure import MOST_KEPT, open_structure
from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
from tests.support.outsiders import contents

MAKER = ALUMINIUM.preparer


def a_study(instance: Instance) -> dict[str, Any]:
    return dict(instance.post("/v1/footprints", MAKER, a_bom_file(ALUMINIUM)))


def tried(instance: Instance, study: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = instance.send("POST", f"/v1/studies/{study}/scenarios", MAKER, body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def scenario(name: str, *changes: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "changes": list(changes)}


def figures(members: list[dict[str, Any]], name: str = "kg_co2e") -> list[float]:
    return [float(member[name]) for member in members]


def test_a_scenario_is_the_footprint_of_the_changed_bill_and_stores_nothing(
    instance: Instance,
) -> None:
    study = a_study(instance)
    document = a_bom_file(ALUMINIUM)
    (used,) = [x for x in document["assemblies"]["billet"]["lines"] if x["ref"] == "primary-ingot"]
    before = contents(instance.context.engine)
    swap = {"kind": "dataset", "dataset": used["dataset"], "to": "aluminium-primary-hydro-cn"}
    found = tried(instance, study["id"], {"scenarios": [scenario("hydro", swap)]})
    assert contents(instance.context.engine) == before
    used["dataset"] = "aluminium-primary-hydro-cn"
    changed = instance.post("/v1/footprints", MAKER, document)
    (result,) = found["results"]
    total = float(changed["result"]["total_kg_co2e"])
    assert float(result["total_kg_co2e"]) == pytest.approx(total, rel=1e-5)
    assert float(found["total_kg_co2e"]) == pytest.approx(
        float(study["result"]["total_kg_co2e"]), rel=1e-5
    )
    stages = figures(result["stages"], "change_kg_co2e")
    assert math.fsum(stages) == pytest.approx(float(result["change_kg_co2e"]), rel=1e-4)
    assert result["lines"] == [{"assembly": "billet", "ref": "primary-ingot"}]


def test_single_changes_and_a_grid_are_tried_besides(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    double = {"kind": "amount", "line": "gas-extrusion", "factor": "2"}
    power = {"kind": "energy", "to": "electricity-pv-cn-2024"}
    both = scenario("both", double, power)
    rows = [[scenario("as is"), scenario("twice", double)], [scenario("sun", power)]]
    body = {"scenarios": [both], "is_one_at_a_time": True, "grid": rows}
    results = tried(sqlite_instance, study["id"], body)["results"]
    names = ["both", "both 1", "both 2", "as is + sun", "twice + sun"]
    assert [result["name"] for result in results] == names
    joint, one, two, alone, cell = figures(results, "change_kg_co2e")
    assert joint == pytest.approx(one + two, rel=1e-4)
    assert [alone, cell] == pytest.approx([two, joint])


def test_every_change_that_cannot_be_made_is_named_where_it_was_sent(
    sqlite_instance: Instance,
) -> None:
    study = a_study(sqlite_instance)
    wrong = {"kind": "amount", "line": "nowhere", "factor": "2"}
    lacking = {"kind": "mode"}
    unknown = {"kind": "energy", "to": "electricity-moon"}
    path = f"/v1/studies/{study['id']}/scenarios"

    def refused(body: dict[str, Any]) -> list[tuple[str, str]]:
        answer = sqlite_instance.send("POST", path, MAKER, body)
        assert answer.status_code == 422, answer.text
        return [(error["code"], error["pointer"]) for error in answer.json()["errors"]]

    malformed = {"scenarios": [scenario("a", lacking)], "grid": [[scenario("b", lacking)]]}
    assert refused(malformed) == [
        ("scenario-member-missing", "/scenarios/0/changes/0/to"),
        ("scenario-member-missing", "/grid/0/0/changes/0/to"),
    ]
    assert refused({"scenarios": [scenario("a", unknown)], "grid": [[scenario("b", wrong)]]}) == [
        ("dataset-unknown", "/scenarios/0/changes/0/to"),
        ("scenario-line-unknown", "/grid/0/0/changes/0/line"),
    ]
    rows = [[scenario(str(i)) for i in range(40)], [scenario(str(i)) for i in range(40)]]
    assert refused({"grid": rows}) == [("scenarios-too-many", "/grid")]


def test_the_sankey_balances_and_names_its_datasets(instance: Instance) -> None:
    study = a_study(instance)
    found = instance.get(f"/v1/studies/{study['id']}/sankey?cutoff=0.005&datasets=25", MAKER)
    nodes = {node["id"]: node for node in found["nodes"]}
    total = float(study["result"]["total_kg_co2e"])
    assert float(nodes["study"]["kg_co2e"]) == pytest.approx(total, rel=1e-5)
    datasets = [node for node in found["nodes"] if node["kind"] == "dataset"]
    assert 5 < len(datasets) <= 25
    assert all(node["name"]["en"] and node["unit"] for node in datasets)
    for node in found["nodes"]:
        into = sum(float(x["kg_co2e"]) for x in found["links"] if x["target"] == node["id"])
        into += float(node["direct_kg_co2e"]) + float(node["rest_kg_co2e"])
        assert into == pytest.approx(float(node["kg_co2e"]), rel=1e-4, abs=1e-4 * total)


def test_the_tree_of_a_study_begins_with_its_lines(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    tree = sqlite_instance.get(f"/v1/studies/{study['id']}/supply-chain?depth=2", MAKER)
    total = float(study["result"]["total_kg_co2e"])
    assert math.fsum(figures(tree["lines"])) == pytest.approx(total, rel=1e-4)
    assert {line["ref"] for line in tree["lines"]} == {
        line["ref"] for line in study["result"]["lines"]
    }
    largest = tree["lines"][0]["inputs"][0]
    assert largest["name"]["zh-Hans"]
    assert any(child["children"] for child in largest["children"])


@pytest.mark.parametrize("by", ["process", "sector", "country", "gas"])
def test_the_emitters_sum_to_the_total(sqlite_instance: Instance, by: str) -> None:
    study = a_study(sqlite_instance)
    found = sqlite_instance.get(f"/v1/studies/{study['id']}/emitters?by={by}", MAKER)
    total = float(study["result"]["total_kg_co2e"])
    assert math.fsum(figures(found["emitters"])) == pytest.approx(total, rel=1e-4)
    assert math.fsum(figures(found["emitters"], "share")) == pytest.approx(1, rel=1e-4)
    assert found["by"] == by
    if by == "gas":
        gases: dict[str, float] = {}
        for gas in study["result"]["gases"]:
            name = gas["key"].split(":")[0]
            gases[name] = gases.get(name, 0.0) + float(gas["kg_co2e"])
        shown = {e["id"]: float(e["kg_co2e"]) for e in found["emitters"]}
        expected = {name: kg for name, kg in gases.items() if name in shown}
        assert shown == pytest.approx(expected, rel=1e-4)
    if by == "process":
        assert all(e["name"] for e in found["emitters"] if e["id"] not in {"own-process"})


def test_the_emitters_are_the_same_bytes_cold_and_warm(sqlite_instance: Instance) -> None:
    context = sqlite_instance.context
    context.structures.clear()
    at = f"/v1/studies/{a_study(sqlite_instance)['id']}/emitters?by=process"
    cold = sqlite_instance.send("GET", at, MAKER).content
    release = current_release(context)
    assert list(context.structures) == [release.snapshot_sha256], "it is kept"
    warm = sqlite_instance.send("GET", at, MAKER).content
    unkept = replace(release, structure_sha256=None)
    made_anew = open_structure(replace(context, structures={}), unkept)
    context.structures[release.snapshot_sha256] = made_anew
    from_the_snapshot = sqlite_instance.send("GET", at, MAKER).content
    assert cold == warm == from_the_snapshot
    assert made_anew.to_bytes() == context.files.get(str(release.structure_sha256))


def test_a_few_structures_are_kept_and_the_first_leaves(sqlite_instance: Instance) -> None:
    context = replace(sqlite_instance.context, structures={})
    release = current_release(context)
    first = open_structure(context, release)
    assert open_structure(context, release) is first
    for number in range(MOST_KEPT):
        open_structure(context, replace(release, snapshot_sha256=f"{number:064x}"))
    assert len(context.structures) == MOST_KEPT
    assert release.snapshot_sha256 not in context.structures


def test_the_tornado_ranks_every_line(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    swings = sqlite_instance.get(f"/v1/studies/{study['id']}/tornado", MAKER)
    assert math.fsum(figures(swings, "elasticity")) == pytest.approx(1, rel=1e-4)
    assert len(swings) == len({(x["assembly"], x["ref"]) for x in study["result"]["lines"]})


def test_only_who_may_read_the_study_sees_what_flows_to_it(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    for path in ("sankey", "supply-chain", "emitters", "tornado"):
        at = f"/v1/studies/{study['id']}/{path}"
        assert sqlite_instance.send("GET", at, LFP.preparer).status_code == 404
        assert sqlite_instance.send("GET", at).status_code == 401
    odd = f"/v1/studies/{study['id']}/sankey?datasets=301"
    assert sqlite_instance.send("GET", odd, MAKER).json()["code"] == "supply-chain-limit"
