"""A second certification body in Guangdong, and a label of a product by each of the two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from api.demo.seed import Seeded, seed
from api.demo.world import (
    CATEGORIES,
    SCOPE_FROM,
    SCOPE_UNTIL,
    DemoOrganisation,
    DemoPerson,
)
from api.workflows.set_body_scope import set_body_scope
from labels.access import Body, BodyKind, Role
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import Walk, a_study, an_application_for

SECOND_BODY, SECOND_REVIEWER, SECOND_CERTIFIER = "second-cb", "second.reviewer", "second.certifier"


def with_second_body(instance: Instance) -> Instance:
    """The instance with one more certification body, its reviewer and its certifier."""
    body = DemoOrganisation(
        key=SECOND_BODY,
        kind="certification-body",
        names={"zh-Hans": "第二认证中心（虚构）", "en": "Second Certification (fictional)"},
        legal_id="SPECIMEN-SECOND",
        region="CN-GD",
        accreditation="SPECIMEN-CB-0002",
    )
    people = tuple(
        DemoPerson(key=key, name=key, organisation=SECOND_BODY, role=role)
        for key, role in ((SECOND_REVIEWER, Role.REVIEWER), (SECOND_CERTIFIER, Role.CERTIFIER))
    )
    added = seed(instance.context, (body,), people, with_inventory=False)
    scope = Body(
        organisation_id=added.organisations[SECOND_BODY],
        kind=BodyKind.CERTIFICATION,
        categories=CATEGORIES,
        scope_from=SCOPE_FROM,
        scope_until=SCOPE_UNTIL,
    )
    set_body_scope(instance.context, instance.actor("admin"), scope, body.accreditation)
    seeded = Seeded(
        {**instance.seeded.organisations, **added.organisations},
        {**instance.seeded.keys, **added.keys},
    )
    return replace(instance, seeded=seeded)


def two_labels_of_a_product(instance: Instance) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two active labels of one product, each of its own number and by its own body."""
    first = _issued(an_application_for(instance, a_study(instance)))
    application = an_application_for(instance, a_study(instance), certification_body=SECOND_BODY)
    second = _issued(replace(application, reviewer=SECOND_REVIEWER, certifier=SECOND_CERTIFIER))
    assert first["number"].split(":")[0] != second["number"].split(":")[0]
    shown = instance.get("/v1/labels", ALUMINIUM.preparer)
    assert [label["state"] for label in shown] == ["active", "active"]
    return first, second


def _issued(walk: Walk) -> dict[str, Any]:
    walk.agree()
    walk.verify()
    walk.review()
    walk.decide()
    return walk.issue()
