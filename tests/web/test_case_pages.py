"""A certification walked by its pages alone, each step by the person whose step it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from tests.support.browsing import Browser, Page, links, signed_in
from tests.support.instance import ALUMINIUM, Instance
from tests.support.walk import Walk, a_granted_case, a_reviewed_case, a_study, an_application

MAKER, VERIFIER, REVIEWER, CERTIFIER = (
    ALUMINIUM.preparer,
    "wu.verifier",
    "chen.reviewer",
    "zhao.certifier",
)
PDF = ("report.pdf", b"%PDF-1.7 SPECIMEN", "application/pdf")


@dataclass
class Desk:
    """Everybody at their browsers, looking at one case."""

    instance: Instance
    path: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)

    def of(self, person: str) -> Browser:
        """The person's browser, signed in once."""
        if person not in self.browsers:
            self.browsers[person] = signed_in(self.instance, person)
        return self.browsers[person]

    def page(self, person: str) -> Page:
        """The case as the person sees it now."""
        return self.of(person).open(self.path)

    def step(
        self,
        person: str,
        action: str,
        typed: dict[str, str] | None = None,
        file: tuple[str, bytes, str] | None = None,
    ) -> Page:
        """One step by the form of the page as it is now."""
        page = self.page(person)
        return self.of(person).send(
            page, f"{self.path}/steps", typed, file=file, which={"action": action}
        )


def an_applied_case(instance: Instance) -> Desk:
    """A study whose maker applies for a label on its page."""
    study = a_study(instance)
    desk = Desk(instance)
    browser = desk.of(MAKER)
    page = browser.open(f"/studies/{study['id']}")
    page = browser.send(
        page,
        f"/studies/{study['id']}/evidence",
        {"kind": "activity-data"},
        file=("meters.csv", b"kWh,1", "text/csv"),
    )
    assert "The document was added" in page.text
    page = browser.send(page, f"/studies/{study['id']}/applications")
    assert "The application was sent" in page.text
    desk.path = page.path
    return desk


def test_a_label_is_certified_by_four_people_through_their_pages(
    sqlite_instance: Instance,
) -> None:
    desk = an_applied_case(sqlite_instance)
    assert "Application submitted" in desk.page(MAKER).text
    desk.step(REVIEWER, "review-application", {"is_accepted": "yes"})
    desk.step(REVIEWER, "conclude-agreement", {"number": "AG-1"}, PDF)
    desk.step(VERIFIER, "start-verification")
    page = desk.of(VERIFIER).open(f"{desk.path}?place=billet/primary-ingot#new-finding")
    page = desk.of(VERIFIER).send(
        page,
        f"{desk.path}/steps",
        {"severity": "major", "text": "Weighbridge record of May is missing."},
        which={"action": "open-finding"},
    )
    assert "The finding was raised" in page.text
    assert "billet/primary-ingot" in page.text
    page = desk.step(
        VERIFIER,
        "issue-statement",
        {"number": "VS-1", "opinion": "unmodified", "assurance_level": "limited"},
        PDF,
    )
    assert page.status == 409
    assert "Findings are still open" in page.text
    desk.step(MAKER, "answer-finding", {"text": "Here it is."}, ("may.csv", b"1", "text/csv"))
    page = desk.page(VERIFIER)
    page = desk.of(VERIFIER).send(
        page,
        f"{desk.path}/steps",
        {"text": "Seen."},
        button=("action", "close-finding"),
        which={"finding_id": _finding_id(page)},
    )
    assert "The finding is closed" in page.text
    page = desk.step(
        VERIFIER,
        "issue-statement",
        {"number": "VS-1", "opinion": "unmodified", "assurance_level": "limited"},
        PDF,
    )
    assert "The verification statement was issued" in page.text
    desk.step(REVIEWER, "complete-technical-review", {"is_grant_recommended": "yes", "note": "OK"})
    page = desk.of(CERTIFIER).send(
        desk.page(CERTIFIER), f"{desk.path}/decision", {"is_granted": "yes", "reason": "Met."}
    )
    assert "Certification was granted" in page.text
    page = desk.of(CERTIFIER).send(page, f"{desk.path}/label")
    assert page.path.startswith("/labels/lbl_")
    assert "The label was issued" in page.text
    number = page.root.find_all("h1")[0].text
    public = next(a for a in page.root.find_all("a") if a.text == "Public page")
    label = desk.of(CERTIFIER).open(public.attributes["href"])
    assert label.status == 200
    assert number in label.text


def _finding_id(page: Page) -> str:
    return page.root.find_all("article")[0].attributes["id"]


