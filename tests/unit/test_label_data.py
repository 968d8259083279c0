"""What a label says of its data, carbon and electricity: taken from the verified result alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footprint.declared_results import (
    DeclaredResults,
    ElectricityResult,
    InstrumentResult,
    SiteResult,
    SupplyResult,
)
from footprint.interval import QUANTILES
from footprint.result import Interval
from labels.errors import LabelError
from labels.label import PowerShare, PrintedElectricity, PrintedInterval, PrintedRating
from labels.label_facts import facts_from, printed_footprint
from tests.support.cases import SCHEME
from tests.support.labels import ISSUE, PARTIES, a_granted_study

AN_INTERVAL = Interval(
    draws=1000,
    seed=1,
    sampling_sha256="ab" * 32,
    lower_kg_co2e=15.12345,
    median_kg_co2e=16.5,
    upper_kg_co2e=17.9,
)


def a_site(name: str, consumed: float, mwh: dict[str, float]) -> SiteResult:
    """A site that instruments of those kinds supply, the rest by the consumption mix."""
    covered = sum(mwh.values())
    return SiteResult(
        site=name,
        consumption_mwh=consumed,
        covered_mwh=covered,
        rest_mwh=consumed - covered,
        rest_mix="consumption-mix",
        rest_datasets=("power",),
        instruments=tuple(
            InstrumentResult(
                kind=kind,
                dataset="wind",
                transmission="",
                mwh=amount,
                share=amount / consumed,
                serials=("GEC CN-1-10",),
                vintage_year="2025",
            )
            for kind, amount in mwh.items()
        ),
    )


def test_the_label_carries_the_bounds_of_the_interval_or_that_there_is_none() -> None:
    _, bom, result = a_granted_study()
    assert printed_footprint(result, bom).interval is None
    drawn = replace(result, uncertainty=AN_INTERVAL)
    assert printed_footprint(drawn, bom).interval == PrintedInterval(
        probability="0.95", lower="15.12", upper="17.90", draws=1000
    )
    assert QUANTILES[2] - QUANTILES[0] == pytest.approx(0.95)


def test_the_label_carries_the_rating_of_the_data_with_how_much_is_rated() -> None:
    _, bom, result = a_granted_study()
    assert printed_footprint(result, bom).data_quality is None
    rated = replace(result, data_quality_rating=2.1449, data_quality_rated_share=0.5)
    assert printed_footprint(rated, bom).data_quality == PrintedRating(
        rating="2.145", rated_share="0.500000000000"
    )


def test_the_label_carries_the_carbon_in_product_and_packaging_where_it_is_stated() -> None:
    _, bom, result = a_granted_study()
    printed = printed_footprint(result, bom)
    assert (printed.biogenic_carbon_kg, printed.packaging_biogenic_carbon_kg) == (None, None)
    wooden = replace(result, beside=replace(result.beside, biogenic_carbon_kg=1.25))
    printed = printed_footprint(wooden, bom)
    assert printed.biogenic_carbon_kg == "1.25000000000"
    assert printed.packaging_biogenic_carbon_kg is None


def test_the_label_tells_the_shares_of_all_sites_and_neither_amounts_nor_serials() -> None:
    _, bom, result = a_granted_study()
    assert printed_footprint(result, bom).electricity is None
    power = ElectricityResult(
        total_without_kg_co2e=25.123456,
        sites=(
            a_site("east", 900.0, {"on-site": 100.0, "certificate": 200.0}),
            a_site("west", 100.0, {"certificate": 33.3}),
        ),
        supplies=(
            SupplyResult(supply="on-site", kwh=0.5),
            SupplyResult(supply="certificate", kwh=1.1665),
            SupplyResult(supply="consumption-mix", kwh=2.3335),
            SupplyResult(supply="undeclared", kwh=1.0),
        ),
    )
    powered = replace(result, declared=DeclaredResults(electricity=power))
    printed = printed_footprint(powered, bom).electricity
    assert printed == PrintedElectricity(
        supplies=(
            PowerShare(supply="on-site", share="0.100"),
            PowerShare(supply="certificate", share="0.233"),
            PowerShare(supply="consumption-mix", share="0.467"),
            PowerShare(supply="undeclared", share="0.200"),
        ),
        without_instruments="25.1",
    )
    for secret in ("east", "GEC", "900", "wind"):
        assert secret not in str(printed)


@pytest.mark.parametrize(
    "better",
    [
        {"data_quality_rating": 1.0, "data_quality_rated_share": 1.0},
        {"uncertainty": AN_INTERVAL},
        {"declared": DeclaredResults(electricity=ElectricityResult(
            total_without_kg_co2e=1.0, sites=(), supplies=()))},
    ],
)  # fmt: skip
def test_no_label_says_of_its_data_what_was_not_verified(better: dict[str, object]) -> None:
    """The statement is about the hash of the result, and every such figure is in that hash."""
    case, bom, result = a_granted_study()
    with pytest.raises(LabelError) as caught:
        facts_from(
            case=case,
            result=replace(result, **better),  # type: ignore[arg-type]
            bom=bom,
            scheme=SCHEME,
            parties=PARTIES,
            issue=ISSUE,
        )
    assert caught.value.code == "facts-of-another-case"
    assert caught.value.parameters["member"] == "result_sha256"
