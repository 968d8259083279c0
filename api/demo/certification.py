"""The demonstration's certification: separate people take each product to its label over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.context import system_clock
from api.demo.client import DemoFailed, InstanceClient
from api.demo.world import DemoProduct

VERIFIER, REVIEWER, CERTIFIER = "wu.verifier", "chen.reviewer", "zhao.certifier"


@dataclass
class CertifiedProduct:
    """A product with its study, case and label, as the API answered them."""

    product: DemoProduct
    study: dict[str, Any]
    case: dict[str, Any]
    label: dict[str, Any]


@dataclass
class Certification:
    """Takes one case through its steps; each call reads what is there and sends it back as seen."""

    client: InstanceClient
    bodies: dict[str, str]

    def certify(self, product: DemoProduct, study: dict[str, Any]) -> CertifiedProduct:
        """From application to active label."""
        case = self.client.post(
            "/v1/cases",
            product.preparer,
            {
                "study_id": study["id"],
                "verification_body_id": self.bodies["zhujiang"],
                "certification_body_id": self.bodies["tanbiao-gd"],
            },
        )
        readings, report = self._evidence(product, study["id"])
        agreement = self.client.keep(
            REVIEWER, f"agreement-{product.key}", f"SPECIMEN {product.key}: agreement".encode()
        )
        self._step(case, REVIEWER, action="review-application", is_accepted=True)
        self._step(
            case,
            REVIEWER,
            action="conclude-agreement",
            number=f"SPECIMEN-AG-{product.key}",
            document_sha256=agreement,
        )
        self._step(case, VERIFIER, action="start-verification")
        if product.has_finding:
            self._open_finding(case)
        self._step(
            case,
            VERIFIER,
            action="issue-statement",
            number=f"SPECIMEN-VS-{product.key}",
            opinion="unmodified",
            assurance_level="limited",
            report_sha256=report,
            evidence_sha256=[readings, report],
        )
        self._step(
            case,
            REVIEWER,
            action="complete-technical-review",
            is_grant_recommended=True,
            note="Statement, findings and evidence are complete. 核查声明与证据完整。",
        )
        self._refuse_own_decision(case, product)
        if product.has_finding:
            self._decide(case, CERTIFIER, expected=409)
            self._close_finding(case, product)
        self._decide(case, CERTIFIER)
        label = self.client.post(f"/v1/cases/{case['id']}/label", CERTIFIER, None)
        return CertifiedProduct(product, study, case, label)

    def _seen(self, case: dict[str, Any], person: str) -> Any:
        return self.client.get(f"/v1/cases/{case['id']}", person)["seen"]

    def _step(self, case: dict[str, Any], person: str, **members: object) -> Any:
        body = {"seen": self._seen(case, person), **members}
        return self.client.post(f"/v1/cases/{case['id']}/steps", person, body, expected=200)

    def _decide(self, case: dict[str, Any], person: str, expected: int = 200) -> None:
        seen = self._seen(case, CERTIFIER)
        self.client.post(
            f"/v1/cases/{case['id']}/decision",
            person,
            {"seen": seen, "is_granted": True, "reason": "Criteria met. 符合认证准则。"},
            expected=expected,
        )

    def _refuse_own_decision(self, case: dict[str, Any], product: DemoProduct) -> None:
        """Who verified may not decide; the attempt is refused and stands in the history."""
        self._decide(case, VERIFIER, expected=403)
        events = self.client.get(f"/v1/cases/{case['id']}/events", product.preparer)
        if not any(event["kind"] == "attempt-refused" for event in events):
            raise DemoFailed("the refused decision is not in the history")

    def _open_finding(self, case: dict[str, Any]) -> None:
        self._step(
            case,
            VERIFIER,
            action="open-finding",
            severity="minor",
            text="Meter reading of December is missing. 缺少12月电表读数。",
            due_on=(system_clock() + timedelta(days=30)).date().isoformat(),
            place="/lines",
        )

    def _close_finding(self, case: dict[str, Any], product: DemoProduct) -> None:
        finding = self.client.get(f"/v1/cases/{case['id']}", VERIFIER)["findings"][0]
        self._step(
            case,
            product.preparer,
            action="answer-finding",
            finding_id=finding["id"],
            text="The reading is in the uploaded record. 读数见上传记录。",
        )
        self._step(
            case,
            VERIFIER,
            action="close-finding",
            finding_id=finding["id"],
            text="Seen and accepted. 已核对并接受。",
        )

    def _evidence(self, product: DemoProduct, study_id: str) -> tuple[str, str]:
        """Activity data by the maker, verification report by the verifier; their hashes."""
        words = f"SPECIMEN {product.key}: fictional record for demonstration".encode()
        readings = self.client.upload(study_id, product.preparer, "activity-data", words)
        report = self.client.upload(study_id, VERIFIER, "verification-report", words + b" report")
        return readings, report