def test_the_page_of_a_case_lists_the_evidence_wanted_and_heads_its_other_choices(
    sqlite_instance: Instance,
) -> None:
    walk = an_application(sqlite_instance, ALUMINIUM)
    page = Desk(sqlite_instance, f"/cases/{walk.case['id']}").page(REVIEWER)
    assert "Is the application complete" in page.text
    (panel,) = page.root.find_all("section", id="steps")
    assert "The scheme asks for this evidence: Activity data" in panel.text
    heads = [h.text for h in page.root.find_all("h3")]
    assert "Sensitivity: the result by other choices of datasets" in heads


def test_steps_are_offered_to_those_whose_step_it_is_and_to_nobody_else(
    sqlite_instance: Instance,
) -> None:
    walk = an_application(sqlite_instance)
    desk = Desk(sqlite_instance, f"/cases/{walk.case['id']}")
    steps = f"{desk.path}/steps"
    assert desk.page(REVIEWER).has_form(steps, action="review-application")
    assert desk.page(MAKER).has_form(steps, action="surrender-application")
    assert not desk.page(MAKER).has_form(steps, action="review-application")
    assert not desk.page(VERIFIER).has_form(steps)
    walk.agree()
    assert desk.page(VERIFIER).has_form(steps, action="start-verification")
    assert not desk.page(REVIEWER).has_form(steps)
    walk.verify()
    walk.review()
    decision = f"{desk.path}/decision"
    assert desk.page(CERTIFIER).has_form(decision)
    for person in (MAKER, VERIFIER, REVIEWER):
        assert not desk.page(person).has_form(decision)


def test_the_decision_page_shows_every_criterion_the_people_and_the_findings(
    sqlite_instance: Instance,
) -> None:
    walk = a_reviewed_case(sqlite_instance)
    page = Desk(sqlite_instance, f"/cases/{walk.case['id']}").page(CERTIFIER)
    for words in (
        "The stages add up to the total",
        "The share from draft data is within the limit",
        "何敏 He Min",
        "吴越 Wu Yue",
        "陈朗 Chen Lang",
        "SPECIMEN-VS",
    ):
        assert words in page.text, words
    criteria = next(
        t
        for t in page.root.find_all("table")
        if t.find_all("caption")[0].text == "Criteria of the scheme"
    )
    assert len(criteria.find_all("tbody")[0].find_all("tr")) == 11


def test_a_decision_on_something_that_changed_meanwhile_is_refused_and_keeps_what_was_typed(
    sqlite_instance: Instance,
) -> None:
    walk = a_reviewed_case(sqlite_instance)
    desk = Desk(sqlite_instance, f"/cases/{walk.case['id']}")
    stale = desk.page(CERTIFIER)
    walk.decide()
    page = desk.of(CERTIFIER).send(
        stale, f"{desk.path}/decision", {"is_granted": "no", "reason": "Thought of again."}
    )
    assert page.status == 409
    assert "Somebody else has changed the case" in page.text
    assert walk.instance.get(walk.path, CERTIFIER)["state"] == "decided-granted"


