"""What may not be published: who sees a release with such an import, and how far."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.workflows import read_versions
from api.workflows.release_imports import release_imports
from lca_db.inventory.stored_imports import ImportTerms
from tests.support.import_files import OPEN, PLANT, a_table, an_import_of
from tests.support.instance import ALUMINIUM, Instance, a_bom_file

ADMIN = "admin"
MAKER = ALUMINIUM.preparer
CLOSED = ImportTerms(licence="of the plant in Foshan")
PATHS = (
    "/v1/datasets?release={release}",
    "/v1/datasets/{dataset}?release={release}",
    "/v1/datasets/{dataset}/supply-chain?release={release}",
    "/v1/releases/{release}/findings",
    "/v1/releases/{release}/reviews",
    "/v1/releases/{before}/diff/{release}",
    "/v1/releases/{release}/export?format=csv",
    "/v1/releases/{release}/export?format=sources",
)


def with_import(instance: Instance, terms: ImportTerms) -> dict[str, str]:
    """The release before, the one with the import, and a dataset that came in."""
    (before,) = instance.get("/v1/releases")
    import_id = an_import_of(instance, PLANT, terms=terms)
    actor = instance.actor(ADMIN)
    frozen = release_imports(instance.context, actor, [import_id], "with a plant")
    dataset = min(
        entry["id"]
        for entry in instance.get("/v1/datasets?q=Rod P-2", MAKER)
        if entry["id"].startswith("plant")
    )
    return {"before": before["id"], "release": frozen.release.id, "dataset": dataset}


def status(instance: Instance, path: str, person: str | None = None) -> int:
    return instance.send("GET", path, person).status_code


def test_of_what_may_not_be_published_the_public_reads_nothing(sqlite_instance: Instance) -> None:
    names = with_import(sqlite_instance, CLOSED)
    for path in (path.format(**names) for path in PATHS):
        refused = sqlite_instance.send("GET", path)
        assert (refused.status_code, refused.json()["code"]) == (401, "release-not-public"), path
        assert status(sqlite_instance, path, ADMIN) == 200, path


def test_what_may_be_published_is_read_by_anybody(sqlite_instance: Instance) -> None:
    names = with_import(sqlite_instance, OPEN)
    for path in (path.format(**names) for path in PATHS):
        assert status(sqlite_instance, path) == 200, path


def test_without_naming_a_release_the_public_reads_the_newest_public_one(
    instance: Instance,
) -> None:
    names = with_import(instance, CLOSED)
    assert instance.send("GET", f"/v1/datasets/{names['dataset']}").status_code == 404
    assert instance.send("GET", f"/v1/datasets/{names['dataset']}/versions").status_code == 404
    found = instance.get("/v1/datasets?q=Rod P-2")
    assert names["dataset"] not in {entry["id"] for entry in found}
    assert status(instance, "/v1/datasets/aluminium-primary-cn") == 200


def test_who_is_signed_in_finds_a_closed_dataset_and_sees_not_inside(
    sqlite_instance: Instance,
) -> None:
    names = with_import(sqlite_instance, CLOSED)
    for path in (PATHS[1], PATHS[2], PATHS[6]):
        refused = sqlite_instance.send("GET", path.format(**names), MAKER)
        assert (refused.status_code, refused.json()["code"]) == (403, "dataset-not-public")
    assert status(sqlite_instance, PATHS[0].format(**names), MAKER) == 200
    shipped = f"/v1/datasets/aluminium-primary-cn?release={names['release']}"
    assert status(sqlite_instance, shipped, MAKER) == 200


def test_a_release_names_its_imports_and_their_terms(sqlite_instance: Instance) -> None:
    names = with_import(sqlite_instance, CLOSED)
    whole = sqlite_instance.get(f"/v1/releases/{names['release']}")
    assert (whole["is_public"], whole["imports"]) == (False, [])
    whole = sqlite_instance.get(f"/v1/releases/{names['release']}", MAKER)
    (told,) = whole["imports"]
    assert (told["licence"], told["is_publishable"]) == (CLOSED.licence, False)
    exported = sqlite_instance.send("GET", PATHS[6].format(**names), ADMIN)
    assert "no-store" in exported.headers["Cache-Control"]
    assert sqlite_instance.get(f"/v1/releases/{names['before']}")["is_public"] is True


def test_the_same_data_given_anew_under_open_terms_make_a_public_release(
    sqlite_instance: Instance,
) -> None:
    closed = with_import(sqlite_instance, CLOSED)
    import_id = an_import_of(sqlite_instance, PLANT, terms=OPEN)
    actor = sqlite_instance.actor(ADMIN)
    opened = release_imports(sqlite_instance.context, actor, [import_id], "it may be published")
    assert opened.release.id != closed["release"]
    assert status(sqlite_instance, f"/v1/datasets/{closed['dataset']}") == 200
    (version,) = sqlite_instance.get(f"/v1/datasets/{closed['dataset']}/versions")
    assert version["release_id"] == opened.release.id


def test_the_same_data_given_anew_under_another_licence_make_a_release_that_names_it(
    sqlite_instance: Instance,
) -> None:
    """Else the release would go on naming a licence under which nobody gives the data any more."""
    closed = with_import(sqlite_instance, CLOSED)
    stricter = replace(CLOSED, licence="For this project alone")
    import_id = an_import_of(sqlite_instance, PLANT, terms=stricter)
    actor = sqlite_instance.actor(ADMIN)
    frozen = release_imports(sqlite_instance.context, actor, [import_id], "other terms").release
    assert frozen.id != closed["release"]
    (told,) = sqlite_instance.get(f"/v1/releases/{frozen.id}", MAKER)["imports"]
    assert told["licence"] == "For this project alone"
    again = an_import_of(sqlite_instance, PLANT, terms=stricter)
    repeated = release_imports(sqlite_instance.context, actor, [again], "the same terms").release
    assert repeated.id == frozen.id


def test_data_without_a_licence_are_not_published(sqlite_instance: Instance) -> None:
    refused = sqlite_instance.http.post(
        "/v1/inventory-imports",
        headers={"Authorization": f"Bearer {sqlite_instance.seeded.keys[ADMIN]}"},
        data={"is_publishable": "yes"},
        files={"file": ("plant.csv", PLANT, "text/csv")},
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "import-licence-missing")
    assert sqlite_instance.get("/v1/inventory-imports", ADMIN) == []


def test_what_flows_to_a_study_stops_at_a_closed_dataset(sqlite_instance: Instance) -> None:
    """Its makers see that it is one emitter, and nothing of what it takes from others."""
    names = with_import(sqlite_instance, CLOSED)
    document = a_bom_file(ALUMINIUM)
    unit = sqlite_instance.get(f"/v1/datasets/{names['dataset']}", ADMIN)["unit"]
    document["lines"] = [
        {
            "ref": "rod",
            "kind": "material",
            "name": "rod",
            "dataset": names["dataset"],
            "amount": "3",
            "unit": unit,
        },
        *(line for line in document["lines"] if line["kind"] != "assembly"),
    ]
    document["assemblies"] = {}
    study = sqlite_instance.post("/v1/footprints", MAKER, document)
    path = f"/v1/studies/{study['id']}"
    (rod,) = [line for line in study["result"]["lines"] if line["ref"] == "rod"]
    sankey = sqlite_instance.get(f"{path}/sankey?cutoff=0&datasets=100", MAKER)
    (node,) = [node for node in sankey["nodes"] if node["id"] == names["dataset"]]
    assert node["is_closed"]
    assert node["direct_kg_co2e"] == node["kg_co2e"]
    assert names["dataset"] not in {link["target"] for link in sankey["links"]}
    assert not [n for n in sankey["nodes"] if n["id"].startswith("plant") and n is not node]
    told = sqlite_instance.get(f"{path}/report.json", MAKER)["flows"]
    assert names["dataset"] not in {link["target"] for link in told["links"]}
    assert {n["id"] for n in told["nodes"] if n["id"].startswith("plant")} <= {names["dataset"]}
    tree = sqlite_instance.get(f"{path}/supply-chain?cutoff=0", MAKER)
    (branch,) = [line for line in tree["lines"] if line["ref"] == "rod"]
    assert branch["inputs"][0]["children"] == []
    emitters = sqlite_instance.get(f"{path}/emitters", MAKER)["emitters"]
    plant = [one for one in emitters if one["id"].startswith("plant")]
    assert [one["id"] for one in plant] == [names["dataset"]]
    assert float(plant[0]["kg_co2e"]) == pytest.approx(float(rod["kg_co2e"]), rel=1e-5)


def test_the_public_reads_no_note_of_a_closed_release(sqlite_instance: Instance) -> None:
    names = with_import(sqlite_instance, CLOSED)

    def notes(person: str | None) -> list[str]:
        listed = {r["id"]: r["note"] for r in sqlite_instance.get("/v1/releases", person)}
        one = sqlite_instance.get(f"/v1/releases/{names['release']}", person)["note"]
        return [listed[names["release"]], one]

    assert notes(None) == ["", ""]
    assert notes(MAKER) == notes(ADMIN) == ["with a plant", "with a plant"]
    shipped = sqlite_instance.get(f"/v1/releases/{names['before']}")["note"]
    assert shipped
    assert shipped in {r["note"] for r in sqlite_instance.get("/v1/releases")}


def test_the_note_of_a_release_with_open_imports_is_public(sqlite_instance: Instance) -> None:
    names = with_import(sqlite_instance, OPEN)
    assert sqlite_instance.get("/v1/releases")[0]["note"] == "with a plant"
    assert sqlite_instance.get(f"/v1/releases/{names['release']}")["note"] == "with a plant"


def test_versions_of_a_shipped_dataset_leave_closed_releases_out_for_the_public(
    sqlite_instance: Instance,
) -> None:
    names = with_import(sqlite_instance, CLOSED)
    path = "/v1/datasets/aluminium-primary-cn/versions"
    (version,) = sqlite_instance.get(path)
    assert (version["release_id"], version["state"]) == (names["before"], "first")
    known = [v["release_id"] for v in sqlite_instance.get(path, MAKER)]
    assert known == [names["release"], names["before"]]


def test_closed_releases_take_no_place_among_the_versions_the_public_reads(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_versions, "MOST_VERSIONS", 1)
    names = with_import(sqlite_instance, CLOSED)
    for number in (1, 2):  # as many newer ones as versions are read at all
        again = a_table(f"P-1,emission,CO2,,{number},kg,air,fossil,gas meter")
        import_id = an_import_of(sqlite_instance, again, terms=CLOSED)
        release_imports(sqlite_instance.context, sqlite_instance.actor(ADMIN), [import_id], "more")
    (version,) = sqlite_instance.get("/v1/datasets/aluminium-primary-cn/versions")
    assert version["release_id"] == names["before"]
