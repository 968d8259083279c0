"""Two people review a dataset through the API, and nobody does it alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.demo.seed import Seeded
from api.workflows.freeze_release import freeze_release
from api.workflows.make_api_key import make_api_key
from footprint.errors import InventoryError
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.reviewing import read_statuses, with_statuses
from lca_db.inventory.values import Release
from tests.api.test_threat_07_one_person import PASSPORT, SAME_PASSPORT, joined
from tests.support.import_files import an_import_of
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import CERTIFIER, REVIEWER, VERIFIER

COBALT = "cobalt-metal-cn"
AUTHORITY = "guan.authority"


def review(instance: Instance, dataset: str = COBALT, person: str = REVIEWER) -> Any:
    return instance.get(f"/v1/datasets/{dataset}/review", person)


def asked(
    instance: Instance, move: str, dataset: str = COBALT, **changes: object
) -> dict[str, Any]:
    seen = review(instance, dataset)
    body: dict[str, Any] = {
        "move": move,
        "content_sha256": seen["content_sha256"],
        "seen_version": seen["version"],
        "comment": "Compared with the source. 已与来源核对。",
    }
    if move == "propose":
        body |= {"to_status": "reviewed", "evidence": seen["evidence"][:2]}
    return body | changes


def step(
    instance: Instance,
    person: str,
    move: str,
    dataset: str = COBALT,
    *,
    status: int = 200,
    **changes: object,
) -> Any:
    body = asked(instance, move, dataset, **changes)
    return instance.post(f"/v1/datasets/{dataset}/review/steps", person, body, status=status)


def a_kept_document(instance: Instance) -> str:
    """The hash of notes that the reviewer's organisation keeps."""
    sent = instance.http.post(
        "/v1/documents",
        files={"file": ("notes.csv", b"a,b\n1,2\n", "text/csv")},
        headers={"Authorization": f"Bearer {instance.seeded.keys[REVIEWER]}"},
    )
    assert sent.status_code == 201, sent.text
    return str(sent.json()["sha256"])


def refrozen(instance: Instance) -> Release:
    shipped, _ = load_reference()
    return freeze_release(instance.context, shipped, "reviewed")


def a_draft_with(instance: Instance, obstacle: str) -> str:
    listed = instance.get("/v1/dataset-reviews?waits_for=proposal&limit=200", REVIEWER)
    return str(next(e["dataset"]["id"] for e in listed if e["obstacle"] == obstacle))


def test_one_proposes_another_confirms_and_the_next_release_says_so(instance: Instance) -> None:
    proposed = step(instance, REVIEWER, "propose")
    assert (proposed["status"], proposed["proposal"]["to_status"]) == ("draft", "reviewed")
    (waiting,) = instance.get("/v1/dataset-reviews?industry=batteries", VERIFIER)
    assert (waiting["dataset"]["id"], waiting["is_own"]) == (COBALT, False)
    assert instance.get("/v1/dataset-reviews?industry=glass", VERIFIER) == []
    confirmed = step(instance, VERIFIER, "confirm")
    assert (confirmed["status"], confirmed["stated"]) == ("reviewed", "draft")
    release = refrozen(instance)
    public = instance.get(f"/v1/datasets/{COBALT}")
    assert (public["release_id"], public["review_status"]) == (release.id, "reviewed")
    assert [e["move"] for e in public["review"]["history"]] == ["propose", "confirm"]
    assert [e["organisation_id"] for e in public["review"]["history"]] == [
        instance.organisations["tanbiao-gd"],
        instance.organisations["zhujiang"],
    ]
    assert refrozen(instance) == release, "the same files and reviews are frozen once"


def test_what_everybody_reads_names_no_person_comment_or_evidence(
    sqlite_instance: Instance,
) -> None:
    step(sqlite_instance, REVIEWER, "propose")
    public = str(sqlite_instance.get(f"/v1/datasets/{COBALT}")["review"])
    event = review(sqlite_instance)["events"][0]
    assert event["person_id"] == sqlite_instance.actor(REVIEWER).person_id
    for hidden in (event["person_id"], event["comment"], event["evidence"][0]):
        assert hidden not in public