def test_somebody_who_verified_is_told_why_they_cannot_go_on(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.verify()
    response = walk.try_step(
        "wu.verifier", "complete-technical-review", is_grant_recommended=True, note="mine"
    )
    assert response.status_code == 403
    page = Desk(sqlite_instance, f"/cases/{walk.case['id']}").page(MAKER)
    assert "Attempt refused" in page.text


def test_a_refusal_without_a_reason_is_asked_for_the_reason(sqlite_instance: Instance) -> None:
    desk = an_applied_case(sqlite_instance)
    page = desk.step(REVIEWER, "review-application", {"is_accepted": "no"})
    assert page.status == 422
    assert page.has_form(f"{desk.path}/steps", action="review-application")
    page = desk.step(REVIEWER, "review-application", {"is_accepted": "no", "reason": "Not ours."})
    assert "Refused" in page.text
    assert "Not ours." in page.text


def test_an_applicant_withdraws_with_a_typed_reason(sqlite_instance: Instance) -> None:
    desk = an_applied_case(sqlite_instance)
    page = desk.step(MAKER, "surrender-application", {"reason": "We changed the alloy."})
    assert "The application was withdrawn" in page.text
    assert not page.has_form(f"{desk.path}/steps")


def test_the_queue_puts_what_waits_for_the_reader_first(sqlite_instance: Instance) -> None:
    an_application(sqlite_instance)
    queue = signed_in(sqlite_instance, REVIEWER).open("/queue")
    assert "Waiting for you" in queue.root.find_all("caption")[0].text
    others = signed_in(sqlite_instance, VERIFIER).open("/queue")
    assert [c.text for c in others.root.find_all("caption")] == ["Others"]
    empty = signed_in(sqlite_instance, "lin.haiju").open("/cases")
    assert "You have not applied for a label yet" in empty.text


def test_evidence_is_saved_and_not_shown_inside_our_origin(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    page = signed_in(sqlite_instance, VERIFIER).open(f"/cases/{walk.case['id']}")
    link = next(
        a.attributes["href"]
        for a in page.root.find_all("a")
        if a.attributes["href"].startswith("/evidence/")
    )
    answer = signed_in(sqlite_instance, VERIFIER).fetch(link)
    assert answer.content == b"SPECIMEN meter readings"
    assert answer.headers["content-disposition"].startswith("attachment;")


def test_a_label_is_suspended_and_reinstated_on_its_page(sqlite_instance: Instance) -> None:
    walk: Walk = a_granted_case(sqlite_instance)
    label = walk.issue()
    browser = signed_in(sqlite_instance, CERTIFIER)
    page = browser.open(f"/labels/{label['id']}")
    status = f"/labels/{label['id']}/status"
    page = browser.send(
        page,
        status,
        {"reason": "missed-surveillance", "note": "No answer since May."},
        which={"move": "suspend"},
    )
    assert "The label is suspended" in page.text
    assert "suspended since" in browser.open(f"/L/{label['url'].rsplit('/', 1)[-1]}").text
    page = browser.send(page, status, {"note": "Audit passed."}, which={"move": "reinstate"})
    assert "The label is valid again" in page.text
    holder = signed_in(sqlite_instance, MAKER).open(f"/labels/{label['id']}")
    assert "No answer since May." in holder.text
    assert holder.has_form(status, move="surrender")
    assert not holder.has_form(status, move="suspend")


def test_a_document_added_after_the_statement_is_marked_on_the_page(
    sqlite_instance: Instance,
) -> None:
    desk = an_applied_case(sqlite_instance)
    desk.step(REVIEWER, "review-application", {"is_accepted": "yes"})
    desk.step(REVIEWER, "conclude-agreement", {"number": "AG-1"}, PDF)
    desk.step(VERIFIER, "start-verification")
    words = {"number": "VS-1", "opinion": "unmodified", "assurance_level": "limited"}
    page = desk.step(VERIFIER, "issue-statement", words, PDF)
    assert page.text.count("Named in the statement") == 2, page.text
    study = sqlite_instance.get(f"/v1{desk.path}", MAKER)["study_id"]
    sqlite_instance.client.upload(study, MAKER, "activity-data", b"SPECIMEN late")
    for person, path in ((REVIEWER, desk.path), (MAKER, f"/studies/{study}")):
        page = desk.of(person).open(path)
        assert page.text.count("Named in the statement") == 2
        assert page.text.count("Added after the statement; does not count") == 1


def test_a_statement_covers_what_the_verifier_had_on_the_page(sqlite_instance: Instance) -> None:
    """A document that came while the verifier was writing was not seen and does not count."""
    walk = an_application(sqlite_instance)
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    desk = Desk(sqlite_instance, f"/cases/{walk.case['id']}")
    page = desk.page(VERIFIER)
    sqlite_instance.client.upload(walk.study["id"], MAKER, "activity-data", b"SPECIMEN meanwhile")
    words = {"number": "VS-1", "opinion": "unmodified", "assurance_level": "limited"}
    steps = f"{desk.path}/steps"
    page = desk.of(VERIFIER).send(page, steps, words, which={"action": "issue-statement"})
    assert page.text.count("Named in the statement") == 2, page.text
    assert page.text.count("Not named in the statement; does not count") == 1


def test_an_application_with_the_body_that_advised_is_refused_on_its_page(
    sqlite_instance: Instance,
) -> None:
    study = a_study(sqlite_instance)
    browser = signed_in(sqlite_instance, MAKER)
    address = f"/studies/{study['id']}/applications"
    advised = {
        "consultancy_id": sqlite_instance.organisations["zhujiang"],
        "consultancy_ended_on": sqlite_instance.context.now().date().isoformat(),
    }
    page = browser.open(f"/studies/{study['id']}")
    assert browser.send(page, address, advised).status == 403
    without_day = {**advised, "consultancy_ended_on": ""}
    assert browser.send(page, address, without_day).status == 422
    long_ago = {**advised, "consultancy_ended_on": "2020-01-01"}
    page = browser.send(page, address, long_ago)
    assert "The application was sent" in page.text
    assert "Consultancy that helped to compute" in page.text


def test_the_maker_saves_the_agreement_from_the_page_of_the_case(sqlite_instance: Instance) -> None:
    walk = an_application(sqlite_instance)
    walk.agree()
    browser = signed_in(sqlite_instance, MAKER)
    path = f"/cases/{walk.path.rpartition('/')[2]}"
    assert f"{path}/agreement" in links(browser.open(path))
    saved = browser.fetch(f"{path}/agreement")
    assert saved.headers["Content-Disposition"].startswith("attachment"), saved.text
    assert hashlib.sha256(saved.content).hexdigest() == walk.agreement()
