"""The report of a study that declares co-products, cuts, masses and instruments."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.workflows.describe_study import describe_study
from labels.locale import LANGUAGES
from labels.render.report import report_html
from tests.support.boms import a_bom_of_a_whole_life, a_bom_of_every_kind
from tests.support.browsing import signed_in
from tests.support.instance import LFP, Instance
from tests.unit.render.test_report import words_of
from tests.web.test_declared_results import by_certificates, rows_with


def a_declared_bill(method: str = "mass") -> dict[str, Any]:
    """The bill with everything declared; a fifth of what is common goes to the turnings."""
    displaced = {"dataset": "steel-bof-cn", "amount": "1", "unit": "kg"}
    bill = a_bom_of_a_whole_life()
    del bill["internal_loop"]
    return bill | {
        "allocation": {
            "method": method,
            "reason": "Both are sold by weight.",
            "product": {"mass_kg": "10"},
            "co_products": [
                {"name": "turnings", "amount": "2.5", "unit": "kg", "displaced": displaced}
            ],
            "own_lines": [{"line": "part"}],
        },
        "electricity": [by_certificates("CN25-")],
        "cut_offs": ["Oil of the machines"],
        "cuts": [
            {"flow": "glue", "basis": "mass", "share": "0.02", "reason": "grams", "kg_co2e": "0.1"}
        ],
        "mass_balance": {"left_out": [{"line": "vent"}]},
    }


def described(instance: Instance, bill: dict[str, Any]) -> tuple[str, bytes]:
    study = instance.post("/v1/footprints", LFP.preparer, bill)
    return str(study["id"]), describe_study(instance.context, study["id"])


def amounts_of(content: bytes, ref: str) -> list[str]:
    document = json.loads(content)
    lines = zip(document["result"]["lines"], document["line_amounts"], strict=True)
    return [amount for line, amount in lines if line["ref"] == ref]


def test_an_amount_ends_with_the_share_of_the_product_in_report_and_page(
    sqlite_instance: Instance,
) -> None:
    study, content = described(sqlite_instance, a_declared_bill())
    assert amounts_of(content, "steel") == [
        "10 kg × 0.8",
        "10 kg × 0.05 / (1 - 0.05) × 0.8",
    ]
    assert amounts_of(content, "power") == ["3 kWh × 0.5 × 0.8"] * 3  # wind, grid of it, the rest
    assert amounts_of(content, "part") == ["2 kg"]  # it serves the product alone
    assert amounts_of(content, "box") == ["1 kg"]  # packaging comes after the split
    said = words_of(report_html(content, "en"))
    assert "10 kg × 0.8" in said
    assert "its amount ends with the share this product carries" in said
    page = signed_in(sqlite_instance, LFP.preparer).open(f"/studies/{study}")
    assert any("10 kg × 0.8" in row for row in rows_with(page, "steel line"))


def test_amounts_and_shares_multiply_to_what_was_calculated(sqlite_instance: Instance) -> None:
    """What the table says of a line is what its figure came from: the same factor on both."""
    _, whole = described(sqlite_instance, a_bom_of_every_kind())
    bill = a_bom_of_every_kind()
    bill["allocation"] = a_declared_bill()["allocation"]
    _, shared = described(sqlite_instance, bill)

    def figure(content: bytes, ref: str) -> float:
        lines = json.loads(content)["result"]["lines"]
        return sum(float(line["kg_co2e"]) for line in lines if line["ref"] == ref)

    assert figure(shared, "steel") == pytest.approx(0.8 * figure(whole, "steel"))
    assert figure(shared, "part") == pytest.approx(figure(whole, "part"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_with_every_declaration_is_reported_without_a_word_of_the_program(
    sqlite_instance: Instance, language: str
) -> None:
    for method in ("mass", "system-expansion"):
        _, content = described(sqlite_instance, a_declared_bill(method))
        said = words_of(report_html(content, language))
        assert "turnings" in said
        assert "GEC CN25-1-40" in said
        for member in ("credit_kg_co2e", "is_at_most", "displaced-product", "rest_mix", "left-out"):
            assert member not in said, (method, member)


def test_what_a_co_product_displaces_stands_in_the_report_with_its_amount(
    sqlite_instance: Instance,
) -> None:
    _, content = described(sqlite_instance, a_declared_bill("system-expansion"))
    said = words_of(report_html(content, "en"))
    assert "co-product-1 · Displaced by a co-product (credit) · Manufacturing -1 kg" in said
