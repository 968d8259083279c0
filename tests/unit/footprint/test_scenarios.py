"""Each kind of change, made on a bill with a line of every kind, and each one that is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from api.schemas.bom import BomIn
from footprint.bom import BillOfMaterials, MaterialLine, Stage, UseLine
from footprint.changed_bill import changed_bill
from footprint.changes import Change, ChangeKind
from footprint.errors import FootprintError, FootprintErrors
from footprint.intensities import IntensityTable, ProductEntry
from footprint.inventory import InventorySnapshot
from footprint.methods import method_profile
from footprint.places import at_place
from footprint.scenarios import (
    MOST_CHANGES,
    MOST_SCENARIOS,
    Baseline,
    Scenario,
    grid,
    scenario_results,
)
from footprint.solver import solve_intensities
from tests.support.boms import FREIGHT, GRID, WASTE, a_bom_of_every_kind
from tests.support.builders import a_process, an_emission

METHOD = method_profile("gbt24067-2024")


def _table() -> IntensityTable:
    """What the bill of every kind needs: kgCO2 per unit in the number beside each."""
    made = {
        "steel-bof-cn": ("kg", "2", "CN"),
        "steel-bof-vn": ("kg", "3", "VN"),
        "steel-scrap-cn": ("kg", "0.5", "CN"),
        "corrugated-board-cn": ("kg", "1", "CN"),
        "aluminium-primary-cn": ("kg", "16", "CN"),
        "aluminium-ingot-ca": ("kg", "5", "CA"),
        GRID: ("kWh", "0.6", "CN"),
        "electricity-wind": ("kWh", "0.01", "CN"),
        "steam-cn": ("MJ", "0.1", "CN"),
        FREIGHT: ("tkm", "0.1", "CN"),
        "freight-rail-cn": ("tkm", "0.02", "CN"),
        WASTE: ("kg", "0.4", "CN"),
    }
    processes = [
        replace(a_process(name, unit, emissions=[an_emission(amount_kg=kg)]), location=place)
        for name, (unit, kg, place) in made.items()
    ]
    processes = [
        replace(p, alternatives=("aluminium-ingot-ca",)) if p.id == "aluminium-primary-cn" else p
        for p in processes
    ]
    return solve_intensities(InventorySnapshot.of(processes))


TABLE = _table()


def bill(**members: Any) -> BillOfMaterials:
    return BomIn.model_validate({**a_bom_of_every_kind(), **members}).to_core()


BASE = Baseline(bill(), TABLE, METHOD)


def change(kind: str, **members: Any) -> Change:
    return Change(kind=ChangeKind(kind), **members)


def difference(*changes: Change) -> float:
    scenario = Scenario(name="what if", changes=changes)
    (result,) = scenario_results(BASE, [scenario])
    return result.change_kg_co2e


def refused(*changes: Change, bom: BillOfMaterials | None = None) -> tuple[FootprintError, ...]:
    with pytest.raises(FootprintError) as found:
        scenario_results(
            Baseline(bom or bill(), TABLE, METHOD), [Scenario(name="", changes=changes)]
        )
    error = found.value
    return error.errors if isinstance(error, FootprintErrors) else (error,)


@pytest.mark.parametrize(
    ("kind", "members", "expected"),
    [
        ("dataset", {"line": ("", "box"), "to": "steel-bof-cn"}, 1 * (2 - 1)),
        ("dataset", {"dataset": GRID, "to": "electricity-wind"}, (3 + 2) * (0.01 - 0.6)),
        ("place", {"line": ("", "steel"), "to": "VN"}, 10 / 0.95 * (3 - 2)),
        ("place", {"line": ("cell", "foil"), "to": "CA"}, 4 * 0.1 * (5 - 16)),
        ("place", {"dataset": "steel-bof-cn", "to": "VN"}, 10 / 0.95 * (3 - 2)),
        ("place", {"line": ("", "steel"), "to": "CN"}, 0),
        ("energy", {"to": "electricity-wind"}, 3 * (0.01 - 0.6)),
        ("mode", {"to": "freight-rail-cn"}, 0.01 * 300 * (0.02 - 0.1)),
        (
            "recycled-content",
            {"line": ("", "steel"), "to": "steel-scrap-cn", "value": Decimal("0.3")},
            0.3 * 10 / 0.95 * (0.5 - 2),
        ),
        ("lifetime", {"factor": Decimal(2)}, 2 * 0.6),
        ("lifetime", {"line": ("", "run"), "value": Decimal(10)}, -1 * 0.6),
        ("amount", {"line": ("", "power"), "value": Decimal(5)}, 2 * 0.6),
        ("amount", {"line": ("", "vent"), "factor": Decimal(3)}, 1.0),
        ("amount", {"line": ("", "truck"), "factor": Decimal("0.5")}, -0.01 * 150 * 0.1),
        ("amount", {"line": ("", "scrap"), "value": Decimal(20)}, 5 * 0.4),
        ("amount", {"line": ("", "run"), "factor": Decimal(0)}, -2 * 0.6),
        ("amount", {"line": ("", "cells"), "value": Decimal(5)}, 0.1 * 16),
        ("amount", {"line": ("", "part"), "factor": Decimal(2)}, 2 * 2.5),
        ("loss", {"line": ("", "steel"), "value": Decimal(0)}, 10 * (1 - 1 / 0.95) * (2 + 0.4)),
    ],
)
def test_a_change_moves_the_total_by_what_can_be_counted_by_hand(
    kind: str, members: dict[str, Any], expected: float
) -> None:
    assert difference(change(kind, **members)) == pytest.approx(expected, rel=1e-12)


def test_the_dataset_that_treats_a_loss_is_swapped_with_all_lines_of_it() -> None:
    lost = 10 / 0.95 - 10
    every = change("dataset", dataset=WASTE, to="corrugated-board-cn")
    assert difference(every) == pytest.approx((lost + 5) * (1 - 0.4))
    one = change("dataset", line=("", "steel"), to="corrugated-board-cn")
    assert difference(one) == pytest.approx(10 / 0.95 * (1 - 2))


def test_the_difference_of_a_loss_stands_in_the_stages_it_is_booked_to() -> None:
    no_loss = change("loss", line=("", "steel"), value=Decimal(0))
    base = Baseline(bill(), TABLE, METHOD)
    result = base.result(Scenario(name="no loss", changes=(no_loss,)))
    lost = 10 / 0.95 - 10
    assert result.stages[Stage.RAW_MATERIAL] == pytest.approx(-lost * 2)
    assert result.stages[Stage.MANUFACTURING] == pytest.approx(-lost * 0.4)
    assert {result.stages[s] for s in (Stage.USE, Stage.DISTRIBUTION, Stage.END_OF_LIFE)} == {0.0}
    assert result.changed == (("", "steel"),)


def test_recycled_content_is_a_second_line_with_the_loss_of_the_first() -> None:
    mix = change("recycled-content", line=("", "steel"), to="steel-scrap-cn", value=Decimal("0.25"))
    changed = changed_bill(bill(), [mix, mix], TABLE)
    lines = [line for line in changed.bom.lines if isinstance(line, MaterialLine)]
    steels = [line for line in lines if line.ref.startswith("steel")]
    assert [(x.ref, x.dataset, x.quantity.amount) for x in steels] == [
        ("steel", "steel-bof-cn", Decimal("5.625")),
        ("steel-recycled-2", "steel-scrap-cn", Decimal("1.875")),
        ("steel-recycled", "steel-scrap-cn", Decimal("1.875")),
        ("steel-recycled-recycled", "steel-scrap-cn", Decimal("0.625")),
    ]
    assert len({line.loss for line in steels}) == 1


def test_changes_are_made_one_after_the_other_on_the_same_line() -> None:
    run = ("", "run")
    double = change("lifetime", line=run, factor=Decimal(2))
    changed = changed_bill(bill(), [double, double], TABLE)
    (line,) = changed.lines[run]
    assert isinstance(line, UseLine)
    assert line.services == 80


@pytest.mark.parametrize(
    ("kind", "members", "code", "place"),
    [
        ("dataset", {"line": ("", "none"), "to": GRID}, "scenario-line-unknown", "/line"),
        ("dataset", {"line": ("cell", "steel"), "to": GRID}, "scenario-line-unknown", "/line"),
        ("dataset", {"line": ("", "vent"), "to": GRID}, "scenario-line-unfit", "/line"),
        ("dataset", {"line": ("", "part"), "to": WASTE}, "scenario-line-unfit", "/line"),
        ("dataset", {"line": ("", "steel"), "to": "gold"}, "dataset-unknown", "/to"),
        ("dataset", {"line": ("", "steel"), "to": GRID}, "unit-wrong-dimension", ""),
        ("dataset", {"dataset": "steam-cn", "to": GRID}, "scenario-nothing-to-change", ""),
        ("place", {"line": ("", "steel"), "to": "DE"}, "scenario-place-unknown", "/to"),
        ("place", {"line": ("", "vent"), "to": "VN"}, "scenario-line-unfit", "/line"),
        ("energy", {"to": "steam-cn"}, "scenario-nothing-to-change", ""),
        ("energy", {"line": ("", "steel"), "to": GRID}, "scenario-line-unfit", "/line"),
        ("mode", {"line": ("", "steel"), "to": FREIGHT}, "scenario-line-unfit", "/line"),
        ("mode", {"to": "steel-bof-cn"}, "unit-wrong-dimension", ""),
        (
            "recycled-content",
            {"line": ("", "steel"), "to": "steel-scrap-cn", "value": Decimal(2)},
            "scenario-share-out-of-range",
            "/value",
        ),
        (
            "recycled-content",
            {"line": ("", "part"), "to": "steel-scrap-cn", "value": Decimal("0.1")},
            "scenario-line-unfit",
            "/line",
        ),
        ("lifetime", {"line": ("", "box"), "factor": Decimal(2)}, "scenario-line-unfit", "/line"),
        ("amount", {"line": ("", "power"), "value": Decimal(-1)}, "amount-negative", ""),
        ("loss", {"line": ("", "box"), "value": Decimal(0)}, "scenario-line-unfit", "/line"),
        ("loss", {"line": ("", "steel"), "value": Decimal(1)}, "loss-rate-out-of-range", ""),
    ],
)
def test_a_change_that_cannot_be_made_is_named(
    kind: str, members: dict[str, Any], code: str, place: str
) -> None:
    (error,) = refused(change(kind, **members))
    assert (error.code, error.place) == (code, f"/scenarios/0/changes/0{place}")


def test_every_change_that_cannot_be_made_is_named_at_once() -> None:
    wrong = change("loss", line=("", "box"), value=Decimal(0))
    right = change("lifetime", factor=Decimal(2))
    places = [error.place for error in refused(wrong, right, wrong)]
    assert places == ["/scenarios/0/changes/0/line", "/scenarios/0/changes/2/line"]


def test_a_bill_that_the_changes_make_impossible_is_refused_at_the_changes() -> None:
    other = {
        "ref": "rest",
        "kind": "end-of-life",
        "name": "rest",
        "dataset": WASTE,
        "mass": "8",
        "mass_unit": "kg",
        "share": "0.6",
    }
    bom = bill(lines=[*a_bom_of_every_kind()["lines"], other])
    (error,) = refused(change("amount", line=("", "rest"), value=Decimal(10)), bom=bom)
    assert (error.code, error.place) == ("end-of-life-shares-over-one", "/scenarios/0/changes/0")


@pytest.mark.parametrize(
    ("kind", "members", "code", "place"),
    [
        ("dataset", {"line": ("", "x")}, "scenario-member-missing", "/to"),
        ("dataset", {"to": GRID}, "scenario-member-missing", "/line"),
        ("amount", {"line": ("", "x")}, "scenario-member-missing", "/value"),
        ("amount", {"factor": Decimal(2)}, "scenario-member-missing", "/line"),
        ("energy", {"to": GRID, "value": Decimal(1)}, "scenario-member-not-taken", "/value"),
        ("loss", {"line": ("", "x"), "factor": Decimal(1)}, "several-errors", ""),
        (
            "dataset",
            {"line": ("", "x"), "dataset": WASTE, "to": GRID},
            "scenario-member-not-taken",
            "/dataset",
        ),
        (
            "amount",
            {"line": ("", "x"), "factor": Decimal(2), "value": Decimal(1)},
            "scenario-member-not-taken",
            "/factor",
        ),
        ("amount", {"line": ("", "x"), "value": Decimal("NaN")}, "amount-out-of-range", "/value"),
    ],
)
def test_a_change_takes_the_members_of_its_kind_and_no_others(
    kind: str, members: dict[str, Any], code: str, place: str
) -> None:
    with pytest.raises(FootprintError) as found:
        change(kind, **members)
    assert (found.value.code, found.value.place) == (code, place)


def test_a_place_with_several_datasets_asks_which() -> None:
    def entry(name: str, location: str) -> ProductEntry:
        one = TABLE.products[0]
        return replace(one, id=name, location=location, alternatives=())

    products = (
        entry("power-cn-gd", "CN-GD"),
        entry("power-cn-us-ca", "US-CA"),
        entry("power-us-ca", "US-CA"),
        entry("power-ca", "US-CA"),
    )
    table = replace(TABLE, products=products, values=TABLE.values[:, :4])
    with pytest.raises(FootprintError, match="scenario-place-several") as several:
        at_place("power-cn-gd", "US-CA", table)
    assert several.value.parameters["known"] == ("power-ca, power-cn-us-ca, power-us-ca")
    with pytest.raises(FootprintError, match="scenario-place-unknown") as unknown:
        at_place("power-cn-gd", "DE", table)
    assert unknown.value.parameters["known"] == "US-CA"


def test_more_scenarios_or_changes_than_can_be_read_are_refused() -> None:
    none = Scenario(name="", changes=())
    with pytest.raises(FootprintError, match="scenarios-too-many"):
        scenario_results(BASE, [none] * (MOST_SCENARIOS + 1))
    with pytest.raises(FootprintError, match="scenarios-too-many"):
        grid([[none] * 32, [none] * 32])
    long = Scenario(name="", changes=(change("mode", to=FREIGHT),) * (MOST_CHANGES + 1))
    with pytest.raises(FootprintError, match="scenario-too-long") as error:
        scenario_results(BASE, [long])
    assert error.value.place == "/scenarios/0/changes"
