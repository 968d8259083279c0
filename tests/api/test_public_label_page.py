"""The public page of a real label says what is so: place, contact, reasons, conditions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from api.demo.recognition import sign_arrangement
from api.jobs.sweeps import sweep
from api.workflows.publish_body_changes import LONGEST_CHANGE, publish_body_changes
from labels.register.entry import EntryKind, RegisterEntry, parse_entry
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.outsiders import with_outsiders
from tests.support.two_bodies import TwoBodies
from tests.support.walk import CERTIFIER, an_application_for, enter_certifying_body

PAGE_LIMIT_BYTES = 50_000


def page_of(instance: Instance, label: Any, language: str = "en") -> str:
    serial = label["url"].rpartition("/")[2]
    return instance.send("GET", f"/L/{serial}?lang={language}").text


def entries_of(instance: Instance) -> list[RegisterEntry]:
    lines = instance.send("GET", "/register/entries").content.splitlines()
    return [parse_entry(line) for line in lines]


def change(instance: Instance, move: str, reason: str | None) -> None:
    path = f"/v1/labels/{instance.label['id']}"
    seen = instance.get(path, CERTIFIER)["state_version"]
    body = {"move": move, "seen_state_version": seen, "reason": reason}
    instance.post(f"{path}/status", CERTIFIER, body, status=200)


def test_an_unknown_label_is_not_known_here_and_asks_nobody_to_sign_in(
    issued_instance: Instance,
) -> None:
    """Where a counterfeit code leads: the reader has no account, and none would help."""
    words = {
        "en": "Not known here",
        "pt": "Não conhecida aqui",
        "zh-Hans": "本机构不认识该标识",
        "zh-Hant": "本機構不認識該標籤",
    }
    for address in ("/L/AAAAAAAAAAAAAAAAAAAAAAAAAA", "/01/04006381333931/21/" + "A" * 26):
        for language, title in words.items():
            answer = issued_instance.http.get(
                f"{address}?lang={language}", headers={"Accept": "text/html"}
            )
            assert answer.status_code == 404
            main = answer.text.partition("<main")[2]
            assert f"<h1>{title}</h1>" in main
            assert "sign" not in main.lower().replace("signature", "")
            assert 'class="button"' not in main


def test_head_is_answered_as_get_is_without_the_body(issued_instance: Instance) -> None:
    serial = issued_instance.label["url"].rpartition("/")[2]
    for path in (f"/L/{serial}", f"/L/{serial}/credential", "/health", "/status/labels"):
        got, asked = (issued_instance.http.request(m, path) for m in ("GET", "HEAD"))
        assert (asked.status_code, asked.content) == (200, b""), path
        assert asked.headers["content-length"] == str(len(got.content)), path


def test_a_reinstatement_gives_no_reason_in_the_register_and_on_the_page(
    issued_instance: Instance,
) -> None:
    change(issued_instance, "suspend", "missed-surveillance")
    change(issued_instance, "reinstate", None)
    suspended, reinstated = entries_of(issued_instance)[-2:]
    assert suspended.kind is EntryKind.LABEL_SUSPENDED
    assert suspended.members["reasonClass"] == "missed-surveillance"
    assert reinstated.kind is EntryKind.LABEL_REINSTATED
    assert "reasonClass" not in reinstated.members
    page = page_of(issued_instance, issued_instance.label)
    assert page.count("a surveillance audit was missed") == 1, "with the suspension alone"
    assert "Label reinstated · Version 1</span>" in page


def test_a_bill_without_a_plant_leaves_it_not_stated(sqlite_instance: Instance) -> None:
    bill = a_bom_file()
    assert bill["product"]["plant"], "the demonstration names its plants"
    del bill["product"]["plant"]
    study = sqlite_instance.post("/v1/footprints", ALUMINIUM.preparer, bill)
    walk = an_application_for(sqlite_instance, study)
    walk.agree()
    walk.verify()
    walk.review()
    walk.decide()
    label = walk.issue()
    assert "Place of manufacture · Not stated" in page_of(sqlite_instance, label)
    assert "生产地 · 未说明" in page_of(sqlite_instance, label, "zh-Hans")


def test_the_page_names_the_plant_of_the_bill(issued_instance: Instance) -> None:
    page = page_of(issued_instance, issued_instance.label)
    assert "Place of manufacture · 虚构工厂，广东惠州 / Fictional works, Huizhou" in page


def test_the_page_shows_the_contact_of_the_body_that_issued_the_label(
    issued_instance: Instance,
) -> None:
    """That of no other body of the instance, whichever of them has one."""
    gives = "complaints@gd.specimen.example (虚构 / fictional)"
    assert f"<dt>Contact</dt><dd>{gives}</dd>" in page_of(issued_instance, issued_instance.label)
    enter_certifying_body(with_outsiders(issued_instance), contact="")
    sweep(issued_instance.context)
    page = page_of(issued_instance, issued_instance.label)
    assert "<dt>Contact</dt><dd>Not stated</dd>" in page
    enter_certifying_body(issued_instance, contact="complaints@body.example")
    sweep(issued_instance.context)
    page = page_of(issued_instance, issued_instance.label)
    assert '<a href="mailto:complaints@body.example">complaints@body.example</a>' in page
    issued_instance.context.clock = lambda: datetime.now(UTC) + 2 * LONGEST_CHANGE
    assert publish_body_changes(issued_instance.context) == 1, "a page begun during the change"
    assert publish_body_changes(issued_instance.context) == 0


def test_the_real_page_links_certificate_and_machine_readable_credential(
    issued_instance: Instance,
) -> None:
    page = page_of(issued_instance, issued_instance.label)
    serial = issued_instance.label["url"].rpartition("/")[2]
    for name, words in (
        ("certificate.pdf", "Certificate (PDF)"),
        ("credential", "Signed credential, machine-readable (JSON)"),
    ):
        assert f'<a href="/L/{serial}/{name}">{words}</a>' in page
    credential = json.loads(issued_instance.send("GET", f"/L/{serial}/credential").content)
    subject = credential["credentialSubject"]
    assert subject["unmetCriteria"] == ["draft-share"]
    assert subject["unassessedCriteria"] == ["completeness"]
    assert "The share from draft data is within the limit" in page
    for language in ("zh-Hans", "zh-Hant", "en", "pt"):
        assert len(page_of(issued_instance, issued_instance.label, language)) < PAGE_LIMIT_BYTES


def test_the_conditions_of_a_recognition_are_those_of_the_signed_arrangement(
    bodies: TwoBodies,
) -> None:
    sign_arrangement(bodies.home.client, bodies.client)
    bodies.recognise()
    page = bodies.page()
    assert "Hong Kong: recognised by" in page
    assert "Conditions: A specimen without legal effect." in page


def test_conditions_of_an_arrangement_that_is_not_at_hand_are_not_stated(bodies: TwoBodies) -> None:
    bodies.agree()  # the home body never took the countersigned bytes in
    bodies.recognise()
    assert "Conditions: Not stated" in bodies.page()
