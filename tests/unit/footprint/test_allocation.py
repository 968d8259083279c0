"""Co-products of the study's own process: who carries what, and what other methods would say.

The example everywhere: 10 kg of feed (1 kgCO2e per kg) and 20 kWh (0.5 kgCO2e per kWh) make one
piece of the product (6 kg, 30 MJ, 80 yuan) and 2 kg of oil (90 MJ, 20 yuan): 20 kgCO2e in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from api.schemas.bom import BomIn
from footprint.bom import Stage
from footprint.calculate import calculate
from footprint.errors import FootprintError, FootprintErrors
from footprint.methods import method_profile
from footprint.result import FootprintResult
from tests.support.builders import ANY_SHA256, a_bom_document, a_material, an_energy
from tests.unit.footprint.tables import a_table

TABLE = a_table(
    ("feed", "kg", 1.0), ("grid", "kWh", 0.5), ("truck", "tkm", 0.1), ("fuel-oil", "kg", 3.0)
)
OIL = {
    "name": "oil",
    "amount": "2",
    "unit": "kg",
    "energy_mj": "90",
    "price": "20",
    "displaced": {"dataset": "fuel-oil", "amount": "1.5", "unit": "kg"},
}
PRODUCT = {"mass_kg": "6", "energy_mj": "30", "price": "80"}
FEED, POWER = a_material("feed", "feed", "10"), an_energy("power", "grid", "20")
FREIGHT = {
    "ref": "truck",
    "kind": "transport",
    "name": "to the shop",
    "dataset": "truck",
    "mass": "6",
    "mass_unit": "t",
    "distance": "5",
    "distance_unit": "km",
}


def a_document(
    lines: tuple[Mapping[str, Any], ...] = (FEED, POWER), **allocation: Any
) -> dict[str, Any]:
    stages = None
    more: dict[str, Any] = {}
    if any(line["kind"] == "transport" for line in lines):
        stages = {
            "raw-material": "included",
            "manufacturing": "included",
            "distribution": "included",
            "use": "not-specified",
            "end-of-life": "not-specified",
        }
        more = {"boundary": "cradle-to-site", "stages": stages}
    document = a_bom_document(list(lines), **more)
    document["allocation"] = {
        "method": "mass",
        "reason": "One reactor makes both; nothing else is made of the oil.",
        "product": PRODUCT,
        "co_products": [OIL],
        **allocation,
    }
    return document


def the_result(document: dict[str, Any]) -> FootprintResult:
    bom = BomIn.model_validate(document).to_core()
    return calculate(bom, TABLE, method_profile("gbt24067-2024"), bom_sha256=ANY_SHA256)


def refused(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(FootprintError) as refusal:
        the_result(document)
    error = refusal.value
    errors = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [(e.code, e.place) for e in errors]


@pytest.mark.parametrize(
    ("method", "share", "total"),
    [
        ("mass", 0.75, 15.0),  # 6 kg of 8 kg
        ("energy", 0.25, 5.0),  # 30 MJ of 120 MJ
        ("economic", 0.8, 16.0),  # 80 yuan of 100
        ("system-expansion", 1.0, 15.5),  # 20 less 1.5 kg of fuel oil at 3
    ],
)
def test_product_carries_its_share_by_each_method(method: str, share: float, total: float) -> None:
    result = the_result(a_document(method=method))
    assert result.declared.allocation is not None
    assert result.declared.allocation.share == pytest.approx(share)
    assert result.total_kg_co2e == pytest.approx(total)
    assert sum(line.kg_co2e for line in result.lines) == pytest.approx(total)


def test_every_method_that_can_be_computed_is_shown_with_its_total() -> None:
    result = the_result(a_document())
    assert result.declared.allocation is not None
    found = {a.method.value: a.total_kg_co2e for a in result.declared.allocation.alternatives}
    assert found == pytest.approx(
        {"system-expansion": 15.5, "mass": 15.0, "energy": 5.0, "economic": 16.0}
    )


def test_method_without_what_it_needs_is_not_among_the_alternatives() -> None:
    bare = {"name": "oil", "amount": "2", "unit": "kg"}
    result = the_result(a_document(co_products=[bare], product={"mass_kg": "6"}))
    assert result.declared.allocation is not None
    assert [a.method.value for a in result.declared.allocation.alternatives] == ["mass"]


def test_mass_of_a_co_product_in_kilograms_need_not_be_repeated() -> None:
    tonnes = {**OIL, "amount": "0.002", "unit": "t"}
    assert the_result(a_document(co_products=[tonnes])).total_kg_co2e == pytest.approx(15.0)


def test_stated_mass_goes_before_the_amount() -> None:
    wet = {**OIL, "mass_kg": "4"}
    assert the_result(a_document(co_products=[wet])).total_kg_co2e == pytest.approx(12.0)


def test_credit_of_a_displaced_product_is_a_line_of_its_own() -> None:
    result = the_result(a_document(method="system-expansion", reason=""))
    credit = result.lines[-1]
    assert (credit.part.value, credit.name, credit.dataset) == (
        "displaced-product",
        "oil",
        "fuel-oil",
    )
    assert credit.kg_co2e == pytest.approx(-4.5)
    assert credit.stage is Stage.MANUFACTURING
    assert result.declared.allocation is not None
    assert result.declared.allocation.co_products[0].credit_kg_co2e == pytest.approx(-4.5)


def test_lines_of_a_co_product_alone_are_left_out_before_the_rest_is_shared() -> None:
    drying = an_energy("drying", "grid", "4")
    own = [{"line": "drying", "product": "oil"}]
    result = the_result(a_document((FEED, POWER, drying), own_lines=own))
    assert result.total_kg_co2e == pytest.approx(15.0)
    assert result.declared.allocation is not None
    assert result.declared.allocation.shared_kg_co2e == pytest.approx(20.0)
    assert {line.ref: line.kg_co2e for line in result.lines}["drying"] == 0.0


def test_subdivision_leaves_what_is_of_nobody_else_with_the_product() -> None:
    own = [{"line": "power", "product": "oil"}]
    result = the_result(a_document(method="subdivision", reason="", own_lines=own))
    assert result.total_kg_co2e == pytest.approx(10.0)


def test_lines_of_the_product_alone_are_not_shared() -> None:
    own = [{"line": "power"}]
    assert the_result(a_document(own_lines=own)).total_kg_co2e == pytest.approx(10 * 0.75 + 10)


def test_packaging_and_everything_after_the_split_stay_with_the_product() -> None:
    box = {**a_material("box", "feed", "2"), "kind": "packaging"}
    result = the_result(a_document((FEED, POWER, FREIGHT, box)))
    assert result.total_kg_co2e == pytest.approx(15.0 + 2.0 + 3.0)


def test_treatment_of_a_loss_is_shared_with_its_line() -> None:
    loss = {"rate": "0.5", "route": "waste-treatment", "dataset": "feed"}
    lossy = a_material("feed", "feed", "10", loss=loss)  # 20 bought, 10 treated
    assert the_result(a_document((lossy, POWER))).total_kg_co2e == pytest.approx(40 * 0.75)


def test_lines_of_assemblies_are_shared_and_can_be_given_away() -> None:
    uses = {"ref": "s", "kind": "assembly", "name": "sub", "assembly": "sub", "quantity": "2"}
    document = a_document(
        (POWER, uses), own_lines=[{"assembly": "sub", "line": "x", "product": "oil"}]
    )
    document["assemblies"] = {
        "sub": {
            "name": "sub",
            "lines": [a_material("x", "feed", "3"), a_material("y", "feed", "5")],
        }
    }
    assert the_result(document).total_kg_co2e == pytest.approx((10 + 10) * 0.75)


def test_bill_without_co_products_says_nothing_of_them() -> None:
    document = a_document()
    del document["allocation"]
    assert "allocation" not in the_result(document).to_json()
    assert the_result(document).total_kg_co2e == pytest.approx(20.0)


@pytest.mark.parametrize("method", ["mass", "energy", "economic"])
def test_lower_method_needs_a_reason(method: str) -> None:
    assert refused(a_document(method=method, reason=" ")) == [
        ("allocation-without-reason", "/allocation/reason")
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"method": "energy", "product": {"mass_kg": "6"}},
            [("allocation-measure-missing", "/allocation/product/energy_mj")],
        ),
        (
            {"method": "economic", "co_products": [{"name": "oil", "amount": "2", "unit": "kg"}]},
            [("allocation-measure-missing", "/allocation/co_products/0/price")],
        ),
        (
            {
                "method": "system-expansion",
                "co_products": [{"name": "oil", "amount": "2", "unit": "kg"}],
            },
            [("co-product-displaces-nothing", "/allocation/co_products/0/displaced")],
        ),
        ({"method": "subdivision"}, [("subdivision-without-lines", "/allocation/own_lines")]),
        (
            {"co_products": [OIL, OIL]},
            [("co-product-twice", "/allocation/co_products/1/name")],
        ),
        (
            {"co_products": [{**OIL, "amount": "0"}]},
            [("co-product-amount-not-positive", "/allocation/co_products/0/amount")],
        ),
        (
            {"co_products": [{**OIL, "displaced": {**OIL["displaced"], "amount": "0"}}]},  # type: ignore[dict-item]
            [("co-product-amount-not-positive", "/allocation/co_products/0/displaced/amount")],
        ),
        (
            {"co_products": [{**OIL, "price": "0"}]},
            [("co-product-measure-not-positive", "/allocation/co_products/0/price")],
        ),
        (
            {"own_lines": [{"line": "none", "product": "oil"}]},
            [("declared-line-unknown", "/allocation/own_lines/0")],
        ),
        (
            {"own_lines": [{"line": "power"}, {"line": "power"}]},
            [("declared-line-twice", "/allocation/own_lines/1")],
        ),
        (
            {"own_lines": [{"line": "power", "product": "tar"}]},
            [("co-product-unknown", "/allocation/own_lines/0/product")],
        ),
    ],
)
def test_declaration_that_cannot_be_is_refused_at_its_place(
    changed: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert refused(a_document(**changed)) == expected


def test_line_after_the_split_cannot_be_given_to_a_co_product() -> None:
    own = [{"line": "truck", "product": "oil"}]
    assert refused(a_document((FEED, POWER, FREIGHT), own_lines=own)) == [
        ("co-product-line-after-split", "/allocation/own_lines/0")
    ]


@pytest.mark.parametrize(
    ("displaced", "expected"),
    [
        ({"dataset": "gone", "amount": "1", "unit": "kg"}, ("dataset-unknown", "dataset")),
        ({"dataset": "fuel-oil", "amount": "1", "unit": "kWh"}, ("unit-wrong-dimension", "unit")),
    ],
)
def test_displaced_dataset_must_be_in_the_release_and_in_its_unit(
    displaced: dict[str, str], expected: tuple[str, str]
) -> None:
    code, member = expected
    document = a_document(method="system-expansion", co_products=[{**OIL, "displaced": displaced}])
    assert refused(document) == [(code, f"/allocation/co_products/0/displaced/{member}")]


def test_result_on_the_wire_holds_shares_and_alternatives_as_decimal_strings() -> None:
    body: Any = the_result(a_document()).to_json()["allocation"]
    assert body["share"] == "0.750000000000"
    assert body["co_products"] == [
        {"name": "oil", "share": "0.250000000000", "displaced": "", "credit_kg_co2e": "0"}
    ]
    assert [a["method"] for a in body["alternatives"]] == [
        "system-expansion",
        "mass",
        "energy",
        "economic",
    ]


@pytest.mark.parametrize(
    ("own_lines", "carbon_kg"),
    [
        ([], None),  # in both products, in whatever shares
        ([{"line": "feed"}], 4.0),
        ([{"line": "feed", "product": "oil"}], None),
    ],
)
def test_biogenic_carbon_is_told_only_where_it_is_the_products_alone(
    own_lines: list[dict[str, str]], carbon_kg: float | None
) -> None:
    """The share of the burden says nothing of what carbon went into which product."""
    wood = {**FEED, "biogenic_carbon": "0.4"}
    document = a_document((wood, POWER), own_lines=own_lines)
    assert the_result(document).beside.biogenic_carbon_kg == carbon_kg
