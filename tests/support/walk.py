"""Walks a study through certification over the HTTP API, as far as a test asks.

``a_study``, ``a_reviewed_case``, ``a_granted_case`` and ``an_issued_label`` are the builders; the
single steps are there for tests that leave the straight way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

from api.demo.world import DemoProduct
from tests.support.instance import ALUMINIUM, Instance, a_bom_file

VERIFIER, REVIEWER, CERTIFIER = "wu.verifier", "chen.reviewer", "zhao.certifier"
ADMINISTRATOR = "admin"
REASON = "Criteria met. 符合认证准则。"


def a_study(
    instance: Instance, product: DemoProduct = ALUMINIUM, **described: str | None
) -> dict[str, Any]:
    """A stored study of a demonstration product, as its maker was answered.

    Args:
        instance: Where.
        product: Which one.
        described: What the bill says otherwise of the product: ``model``, ``gtin``, ``category``.
    """
    bill = a_bom_file(product)
    bill["product"] |= described
    found: dict[str, Any] = instance.post("/v1/footprints", product.preparer, bill)
    return found


@dataclass
class Walk:
    """One case on its way, with the people of its certification body."""

    instance: Instance
    product: DemoProduct
    study: dict[str, Any]
    case: dict[str, Any]
    report: str
    reviewer: str = REVIEWER
    certifier: str = CERTIFIER

    @property
    def path(self) -> str:
        """The case's address."""
        return f"/v1/cases/{self.case['id']}"

    def seen(self) -> dict[str, Any]:
        """What is in the case now, as the verifier reads it."""
        found: dict[str, Any] = self.instance.get(self.path, VERIFIER)["seen"]
        return found

    def try_step(self, person: str, action: str, **members: object) -> httpx2.Response:
        """A step, whatever is answered."""
        body = {"seen": self.seen(), "action": action, **members}
        return self.instance.send("POST", f"{self.path}/steps", person, body)

    def step(self, person: str, action: str, **members: object) -> dict[str, Any]:
        """A step that must be taken."""
        response = self.try_step(person, action, **members)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def agree(self) -> None:
        """Application reviewed and agreement signed."""
        self.step(self.reviewer, "review-application", is_accepted=True)
        self.step(
            self.reviewer,
            "conclude-agreement",
            number="SPECIMEN-AG",
            document_sha256=self.agreement(),
        )

    def agreement(self) -> str:
        """The hash of the signed agreement, which the certification body keeps."""
        return self.instance.client.keep(self.reviewer, "agreement", b"SPECIMEN agreement")

    def verify(self) -> None:
        """Verification with an unmodified statement."""
        self.step(VERIFIER, "start-verification")
        self.state()

    def state(self) -> None:
        """The verification statement."""
        self.step(
            VERIFIER,
            "issue-statement",
            number="SPECIMEN-VS",
            opinion="unmodified",
            assurance_level="limited",
            report_sha256=self.report,
            evidence_sha256=self.filed(),
        )

    def filed(self) -> list[str]:
        """The hashes of the documents the verifier finds filed behind the case."""
        found = self.instance.get(f"{self.path}/evidence", VERIFIER)
        return [document["evidence"]["sha256"] for document in found]

    def review(self) -> None:
        """Technical review."""
        self.step(
            self.reviewer,
            "complete-technical-review",
            is_grant_recommended=True,
            note="Complete.",
        )

    def decision(self) -> dict[str, Any]:
        """The body of a decision on what is there now."""
        return {"seen": self.seen(), "is_granted": True, "reason": REASON}

    def try_decide(self, person: str | None = None) -> httpx2.Response:
        """The decision, by the certifier or another person, whatever is answered."""
        path = f"{self.path}/decision"
        return self.instance.send("POST", path, person or self.certifier, self.decision())

    def decide(self) -> None:
        """The decision of the certifier, granted."""
        response = self.try_decide()
        assert response.status_code == 200, response.text

    def issue(self) -> dict[str, Any]:
        """The label."""
        found: dict[str, Any] = self.instance.post(f"{self.path}/label", self.certifier, None)
        return found


def an_application(
    instance: Instance, product: DemoProduct = ALUMINIUM, **described: str | None
) -> Walk:
    """A case just applied for, its evidence uploaded."""
    return an_application_for(instance, a_study(instance, product, **described), product)


def an_application_for(
    instance: Instance,
    study: dict[str, Any],
    product: DemoProduct = ALUMINIUM,
    certification_body: str = "tanbiao-gd",
) -> Walk:
    """A case just applied for on a study that is there, at a certification body."""
    bodies = instance.organisations
    case = instance.post(
        "/v1/cases",
        product.preparer,
        {
            "study_id": study["id"],
            "verification_body_id": bodies["zhujiang"],
            "certification_body_id": bodies[certification_body],
        },
    )
    client = instance.client
    client.upload(study["id"], product.preparer, "activity-data", b"SPECIMEN meter readings")
    report = client.upload(study["id"], VERIFIER, "verification-report", b"SPECIMEN report")
    return Walk(instance, product, study, case, report)


def a_reviewed_case(
    instance: Instance, product: DemoProduct = ALUMINIUM, **described: str | None
) -> Walk:
    """A case that waits for its decision."""
    walk = an_application(instance, product, **described)
    walk.agree()
    walk.verify()
    walk.review()
    return walk


def a_granted_case(
    instance: Instance, product: DemoProduct = ALUMINIUM, **described: str | None
) -> Walk:
    """A case that waits for its label."""
    walk = a_reviewed_case(instance, product, **described)
    walk.decide()
    return walk


def an_issued_label(
    instance: Instance, product: DemoProduct = ALUMINIUM, **described: str | None
) -> dict[str, Any]:
    """A label, straight from the bill of materials."""
    return a_granted_case(instance, product, **described).issue()


def set_suspended(instance: Instance, *, is_suspended: bool) -> None:
    """The accreditation of the certification body of Guangdong suspended, or in force again."""
    enter_certifying_body(instance, is_suspended=is_suspended)


def enter_certifying_body(instance: Instance, **changes: object) -> None:
    """What is entered of the certification body of Guangdong: in force but for the changes."""
    body = {
        "kind": "certification-body",
        "accreditation": "SPECIMEN-CB-0001",
        "categories": ["cpc-415", "cpc-464", "cpc-471"],
        "scope_from": "2020-01-01",
        "scope_until": "2031-01-01",
        "is_suspended": False,
        **changes,
    }
    path = f"/v1/organisations/{instance.organisations['tanbiao-gd']}/body"
    changed = instance.send("PUT", path, ADMINISTRATOR, body)
    assert changed.status_code == 204, changed.text
