"""Recycled content and recycling at the end of life: terms, credits, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from footprint.bom import LinePart, Recycling, RecyclingApproach, Stage
from footprint.errors import FootprintError, FootprintErrors
from footprint.recycling import LEAST_A, MOST_A, circular_footprint_terms
from footprint.result import FootprintResult
from tests.support.builders import a_bom, a_material, a_result, an_energy
from tests.support.source_tree import ROOT
from tests.unit.footprint.tables import a_table

TABLE = a_table(
    ("grid", "kWh", 0.5),
    ("landfill", "kg", 0.1),
    ("other-virgin", "kg", 1.5),
    ("remelted", "kg", 0.6),
    ("virgin", "kg", 2.0),
)
FORMULA: dict[str, str] = {
    "approach": "circular-footprint",
    "recycled_content": "0.25",
    "recycled_dataset": "remelted",
    "recycling_rate": "0.4",
    "recycling_dataset": "remelted",
    "allocation_factor": "0.5",
    "quality_in": "0.9",
    "quality_out": "0.8",
}
CUT_OFF = {"recycled_content": "0.25", "recycled_dataset": "remelted"}
CLOSED = {"approach": "closed-loop", "recycling_rate": "0.4", "recycling_dataset": "remelted"}
ALL = dict.fromkeys(
    ("raw-material", "manufacturing", "distribution", "use", "end-of-life"), "included"
)
REST = [
    an_energy("e", "grid", "0.1"),
    *({**an_energy(s, "grid", "0.1"), "stage": s} for s in ("distribution", "use", "end-of-life")),
]


def the_result(recycling: dict[str, str] | None, amount: str = "2", **more: Any) -> FootprintResult:
    extra: dict[str, Any] = {"recycling": recycling} if recycling else {}
    line = a_material("m", "virgin", amount, **extra, **more)
    bom = a_bom([line, *REST], boundary="cradle-to-grave", unit_kind="functional", stages=ALL)
    return a_result(bom, TABLE)


def parts_of(result: FootprintResult) -> dict[LinePart, float]:
    return {line.part: line.kg_co2e for line in result.lines if line.ref == "m"}


def refused(recycling: dict[str, str], **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(FootprintError) as found:
        the_result(recycling, **more)
    errors = found.value.errors if isinstance(found.value, FootprintErrors) else (found.value,)
    return [(error.code, error.place.removeprefix("/lines/0/recycling")) for error in errors]


def test_circular_footprint_formula_by_hand() -> None:
    """2 kg with Ev 2.0, Erecycled 0.6, R1 0.25, R2 0.4, A 0.5, Qsin/Qp 0.9 and Qsout/Qp 0.8.

    0.75 x 2.0 = 1.5; 0.25 (0.5 x 0.6 + 0.5 x 2.0 x 0.9) = 0.3; 0.5 x 0.4 (0.6 - 2.0 x 0.8) = -0.2:
    1.6 a kilogram.
    """
    parts = parts_of(the_result(FORMULA))
    assert parts == {
        LinePart.LINE: pytest.approx(3.0),
        LinePart.RECYCLED_INPUT: pytest.approx(2 * 0.25 * 0.5 * 0.6),
        LinePart.BORROWED_INPUT: pytest.approx(2 * 0.25 * 0.5 * 2.0 * 0.9),
        LinePart.RECYCLING: pytest.approx(2 * 0.5 * 0.4 * 0.6),
        LinePart.RECYCLING_CREDIT: pytest.approx(-2 * 0.5 * 0.4 * 2.0 * 0.8),
    }
    assert sum(parts.values()) == pytest.approx(3.2)


def test_credit_is_shown_apart_and_belongs_to_the_end_of_life() -> None:
    result = the_result(FORMULA)
    assert result.beside.credits_kg_co2e == pytest.approx(-0.64)
    assert result.to_json()["credits_kg_co2e"] == "-0.640000000000"
    stages = {line.part: line.stage for line in result.lines if line.ref == "m"}
    assert stages[LinePart.RECYCLING] is stages[LinePart.RECYCLING_CREDIT] is Stage.END_OF_LIFE
    assert stages[LinePart.BORROWED_INPUT] is Stage.RAW_MATERIAL
    assert sum(s.kg_co2e for s in result.stages) == pytest.approx(result.total_kg_co2e)


def test_cut_off_carries_the_recycling_of_its_content_and_earns_nothing() -> None:
    result = the_result(CUT_OFF)
    assert parts_of(result) == {
        LinePart.LINE: pytest.approx(3.0),
        LinePart.RECYCLED_INPUT: pytest.approx(0.3),
    }
    assert result.beside.credits_kg_co2e == 0


def test_closed_loop_displaces_virgin_material_one_for_one() -> None:
    result = the_result(CLOSED)
    assert parts_of(result) == {
        LinePart.LINE: pytest.approx(4.0),
        LinePart.RECYCLING: pytest.approx(2 * 0.4 * 0.6),
        LinePart.RECYCLING_CREDIT: pytest.approx(-2 * 0.4 * 2.0),
    }
    assert result.beside.credits_kg_co2e == pytest.approx(-1.6)


def test_displaced_material_may_be_another() -> None:
    parts = parts_of(the_result({**FORMULA, "displaced_dataset": "other-virgin"}))
    assert parts[LinePart.RECYCLING_CREDIT] == pytest.approx(-2 * 0.5 * 0.4 * 1.5 * 0.8)


def test_loss_is_bought_and_never_recycled_at_the_end() -> None:
    loss = {"rate": "0.2", "route": "sold-scrap"}
    with_loss, without = parts_of(the_result(FORMULA, loss=loss)), parts_of(the_result(FORMULA))
    for part in (LinePart.LINE, LinePart.RECYCLED_INPUT, LinePart.BORROWED_INPUT):
        assert with_loss[part] == pytest.approx(without[part] / 0.8)
    for part in (LinePart.RECYCLING, LinePart.RECYCLING_CREDIT):
        assert with_loss[part] == without[part]


def test_material_without_a_word_of_recycling_is_as_before() -> None:
    assert parts_of(the_result(None)) == {LinePart.LINE: pytest.approx(4.0)}
    assert the_result({"recycled_content": "0"}).total_kg_co2e == the_result(None).total_kg_co2e


@pytest.mark.parametrize(
    "recycling",
    [
        {**CUT_OFF, "recycling_rate": "0.4", "recycling_dataset": "remelted"},
        {**CLOSED, "recycled_content": "0.25", "recycled_dataset": "remelted"},
    ],
)
def test_content_and_recycling_at_the_end_are_never_both_credited(
    recycling: dict[str, str],
) -> None:
    assert refused(recycling) == [("recycling-credited-twice", "/recycling_rate")]


@pytest.mark.parametrize(
    ("recycling", "found"),
    [
        (
            {"recycling_rate": "0.4", "recycling_dataset": "remelted"},
            [("recycling-member-not-taken", "/recycling_rate")],
        ),
        (
            {"approach": "closed-loop", **CUT_OFF},
            [("recycling-member-not-taken", "/recycled_content")],
        ),
        ({"recycled_content": "0.25"}, [("recycling-member-missing", "/recycled_dataset")]),
        (
            {"recycled_dataset": "remelted"},
            [("recycling-member-not-taken", "/recycled_dataset")],
        ),
        (
            {"approach": "closed-loop", "recycling_rate": "0.4"},
            [("recycling-member-missing", "/recycling_dataset")],
        ),
        (
            {**CUT_OFF, "allocation_factor": "0.5", "quality_out": "1"},
            [
                ("recycling-member-not-taken", "/allocation_factor"),
                ("recycling-member-not-taken", "/quality_out"),
            ],
        ),
        (
            {**CUT_OFF, "displaced_dataset": "virgin"},
            [("recycling-member-not-taken", "/displaced_dataset")],
        ),
        (
            {k: v for k, v in FORMULA.items() if k not in ("allocation_factor", "quality_in")},
            [
                ("recycling-member-missing", "/allocation_factor"),
                ("recycling-member-missing", "/quality_in"),
            ],
        ),
        (
            {**FORMULA, "allocation_factor": "0.1"},
            [("allocation-factor-out-of-range", "/allocation_factor")],
        ),
        (
            {**FORMULA, "quality_in": "0", "quality_out": "1.01"},
            [
                ("quality-ratio-out-of-range", "/quality_in"),
                ("quality-ratio-out-of-range", "/quality_out"),
            ],
        ),
        ({**CUT_OFF, "recycled_content": "1.1"}, [("share-out-of-range", "/recycled_content")]),
        ({**CLOSED, "recycling_rate": "-0.1"}, [("share-out-of-range", "/recycling_rate")]),
        ({**CUT_OFF, "recycled_dataset": "nope"}, [("dataset-unknown", "/recycled_dataset")]),
        ({**FORMULA, "displaced_dataset": "nope"}, [("dataset-unknown", "/displaced_dataset")]),
        (
            {**CLOSED, "displaced_dataset": "other-virgin"},
            [("recycling-member-not-taken", "/displaced_dataset")],
        ),
    ],
)
def test_what_an_approach_does_not_take_or_lacks_is_named(
    recycling: dict[str, str], found: list[tuple[str, str]]
) -> None:
    assert refused(recycling) == found


def test_methodology_names_the_range_of_the_allocation_factor() -> None:
    page = (ROOT / "docs" / "methodology-lifecycle.md").read_text(encoding="utf-8")
    assert f"{LEAST_A} ≤ A ≤ {MOST_A}" in page
    for approach in RecyclingApproach:
        assert f"| `{approach}`" in page


def test_allocation_factors_at_the_ends_of_the_range_are_taken() -> None:
    for a in ("0.2", "0.8"):
        assert the_result({**FORMULA, "allocation_factor": a}).beside.credits_kg_co2e < 0


def test_recycling_of_a_suppliers_footprint_is_refused() -> None:
    supplied = {"kg_co2e_per_unit": "2", "unit": "kg", "gwp_set": "AR6", "document": "PCF 17"}
    line = a_material("m", "virgin", recycling=CUT_OFF, supplier_footprint=supplied)
    del line["dataset"]
    with pytest.raises(FootprintError) as found:
        a_bom([line, REST[0]])
    assert (found.value.code, found.value.place) == (
        "recycling-needs-dataset",
        "/lines/0/recycling",
    )


def test_credit_at_the_end_of_life_has_no_place_in_a_partial_footprint() -> None:
    with pytest.raises(FootprintError) as found:
        a_bom([a_material("m", "virgin", recycling=CLOSED), REST[0]])
    assert (found.value.code, found.value.place) == ("line-in-excluded-stage", "/lines/0")
    assert a_bom([a_material("m", "virgin", recycling=CUT_OFF), REST[0]]).lines


def bill_of(*lines: dict[str, object]) -> object:
    return a_bom([*lines, *REST], boundary="cradle-to-grave", unit_kind="functional", stages=ALL)


def test_one_material_is_recycled_by_one_approach_throughout() -> None:
    first = a_material("a", "virgin", recycling=CUT_OFF)
    closed = {**CLOSED, "recycling_dataset": "remelted-otherwise"}
    with pytest.raises(FootprintError) as found:
        bill_of(first, a_material("b", "virgin", recycling=closed))
    assert found.value.code == "recycling-approaches-mixed"
    assert found.value.place == "/lines/1/recycling/approach"
    assert found.value.parameters == {"dataset": "virgin", "other": "cut-off"}
    assert bill_of(first, a_material("b", "other-virgin", recycling=closed))


@pytest.mark.parametrize(
    ("other", "member"),
    [
        (a_material("b", "remelted"), "dataset"),
        (a_material("b", "other-virgin", recycling=CUT_OFF), "recycling/recycled_dataset"),
    ],
)
def test_what_a_closed_loop_makes_is_bought_by_no_other_line(
    other: dict[str, object], member: str
) -> None:
    """A remelted ingot as the material here, and the credit for remelting there."""
    looped = a_material("a", "virgin", recycling=CLOSED)
    with pytest.raises(FootprintError) as found:
        bill_of(looped, other)
    assert found.value.code == "recycling-credited-twice"
    assert found.value.place == f"/lines/1/{member}"
    assert bill_of(looped, a_material("b", "other-virgin"))
    assert bill_of(a_material("a", "virgin", recycling=FORMULA), a_material("b", "remelted"))


def an_end(share: str, item: str = "m") -> dict[str, object]:
    return {
        "ref": "landfill",
        "kind": "end-of-life",
        "name": "landfill",
        "dataset": "landfill",
        "mass": "2",
        "mass_unit": "kg",
        "share": share,
        "item": item,
    }


def test_what_a_material_has_recycled_is_not_treated_again() -> None:
    looped = a_material("m", "virgin", "2", recycling=CLOSED)
    assert bill_of(looped, an_end("0.6"))
    with pytest.raises(FootprintError) as found:
        bill_of(looped, an_end("0.7"))
    assert (found.value.code, found.value.parameters["total"]) == (
        "end-of-life-shares-over-one",
        "1.1",
    )


def test_terms_of_every_approach_stand_for_one_kilogram_of_input() -> None:
    """Without recycling at the end and at equal quality, no material is lost or made."""
    half = Decimal("0.5")
    for terms in (
        circular_footprint_terms(half, half, Decimal(0), Decimal(1), Decimal(1)),
        Recycling(recycled_content=half, recycled_dataset="r").terms,
        Recycling(approach=RecyclingApproach.CLOSED_LOOP).terms,
    ):
        assert terms.virgin + terms.recycled + terms.borrowed == 1
