"""Imports by the API: a job, read in the child, stored as a whole, frozen with a release."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from api.child.process import ChildLimits
from api.jobs.work import run_due_jobs
from api.workflows import import_inventory as importing
from api.workflows import release_imports as releasing
from labels.errors import NotAllowed
from labels.locale import LANGUAGES, translator
from tests.support.import_files import LOOPING, PLANT, a_table
from tests.support.instance import ALUMINIUM, Instance

ADMIN = "admin"


def send(
    instance: Instance,
    content: bytes,
    fields: Mapping[str, str] | None = None,
    *,
    person: str = ADMIN,
    once: str | None = None,
) -> httpx2.Response:
    """Uploads a file as a form does."""
    headers = {"Authorization": f"Bearer {instance.seeded.keys[person]}", "Accept-Language": "en"}
    if once is not None:
        headers["Idempotency-Key"] = once
    return instance.http.post(
        "/v1/inventory-imports",
        headers=headers,
        data=dict(fields or {}),
        files={"file": ("../plant.csv", content, "text/csv")},
    )


def stored(instance: Instance, content: bytes = PLANT, **fields: str) -> dict[str, Any]:
    """The stored import of a file, its job run."""
    answer = send(instance, content, {"prefix": "plant", **fields})
    assert answer.status_code == 202, answer.text
    run_due_jobs(instance.context)
    job = instance.get(f"/v1/jobs/{answer.json()['id']}", ADMIN)
    assert job["state"] == "succeeded", job
    found: dict[str, Any] = instance.get(
        f"/v1/inventory-imports/{job['result']['import_id']}", ADMIN
    )
    return found


def test_an_upload_is_read_by_a_job_and_stored_with_its_report(instance: Instance) -> None:
    found = stored(instance)
    assert found["file_sha256"] == hashlib.sha256(PLANT).hexdigest()
    assert (found["size_bytes"], found["file_name"]) == (len(PLANT), ".._plant.csv")
    assert (found["format"], found["dataset_count"]) == ("template", 2)
    assert found["options"]["prefix"] == "plant"
    assert found["imported_by"] == instance.actor(ADMIN).person_id
    report = found["report"]
    assert report["processes"] == {**report["processes"], "read": 2, "came_in": 2, "refused": 0}
    for name in ("file_sha256", "report_sha256", "datasets_sha256"):
        assert instance.context.files.has(found[name])
    (listed,) = instance.get("/v1/inventory-imports", ADMIN)
    assert listed == {name: found[name] for name in listed}


def test_a_file_of_which_nothing_can_be_used_is_stored_with_its_refusal(
    sqlite_instance: Instance,
) -> None:
    found = stored(sqlite_instance, b"%PDF-1.7 no inventory")
    assert (found["dataset_count"], found["datasets_sha256"]) == (0, None)
    assert found["report"]["refusal"]["code"] == "import-format-unexpected"
    wanted = {"imports": [found["id"]], "note": "nothing"}
    refused = sqlite_instance.post("/v1/releases", ADMIN, wanted, status=422)
    assert refused["code"] == "import-without-datasets"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"format": "excel-95"}, "import-choice-unknown"),
        ({"unlinked": "guess"}, "request-malformed"),
        ({"estimates": "kg=2,t=3"}, "import-choice-unknown"),
        ({"estimates": "kg=-2"}, "import-choice-unknown"),
        ({"prefix": "<b>"}, "request-malformed"),
        ({"uses_map": "perhaps"}, "request-malformed"),
    ],
)
def test_a_wrong_choice_is_said_at_once_and_nothing_is_promised(
    sqlite_instance: Instance, fields: dict[str, str], code: str
) -> None:
    answer = send(sqlite_instance, PLANT, fields)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert sqlite_instance.get("/v1/jobs", ADMIN) == []


def test_an_empty_file_is_refused(sqlite_instance: Instance) -> None:
    answer = send(sqlite_instance, b"")
    assert (answer.status_code, answer.json()["code"]) == (422, "import-file-empty")


def test_the_same_upload_under_one_key_is_one_job(instance: Instance) -> None:
    first, again = (send(instance, PLANT, once="import-1") for _ in range(2))
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    other = send(instance, PLANT, {"prefix": "other"}, once="import-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert run_due_jobs(instance.context) == 1
    assert len(instance.get("/v1/inventory-imports", ADMIN)) == 1


def test_a_child_that_runs_out_of_its_limits_stores_nothing_and_says_so(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "LIMITS", ChildLimits(memory_bytes=30_000_000))
    job = send(sqlite_instance, PLANT).json()
    run_due_jobs(sqlite_instance.context)
    ended = sqlite_instance.get(f"/v1/jobs/{job['id']}", ADMIN)
    assert (ended["state"], ended["problem"]["code"]) == ("failed", "import-not-finished")
    assert sqlite_instance.get("/v1/inventory-imports", ADMIN) == []


def test_nobody_but_the_administrator_keeps_the_inventory(sqlite_instance: Instance) -> None:
    found = stored(sqlite_instance)
    for person in (ALUMINIUM.preparer, "zhao.certifier", "guan.authority"):
        assert send(sqlite_instance, PLANT, person=person).status_code == 403
        for path in ("/v1/inventory-imports", f"/v1/inventory-imports/{found['id']}"):
            assert sqlite_instance.send("GET", path, person).status_code == 403
        body = {"imports": [found["id"]], "note": "mine"}
        assert sqlite_instance.send("POST", "/v1/releases", person, body).status_code == 403
        checked = {"imports": [found["id"]]}
        refused = sqlite_instance.send("POST", "/v1/releases/check", person, checked)
        assert (refused.status_code, refused.json()["code"]) == (403, "role-missing")
    assert len(sqlite_instance.get("/v1/releases")) == 1


def test_a_release_with_an_import_is_answered_with_its_findings(instance: Instance) -> None:
    found = stored(instance)
    wanted = {"imports": [found["id"]], "note": "with our plant"}
    first = instance.send("POST", "/v1/releases", ADMIN, wanted, once="release-1")
    assert first.status_code == 201, first.text
    release = first.json()
    before = instance.get("/v1/releases")[1]
    assert release["dataset_count"] == before["dataset_count"] + 2
    assert release["imports"] == [found["id"]]
    assert release["findings"]["counts"]["blocking"] == 0
    assert release["findings"]["examined"]["datasets"] == release["dataset_count"]
    again = instance.send("POST", "/v1/releases", ADMIN, wanted, once="release-1")
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    same = instance.post("/v1/releases", ADMIN, wanted)
    assert same["id"] == release["id"]
    assert len(instance.get("/v1/releases")) == 2
    shown = instance.get(f"/v1/inventory-imports/{found['id']}", ADMIN)
    assert shown["releases"] == [release["id"]]


def test_a_test_account_freezes_no_release_for_everybody(sqlite_instance: Instance) -> None:
    import_id = stored(sqlite_instance)["id"]
    before = sqlite_instance.get("/v1/releases", ADMIN)
    actor = replace(sqlite_instance.actor(ADMIN), is_test=True)
    with pytest.raises(NotAllowed, match="test-and-live-mixed"):
        releasing.release_imports(sqlite_instance.context, actor, [import_id], "")
    assert sqlite_instance.get("/v1/releases", ADMIN) == before


def test_what_blocks_a_release_is_answered_and_nothing_is_frozen(
    sqlite_instance: Instance,
) -> None:
    found = stored(sqlite_instance, LOOPING)
    wanted = {"imports": [found["id"]], "note": "looping"}
    refused = sqlite_instance.post("/v1/releases", ADMIN, wanted, status=422)
    codes = {error["code"] for error in refused["errors"]}
    assert "loop-not-productive" in codes, refused
    assert len(sqlite_instance.get("/v1/releases")) == 1


def test_a_release_is_checked_without_being_frozen(instance: Instance) -> None:
    found = stored(instance)
    wanted = {"imports": [found["id"]]}
    checked = instance.post("/v1/releases/check", ADMIN, wanted, status=200)
    before = instance.get("/v1/releases")
    assert (len(before), checked["imports"]) == (1, [found["id"]])
    assert (checked["is_blocked"], checked["is_public"]) == (False, False)
    assert checked["dataset_count"] == before[0]["dataset_count"] + 2
    frozen = instance.post("/v1/releases", ADMIN, {**wanted, "note": "with our plant"})
    assert checked["counts"] == frozen["findings"]["counts"]
    assert checked["examined"] == frozen["findings"]["examined"]
    told = {(each["code"], each["dataset"]) for each in checked["findings"]}
    assert told == {(each["code"], each["dataset"]) for each in frozen["findings"]["findings"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_would_block_a_release_is_told_first_and_in_words(
    sqlite_instance: Instance, language: str
) -> None:
    found = stored(sqlite_instance, LOOPING)
    path = f"/v1/releases/check?lang={language}"
    checked = sqlite_instance.post(path, ADMIN, {"imports": [found["id"]]}, status=200)
    first = checked["findings"][0]
    assert (checked["is_blocked"], first["severity"]) == (True, "blocking")
    assert checked["counts"]["blocking"] > 0
    (loop, *_) = (each for each in checked["findings"] if each["code"] == "loop-not-productive")
    begun = translator(language).gettext("problem.loop-not-productive").partition("{")[0]
    assert loop["detail"].startswith(begun)
    assert len(sqlite_instance.get("/v1/releases")) == 1


def test_the_shipped_inventory_is_checked_alone_where_no_import_is_named(
    sqlite_instance: Instance,
) -> None:
    checked = sqlite_instance.post("/v1/releases/check", ADMIN, {"imports": []}, status=200)
    (release,) = sqlite_instance.get("/v1/releases")
    assert checked["dataset_count"] == release["dataset_count"]
    assert (checked["is_blocked"], checked["is_public"]) == (False, True)


def test_two_imports_with_the_same_ids_are_refused_and_both_are_named(
    sqlite_instance: Instance,
) -> None:
    first = stored(sqlite_instance)
    second = stored(sqlite_instance, PLANT.replace(b"2.5", b"2.6"))
    assert second["id"] != first["id"]
    wanted = {"imports": [first["id"], second["id"]], "note": "both"}
    refused = sqlite_instance.post("/v1/releases", ADMIN, wanted, status=422)
    parameters = refused["errors"][0]["parameters"]
    assert {parameters["first"], parameters["second"]} == {first["id"], second["id"]}


def test_the_same_upload_again_is_the_import_that_is_there(instance: Instance) -> None:
    first = stored(instance)
    assert stored(instance) == first
    assert len(instance.get("/v1/inventory-imports", ADMIN)) == 1
    assert stored(instance, prefix="other")["id"] != first["id"]


def test_an_import_that_is_none_is_not_found(sqlite_instance: Instance) -> None:
    wanted = {"imports": ["imp_" + "0" * 26], "note": "x"}
    sqlite_instance.post("/v1/releases", ADMIN, wanted, status=404)
    checked = {"imports": wanted["imports"]}
    sqlite_instance.post("/v1/releases/check", ADMIN, checked, status=404)
    sqlite_instance.get("/v1/inventory-imports/imp_" + "0" * 26, ADMIN, status=404)


def test_checks_that_run_out_of_their_limits_freeze_nothing(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = stored(sqlite_instance)
    monkeypatch.setattr(releasing, "LIMITS", ChildLimits(memory_bytes=30_000_000))
    wanted = {"imports": [found["id"]], "note": "x"}
    answer = sqlite_instance.send("POST", "/v1/releases", ADMIN, wanted)
    assert (answer.status_code, answer.json()["code"]) == (503, "check-not-finished")
    assert len(sqlite_instance.get("/v1/releases")) == 1


def test_the_job_names_nothing_of_the_machine(sqlite_instance: Instance) -> None:
    job = json.dumps(send(sqlite_instance, a_table()).json())
    assert str(sqlite_instance.settings.data_dir) not in job
