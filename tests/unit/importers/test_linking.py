"""Each rule of linking, with a case: who supplies whom, and what becomes of the rest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from footprint.inventory import DatasetKind, Process, ReviewStatus
from lca_db.inventory.importers.importing import Imported
from lca_db.inventory.importers.mapping import shipped_map
from lca_db.inventory.importers.raw import RawProcess
from tests.support.raw_processes import (
    REFUSING,
    a_process,
    also_makes,
    an_import,
    avoids,
    codes,
    discards,
    draws,
    emits,
    makes,
    takes,
    the,
)


def suppliers(imported: Imported, consumer: str) -> list[str]:
    """Names of what supplies a dataset."""
    names = {p.id: p.content["name"]["en"] for p in imported.processes}  # type: ignore[index]
    return [names.get(e.provider, e.provider) for e in the(imported, consumer).inputs]


def located(imported: Imported, dataset: str) -> str:
    return next(p.location for p in imported.processes if p.id == dataset)


def amounts(process: Process) -> list[tuple[str, str, bool]]:
    return [(str(e.amount), e.unit, e.is_credit) for e in process.inputs]


def unlinked(imported: Imported) -> list[tuple[object, object]]:
    return [(entry["flow"], entry["code"]) for entry in imported.report.unlinked.shown]


def test_a_named_provider_comes_before_the_flow_and_the_name() -> None:
    imported = an_import(
        a_process("steel", location="CN"),
        a_process("steel by another route", makes("steel"), location="GLO"),
        a_process("car", takes("steel", "900", provider_id="steel by another route/GLO")),
    )
    assert suppliers(imported, "car") == ["steel by another route"]


def test_of_a_provider_with_two_products_the_flow_is_taken() -> None:
    imported = an_import(
        a_process(
            "electrolysis",
            makes("chlorine", flow_id="cl"),
            also_makes("caustic soda", "1.13", flow_id="na"),
        ),
        a_process("soap", takes("lye", "2", provider_id="electrolysis/CN", flow_id="na")),
    )
    caustic = the(imported, "electrolysis").co_products[0].product
    assert [e.provider for e in the(imported, "soap").inputs] == [caustic]


def test_a_flow_with_one_producer_is_linked_by_its_identity() -> None:
    imported = an_import(
        a_process("mill", makes("sheet", flow_id="f1"), location="US"),
        a_process("can", takes("sheet of any name", "0.1", flow_id="f1")),
    )
    assert suppliers(imported, "can") == ["mill"]


@pytest.mark.parametrize(("wanted", "chosen"), [("", "CN"), ("US", "US")])
def test_of_several_producers_the_one_in_the_wanted_place_is_taken(
    wanted: str, chosen: str
) -> None:
    imported = an_import(
        a_process("mill", makes("sheet", flow_id="f1"), location="US"),
        a_process("mill", makes("sheet", flow_id="f1"), location="CN"),
        a_process("can", takes("sheet", "0.1", flow_id="f1", location=wanted), location="CN"),
    )
    assert located(imported, the(imported, "can").inputs[0].provider) == chosen


def test_several_producers_of_which_none_is_preferred_are_named_and_not_linked() -> None:
    imported = an_import(
        a_process("mill", makes("sheet", flow_id="f1"), location="US"),
        a_process("mill", makes("sheet", flow_id="f1"), location="KR"),
        a_process("can", takes("sheet", "0.1", flow_id="f1")),
    )
    assert the(imported, "can").inputs == ()
    [entry] = imported.report.unlinked.shown
    assert entry["code"] == "import-input-ambiguous"
    assert entry["candidates"] == ["mill (KR)", "mill (US)"]


def test_names_are_compared_without_case_and_surplus_blanks() -> None:
    imported = an_import(
        a_process("Steel,  hot rolled"), a_process("car", takes(" steel, HOT rolled ", "1"))
    )
    assert suppliers(imported, "car") == ["Steel,  hot rolled"]


def test_a_supplier_by_name_stands_where_the_exchange_says() -> None:
    imported = an_import(
        a_process("steel", location="CN"),
        a_process("car", takes("steel", "1", location="RER")),
    )
    assert unlinked(imported) == [("steel", "import-input-unlinked")]


def test_an_activity_is_found_by_its_name_and_its_product() -> None:
    imported = an_import(
        a_process("rolling", makes("coil"), also_makes("scrap", "0.1")),
        a_process("market for coil", makes("coil"), takes("coil", "1", provider_name="rolling")),
    )
    assert suppliers(imported, "market for coil") == ["rolling"]


def test_a_name_that_measures_something_else_is_no_supplier() -> None:
    imported = an_import(
        a_process("wood", makes("wood", "1", "m3")), a_process("chair", takes("wood", "7", "kg"))
    )
    assert unlinked(imported) == [("wood", "import-input-unlinked")]


def test_a_process_may_take_of_its_own_product_but_not_all_of_it() -> None:
    imported = an_import(
        a_process("grid", makes("power", "1", "kWh"), takes("power", "0.05", "kWh")),
        a_process("leak", makes("gas"), takes("gas", "1000", "g")),
    )
    assert suppliers(imported, "grid") == ["grid"]
    assert unlinked(imported) == [("gas", "import-input-of-itself")]


def test_a_unit_left_to_the_flow_is_that_of_the_supplier_in_the_file() -> None:
    imported = an_import(
        a_process("steel", makes("steel", "2", "sh tn")),
        a_process("car", takes("steel", "0.5", "")),
    )
    assert amounts(the(imported, "car")) == [("453.592370000", "kg", False)]


def test_units_are_converted_and_the_conversion_is_reported() -> None:
    imported = an_import(
        a_process("steel", makes("steel", "2", "sh tn"), emits("Methane, fossil", "1", "lb av")),
    )
    steel = the(imported, "steel")
    assert (steel.reference_amount, steel.unit) == (Decimal("1814.36948"), "kg")
    assert [str(e.amount_kg) for e in steel.emissions] == ["0.45359237"]
    assert [(c["from"], c["to"]) for c in imported.report.conversions.shown] == [
        ("lb av", "kg"),
        ("sh tn", "kg"),
    ]


def a_treatment() -> RawProcess:
    return a_process("burning waste", makes("waste", "-2"), emits("Carbon dioxide, fossil", "3"))


def test_a_negative_reference_is_a_treatment_and_its_consumers_signs_are_turned() -> None:
    imported = an_import(a_treatment(), a_process("car", takes("waste", "-0.5")))
    treatment = the(imported, "burning waste")
    assert treatment.reference_amount == 2
    assert [str(e.amount_kg) for e in treatment.emissions] == ["3"]
    assert amounts(the(imported, "car")) == [("0.5", "kg", False)]
    assert imported.report.processes["treatments"] == 1


def test_a_waste_output_goes_to_its_treatment_as_it_stands() -> None:
    for treatment in (a_treatment(), a_process("burning waste", makes("waste", "2"))):
        imported = an_import(treatment, a_process("car", discards("waste", "0.5")))
        assert amounts(the(imported, "car")) == [("0.5", "kg", False)]


@pytest.mark.parametrize(
    ("exchange", "linked"),
    [
        (avoids("steel", "3"), ("-3", "kg", True)),
        (takes("steel", "-3"), ("-3", "kg", True)),
        (avoids("steel", "-3"), ("3", "kg", False)),
    ],
)
def test_what_is_avoided_or_negative_becomes_a_credit(
    exchange: object, linked: tuple[str, str, bool]
) -> None:
    imported = an_import(a_process("steel"), a_process("shredder", exchange))  # type: ignore[arg-type]
    assert amounts(the(imported, "shredder")) == [linked]


def test_under_refuse_everything_that_depends_on_a_refused_process_stays_out() -> None:
    imported = an_import(
        a_process("bolt", takes("unobtainium", "1")),
        a_process("wheel", takes("bolt", "4")),
        a_process("car", takes("wheel", "4")),
        a_process("apple"),
        options=REFUSING,
    )
    assert [p.content["name"] for p in imported.processes] == [{"en": "apple"}]
    assert [(r["name"], r["code"]) for r in imported.report.refused.shown] == [
        ("bolt", "import-input-unlinked"),
        ("wheel", "import-provider-refused"),
        ("car", "import-provider-refused"),
    ]


def test_a_flow_that_is_cut_off_is_estimated_and_named_in_the_dataset_and_the_report() -> None:
    imported = an_import(a_process("bolt", takes("unobtainium", "3", "g", location="RU")))
    bolt = the(imported, "bolt")
    assert [(str(e.key), e.amount_kg) for e in bolt.emissions] == [
        ("CO2e:unspecified:emission:gwp=unstated", Decimal("0.006"))
    ]
    [cut] = bolt.cut_offs
    assert cut.flow == "unobtainium (RU)"
    assert cut.reason == "no supplier found; 3 g, estimated at 0.006 kgCO2e"
    [entry] = imported.report.cut_offs.shown
    assert (entry["dataset"], entry["estimate_kg_co2e"]) == (bolt.id, "0.006")


def test_a_cut_off_without_an_estimate_for_its_dimension_refuses_the_process() -> None:
    imported = an_import(a_process("bolt", takes("handling", "1", "h")))
    assert imported.processes == ()
    assert codes(imported.report.refused.shown) == ["import-estimate-missing"]


def test_a_supplier_that_is_refused_is_cut_off_where_that_was_chosen() -> None:
    imported = an_import(
        a_process("bolt", takes("handling", "1", "h")),
        a_process("refinery", makes("diesel"), also_makes("steam", "1", "m3")),
        a_process("car", takes("bolt", "4"), takes("diesel", "1")),
    )
    assert [cut.reason.split(";")[0] for cut in the(imported, "car").cut_offs] == [
        "its supplier could not be imported"
    ] * 2
    assert codes(imported.report.refused.shown) == [
        "import-allocation-missing",
        "import-estimate-missing",
    ]


def test_amounts_of_nothing_are_counted_and_left_out() -> None:
    imported = an_import(
        a_process("car", takes("paint", "1e-16"), emits("Methane, fossil", "0"), emits("Lead", "0"))
    )
    car = the(imported, "car")
    assert (car.inputs, car.emissions, car.cut_offs) == ((), (), ())
    assert imported.report.exchanges["zero"] == 2
    assert imported.report.exchanges["ignored"] == 1


def test_a_negative_emission_is_taken_up_and_the_report_asks() -> None:
    imported = an_import(
        a_process(
            "capture", emits("Carbon dioxide, fossil", "-5"), draws("Carbon dioxide, in air", "-2")
        )
    )
    assert [(str(e.key), e.amount_kg) for e in the(imported, "capture").emissions] == [
        ("CO2:biogenic:emission", Decimal(2)),
        ("CO2:fossil:removal", Decimal(5)),
    ]
    assert codes(imported.report.findings.shown) == ["import-emission-turned"] * 2


def test_a_greenhouse_gas_by_the_cubic_metre_refuses_its_process() -> None:
    imported = an_import(a_process("well", emits("Methane, fossil", "1", "m3")))
    assert codes(imported.report.refused.shown) == ["import-emission-unit"]


def test_every_imported_dataset_is_a_draft_that_says_where_it_comes_from() -> None:
    imported = an_import(
        a_process("steel", makes("steel", cas="007439-89-6"), technology="furnace", comment="old",
                  categories=("metals",), details={"reviewer": "none"}),
        a_process("system", is_aggregated=True, location=""),
    )  # fmt: skip
    steel, system = the(imported, "steel"), the(imported, "system")
    assert (steel.kind, system.kind) == (DatasetKind.UNIT_PROCESS, DatasetKind.AGGREGATED)
    assert {p.review_status for p in imported.processes} == {ReviewStatus.DRAFT}
    assert (steel.year, system.location) == ("2019", "unspecified")
    assert steel.content["technology"] == "furnace"
    assert steel.content["categories"] == ["metals"]
    assert steel.content["details"] == {"reviewer": "none"}
    assert steel.content["codes"] == {"CAS": ["7439-89-6"]}
    assert steel.content["imported"]["process"] == "steel/CN"  # type: ignore[index]


def test_a_foreign_background_name_is_linked_by_the_table_and_the_proxy_is_said() -> None:
    name = "market for steel, low-alloyed"
    consumer = a_process(
        "car",
        takes("steel, low-alloyed", "900", provider_name=name, location="GLO"),
        takes("tap water", "2", provider_name="market for tap water", location="RER"),
        takes("municipal solid waste", "-1", provider_name="market for municipal solid waste"),
    )
    imported = an_import(consumer, options=REFUSING, background=shipped_map())
    car = the(imported, "car")
    assert [(e.provider, str(e.amount), e.unit) for e in car.inputs] == [
        ("steel-hot-rolled-cn", "900", "kg"),
        ("water-tap-cn", "0.002", "m3"),
        ("waste-incineration-msw-cn", "1", "kg"),
    ]
    assert "steel-hot-rolled-cn for market for steel, low-alloyed (GLO)" in str(
        car.content["proxy"]
    )
    assert imported.report.exchanges["linked-by-mapping"] == 3


def test_a_name_in_the_file_comes_before_the_table() -> None:
    imported = an_import(
        a_process("market for steel, low-alloyed", makes("steel, low-alloyed")),
        a_process(
            "car",
            takes("steel, low-alloyed", "1", provider_name="market for steel, low-alloyed"),
        ),
        background=shipped_map(),
    )
    assert suppliers(imported, "car") == ["market for steel, low-alloyed"]


def test_a_process_that_stands_in_the_file_twice_comes_in_once() -> None:
    imported = an_import(a_process("steel"), a_process("steel", emits("Methane", "1")))
    assert len(imported.processes) == 1
    assert codes(imported.report.refused.shown) == ["import-process-twice"]


@pytest.mark.parametrize(
    ("process", "code"),
    [
        (a_process("a", makes("a", "0")), "import-reference-zero"),
        (a_process("a", makes("a"), makes("b")), "import-without-reference"),
        (a_process("a", makes("a", "1", "ton")), "unit-ambiguous"),
        (a_process("a", makes("a", "1e30")), "amount-out-of-range"),
        (a_process("a", takes("b", "1", "EUR 2000")), "unit-unknown"),
        (a_process("a", also_makes("b", "-1")), "import-co-product-negative"),
    ],
)
def test_what_cannot_be_a_dataset_is_refused_with_its_reason(
    process: RawProcess, code: str
) -> None:
    imported = an_import(process, a_process("apple"))
    assert codes(imported.report.refused.shown) == [code]
    assert imported.report.refused.shown[0]["place"]
    assert len(imported.processes) == 1


def test_what_is_taken_from_nature_without_climate_effect_is_said_to_be_left_out() -> None:
    drawn = (draws(f"Ore {n:02}, in ground", "1") for n in range(14))
    mine = the(an_import(a_process("mine", draws("Carbon dioxide, in air", "2"), *drawn)), "mine")
    [left_out] = mine.cut_offs
    assert left_out.flow == "resources from nature"
    assert left_out.reason.startswith("no climate effect, not kept: Ore 00, in ground; Ore 01")
    assert left_out.reason.endswith("Ore 11, in ground; and 2 more")
    assert the(an_import(a_process("mill", emits("Lead", "1"))), "mill").cut_offs == ()