@pytest.mark.parametrize("move", ["confirm", "decline"])
def test_nobody_answers_an_own_proposal_and_the_attempt_is_kept(
    instance: Instance, move: str
) -> None:
    step(instance, REVIEWER, "propose")
    refused = step(instance, REVIEWER, move, status=403)
    assert refused["code"] == "review-own-proposal"
    newest = review(instance)["events"][0]
    assert (newest["move"], newest["details"]["step"]) == ("attempt-refused", move)
    assert review(instance)["version"] == 1
    assert "attempt-refused" not in str(instance.get(f"/v1/datasets/{COBALT}")["review"])


@pytest.mark.parametrize(("importer", "status"), [(REVIEWER, 403), ("admin", 200)])
def test_nobody_reviews_what_the_same_person_imported(
    sqlite_instance: Instance, importer: str, status: int
) -> None:
    import_id = an_import_of(sqlite_instance, person_id=sqlite_instance.actor(importer).person_id)
    frozen = {"imports": [import_id], "note": "plant"}
    sqlite_instance.post("/v1/releases", "admin", frozen, status=201)
    found = sqlite_instance.get("/v1/datasets?q=Rod", REVIEWER)
    dataset = next(d["id"] for d in found if d["location"] == "CN-GD")
    notes = [a_kept_document(sqlite_instance)]
    told = step(sqlite_instance, REVIEWER, "propose", dataset, status=status, evidence=notes)
    assert told.get("code", "") == ("review-own-import" if status == 403 else "")


def test_two_accounts_of_one_human_are_one_person(instance: Instance) -> None:
    first = joined(instance, "zhujiang", "verifier", PASSPORT)
    second = joined(instance, "tanbiao-gd", "reviewer", SAME_PASSPORT)
    assert first.id != second.id
    keys = {
        name: make_api_key(instance.context, account, "test").secret
        for name, account in (("first", first), ("second", second))
    }
    known = Seeded(instance.organisations, {**instance.seeded.keys, **keys})
    both = replace(instance, seeded=known)
    step(both, "first", "propose")
    assert step(both, "second", "confirm", status=403)["code"] == "review-own-proposal"
    assert step(both, REVIEWER, "confirm")["status"] == "reviewed"


@pytest.mark.parametrize("person", [ALUMINIUM.preparer, CERTIFIER, AUTHORITY, "admin"])
def test_others_propose_nothing(sqlite_instance: Instance, person: str) -> None:
    assert step(sqlite_instance, person, "propose", status=403)["code"] == "role-missing"


def test_the_authority_reads_the_reviews_and_makers_do_not(sqlite_instance: Instance) -> None:
    assert review(sqlite_instance, person=AUTHORITY)["moves"] == []
    sqlite_instance.get("/v1/dataset-reviews", ALUMINIUM.preparer, status=403)
    sqlite_instance.get("/v1/dataset-reviews", status=401)
    sqlite_instance.get(f"/v1/datasets/{COBALT}/review", ALUMINIUM.preparer, status=403)
    sqlite_instance.get("/v1/datasets/no-such-thing/review", REVIEWER, status=404)


@pytest.mark.parametrize("code", ["unconfirmed-figure-in-dataset", "proxy-keeps-draft"])
def test_what_the_evidence_does_not_carry_cannot_be_proposed(
    sqlite_instance: Instance, code: str
) -> None:
    dataset = a_draft_with(sqlite_instance, code)
    seen = review(sqlite_instance, dataset)
    assert seen["obstacle"]["code"] == code
    assert "propose" not in seen["moves"]
    assert step(sqlite_instance, REVIEWER, "propose", dataset, status=422)["code"] == code
    assert review(sqlite_instance, dataset)["events"][0]["details"]["code"] == code


