"""Laws of what a bill declares beside its lines: shares sum to one, nothing is lost or doubled."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.allocation import Allocation, AllocationMethod, CoProduct, Measures
from footprint.quantities import Quantity
from tests.unit.footprint.test_allocation import FEED, POWER, a_document, the_result

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
