"""Inventory values: what a dataset must be, what a release must hold, what its hash covers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from footprint.errors import FootprintError, FootprintErrors
from footprint.inventory import (
    CO2E,
    UNSTATED,
    CoProduct,
    Direction,
    Emission,
    EmissionKey,
    Exchange,
    InventorySnapshot,
    Origin,
    ReviewStatus,
    process_body,
)
from tests.support.builders import a_process, an_emission, an_input


def code_of(make: Callable[[], object]) -> str:
    with pytest.raises(FootprintError) as refused:
        make()
    return refused.value.code


def a_co_product(amount: str = "1", unit: str = "kg", share: str = "0.5") -> CoProduct:
    return CoProduct(product="heat", amount=Decimal(amount), unit=unit, share=Decimal(share))


@pytest.mark.parametrize(
    "key",
    [
        EmissionKey("CO2", Origin.FOSSIL),
        EmissionKey("CO2", Origin.BIOGENIC, Direction.REMOVAL),
        EmissionKey("CO2", Origin.FOSSIL, is_aircraft=True),
        EmissionKey(CO2E, Origin.UNSPECIFIED, gwp_set=UNSTATED),
        EmissionKey(CO2E, Origin.FOSSIL, Direction.EMISSION, True, "AR6"),
    ],
)
def test_emission_key_is_its_text(key: EmissionKey) -> None:
    assert EmissionKey.parse(str(key)) == key


def test_data_known_only_as_co2e_name_their_gwp_set_and_single_gases_none() -> None:
    assert code_of(lambda: EmissionKey(CO2E, Origin.FOSSIL)) == "pseudo-flow-needs-gwp-set"
    assert code_of(lambda: EmissionKey("CH4", Origin.FOSSIL, gwp_set="AR6")) == (
        "pseudo-flow-needs-gwp-set"
    )


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e16"])
def test_numbers_of_a_dataset_are_finite_and_usable(number: str) -> None:
    key = EmissionKey("CO2", Origin.FOSSIL)
    for make in (
        lambda: Exchange(provider="a", amount=Decimal(number), unit="kg"),
        lambda: Emission(key=key, amount_kg=Decimal(number)),
        lambda: a_co_product(amount=number),
        lambda: a_co_product(share=number),
        lambda: a_process("a", reference_amount=number),
    ):
        assert code_of(make) == "amount-out-of-range"


def test_negative_input_is_a_credit_and_says_so() -> None:
    refused = code_of(lambda: an_input("a", "-1", "kg"))
    assert refused == "negative-input-without-credit"
    assert an_input("a", "-1", "kg", is_credit=True).amount == -1


def test_removal_is_a_direction_and_never_a_negative_emission() -> None:
    assert code_of(lambda: an_emission("CO2", "-1")) == "negative-emission"


def test_unit_of_an_exchange_is_one_we_know() -> None:
    assert code_of(lambda: an_input("a", "1", "pound")) == "unit-unknown"
    assert code_of(lambda: a_co_product(unit="pound")) == "unit-unknown"


@pytest.mark.parametrize(
    ("amount", "share"), [("0", "0.5"), ("-1", "0.5"), ("1", "-0.1"), ("1", "1.1")]
)
def test_co_product_has_an_amount_and_a_share(amount: str, share: str) -> None:
    code = code_of(lambda: a_co_product(amount=amount, share=share))
    assert code in {"reference-amount-not-positive", "allocation-shares-over-one"}


def test_co_products_take_no_more_than_everything() -> None:
    two = [a_co_product(share="0.6"), replace(a_co_product(share="0.5"), product="power")]
    assert code_of(lambda: a_process("a", co_products=two)) == "allocation-shares-over-one"
    assert a_process("a", co_products=[a_co_product(share="0.6")]).reference_share == Decimal("0.4")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: a_process("Steel CN"), "dataset-id-malformed"),
        (lambda: a_process("steel", unit="pound"), "dataset-without-unit"),
        (lambda: replace(a_process("steel"), location=""), "dataset-without-location"),
        (lambda: a_process("steel", reference_amount="0"), "reference-amount-not-positive"),
    ],
)
def test_dataset_without_name_unit_location_or_amount_is_refused(
    make: Callable[[], object], code: str
) -> None:
    assert code_of(make) == code


def test_release_names_every_duplicate_missing_provider_and_wrong_unit() -> None:
    with pytest.raises(FootprintErrors) as refused:
        InventorySnapshot.of(
            [
                a_process("a", inputs=[an_input("nowhere", "1", "kg"), an_input("b", "1", "kWh")]),
                a_process("b"),
                a_process("b"),
            ]
        )
    assert [(e.code, e.place) for e in refused.value.errors] == [
        ("product-supplied-twice", ""),
        ("provider-missing", "/a/inputs/0"),
        ("unit-wrong-dimension", "/a/inputs/1"),
    ]


def test_co_product_of_one_process_is_no_product_of_another() -> None:
    refused = code_of(
        lambda: InventorySnapshot.of(
            [a_process("heat"), a_process("chp", co_products=[a_co_product()])]
        )
    )
    assert refused == "product-supplied-twice"


def test_hash_of_a_release_is_that_of_its_content_not_its_order() -> None:
    first, second = a_process("a", emissions=[an_emission()]), a_process("b")
    assert (
        InventorySnapshot.of([first, second]).sha256()
        == InventorySnapshot.of([second, first]).sha256()
    )


@pytest.mark.parametrize(
    "changed",
    [
        a_process("a", emissions=[an_emission("CO2", "1.0000000001")]),
        a_process("a", emissions=[an_emission("CO2", "1", Origin.BIOGENIC)]),
        a_process("a", emissions=[an_emission()], review_status=ReviewStatus.DRAFT),
        a_process("a", emissions=[an_emission()], is_fuel_combustion=True),
        replace(a_process("a", emissions=[an_emission()]), content={"comment": "x"}),
        replace(a_process("a", emissions=[an_emission()]), year="2023"),
    ],
)
def test_any_change_of_a_dataset_changes_the_hash(changed: object) -> None:
    before = InventorySnapshot.of([a_process("a", emissions=[an_emission()])])
    assert InventorySnapshot.of([changed]).sha256() != before.sha256()  # type: ignore[list-item]


def test_body_of_a_process_keeps_its_decimals_as_text() -> None:
    body = process_body(a_process("a", inputs=[an_input("b", "0.10", "kg")]))
    assert body["inputs"] == [
        {"provider": "b", "amount": "0.10", "unit": "kg", "is_credit": False, "sources": ["test"]}
    ]


def test_fuel_burnt_by_the_cubic_metre_says_at_what_temperature() -> None:
    assert code_of(lambda: a_process("gas", "m3", is_fuel_combustion=True)) == (
        "gas-volume-without-condition"
    )
    assert a_process("gas", "Nm3", is_fuel_combustion=True).unit == "Nm3"


def test_input_by_the_cubic_metre_of_a_gas_that_is_sold_by_the_normal_one_is_refused() -> None:
    gas = a_process("gas", "Nm3", is_fuel_combustion=True)
    user = a_process("user", inputs=[an_input("gas", "2", "m3")])
    assert code_of(lambda: InventorySnapshot.of([gas, user])) == "gas-volume-without-condition"
