"""Laws of what a bill declares beside its lines: shares sum to one, nothing is lost or doubled."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.allocation import Allocation, AllocationMethod, CoProduct, Measures
from footprint.quantities import Quantity
from tests.support.builders import a_material
from tests.unit.footprint.test_allocation import FEED, POWER, a_document, the_result
from tests.unit.footprint.test_balance import the_balance
from tests.unit.footprint.test_completeness import found_for
from tests.unit.footprint.test_instruments import ON_ROOF, a_site, with_certificates
from tests.unit.footprint.test_instruments import a_document as power_document
from tests.unit.footprint.test_instruments import the_result as power_result

positive = st.decimals("0.000001", "1000000", places=6)
PIECE = Quantity(Decimal(1), "piece")


@given(positive, st.lists(positive, min_size=1, max_size=8))
def test_shares_of_all_products_sum_to_one_exactly(own: Decimal, others: list[Decimal]) -> None:
    allocation = Allocation(
        method=AllocationMethod.ECONOMIC,
        reason="prices of three years",
        product=Measures(price=own),
        co_products=tuple(
            CoProduct(name=f"c{i}", quantity=PIECE, measures=Measures(price=price))
            for i, price in enumerate(others)
        ),
    )
    shares = allocation.shares(AllocationMethod.ECONOMIC, PIECE)
    assert sum(map(Fraction, shares)) == 1
    assert all(0 < share < 1 for share in shares)
    whole = own + sum(others)
    assert shares[0] == pytest.approx(own / whole, abs=Decimal("1e-25"))


@settings(max_examples=50)
@given(positive, positive, st.sampled_from(["mass_kg", "energy_mj", "price"]))
def test_what_two_products_of_one_process_carry_is_what_the_process_emits(
    ours: Decimal, theirs: Decimal, member: str
) -> None:
    """Each seen as the product of a study, with the other as its co-product."""
    method = {"mass_kg": "mass", "energy_mj": "energy", "price": "economic"}[member]

    def carried(own: Decimal, other: Decimal) -> float:
        co_product = {"name": "other", "amount": "1", "unit": "piece", member: str(other)}
        document = a_document(
            (FEED, POWER), method=method, product={member: str(own)}, co_products=[co_product]
        )
        return the_result(document).total_kg_co2e

    assert carried(ours, theirs) + carried(theirs, ours) == pytest.approx(20.0, rel=1e-12)


estimates = st.lists(st.decimals("0", "1000", places=3), max_size=6)


@settings(max_examples=50)
@given(estimates, st.decimals("0.001", "1000", places=3))
def test_one_more_estimated_cut_never_makes_a_study_more_complete(
    kg_co2e: list[Decimal], more: Decimal
) -> None:
    def share(cuts: list[Decimal]) -> float:
        declared = [
            {"flow": f"f{i}", "basis": "emission", "reason": "small", "kg_co2e": str(kg)}
            for i, kg in enumerate(cuts)
        ]
        return found_for(*declared).share

    assert 0 < share([*kg_co2e, more]) < 1
    assert share([*kg_co2e, more]) == pytest.approx(95 / (95 + float(sum(kg_co2e) + more)))
    if kg_co2e:
        assert share([*kg_co2e, more]) < share(kg_co2e)


@settings(max_examples=50)
@given(positive, positive, st.decimals("0", "0.9", places=3))
def test_masses_of_a_balance_differ_by_what_its_sides_differ(
    clay_kg: Decimal, product_kg: Decimal, rate: Decimal
) -> None:
    loss = {"rate": str(rate), "route": "sold-scrap"}
    found = the_balance(
        a_material("clay", "clay", str(clay_kg), loss=loss),
        balance={"product_mass_kg": str(product_kg)},
    )
    assert sum(s.mass_kg for s in found.inputs) == pytest.approx(found.input_kg)
    assert sum(s.mass_kg for s in found.outputs) == pytest.approx(found.output_kg)
    scale = max(found.input_kg, found.output_kg)
    assert found.difference_kg == pytest.approx(float(clay_kg - product_kg), abs=1e-9 * scale)
    assert 0 <= found.difference_share <= 1
    assert found.is_over_tolerance == (found.difference_share > 0.05)


@settings(max_examples=50)
@given(st.decimals("0.001", "60", places=3), st.decimals("0.001", "40", places=3))
def test_instruments_and_the_rest_are_the_whole_line_and_no_more(
    first: Decimal, second: Decimal
) -> None:
    """2 kg of steel, and 10 kWh by certificate (0.02 + 0.03), from the roof (0.02) and the grid."""
    serials = [{"registry": "GEC", "first": "A1", "last": "A60"}]
    certificate = {**with_certificates(serials=serials), "mwh": str(first)}
    roof = {**ON_ROOF, "mwh": str(second)}
    result = power_result(power_document(a_site(certificate, roof)))
    shares = float(first) / 100, float(second) / 100
    expected = 2 + 10 * (shares[0] * 0.05 + shares[1] * 0.02 + (1 - sum(shares)) * 0.5)
    assert result.total_kg_co2e == pytest.approx(expected, rel=1e-12)
