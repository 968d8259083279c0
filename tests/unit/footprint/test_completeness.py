"""Completeness: what was counted beside what was cut; what nobody estimated makes it "at most"."""

from __future__ import annotations

from typing import Any

import pytest

from api.schemas.bom import BomIn
from footprint.calculate import calculate
from footprint.declared_results import CompletenessResult
from footprint.errors import FootprintError, FootprintErrors
from footprint.limits import LimitName, study_limit
from footprint.methods import method_profile
from footprint.result import FootprintResult
from tests.support.builders import ANY_SHA256, a_bom_document, a_material, an_energy
from tests.unit.footprint.tables import a_table

TABLE = a_table(
    ("steel", "kg", 2.0), ("grid", "kWh", 0.5), ("glue", "kg", 4.0), ("credit", "kg", -1.0)
)
LINES = (a_material("steel", "steel", "45"), an_energy("power", "grid", "10"))  # 95 kgCO2e
GLUE = {"flow": "glue", "basis": "emission", "reason": "a few grams"}


def the_result(*cuts: dict[str, Any], lines: Any = LINES, **more: Any) -> FootprintResult:
    document = a_bom_document(list(lines)) | more
    if cuts:
        document["cuts"] = list(cuts)
    bom = BomIn.model_validate(document).to_core()
    return calculate(bom, TABLE, method_profile("gbt24067-2024"), bom_sha256=ANY_SHA256)


def found_for(*cuts: dict[str, Any], **more: Any) -> CompletenessResult:
    found = the_result(*cuts, **more).declared.completeness
    assert found is not None
    return found


def refusal_of(*cuts: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(FootprintError) as refusal:
        the_result(*cuts)
    error = refusal.value
    errors = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [(e.code, e.place) for e in errors]


def test_completeness_is_what_was_counted_over_that_and_the_estimates() -> None:
    found = found_for({**GLUE, "kg_co2e": "5"})
    assert found.share == pytest.approx(0.95)
    assert not found.is_at_most
    assert (found.counted_kg_co2e, found.estimated_kg_co2e) == pytest.approx((95.0, 5.0))


def test_estimate_is_made_by_a_dataset_and_an_amount_as_well() -> None:
    estimate = {"dataset": "glue", "amount": "1250", "unit": "g"}
    found = found_for({**GLUE, "estimate": estimate})
    assert found.cuts[0].kg_co2e == pytest.approx(5.0)
    assert found.cuts[0].emission_share == pytest.approx(0.05)


def test_estimate_is_never_added_to_the_footprint() -> None:
    assert the_result({**GLUE, "kg_co2e": "5"}).total_kg_co2e == pytest.approx(95.0)


def test_credit_that_is_cut_counts_by_its_size() -> None:
    estimate = {"dataset": "credit", "amount": "5", "unit": "kg"}
    assert found_for({**GLUE, "estimate": estimate}).share == pytest.approx(0.95)


def test_cut_nobody_estimated_is_told_and_makes_the_share_an_upper_bound() -> None:
    found = found_for({**GLUE, "kg_co2e": "5"}, {**GLUE, "flow": "screws"})
    assert found.is_at_most
    assert [(c.flow, c.kg_co2e) for c in found.cuts] == [("glue", 5.0), ("screws", None)]
    body: Any = found.to_json(str)
    assert "kg_co2e" not in body["cuts"][1]


def test_cut_offs_in_words_are_cuts_nobody_estimated() -> None:
    found = found_for(cut_offs=["Oil of the machines", "  "])
    assert (found.share, found.is_at_most) == (1.0, True)
    assert [(c.flow, c.basis) for c in found.cuts] == [("Oil of the machines", "")]


def test_bill_that_cuts_nothing_says_nothing_of_completeness() -> None:
    assert the_result().declared.completeness is None
    assert "completeness" not in the_result().to_json()


def test_single_cut_above_one_percent_is_marked_by_its_estimate_or_its_stated_share() -> None:
    found = found_for(
        {**GLUE, "kg_co2e": "0.9"},
        {**GLUE, "kg_co2e": "2"},
        {**GLUE, "basis": "mass", "share": "0.010001", "kg_co2e": "0"},
        {**GLUE, "basis": "energy", "share": "0.01", "kg_co2e": "0"},
    )
    assert [cut.is_over_limit for cut in found.cuts] == [False, True, True, False]


def test_cuts_together_are_summed_on_each_ground() -> None:
    cuts = [{**GLUE, "basis": "mass", "share": "0.009", "kg_co2e": "0.5"}] * 6
    found = found_for(*cuts)
    assert [(t.basis, t.is_over_limit) for t in found.together] == [
        ("mass", True),
        ("emission", False),
    ]
    assert found.together[0].share == pytest.approx(0.054)
    assert found.together[1].share == pytest.approx(3 / 98)


def test_limits_are_data_of_the_profile_and_unconfirmed() -> None:
    single = study_limit("gbt24067-2024", LimitName.CUT_OFF_SINGLE)
    together = study_limit("gbt24067-2024", LimitName.CUT_OFF_TOGETHER)
    assert (str(single.value), str(together.value)) == ("0.01", "0.05")
    found = found_for({**GLUE, "kg_co2e": "0"})
    assert not found.are_limits_confirmed
    assert (found.single_limit, found.together_limit) == (single.value, together.value)


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ({**GLUE, "reason": " "}, ("cut-without-reason", "/cuts/0/reason")),
        ({**GLUE, "share": "1.1"}, ("share-out-of-range", "/cuts/0/share")),
        ({**GLUE, "kg_co2e": "-1"}, ("cut-estimate-negative", "/cuts/0/kg_co2e")),
        (
            {**GLUE, "estimate": {"dataset": "glue", "amount": "-1", "unit": "kg"}},
            ("cut-estimate-negative", "/cuts/0/estimate/amount"),
        ),
        (
            {**GLUE, "kg_co2e": "1", "estimate": {"dataset": "glue", "amount": "1", "unit": "kg"}},
            ("cut-estimated-twice", "/cuts/0/kg_co2e"),
        ),
        (
            {**GLUE, "estimate": {"dataset": "gone", "amount": "1", "unit": "kg"}},
            ("dataset-unknown", "/cuts/0/estimate/dataset"),
        ),
        (
            {**GLUE, "estimate": {"dataset": "glue", "amount": "1", "unit": "kWh"}},
            ("unit-wrong-dimension", "/cuts/0/estimate/unit"),
        ),
    ],
)
def test_cut_that_cannot_be_is_refused_at_its_place(
    cut: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert refusal_of(cut) == [expected]


def test_every_bad_cut_is_found_at_once() -> None:
    assert refusal_of({**GLUE, "reason": " "}, GLUE, {**GLUE, "kg_co2e": "-1"}) == [
        ("cut-without-reason", "/cuts/0/reason"),
        ("cut-estimate-negative", "/cuts/2/kg_co2e"),
    ]
