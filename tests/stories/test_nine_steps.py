"""The nine steps of the architecture (docs/walkthrough.md), walked once through the HTTP API.

One battery system goes from a bill of materials to a label that a phone scans, that is verified
with no server running, recognised by a second instance in a process of its own, posted to its
maker's product book and rated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.context import Context, open_context
from api.demo import finance, recognition, scanning
from api.demo.certification import CertifiedProduct
from api.demo.client import InstanceClient
from api.demo.instance import free_port
from api.demo.seed import Seeded, prepare_instance, seed
from api.demo.world import HONG_KONG_ORGANISATIONS, HONG_KONG_PEOPLE
from api.jobs.work import run_due_jobs
from api.settings import Settings
from labels.locale import translator
from labels.render.paper import page_png, page_text
from labels.render.qr import read_back
from tests.support.instance import (
    LFP,
    YEAR,
    Instance,
    Template,
    running,
    seeded_instance,
    settings_of,
)
from tests.support.serving import serving
from tests.support.walk import CERTIFIER, VERIFIER, Walk, an_application

LANGUAGES = ("zh-Hans", "zh-Hant", "en", "pt")


@dataclass
class Bodies:
    """Two certification bodies: Guangdong in this process first, then both in their own."""

    home: Instance
    home_settings: Settings
    away_settings: Settings
    away: Seeded


@pytest.fixture
def bodies(sqlite_instance_template: Template, tmp_path: Path) -> Iterator[Bodies]:
    home_settings = _settings(tmp_path / "guangdong", "CN-GD")
    seeded = seeded_instance(home_settings, sqlite_instance_template)
    away_settings = _settings(tmp_path / "hong-kong", "HK")
    prepare_instance(away_settings, YEAR)
    context = open_context(away_settings)
    away = seed(context, HONG_KONG_ORGANISATIONS, HONG_KONG_PEOPLE, with_inventory=False)
    context.engine.dispose()
    own = Template(
        folder=home_settings.data_dir,
        keyring=_keyring_of(home_settings),
        seeded=seeded,
        release=sqlite_instance_template.release,
    )
    with running(home_settings, own) as home:
        yield Bodies(home, home_settings, away_settings, away)


def _settings(folder: Path, region: str) -> Settings:
    described = settings_of(folder, f"http://127.0.0.1:{free_port(0)}")
    return described.model_copy(update={"region": region})


def _keyring_of(settings: Settings) -> Any:
    context: Context = open_context(settings)
    context.engine.dispose()
    return context.signers()


@pytest.mark.story("C7", "C16", "C18")
def test_a_product_walks_the_nine_steps(bodies: Bodies, tmp_path: Path) -> None:
    home = bodies.home
    walk = _steps_1_to_5_one_post_answers_a_footprint(home)
    label = _steps_6_and_7_four_people_make_a_label(home, walk)
    _step_8_certificate_and_mark_are_rendered_as_a_job(home, label)
    pinned = _step_9_a_phone_scans_the_code(home, label, tmp_path)
    credential = home.http.get(f"{_path(label)}/credential").content
    bodies.home.context.engine.dispose()
    _verified_with_no_server_running(pinned, credential)
    with serving(bodies.home_settings), serving(bodies.away_settings):
        client, partner = _clients(bodies)
        with closing(client.http), closing(partner.http):
            _recognised_in_hong_kong_and_suspended_with_the_label_at_home(client, partner, label)
            _posted_and_rated(client, walk, label)


def _steps_1_to_5_one_post_answers_a_footprint(home: Instance) -> Walk:
    """The answer holds total, stages, gases and partition, and they agree with each other."""
    walk = an_application(home, LFP)
    result = walk.study["result"]
    total = float(result["total_kg_co2e"])
    assert sum(float(s["kg_co2e"]) for s in result["stages"]) == pytest.approx(total, rel=1e-9)
    assert sum(float(part) for part in result["partition"].values()) == pytest.approx(total)
    assert {s["inclusion"] for s in result["stages"]} == {"included"}
    assert float(result["certified_value"]) == pytest.approx(total, rel=0.005)
    stored = home.send("GET", f"/v1/studies/{walk.study['id']}/bom", LFP.preparer)
    assert hashlib.sha256(stored.content).hexdigest() == walk.study["bom_sha256"]
    return walk


def _steps_6_and_7_four_people_make_a_label(home: Instance, walk: Walk) -> dict[str, Any]:
    """A finding blocks the decision until it is closed; nobody decides on their own work."""
    walk.agree()
    walk.step(VERIFIER, "start-verification")
    finding = walk.step(
        VERIFIER,
        "open-finding",
        severity="minor",
        text="The reading of December is missing.",
        due_on="2030-01-31",
        place="/lines/0",
    )["findings"][0]["id"]
    walk.state()
    walk.review()
    blocked = walk.try_decide()
    assert (blocked.status_code, blocked.json()["code"]) == (409, "findings-open"), blocked.text
    own_work = walk.try_decide(VERIFIER)
    assert own_work.status_code == 403
    walk.step(LFP.preparer, "answer-finding", finding_id=finding, text="See the record.")
    walk.step(VERIFIER, "close-finding", finding_id=finding, text="Seen.")
    walk.decide()
    label = walk.issue()
    events = home.get(f"{walk.path}/events", LFP.preparer)
    took_part = {e["person_id"] for e in events if e["kind"] != "attempt-refused"}
    assert len(took_part) == 4, events
    assert [e["kind"] for e in events].count("attempt-refused") >= 1
    assert label["state"] == "active"
    assert label["is_specimen"] is True
    return label


def _step_8_certificate_and_mark_are_rendered_as_a_job(
    home: Instance, label: dict[str, Any]
) -> None:
    (job,) = home.get("/v1/jobs", CERTIFIER)
    assert job["state"] == "queued"
    assert run_due_jobs(home.context) == 1
    assert home.get(f"/v1/jobs/{job['id']}", CERTIFIER)["state"] == "succeeded"
    certificate = home.http.get(f"{_path(label)}/certificate.pdf")
    assert certificate.headers["content-type"] == "application/pdf"
    words = page_text(certificate.content)
    assert label["number"] in words
    assert "SPECIMEN" in words
    assert "海聚储能" in words
    assert read_back(page_png(certificate.content)) == label["url"]


def _step_9_a_phone_scans_the_code(
    home: Instance, label: dict[str, Any], folder: Path
) -> scanning.PinnedTrust:
    """The printed mark leads to the public page, which needs no login, cookie or script."""
    scanned = read_back(home.http.get(f"{_path(label)}/label.png").content)
    assert scanned == label["url"]
    for language in LANGUAGES:
        page = home.http.get(f"{_path(label)}?lang={language}")
        assert page.headers["content-language"] == language
        assert label["number"] in page.text
        assert translator(language).number(label["value"]) in page.text
        assert "<script" not in page.text
        assert "set-cookie" not in page.headers
    return scanning.pin(home.client, folder)


def _verified_with_no_server_running(pinned: scanning.PinnedTrust, credential: bytes) -> None:
    verdict = scanning.verify_offline(pinned, credential)  # refuses three forgeries as well
    assert verdict.is_signature_valid
    assert verdict.status_as_of is not None


def _clients(bodies: Bodies) -> tuple[InstanceClient, InstanceClient]:
    client = InstanceClient(bodies.home_settings.public_base_url, bodies.home.seeded.keys)
    partner = InstanceClient(bodies.away_settings.public_base_url, bodies.away.keys)
    client.wait_until_ready()
    partner.wait_until_ready()
    return client, partner


def _recognised_in_hong_kong_and_suspended_with_the_label_at_home(
    client: InstanceClient, partner: InstanceClient, label: dict[str, Any]
) -> None:
    recognition.sign_arrangement(client, partner)
    found = recognition.recognise(client, partner, label)
    assert found["label_number"] == label["number"]
    statement = partner.get(f"/recognitions/{found['id']}")
    assert statement["issuer"] != json.loads(client.fetch(_at(client, label)).content)["issuer"]


def _posted_and_rated(client: InstanceClient, walk: Walk, label: dict[str, Any]) -> None:
    item = CertifiedProduct(LFP, walk.study, walk.case, label)
    evidence = client.upload(walk.study["id"], LFP.preparer, "activity-data", b"SPECIMEN sales")
    posting = finance.post_volume(client, item, evidence)
    certified_kg = Decimal(label["value"]) * Decimal(LFP.sales_amount)
    assert int(posting["amount_mg"]) == certified_kg * 10**6
    rating = finance.rate(client, LFP.preparer, evidence)
    assert rating["grade"] in {"A", "B", "C", "D", "E"}


def _path(label: dict[str, Any]) -> str:
    return f"/L/{label['url'].rpartition('/')[2]}"


def _at(client: InstanceClient, label: dict[str, Any]) -> str:
    return f"{client.base_url}{_path(label)}/credential"
