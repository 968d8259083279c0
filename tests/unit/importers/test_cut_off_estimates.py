"""What a flow without supplier is estimated at: as a product, as waste, by words of its name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from lca_db.inventory.importers.options import ImportOptions, read_estimates
from lca_db.inventory.importers.raw import RawExchange
from tests.support.raw_processes import (
    CUTTING,
    a_process,
    an_import,
    avoids,
    discards,
    takes,
    the,
)


@pytest.mark.parametrize(
    ("exchange", "estimate"),
    [
        (takes("sludge", "-4"), "2.0"),  # waste handed over, as ecoinvent writes it
        (discards("sludge", "4"), "2.0"),
        (discards("Sludge", "-4", "t"), "2000"),
        (avoids("steel", "4"), "0"),  # a credit is not invented
    ],
)
def test_what_is_cut_off_never_lowers_a_total(exchange: object, estimate: str) -> None:
    options = replace(CUTTING, estimates=read_estimates("kg=2,waste:kg=0.5"))
    imported = an_import(a_process("car", exchange), options=options)  # type: ignore[arg-type]
    assert [e["estimate_kg_co2e"] for e in imported.report.cut_offs.shown] == [estimate]
    total = sum((e.amount_kg for e in the(imported, "car").emissions), Decimal(0))
    assert total == Decimal(estimate)


@pytest.mark.parametrize("handed_over", [discards("overburden", "33"), takes("sludge", "-1")])
def test_waste_never_takes_the_estimate_of_products(handed_over: RawExchange) -> None:
    report = an_import(a_process("ingot", handed_over)).report
    (refused,) = report.refused.shown
    assert refused["code"] == "import-estimate-missing"
    assert refused["parameters"]["example"] == "waste:kg=1"  # type: ignore[index]


def test_a_dataset_says_how_much_of_it_is_estimated() -> None:
    imported = an_import(a_process("bolt", takes("wire", "3"), takes("power", "2", "kWh")))
    assert the(imported, "bolt").content["imported"]["estimate_kg_co2e"] == "7.2"  # type: ignore[index]
    whole = the(an_import(a_process("nut")), "nut")
    assert whole.content["imported"]["estimate_kg_co2e"] == "0"  # type: ignore[index]


@pytest.mark.parametrize(
    ("flow", "estimate"),
    [
        (takes("Steel scrap, at plant", "4"), "0"),
        (discards("Miscellaneous metal SCRAP", "4"), "0"),
        (takes("scraper", "4"), "8"),  # no whole word
        (discards("Waste, hazardous (deposited)", "4"), "0.04"),
        (takes("CUTOFF Disposal, solid waste, to landfill", "4"), "1.2"),
        (
            takes("Electricity, from waste oil", "4", "kWh"),
            "2.4",
        ),  # taken: "waste" is no word of it
        (discards("CUTOFF Disposal of scrap", "4"), "1.2"),  # the longer word
        (discards("废钢", "4"), "0.4"),
        (takes("废钢", "4"), "0.4"),
        (discards("slag", "4"), "2.0"),
    ],
)
def test_an_estimate_of_a_word_counts_for_the_flows_that_have_it(
    flow: RawExchange, estimate: str
) -> None:
    of_words = "scrap:kg=0,Disposal :kg=0.3,deposited:kg=0.01,废钢:kg=0.1"
    text = f"kg=2,kWh=0.6,waste:kg=0.5,waste:kWh=0,{of_words}"
    options = replace(CUTTING, estimates=read_estimates(text))
    imported = an_import(a_process("car", flow), options=options)
    assert [e["estimate_kg_co2e"] for e in imported.report.cut_offs.shown] == [estimate]


def test_options_read_estimates_for_each_dimension_once() -> None:
    options: ImportOptions = CUTTING
    assert options.estimate_kg_co2e(Decimal(3), "t") == 6000
    assert options.estimate_kg_co2e(Decimal("7.2"), "GJ") == pytest.approx(Decimal(1200))
    assert options.estimate_kg_co2e(Decimal(1), "m3") is None