def test_official_needs_an_authoritys_own_figure(sqlite_instance: Instance) -> None:
    step(sqlite_instance, REVIEWER, "propose")
    step(sqlite_instance, VERIFIER, "confirm")
    refused = step(sqlite_instance, REVIEWER, "propose", status=422, to_status="official")
    assert refused["code"] == "source-not-of-authority"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"content_sha256": "0" * 64}, 409, "review-content-changed"),
        ({"seen_version": 7}, 409, "review-version-stale"),
        ({"evidence": []}, 422, "review-evidence-missing"),
        ({"evidence": ["no-source-of-it"]}, 422, "review-evidence-unknown"),
        ({"evidence": ["0" * 64]}, 422, "review-evidence-unknown"),
        ({"to_status": "official"}, 409, "review-step-wrong"),
        ({"comment": ""}, 422, "request-malformed"),
    ],
)
def test_a_proposal_that_does_not_hold_is_refused(
    sqlite_instance: Instance, changes: dict[str, Any], status: int, code: str
) -> None:
    refused = step(sqlite_instance, REVIEWER, "propose", status=status, **changes)
    assert refused["code"] == code


def test_a_document_the_reviewers_organisation_keeps_is_evidence(
    sqlite_instance: Instance,
) -> None:
    named = [a_kept_document(sqlite_instance)]
    assert step(sqlite_instance, VERIFIER, "propose", status=422, evidence=named)["code"] == (
        "review-evidence-unknown"
    )
    assert step(sqlite_instance, REVIEWER, "propose", evidence=named)["version"] == 1


def test_a_declined_proposal_says_why_and_a_withdrawal_needs_one_person(
    sqlite_instance: Instance,
) -> None:
    step(sqlite_instance, REVIEWER, "propose")
    declined = step(sqlite_instance, VERIFIER, "decline", comment="Page 3 says 1.2.")
    assert (declined["status"], declined["proposal"]) == ("draft", None)
    assert review(sqlite_instance)["events"][0]["comment"] == "Page 3 says 1.2."
    stated = "electricity-grid-cn-2024"
    assert step(sqlite_instance, VERIFIER, "withdraw", stated)["status"] == "draft"
    refrozen(sqlite_instance)
    assert sqlite_instance.get(f"/v1/datasets/{stated}")["review_status"] == "draft"


