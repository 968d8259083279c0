"""Idempotency-Key: the same request again is answered with the same bytes and done once."""

from __future__ import annotations

import threading

import httpx2
from sqlalchemy import text

from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.walk import CERTIFIER, VERIFIER, a_granted_case, an_application

MAKER = ALUMINIUM.preparer


def together(*requests: object) -> list[httpx2.Response]:
    """The answers of requests that are sent at the same moment."""
    barrier = threading.Barrier(len(requests))
    answers: list[httpx2.Response | None] = [None] * len(requests)

    def run(number: int) -> None:
        barrier.wait()
        answers[number] = requests[number]()  # type: ignore[operator]

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [answer for answer in answers if answer is not None]


def test_the_same_submission_again_is_the_same_answer_and_one_study(instance: Instance) -> None:
    bom = a_bom_file()
    first = instance.send("POST", "/v1/footprints", MAKER, bom, once="submission-1")
    again = instance.send("POST", "/v1/footprints", MAKER, bom, once="submission-1")
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(instance.get("/v1/studies", MAKER)) == 1


def test_without_a_key_the_same_submission_is_a_new_version(sqlite_instance: Instance) -> None:
    for version in (1, 2):
        study = sqlite_instance.post("/v1/footprints", MAKER, a_bom_file())
        assert study["version"] == version


def test_another_body_under_the_same_key_is_refused(instance: Instance) -> None:
    bom = a_bom_file()
    instance.send("POST", "/v1/footprints", MAKER, bom, once="submission-1")
    bom["assumptions"] = ["Another one."]
    other = instance.send("POST", "/v1/footprints", MAKER, bom, once="submission-1")
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency-key-reused"
    assert len(instance.get("/v1/studies", MAKER)) == 1


def test_the_same_key_on_another_route_is_refused(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    path = f"{walk.path}/steps"
    body = {"seen": walk.seen(), "action": "surrender-application", "reason": "Sold."}
    first = sqlite_instance.send("POST", path, MAKER, body, once="k")
    assert first.status_code == 200
    other = sqlite_instance.send("POST", "/v1/footprints", MAKER, a_bom_file(), once="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_one_key_belongs_to_one_organisation(sqlite_instance: Instance) -> None:
    """Another organisation with the same key does its own work and sees nothing of the first."""
    first = sqlite_instance.send("POST", "/v1/footprints", MAKER, a_bom_file(), once="k")
    other = sqlite_instance.send("POST", "/v1/footprints", "lin.haiju", a_bom_file(), once="k")
    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]


def test_two_submissions_at_once_with_one_key_are_one_study(instance: Instance) -> None:
    bom = a_bom_file()

    def submit() -> httpx2.Response:
        return instance.send("POST", "/v1/footprints", MAKER, bom, once="submission-1")

    answers = together(submit, submit, submit)
    assert [answer.status_code for answer in answers] == [201] * 3, answers[0].text
    assert len({answer.content for answer in answers}) == 1
    assert len(instance.get("/v1/studies", MAKER)) == 1


def test_a_label_issued_twice_with_one_key_is_one_label_and_one_answer(
    instance: Instance,
) -> None:
    walk = a_granted_case(instance)
    told = text("SELECT count(*) FROM register_entry")
    with instance.context.engine.connect() as connection:
        before = connection.execute(told).scalar_one()

    def issue() -> httpx2.Response:
        return instance.send("POST", f"{walk.path}/label", CERTIFIER, once="issue-1")

    answers = [*together(issue, issue), issue()]
    assert [answer.status_code for answer in answers] == [201] * 3, [a.text for a in answers]
    assert len({answer.content for answer in answers}) == 1
    with instance.context.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM label")).scalar_one() == 1
        assert connection.execute(told).scalar_one() == before + 1


def test_a_refused_request_leaves_its_key_free(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    body = {"seen": walk.seen(), "action": "start-verification"}
    early = sqlite_instance.send("POST", f"{walk.path}/steps", VERIFIER, body, once="k")
    assert early.status_code == 409
    walk.agree()
    body["seen"] = walk.seen()
    then = sqlite_instance.send("POST", f"{walk.path}/steps", VERIFIER, body, once="k")
    assert then.status_code == 200, then.text


def test_a_key_that_is_no_key_is_refused(sqlite_instance: Instance) -> None:
    for key in (" ", "x" * 256, "a b"):
        answer = sqlite_instance.send("POST", "/v1/footprints", MAKER, a_bom_file(), once=key)
        assert answer.status_code == 422, key
