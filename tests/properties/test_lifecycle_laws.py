"""Laws of the lines of a whole life: recycling is shared, gas is kept, loops are solved."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.bom import LeakageLine, Stage
from footprint.inventory import InventorySnapshot, Origin
from footprint.methods import UptakeBasis, method_profile
from footprint.quantities import Quantity
from footprint.recycling import RecyclingTerms, circular_footprint_terms
from footprint.solver import solve_intensities
from tests.support.builders import (
    a_bom,
    a_material,
    a_process,
    a_result,
    an_emission,
    an_energy,
    an_input,
)

METHOD = method_profile("gbt24067-2024")
ONE, NOTHING = Decimal(1), Decimal(0)
SHARES = st.integers(0, 1000).map(lambda n: Decimal(n) / 1000)
RATIOS = st.integers(1, 1000).map(lambda n: Decimal(n) / 1000)
FACTORS = st.integers(-50, 500).map(lambda n: Decimal(n) / 10)
SMALL = pytest.approx(0, abs=1e-20)


def kg_co2e(terms: RecyclingTerms, virgin: Decimal, recycling: Decimal) -> Decimal:
    return (terms.virgin + terms.borrowed + terms.credit) * virgin + (
        terms.recycled + terms.recycling
    ) * recycling


@given(SHARES, SHARES, RATIOS, FACTORS, FACTORS)
def test_two_lives_of_a_material_share_its_recycling_whatever_the_factor(
    a: Decimal, share: Decimal, quality: Decimal, virgin: Decimal, recycling: Decimal
) -> None:
    """What the first gives off and the second takes up is recycled once and displaces once."""
    first = circular_footprint_terms(a, NOTHING, share, ONE, quality)
    second = circular_footprint_terms(a, share, NOTHING, quality, ONE)
    both = kg_co2e(first, virgin, recycling) + kg_co2e(second, virgin, recycling)
    assert float(both - (2 * virgin + share * (recycling - virgin))) == SMALL


@given(SHARES, SHARES, RATIOS, RATIOS, FACTORS, FACTORS)
def test_formula_at_its_ends_is_cut_off_and_closed_loop(
    r1: Decimal,
    r2: Decimal,
    quality_in: Decimal,
    quality_out: Decimal,
    virgin: Decimal,
    recycling: Decimal,
) -> None:
    cut_off = circular_footprint_terms(ONE, r1, r2, quality_in, quality_out)
    expected = (1 - r1) * virgin + r1 * recycling
    assert float(kg_co2e(cut_off, virgin, recycling) - expected) == SMALL
    closed = circular_footprint_terms(NOTHING, NOTHING, r2, ONE, ONE)
    expected = virgin + r2 * (recycling - virgin)
    assert float(kg_co2e(closed, virgin, recycling) - expected) == SMALL


@given(SHARES, SHARES, st.integers(0, 400), st.booleans())
def test_every_gram_of_a_refrigerant_leaks_or_is_let_off_or_is_recovered(
    rate: Decimal, recovered: Decimal, tenths_of_years: int, is_topped_up: bool
) -> None:
    years = Decimal(tenths_of_years) / 10
    line = LeakageLine(
        ref="leak",
        name="leak",
        stage=Stage.USE,
        substance="HFC32",
        origin=Origin.FOSSIL,
        charge=Quantity(Decimal("0.8"), "kg"),
        yearly_rate=rate,
        lifetime_years=years,
        recovered_share=recovered,
        is_topped_up=is_topped_up,
    )
    left = Decimal("0.8") * line.left_share
    topped_up = line.leaked.amount if is_topped_up else NOTHING
    assert line.let_off.amount <= left <= Decimal("0.8")
    held = line.leaked.amount + line.let_off.amount + left * recovered
    assert float(held) == pytest.approx(float(Decimal("0.8") + topped_up), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 95).map(lambda n: Decimal(n) / 100),
    st.integers(0, 95).map(lambda n: Decimal(n) / 100),
)
def test_internal_loops_are_those_of_a_process_that_consumes_itself(
    own: Decimal, inner: Decimal
) -> None:
    """The bill against the same system solved as an inventory, with both loops in its matrix."""
    snapshot = InventorySnapshot.of(
        [
            a_process("ore", emissions=[an_emission(amount_kg="2")]),
            a_process("grid", "kWh", emissions=[an_emission(amount_kg="0.5")]),
            a_process(
                "cast", inputs=[an_input("cast", str(inner), "kg"), an_input("ore", "3", "kg")]
            ),
            a_process(
                "made",
                inputs=[
                    an_input("made", str(own), "kg"),
                    an_input("cast", "4", "kg"),
                    an_input("ore", "1", "kg"),
                    an_input("grid", "7", "kWh"),
                ],
            ),
        ]
    )
    table = solve_intensities(snapshot)
    bom = a_bom(
        [
            a_material("o", "ore", "1"),
            an_energy("g", "grid", "7"),
            {"ref": "c", "kind": "assembly", "name": "c", "assembly": "cast", "quantity": "4"},
        ],
        {
            "cast": {
                "name": "cast",
                "lines": [a_material("o", "ore", "3")],
                "internal_loop": str(inner),
            }
        },
        internal_loop=str(own),
    )
    factors = METHOD.factors(table.keys, UptakeBasis.EXCLUDING)
    expected = float(table.intensities[table.row("made")] @ factors)
    assert a_result(bom, table).total_kg_co2e == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 99).map(lambda n: Decimal(n) / 100))
def test_what_is_used_up_again_is_made_and_never_packed_or_driven_or_sold(share: Decimal) -> None:
    table = solve_intensities(
        InventorySnapshot.of([a_process("any", emissions=[an_emission(amount_kg="1")])])
    )
    stages = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")
    lines = [a_material(stage, "any", "1", stage=stage) for stage in stages]
    box = {**a_material("box", "any", "1"), "kind": "packaging"}
    bom = a_bom(
        [*lines, box],
        boundary="cradle-to-grave",
        unit_kind="functional",
        stages=dict.fromkeys(stages, "included"),
        internal_loop=str(share),
    )
    found = {line.ref: line.kg_co2e for line in a_result(bom, table).lines}
    made = pytest.approx(1 / (1 - float(share)))
    assert found["raw-material"] == found["manufacturing"] == made
    assert {found[one] for one in ("distribution", "use", "end-of-life", "box")} == {1.0}
