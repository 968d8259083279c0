"""Rows of conformity-assessment bodies and of their history, as values and back."""

from __future__ import annotations

from datetime import date

from labels.access import Body, BodyKind
from lca_db.records.organisations.tables import BodyEventRow, BodyRow
from lca_db.records.organisations.values import AccreditedBody, BodyEvent


def accredited_body(row: BodyRow) -> AccreditedBody:
    """What a body is accredited for, from its row."""
    return AccreditedBody(body=body_of(row), accreditation=row.accreditation, contact=row.contact)


def body_of(row: BodyRow) -> Body:
    """The body of a row."""
    return Body(
        organisation_id=row.organisation_id,
        kind=BodyKind(row.kind),
        categories=tuple(row.categories),
        scope_from=row.scope_from,
        scope_until=row.scope_until,
        is_suspended=row.is_suspended,
        affiliates=frozenset(row.affiliates),
    )


def entered_json(entered: AccreditedBody) -> dict[str, object]:
    """What was entered of a body, as its history keeps it."""
    body = entered.body
    return {
        "kind": body.kind.value,
        "accreditation": entered.accreditation,
        "contact": entered.contact,
        "categories": list(body.categories),
        "scope_from": body.scope_from.isoformat(),
        "scope_until": body.scope_until.isoformat(),
        "is_suspended": body.is_suspended,
        "affiliates": sorted(body.affiliates),
    }


def body_event(row: BodyEventRow) -> BodyEvent:
    """One line of the history of a body, from its row."""
    content = row.content
    body = Body(
        organisation_id=row.organisation_id,
        kind=BodyKind(content["kind"]),
        categories=tuple(content["categories"]),
        scope_from=date.fromisoformat(content["scope_from"]),
        scope_until=date.fromisoformat(content["scope_until"]),
        is_suspended=content["is_suspended"],
        affiliates=frozenset(content["affiliates"]),
    )
    return BodyEvent(
        number=row.number,
        at=row.at,
        person_id=row.person_id,
        account_id=row.account_id,
        entered=AccreditedBody(
            body=body, accreditation=content["accreditation"], contact=content["contact"]
        ),
    )
