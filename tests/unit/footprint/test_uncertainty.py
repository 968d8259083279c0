"""The distribution of an amount follows from what flows and from the pedigree of its dataset."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import InventoryError
from footprint.pedigree import BEST, INDICATORS, WORST
from footprint.uncertainty import emission_uncertainty, input_uncertainty

PERFECT = dict.fromkeys(INDICATORS, BEST)
PEDIGREES = st.fixed_dictionaries({name: st.integers(BEST, WORST) for name in INDICATORS})


@pytest.mark.parametrize(
    ("scores", "squared"),
    [
        # by hand: exp(2 sqrt(0.0006 + the variances of the five scores))
        ((1, 1, 1, 1, 1), 1.0502),
        ((2, 3, 1, 1, 3), math.exp(2 * math.sqrt(0.0006 + 0.0006 + 0.0006 + 0.008))),
        ((5, 5, 5, 5, 5), math.exp(2 * math.sqrt(0.0006 + 0.04 + 0.008 + 0.04 + 0.002 + 0.12))),
        ((2, 2, 2, 2, 2), math.exp(2 * math.sqrt(0.0006 + 0.0006 + 0.0001 + 0.0002 + 0.000625))),
        ((3, 3, 3, 3, 4), math.exp(2 * math.sqrt(0.0006 + 0.002 + 0.0006 + 0.002 + 0.0001 + 0.04))),
        (
            (4, 4, 4, 4, 2),
            math.exp(2 * math.sqrt(0.0006 + 0.008 + 0.002 + 0.008 + 0.0006 + 0.0006)),
        ),
    ],
)
def test_the_squared_deviation_adds_the_variances_of_the_scores(
    scores: tuple[int, ...], squared: float
) -> None:
    pedigree = dict(zip(INDICATORS, scores, strict=True))
    assert input_uncertainty("kg", pedigree).squared_deviation == pytest.approx(squared, rel=1e-4)


@pytest.mark.parametrize(
    ("flow", "squared"),
    [("CO2", 1.05), ("CO2e", 1.05), ("CH4", 1.5), ("N2O", 1.5), ("CF4", 2.0), ("HFC134a", 2.0)],
)
def test_a_gas_has_the_basic_uncertainty_of_its_kind(flow: str, squared: float) -> None:
    """To two figures: the variances are rounded in their source."""
    found = emission_uncertainty(flow, PERFECT).squared_deviation
    assert found == pytest.approx(squared, abs=0.01)


@pytest.mark.parametrize("unit", ["tkm", "kgkm", "vkm", "pkm"])
def test_transport_is_less_certain_than_what_is_bought(unit: str) -> None:
    assert input_uncertainty(unit, PERFECT).squared_deviation == pytest.approx(2.0, abs=0.01)
    assert input_uncertainty("kWh", PERFECT).squared_deviation < 1.06


@given(pedigree=PEDIGREES, indicator=st.sampled_from(INDICATORS))
def test_a_worse_score_never_makes_an_amount_more_certain(
    pedigree: dict[str, int], indicator: str
) -> None:
    better = pedigree | {indicator: BEST}
    assert input_uncertainty("kg", better).variance <= input_uncertainty("kg", pedigree).variance


@given(pedigree=PEDIGREES, amount=st.floats(-1e6, 1e6, allow_nan=False))
def test_the_interval_holds_its_median_whatever_the_sign(
    pedigree: dict[str, int], amount: float
) -> None:
    lower, upper = input_uncertainty("kg", pedigree).interval(amount)
    assert lower <= amount <= upper
    assert lower * upper == pytest.approx(amount**2, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    "pedigree",
    [{}, PERFECT | {"time": 6}, PERFECT | {"time": 0}, PERFECT | {"luck": 1}, {"time": 1}],
)
def test_a_pedigree_with_other_indicators_or_scores_is_refused(pedigree: dict[str, int]) -> None:
    with pytest.raises(InventoryError, match="pedigree-malformed"):
        input_uncertainty("kg", pedigree)
