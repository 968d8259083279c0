"""Threat 11 where the id stands inside what is sent: another's object is like a random id there.

Generated from the OpenAPI document and from the templates of the pages: a member or field that
names an object fails here until it is said who sends it and what else is right in the request.
Hashes of documents are not ids; whose documents may be named is tested with the documents.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from api.ids import identifier
from labels.access import Role
from tests.support.api_routes import Operation, operations
from tests.support.browsing import signed_in
from tests.support.instance import LFP, Instance, a_bom_file
from tests.support.outsiders import contents, outsider, with_outsiders
from tests.support.source_tree import ROOT
from tests.support.walk import VERIFIER, Walk, an_application

MAKER = outsider(Role.MANUFACTURER)
# Bodies, banks, organisations, datasets and releases are known to everybody who may name them; a
# legal id names nobody in the instance.
KNOWN_TO_ALL = frozenset(
    {
        "verification_body_id",
        "certification_body_id",
        "consultancy_id",
        "bank_id",
        "organisation_id",
        "legal_id",
        "dataset_id",
        "release_id",
    }
)
FILED = {"file": ("record.txt", b"SPECIMEN record", "text/plain")}


@dataclass(frozen=True)
class Named:
    """A request of somebody else, right but for the object it names.

    Attributes:
        person: Who sends it.
        theirs: The id of an object that is not theirs.
        body: The rest of the body or form.
        path: Where to, when it is not the operation's own path.
        code: What is answered for an object of another and for none at all.
    """

    person: str
    theirs: str
    body: Mapping[str, Any]
    path: str = ""
    code: str = "not-found"


@dataclass(frozen=True)
class World:
    """The issued label and what outsiders have of their own."""

    instance: Instance
    walk: Walk
    finding_id: str

    def of_bodies(self) -> dict[str, Named]:
        """By operation and member."""
        return {
            "POST /v1/cases /study_id": self._application(),
            "POST /v1/volumes /label_id": self._volume(),
            **{
                f"POST /v1/cases/{{case_id}}/steps /finding_id ({action})": self._step(action)
                for action in ("answer-finding", "close-finding", "return-finding")
            },
        }

    def of_forms(self) -> dict[str, Named]:
        """By template and field."""
        step = self._step("answer-finding")
        seen = step.body["seen"]
        answer = {"action": "answer-finding", "text": "See the record.", **seen}
        path = f"/cases/{self.walk.case['id']}/steps"
        return {
            "account.html label_id": Named(
                MAKER,
                self.instance.label["id"],
                {"amount": "1", "unit": "kWh", **_PERIOD},
                "/account/volumes",
            ),
            "case_parts.html finding_id": Named(
                step.person, self.finding_id, answer, path, "finding-unknown"
            ),
            "enterprises.html enterprise_id": Named(
                outsider(Role.BANK),
                self.instance.organisations["haiju"],
                {"purpose": "credit-assessment"},
                "/enterprises",
                "consent-missing",
            ),
        }

    def _application(self) -> Named:
        bodies = {
            "verification_body_id": self.instance.organisations["zhujiang"],
            "certification_body_id": self.instance.organisations["tanbiao-gd"],
        }
        return Named(MAKER, self.instance.label["study_id"], bodies)

    def _volume(self) -> Named:
        study = self.instance.post("/v1/footprints", MAKER, a_bom_file(LFP))
        record = self.instance.client.upload(study["id"], MAKER, "activity-data", b"SPECIMEN")
        sold = {"amount": "1", "unit": "kWh", **_PERIOD, "evidence_sha256": record}
        return Named(MAKER, self.instance.label["id"], sold)

    def _step(self, action: str) -> Named:
        """A finding of another case, named in a case of one's own."""
        person = self.walk.product.preparer if action == "answer-finding" else VERIFIER
        body = {"seen": self.walk.seen(), "action": action, "text": "See the record."}
        path = f"{self.walk.path}/steps"
        return Named(person, self.finding_id, body, path, "finding-unknown")


SAID = {  # what a page answers
    "not-found": (404, "There is nothing at this address"),
    "finding-unknown": (422, "The case has no finding"),
    "consent-missing": (403, "has not given your bank a consent"),
}
_PERIOD = {"period_from": "2026-01-01", "period_to": "2026-01-31"}