def test_the_same_key_takes_the_step_once(sqlite_instance: Instance) -> None:
    body = asked(sqlite_instance, "propose")
    path = f"/v1/datasets/{COBALT}/review/steps"
    first = sqlite_instance.send("POST", path, REVIEWER, body, once="once-1")
    again = sqlite_instance.send("POST", path, REVIEWER, body, once="once-1")
    assert (first.status_code, first.content) == (200, again.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(review(sqlite_instance)["events"]) == 1


def test_the_queue_is_walked_page_by_page(sqlite_instance: Instance) -> None:
    seen: list[str] = []
    path = "/v1/dataset-reviews?waits_for=proposal&limit=200"
    while path:
        answer = sqlite_instance.send("GET", path, REVIEWER)
        seen += [entry["dataset"]["id"] for entry in answer.json()]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    drafts = [p.id for p in load_reference()[0].processes if p.review_status == "draft"]
    assert sorted(seen) == sorted(drafts)


def test_the_queue_is_narrowed_to_what_the_reader_may_act_on(sqlite_instance: Instance) -> None:
    path = "/v1/dataset-reviews?can_act=true&waits_for="
    drafts = sqlite_instance.get("/v1/dataset-reviews?waits_for=proposal&limit=200", REVIEWER)
    before = sqlite_instance.get(f"{path}proposal&limit=200", REVIEWER)
    assert all("propose" in entry["moves"] and not entry["obstacle"] for entry in before)
    assert COBALT in {entry["dataset"]["id"] for entry in before}
    assert 0 < len(before) < len(drafts)
    step(sqlite_instance, REVIEWER, "propose")
    after = sqlite_instance.get(f"{path}proposal&limit=200", REVIEWER)
    assert [e for e in before if e["dataset"]["id"] != COBALT] == after
    assert sqlite_instance.get(f"{path}confirmation", REVIEWER) == []
    (waiting,) = sqlite_instance.get(f"{path}confirmation", VERIFIER)
    assert (waiting["dataset"]["id"], waiting["moves"]) == (
        COBALT,
        ["confirm", "decline", "withdraw"],
    )
    for waits_for in ("confirmation", "proposal"):
        assert sqlite_instance.get(f"{path}{waits_for}", AUTHORITY) == []


def test_the_narrowed_queue_is_walked_page_by_page(sqlite_instance: Instance) -> None:
    path = "/v1/dataset-reviews?can_act=true&waits_for=proposal&limit="
    whole = sqlite_instance.get(f"{path}200", REVIEWER)
    first = sqlite_instance.send("GET", f"{path}{len(whole) - 1}", REVIEWER)
    second = sqlite_instance.send("GET", first.links["next"]["url"], REVIEWER)
    assert first.json() + second.json() == whole
    assert len(second.json()) == 1
    assert "next" not in second.links


def test_who_imported_a_dataset_is_offered_no_step_on_it(sqlite_instance: Instance) -> None:
    person_id = sqlite_instance.actor(REVIEWER).person_id
    import_id = an_import_of(sqlite_instance, person_id=person_id)
    frozen = {"imports": [import_id], "note": "plant"}
    sqlite_instance.post("/v1/releases", "admin", frozen, status=201)
    found = sqlite_instance.get("/v1/datasets?q=Rod", REVIEWER)
    dataset = next(d["id"] for d in found if d["location"] == "CN-GD")
    assert review(sqlite_instance, dataset)["moves"] == []
    assert "propose" in review(sqlite_instance, dataset, VERIFIER)["moves"]
    path = "/v1/dataset-reviews?can_act=true&waits_for=proposal&limit=200"
    for person, is_listed in ((REVIEWER, False), (VERIFIER, True)):
        listed = {e["dataset"]["id"] for e in sqlite_instance.get(path, person)}
        assert (dataset in listed) is is_listed


def test_the_list_of_datasets_is_walked_page_by_page(sqlite_instance: Instance) -> None:
    first = sqlite_instance.send("GET", "/v1/datasets?limit=2")
    second = sqlite_instance.send("GET", first.links["next"]["url"])
    assert second.status_code == 200
    assert {d["id"] for d in first.json()}.isdisjoint(d["id"] for d in second.json())


def test_a_release_is_made_again_from_the_files_and_the_reviews_it_kept(
    sqlite_instance: Instance,
) -> None:
    step(sqlite_instance, REVIEWER, "propose")
    step(sqlite_instance, VERIFIER, "confirm")
    release = refrozen(sqlite_instance)
    listed = sqlite_instance.get("/v1/releases")[0]
    assert listed["reviews_sha256"] == release.reviews_sha256
    kept = sqlite_instance.context.files.get(release.reviews_sha256)
    served = sqlite_instance.send("GET", f"/v1/releases/{release.id}/reviews")
    assert (served.status_code, served.content) == (200, kept)
    assert [r["dataset"] for r in served.json()] == [COBALT]
    assert b"per_" not in kept
    shipped, _ = load_reference()
    again = with_statuses(shipped, read_statuses(kept))
    assert again.sha256() == release.snapshot_sha256 != shipped.sha256()


def test_a_figure_found_unconfirmed_since_holds_the_release(sqlite_instance: Instance) -> None:
    step(sqlite_instance, REVIEWER, "propose")
    step(sqlite_instance, VERIFIER, "confirm")
    shipped, sources = load_reference()
    named = review(sqlite_instance)["evidence"][0]
    weaker = {**sources, named: replace(sources[named], confidence="b")}
    with pytest.raises(InventoryError) as refused:
        freeze_release(sqlite_instance.context, shipped, "weaker", sources=weaker)
    assert refused.value.code == "unconfirmed-figure-in-dataset"
    step(sqlite_instance, VERIFIER, "withdraw")
    freeze_release(sqlite_instance.context, shipped, "withdrawn", sources=weaker)
