"""Who advised does not verify or certify: consultancies as the applicant declares them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from labels.access import Role, Scope
from lca_db.records.organisations.values import Account
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import ALUMINIUM, Instance
from tests.support.outsiders import outsider, with_outsiders
from tests.support.walk import VERIFIER, Walk, a_study

MAKER = ALUMINIUM.preparer


def applied(
    instance: Instance, study: dict[str, Any], consultancy: str, days_ago: int, status: int = 201
) -> dict[str, Any]:
    ended_on = (instance.context.now() - timedelta(days=days_ago)).date().isoformat()
    declared = {"organisation_id": consultancy, "ended_on": ended_on}
    body = {
        "study_id": study["id"],
        "verification_body_id": instance.organisations["zhujiang"],
        "certification_body_id": instance.organisations["tanbiao-gd"],
        "consultancies": [declared],
    }
    found: dict[str, Any] = instance.post("/v1/cases", MAKER, body, status=status)
    return found


def test_a_body_that_advised_is_refused_with_the_application(instance: Instance) -> None:
    study = a_study(instance)
    for body in ("zhujiang", "tanbiao-gd"):
        refused = applied(instance, study, instance.organisations[body], 30, 403)
        assert refused["code"] == "body-consulted"
    assert instance.get("/v1/cases", MAKER) == []
    case = applied(instance, study, instance.organisations["zhujiang"], 3 * 365)
    assert len(case["consultancies"]) == 1, "long ago, and still told"


def test_a_person_of_the_consultancy_does_not_verify_for_another_body(instance: Instance) -> None:
    """The verifier has an account in the firm that advised as well; it is the person who counts."""
    found = with_outsiders(instance)
    advised = found.organisations[outsider(Role.VERIFIER)]
    account = Account(
        id=found.context.ids("acc"),
        person_id=found.actor(VERIFIER).person_id,
        organisation_id=advised,
        email="second.wu@specimen.example",
        password_hash="nobody signs in with this",
        roles=frozenset({Role.VERIFIER}),
        created_at=found.context.now(),
    )
    with UnitOfWork(found.context.engine, Scope.everything("test")) as uow:
        uow.organisations.add_account(account)
        uow.commit()
    study = a_study(found)
    case = applied(found, study, advised, 30)
    report = found.client.upload(study["id"], MAKER, "verification-report", b"SPECIMEN")
    walk = Walk(found, ALUMINIUM, study, case, report)
    walk.agree()
    refused = walk.try_step(VERIFIER, "start-verification")
    assert (refused.status_code, refused.json()["code"]) == (403, "person-prepared-case")
    (submitted, *_) = found.get(f"{walk.path}/events", MAKER)
    assert advised in submitted["details"]["consultancies"]


def test_a_consultancy_is_an_organisation_known_here(sqlite_instance: Instance) -> None:
    refused = applied(sqlite_instance, a_study(sqlite_instance), "org_" + "0" * 26, 30, 404)
    assert refused["code"] == "not-found"
