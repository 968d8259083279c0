"""What a product sells on a day is posted once, though several bodies have labelled it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from api.workflows.post_sales_volume import post_sales_volume
from footprint.quantities import Quantity
from labels.accounts.books import Posting
from labels.accounts.product_book import DeclaredVolume
from labels.scheme import register_day
from tests.support.instance import ALUMINIUM, LFP, Instance
from tests.support.second_body import two_labels_of_a_product, with_second_body
from tests.support.walk import an_issued_label

MAKER = ALUMINIUM.preparer
BY_EACH_LABEL = 4


def a_volume(instance: Instance, label: Mapping[str, Any], maker: str = MAKER) -> dict[str, str]:
    return {
        "label_id": label["id"],
        "amount": "10",
        "unit": "t",
        "period_from": label["issued_on"],
        "period_to": label["issued_on"],
        "evidence_sha256": instance.client.keep(maker, "sales", b"SPECIMEN sales"),
    }


def test_the_same_sales_are_not_posted_again_by_the_label_of_another_body(
    instance: Instance,
) -> None:
    instance = with_second_body(instance)
    first, second = two_labels_of_a_product(instance)
    posted = instance.post("/v1/volumes", MAKER, a_volume(instance, first))
    refused = instance.send("POST", "/v1/volumes", MAKER, a_volume(instance, second))
    assert (refused.status_code, refused.json()["code"]) == (422, "period-already-posted")
    assert first["number"] in refused.json()["title"]
    book = instance.get(f"/v1/accounts/{instance.organisations['nanling']}/product-book", MAKER)
    assert book["postings"] == [posted]
    product = instance.get("/v1/products", MAKER)[0]
    assert posted["product_id"] == product["id"]
    other = an_issued_label(instance, model="NL-other")
    instance.post("/v1/volumes", MAKER, a_volume(instance, other))


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"amount": "0"}, "volume-not-positive", "/amount"),
        ({"amount": "1e99"}, "amount-out-of-range", "/amount"),
        ({"unit": "kg"}, "volume-wrong-unit", "/unit"),
        ({"unit": "sack"}, "unit-unknown", "/unit"),
        ({"period_to": "2020-01-01"}, "posting-period-reversed", "/period_to"),
        ({"period_to": "2099-01-01"}, "period-not-ended", "/period_to"),
        ({"period_from": "2020-01-01"}, "label-not-active-in-period", "/period_from"),
        ({}, "period-already-posted", "/period_from"),
    ],
)
def test_a_refused_volume_is_told_by_the_member_that_is_wrong(
    issued_instance: Instance, changes: dict[str, str], code: str, place: str
) -> None:
    maker, label = LFP.preparer, issued_instance.label
    right = a_volume(issued_instance, label, maker) | {"amount": "1", "unit": "kWh"}
    issued_instance.post("/v1/volumes", maker, right)
    refused = issued_instance.send("POST", "/v1/volumes", maker, right | changes)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert [error["pointer"] for error in refused.json()["errors"]] == [place]
    assert place.removeprefix("/") in right


def test_of_declarations_at_once_by_two_labels_of_a_product_one_is_posted(
    instance: Instance,
) -> None:
    instance = with_second_body(instance)
    labels = two_labels_of_a_product(instance) * BY_EACH_LABEL
    today = register_day(instance.context.now())
    evidence = instance.client.keep(MAKER, "sales", b"SPECIMEN sales")
    maker = instance.actor(MAKER)
    ready = Barrier(len(labels))

    def declare(label_id: str) -> Posting:
        volume = DeclaredVolume(
            quantity=Quantity.parse("10", "t"),
            period_from=today,
            period_to=today,
            evidence_sha256=evidence,
        )
        ready.wait()
        return post_sales_volume(instance.context, maker, label_id, volume)

    with ThreadPoolExecutor(len(labels)) as threads:
        results = [threads.submit(declare, str(label["id"])) for label in labels]
    refused = [error for error in (r.exception() for r in results) if error is not None]
    codes = [getattr(error, "code", error) for error in refused]
    assert codes == ["period-already-posted"] * (len(labels) - 1)
    book = instance.get(f"/v1/accounts/{maker.organisation_id}/product-book", MAKER)
    assert len(book["postings"]) == 1


def test_a_posting_is_reversed_once_and_its_days_are_posted_anew(instance: Instance) -> None:
    label = an_issued_label(instance)
    volume = a_volume(instance, label)
    wrong = instance.post("/v1/volumes", MAKER, volume | {"amount": "1000"})
    path = f"/v1/postings/{wrong['id']}/reversal"
    for body in ({"reason": ""}, {"reason": " "}, {}, {"reason": "Typo.", "amount_mg": "1"}):
        assert instance.send("POST", path, MAKER, body).status_code == 422, body
    assert instance.send("POST", path, "zhao.certifier", {"reason": "Typo."}).status_code == 403
    assert instance.send("POST", path, LFP.preparer, {"reason": "Typo."}).status_code == 404
    back = instance.post(path, MAKER, {"reason": "Typo: tonnes, not kilograms."})
    assert (back["reverses"], back["amount_mg"]) == (wrong["id"], wrong["amount_mg"])
    assert (back["debit"], back["credit"]) == (wrong["credit"], wrong["debit"])
    assert back["formula"] == "Typo: tonnes, not kilograms."
    for posting_id, code in (
        (wrong["id"], "already-reversed"),
        (back["id"], "reversal-of-reversal"),
    ):
        again = instance.send(
            "POST", f"/v1/postings/{posting_id}/reversal", MAKER, {"reason": "Again."}
        )
        assert (again.status_code, again.json()["code"]) == (422, code)
    right = instance.post("/v1/volumes", MAKER, volume)
    book = instance.get(f"/v1/accounts/{instance.organisations['nanling']}/product-book", MAKER)
    assert [p["id"] for p in book["postings"]] == [right["id"], back["id"], wrong["id"]]
    assert book["balances_mg"]["sold"] == right["amount_mg"]