@pytest.fixture
def world(issued_instance: Instance) -> World:
    found = with_outsiders(issued_instance)
    case = found.get(f"/v1/cases/{found.label['case_id']}", LFP.preparer)
    walk = an_application(found)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    return World(found, walk, case["findings"][0]["id"])


def members(operation: Operation, schema: Any, place: str = "") -> Iterator[str]:
    """Places of the members of a body that name something by its id."""
    schema = operation.resolved(schema)
    if "const" in schema.get("properties", {}).get("action", {}):
        action = schema["properties"]["action"]["const"]
    else:
        action = ""
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from members(operation, branch, place)
    if isinstance(schema.get("items"), dict):
        yield from members(operation, schema["items"], f"{place}/0")
    for name, member in schema.get("properties", {}).items():
        if name.endswith(("_id", "_ids")) and name not in KNOWN_TO_ALL:
            yield f"{place}/{name}" + (f" ({action})" if action else "")
        yield from members(operation, member, f"{place}/{name}")


def named_in_bodies(instance: Instance) -> set[str]:
    return {
        f"{operation} {place}"
        for operation in operations(instance.app)
        if operation.is_write and operation.json_schema is not None
        for place in members(operation, operation.json_schema)
    }


FIELD = re.compile(r"""(?:name=|m\.(?:select|field)\()"(?P<name>\w+_ids?)\"""")


def named_in_forms() -> set[str]:
    return {
        f"{template.name} {field['name']}"
        for template in (ROOT / "api/web/templates").glob("*.html")
        for field in FIELD.finditer(template.read_text(encoding="utf-8"))
        if field["name"] not in KNOWN_TO_ALL
    }


def random_id(instance: Instance, like: str) -> str:
    """Of the same kind and as recent, of nothing."""
    now = instance.context.now()
    return identifier(like.partition("_")[0], now, secrets.randbits(80))


def neutral(answered: httpx2.Response, *ids: str) -> tuple[int, str]:
    """Status and text, without what was asked and without the keys of forms."""
    text = re.sub(r"onc_[0-9a-z]{26}", "ONCE", answered.text)
    for value in ids:
        text = text.replace(value, "ID")
    return answered.status_code, text


def test_threat_11_every_id_in_a_body_is_like_a_random_one_for_who_does_not_own_it(
    world: World,
) -> None:
    instance, tried = world.instance, world.of_bodies()
    assert named_in_bodies(instance) == tried.keys()
    before = contents(instance.context.engine)
    for place, named in tried.items():
        operation, _, member = place.partition(" (")[0].rpartition(" /")
        method, _, path = operation.partition(" ")
        random = random_id(instance, named.theirs)
        answers = [
            instance.send(method, named.path or path, named.person, {**named.body, member: value})
            for value in (named.theirs, random)
        ]
        told = {neutral(answer, named.theirs, random) for answer in answers}
        assert len(told) == 1, (place, told)
        assert answers[0].json()["code"] == named.code, (place, answers[0].text)
    assert contents(instance.context.engine) == before


def test_threat_11_every_id_in_a_form_is_like_a_random_one_for_who_does_not_own_it(
    world: World,
) -> None:
    instance, tried = world.instance, world.of_forms()
    assert named_in_forms() == tried.keys()
    logged = frozenset({"session", "rating_reading", "file", "document"})  # a file sent is kept
    before = contents(instance.context.engine, but=logged)
    for place, named in tried.items():
        browser = signed_in(instance, named.person)
        field = place.partition(" ")[2]
        random = random_id(instance, named.theirs)
        answers = [
            browser.http.post(
                named.path,
                data={**{k: str(v) for k, v in named.body.items()}, field: value},
                files=FILED if "volumes" in named.path else None,
                headers=browser.headers,
                follow_redirects=False,
            )
            for value in (named.theirs, random)
        ]
        told = {neutral(answer, named.theirs, random) for answer in answers}
        assert len(told) == 1, (place, told)
        status, words = SAID[named.code]
        assert answers[0].status_code == status, (place, answers[0].text)
        assert words in answers[0].text, (place, answers[0].text)
    assert contents(instance.context.engine, but=logged) == before
