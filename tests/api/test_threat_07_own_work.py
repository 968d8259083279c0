"""Threat 7: nobody decides on what they prepared, verified or reviewed, with whatever account.

It is the person that counts: here one person has several accounts in several organisations.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from api.demo.seed import Seeded
from api.workflows.make_api_key import make_api_key
from labels.access import Role, Scope
from lca_db.errors import Conflict
from lca_db.records.organisations.values import Account, email_skeleton
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import REVIEWER, VERIFIER, Walk, a_reviewed_case

SECOND = "the.same.person"


def also_certifier(instance: Instance, person: str) -> Instance:
    """The same natural person with one more account, as a certifier of the body."""
    actor = instance.actor(person)
    account = Account(
        id=instance.context.ids("acc"),
        person_id=actor.person_id,
        organisation_id=instance.organisations["tanbiao-gd"],
        email=email_skeleton(f"second.{person}@specimen.example"),
        password_hash="nobody signs in with this",
        roles=frozenset({Role.CERTIFIER}),
        created_at=instance.context.now(),
    )
    with UnitOfWork(instance.context.engine, Scope.everything("test")) as uow:
        uow.organisations.add_account(account)
        uow.commit()
    key = make_api_key(instance.context, account, "test").secret
    seeded = Seeded(instance.organisations, {**instance.seeded.keys, SECOND: key})
    return replace(instance, seeded=seeded)


def history(walk: Walk) -> list[str]:
    events = walk.instance.get(f"{walk.path}/events", ALUMINIUM.preparer)
    return [event["kind"] for event in events]


@pytest.mark.parametrize("person", [ALUMINIUM.preparer, VERIFIER, REVIEWER])
def test_threat_07_a_second_account_of_the_same_person_does_not_decide(
    instance: Instance, person: str
) -> None:
    found = also_certifier(instance, person)
    walk = replace(a_reviewed_case(found), instance=found)
    before = history(walk)
    answer = walk.try_decide(SECOND)
    assert answer.status_code == 403, answer.text
    assert history(walk) == [*before, "attempt-refused"]
    assert found.get(walk.path, VERIFIER)["state"] == "technically-reviewed"
    assert found.get("/v1/labels", SECOND) == []
    walk.decide()  # and somebody else can


def test_threat_07_no_role_of_the_case_decides(sqlite_instance: Instance) -> None:
    walk = a_reviewed_case(sqlite_instance)
    for person in (ALUMINIUM.preparer, VERIFIER, REVIEWER, "admin", "guan.authority"):
        assert walk.try_decide(person).status_code in {403, 404}, person
    assert "decision-taken" not in history(walk)


def test_threat_07_the_tables_refuse_it_as_well(instance: Instance) -> None:
    """Whoever goes past the program meets the check of the database."""
    walk = a_reviewed_case(instance)
    for role in ("preparer_id", "verifier_id", "reviewer_id"):
        statement = (
            "UPDATE certification_case SET state = 'decided-granted', "
            f"version = version + 1, decision_maker_id = {role} WHERE id = :id"
        )
        with pytest.raises(Conflict) as refused, instance.context.engine.begin() as connection:
            connection.execute(text(statement), {"id": walk.case["id"]})
        assert "persons_apart" in refused.value.parameters["rule"]
