"""A dataset of the shipped inventory is found by its id, in place of a provider or of a name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lca_db.inventory.importers.mapping import shipped_ids, shipped_map
from lca_db.inventory.importers.raw import RawExchange, RawFault, RawProcess
from tests.support.raw_processes import (
    REFUSING,
    a_process,
    an_import,
    avoids,
    codes,
    discards,
    makes,
    takes,
    the,
)

PP_ID = "pp-cn"


@pytest.mark.parametrize(
    "taken",
    [
        takes("any name", "3", provider_id=PP_ID, location="US"),
        takes(PP_ID, "3"),
        takes("any name", "0.003", "t", provider_id=PP_ID),
        takes("any name", "3", "", provider_id=PP_ID),
    ],
)
def test_an_id_of_our_inventory_is_its_dataset_whatever_the_flow_is_called(
    taken: RawExchange,
) -> None:
    for background in (shipped_map(), shipped_ids()):
        imported = an_import(a_process("box", taken), options=REFUSING, background=background)
        (found,) = the(imported, "box").inputs
        assert (found.provider, found.amount, found.unit) == (PP_ID, Decimal(3), "kg")
        assert imported.report.exchanges["linked-by-id"] == 1
        assert imported.report.exchanges["linked-by-mapping"] == 0
        (entry,) = imported.report.mapped.shown
        assert (entry["dataset"], entry["fit"]) == (PP_ID, "named")
        assert the(imported, "box").content["proxy"] == ""


def test_who_names_a_dataset_of_ours_means_it_though_the_file_has_the_flow() -> None:
    imported = an_import(
        a_process("polypropylene"),
        a_process("box", takes("polypropylene", "3", provider_id=PP_ID)),
        background=shipped_map(),
    )
    assert [e.provider for e in the(imported, "box").inputs] == [PP_ID]


def test_a_process_of_the_file_comes_before_ours_of_the_same_id() -> None:
    box = a_process("box", takes("own", "3", provider_id=PP_ID))
    imported = an_import(a_process("own", id=PP_ID), box, background=shipped_map())
    own = the(imported, "own").id
    assert [e.provider for e in the(imported, "box").inputs] == [own]


@pytest.mark.parametrize(
    "own",
    [
        a_process("own", makes("own", "1", "nonsense"), id=PP_ID),
        RawFault(name=PP_ID, place="/Datasets/3", code="import-value-missing"),
    ],
)
def test_ours_does_not_stand_in_for_a_process_of_the_file_that_was_refused(
    own: RawProcess | RawFault,
) -> None:
    box = a_process("box", takes("own", "3", provider_id=PP_ID))
    imported = an_import(own, box, options=REFUSING, background=shipped_map())
    assert imported.processes == ()
    assert imported.report.exchanges["linked-by-id"] == 0


def test_a_dataset_of_ours_that_is_measured_otherwise_is_refused_with_its_unit() -> None:
    box = a_process("box", takes("plastic", "3", "kWh", provider_id=PP_ID))
    report = an_import(box, options=REFUSING, background=shipped_map()).report
    (refused,) = report.refused.shown
    assert (refused["code"], refused["parameters"]) == (
        "unit-wrong-dimension",
        {"unit": "kWh", "expected": "kg"},
    )
    (cut,) = the(an_import(box, background=shipped_map()), "box").cut_offs
    assert "its supplier is measured otherwise" in cut.reason


def test_a_treatment_of_ours_is_taken_as_a_service_with_our_sign() -> None:
    treatment = "waste-incineration-pe-pp-cn"
    imported = an_import(
        a_process("box", discards("scrap", "2", provider_id=treatment)),
        a_process("lid", takes("scrap", "2", provider_id=treatment)),
        options=REFUSING,
        background=shipped_map(),
    )
    for name in ("box", "lid"):
        (found,) = the(imported, name).inputs
        assert (found.amount, found.unit, found.is_credit) == (Decimal(2), "kg", False)


def test_a_negative_amount_of_ours_is_a_credit_and_a_finding_names_it() -> None:
    treatment = "waste-incineration-pe-pp-cn"
    imported = an_import(
        a_process("box", takes("scrap", "-2", provider_id=treatment)), background=shipped_map()
    )
    (found,) = the(imported, "box").inputs
    assert (found.amount, found.is_credit) == (Decimal(-2), True)
    (finding,) = imported.report.findings.shown
    assert (finding["code"], finding["place"]) == ("import-credit-by-id", "/product-input/scrap")
    assert finding["parameters"] == {"flow": "scrap", "dataset": treatment}


def test_a_credit_that_says_so_and_a_positive_amount_are_no_finding() -> None:
    imported = an_import(
        a_process("box", avoids("granulate", "2", provider_id=PP_ID)),
        a_process("lid", takes("granulate", "2", provider_id=PP_ID)),
        background=shipped_map(),
    )
    assert [e.is_credit for p in ("box", "lid") for e in the(imported, p).inputs] == [True, False]
    assert imported.report.findings.shown == ()


@pytest.mark.parametrize(
    ("written", "nearest"),
    [("pp-nc", "pp-cn"), ("PP-CN", "pp-cn"), ("plant-rood", "plant-rod"), ("pp_cn", "pp-cn")],
)
def test_an_id_with_a_slip_is_told_with_the_nearest_one_and_not_linked(
    written: str, nearest: str
) -> None:
    rod = a_process("rod", id="plant-rod")
    box = a_process("box", takes("plastic", "3", provider_id=written))
    (refused,) = an_import(
        rod, box, options=REFUSING, background=shipped_ids()
    ).report.refused.shown
    assert refused["code"] == "import-provider-unknown"
    assert refused["parameters"] == {"flow": "plastic", "provider": written, "nearest": nearest}
    cut = an_import(rod, box, background=shipped_ids())
    assert the(cut, "box").inputs == ()
    assert "no dataset has the id of its provider" in the(cut, "box").cut_offs[0].reason
    (entry,) = cut.report.unlinked.shown
    assert (entry["code"], entry["candidates"]) == ("import-provider-unknown", [nearest])


@pytest.mark.parametrize(
    "written",
    ["0f2a4c68-1111-4d3e-9a00-00000000000a", "DefaultX25250700003", "1235", "nothing like it", ""],
)
def test_an_id_of_a_machine_and_one_that_is_near_to_none_are_only_unlinked(written: str) -> None:
    rods = [
        a_process(name, id=name)
        for name in ("0f2a4c68-1111-4d3e-9a00-00000000000b", "DefaultX25250700002", "1234")
    ]
    box = a_process("box", takes("plastic", "3", provider_id=written))
    report = an_import(*rods, box, options=REFUSING, background=shipped_ids()).report
    assert codes(report.refused.shown) == ["import-input-unlinked"]


def test_only_so_many_different_ids_are_looked_up() -> None:
    taken = [takes(f"flow {n}", "1", provider_id=f"pp-cn{'x' * (n % 2)}{n:x}") for n in range(300)]
    report = an_import(a_process("box", *taken), background=shipped_ids()).report
    told = codes(report.unlinked.shown)
    assert told.count("import-provider-unknown") <= 200
    assert "import-input-unlinked" in told
