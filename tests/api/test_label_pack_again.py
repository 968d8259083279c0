"""Certificate and marks can be asked for again when the job that should make them is over."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.child.label_pack import MEDIA_TYPES
from api.jobs.work import run_due_jobs
from api.workflows.issue_label import issue_label
from labels.access import Role, Scope
from lca_db.unit_of_work import UnitOfWork
from tests.api.test_idempotency import together
from tests.support.instance import LFP, Instance
from tests.support.outsiders import outsider, with_outsiders
from tests.support.walk import CERTIFIER, REVIEWER, a_granted_case, an_issued_label


def ask(
    instance: Instance, label: Any, person: str = CERTIFIER, once: str | None = None
) -> httpx2.Response:
    return instance.send("POST", f"/v1/labels/{label['id']}/pack", person, once=once)


def jobs_of(instance: Instance, label: Any) -> list[dict[str, Any]]:
    found = instance.get("/v1/jobs", CERTIFIER)
    return [job for job in found if job["input"]["label_id"] == label["id"]]


def a_label_without_files(instance: Instance) -> dict[str, Any]:
    """A signed label whose first job was cancelled."""
    label = an_issued_label(instance)
    (job,) = jobs_of(instance, label)
    instance.post(f"/v1/jobs/{job['id']}/cancel", CERTIFIER, None, status=200)
    return label


def files_of(instance: Instance, label: Any) -> dict[str, int]:
    path = f"/L/{label['url'].rpartition('/')[2]}"
    return {name: instance.send("GET", f"{path}/{name}").status_code for name in MEDIA_TYPES}


def test_files_whose_job_was_cancelled_are_made_by_a_new_one(sqlite_instance: Instance) -> None:
    label = a_label_without_files(sqlite_instance)
    assert run_due_jobs(sqlite_instance.context) == 0
    answer = ask(sqlite_instance, label)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "queued"
    assert [job["state"] for job in jobs_of(sqlite_instance, label)] == ["queued", "cancelled"]
    assert run_due_jobs(sqlite_instance.context) == 1
    job = sqlite_instance.get(f"/v1/jobs/{answer.json()['id']}", CERTIFIER)
    assert job["state"] == "succeeded", job
    assert set(files_of(sqlite_instance, label).values()) == {200}


def test_a_job_that_failed_is_followed_by_a_new_one(instance: Instance) -> None:
    label = an_issued_label(instance)
    (job,) = jobs_of(instance, label)
    with UnitOfWork(instance.context.engine, Scope.everything("jobs")) as uow:
        uow.jobs.start(job["id"], 1, instance.context.now())
        uow.jobs.fail(job["id"], 1, {"code": "rendering-failed"}, instance.context.now())
        uow.commit()
    assert ask(instance, label).status_code == 202
    assert [j["state"] for j in jobs_of(instance, label)] == ["queued", "failed"]


def test_files_that_are_being_made_are_not_made_twice(sqlite_instance: Instance) -> None:
    label = an_issued_label(sqlite_instance)
    (job,) = jobs_of(sqlite_instance, label)
    assert ask(sqlite_instance, label).json()["id"] == job["id"]
    assert len(jobs_of(sqlite_instance, label)) == 1


def test_two_who_ask_at_once_wait_for_the_same_job(instance: Instance) -> None:
    label = a_label_without_files(instance)
    answers = together(*[lambda: ask(instance, label)] * 3)
    assert [answer.status_code for answer in answers] == [202] * 3, answers[0].text
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(jobs_of(instance, label)) == 2


def test_asked_twice_with_one_key_the_answer_is_the_same_whatever_came_between(
    sqlite_instance: Instance,
) -> None:
    label = a_label_without_files(sqlite_instance)
    first = ask(sqlite_instance, label, once="k")
    job = f"/v1/jobs/{first.json()['id']}/cancel"
    sqlite_instance.post(job, CERTIFIER, None, status=200)
    again = ask(sqlite_instance, label, once="k")
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert {j["state"] for j in jobs_of(sqlite_instance, label)} == {"cancelled"}


def test_files_that_are_all_there_are_not_made_again(issued_instance: Instance) -> None:
    answer = ask(issued_instance, issued_instance.label)
    assert (answer.status_code, answer.json()["code"]) == (409, "label-pack-complete")


def test_a_file_that_was_lost_is_made_again_byte_for_byte(issued_instance: Instance) -> None:
    serial = issued_instance.label["url"].rpartition("/")[2]
    path = f"/L/{serial}/label.svg"
    before = issued_instance.send("GET", path).content
    with UnitOfWork(
        issued_instance.context.engine, Scope.everything("test"), read_only=True
    ) as uow:
        artefact = uow.labels.find_artefact(serial, "label.svg")
    assert artefact is not None
    issued_instance.context.files.path(artefact.sha256).unlink()
    assert issued_instance.send("GET", path).status_code == 404
    assert ask(issued_instance, issued_instance.label).status_code == 202
    run_due_jobs(issued_instance.context)
    assert issued_instance.send("GET", path).content == before


@pytest.mark.parametrize("person", [LFP.preparer, REVIEWER, "wu.verifier", "admin"])
def test_only_a_certifier_asks(issued_instance: Instance, person: str) -> None:
    answer = ask(issued_instance, issued_instance.label, person)
    assert (answer.status_code, answer.json()["code"]) == (403, "role-missing")


def test_a_certifier_of_another_body_finds_no_such_label(sqlite_instance: Instance) -> None:
    instance = with_outsiders(sqlite_instance)
    label = a_label_without_files(instance)
    assert ask(instance, label, outsider(Role.CERTIFIER)).status_code == 404
    assert len(jobs_of(instance, label)) == 1


def test_a_label_that_is_not_signed_yet_has_nothing_to_print(sqlite_instance: Instance) -> None:
    """Power fails between the two transactions of issuing; the sweep will finish it."""
    walk = a_granted_case(sqlite_instance)
    ids = sqlite_instance.context.ids

    def failing(kind: str) -> str:
        if kind == "job":
            raise KeyboardInterrupt
        return ids(kind)

    sqlite_instance.context.ids = failing
    with pytest.raises(KeyboardInterrupt):
        issue_label(sqlite_instance.context, sqlite_instance.actor(CERTIFIER), walk.case["id"])
    sqlite_instance.context.ids = ids
    with sqlite_instance.context.engine.connect() as connection:
        label_id = connection.execute(text("SELECT id FROM label")).scalar_one()
    answer = ask(sqlite_instance, {"id": label_id})
    assert (answer.status_code, answer.json()["code"]) == (409, "label-not-signed")
