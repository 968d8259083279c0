"""What a product sells on a day is posted once, though several bodies have labelled it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from api.workflows.post_sales_volume import post_sales_volume
from footprint.quantities import Quantity
from labels.accounts.books import Posting
from labels.accounts.product_book import DeclaredVolume
from labels.scheme import register_day
from tests.support.instance import ALUMINIUM, Instance
from tests.support.second_body import two_labels_of_a_product, with_second_body
from tests.support.walk import an_issued_label

MAKER = ALUMINIUM.preparer
BY_EACH_LABEL = 4


def a_volume(instance: Instance, label: Mapping[str, Any]) -> dict[str, str]:
    return {
        "label_id": label["id"],
        "amount": "10",
        "unit": "t",
        "period_from": label["issued_on"],
        "period_to": label["issued_on"],
        "evidence_sha256": instance.client.keep(MAKER, "sales", b"SPECIMEN sales"),
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
