"""Which of two stored footprints is lower, on the same draws."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.instance import ALUMINIUM, LFP, Instance, a_bom_file
from tests.support.two_releases import freeze_second


def stored(instance: Instance, **changes: Any) -> str:
    document = {**a_bom_file(ALUMINIUM), **changes}
    answer: dict[str, Any] = instance.post("/v1/footprints", ALUMINIUM.preparer, document)
    return str(answer["id"])


def lines(factor: float) -> list[dict[str, Any]]:
    """The lines of the profile, the amount of each one times a factor."""
    scaled = []
    for line in a_bom_file(ALUMINIUM)["lines"]:
        members = {"amount", "mass", "quantity"} & set(line)
        scaled.append({**line, **{name: f"{float(line[name]) * factor:.9f}" for name in members}})
    return scaled


def test_a_hundredth_less_of_everything_is_certainly_lower(sqlite_instance: Instance) -> None:
    whole, less = stored(sqlite_instance), stored(sqlite_instance, lines=lines(0.99))
    found = sqlite_instance.get(f"/v1/footprints/{less}/compared-with/{whole}", ALUMINIUM.preparer)
    assert found["probability_lower"] == "1.000"
    assert (found["study_id"], found["other_id"]) == (less, whole)
    back = sqlite_instance.get(f"/v1/footprints/{whole}/compared-with/{less}", ALUMINIUM.preparer)
    assert back["probability_lower"] == "0"
    assert back["cautions"] == []
    result = sqlite_instance.get(f"/v1/studies/{whole}", ALUMINIUM.preparer)["result"]
    assert back["interval"] == result["uncertainty"]


def test_interval_of_the_difference_is_of_the_other_less_the_study(
    sqlite_instance: Instance,
) -> None:
    whole, less = stored(sqlite_instance), stored(sqlite_instance, lines=lines(0.99))
    found = sqlite_instance.get(f"/v1/footprints/{less}/compared-with/{whole}", ALUMINIUM.preparer)
    difference, of_whole = found["difference_interval"], found["other_interval"]
    for bound in ("lower_kg_co2e", "median_kg_co2e", "upper_kg_co2e"):
        assert float(difference[bound]) == pytest.approx(float(of_whole[bound]) / 100, rel=2e-3)
    back = sqlite_instance.get(f"/v1/footprints/{whole}/compared-with/{less}", ALUMINIUM.preparer)
    assert back["difference_interval"]["upper_kg_co2e"] == f"-{difference['lower_kg_co2e']}"


def test_the_intervals_of_the_two_overlap_all_the_same(sqlite_instance: Instance) -> None:
    """What an unpaired comparison would have to go by."""
    whole, less = stored(sqlite_instance), stored(sqlite_instance, lines=lines(0.99))
    found = sqlite_instance.get(f"/v1/footprints/{less}/compared-with/{whole}", ALUMINIUM.preparer)
    upper, lower = found["interval"]["upper_kg_co2e"], found["other_interval"]["lower_kg_co2e"]
    assert float(upper) > float(lower)


def test_another_unit_is_not_compared(sqlite_instance: Instance) -> None:
    whole = stored(sqlite_instance)
    unit = {**a_bom_file(ALUMINIUM)["unit"], "amount": "2"}
    other = stored(sqlite_instance, unit=unit)
    problem = sqlite_instance.get(
        f"/v1/footprints/{whole}/compared-with/{other}", ALUMINIUM.preparer, status=422
    )
    assert problem["code"] == "comparison-units-differ"
    assert problem["errors"][0]["pointer"] == "/unit"


def test_same_amount_in_another_unit_is_compared(sqlite_instance: Instance) -> None:
    """By the one rule that the command ``footprint compare`` follows as well."""
    whole = stored(sqlite_instance)
    unit = a_bom_file(ALUMINIUM)["unit"]
    assert (unit["amount"], unit["unit"]) == ("1", "t")
    other = stored(sqlite_instance, unit={**unit, "amount": "1000", "unit": "kg"})
    path = f"/v1/footprints/{whole}/compared-with/{other}"
    assert sqlite_instance.get(path, ALUMINIUM.preparer)["probability_lower"] == "0.5000"


def test_stage_that_is_counted_in_part_is_said_with_the_comparison(
    sqlite_instance: Instance,
) -> None:
    stages = {**a_bom_file(ALUMINIUM)["stages"], "manufacturing": "partly-included"}
    reasons = {"manufacturing": "The paint shop is not metered."}
    partly, less = (
        stored(sqlite_instance, stages=stages, stage_reasons=reasons, lines=lines(factor))
        for factor in (1, 0.99)
    )
    path = f"/v1/footprints/{partly}/compared-with/{less}"
    found = sqlite_instance.get(path, ALUMINIUM.preparer)
    assert found["cautions"] == ["partly-included"]
    whole = stored(sqlite_instance)
    problem = sqlite_instance.get(
        f"/v1/footprints/{partly}/compared-with/{whole}", ALUMINIUM.preparer, status=422
    )
    assert problem["code"] == "comparison-stages-differ"


def test_studies_of_others_are_not_there(sqlite_instance: Instance) -> None:
    whole = stored(sqlite_instance)
    path = f"/v1/footprints/{whole}/compared-with/{whole}"
    sqlite_instance.get(path, LFP.preparer, status=404)


def test_studies_on_different_releases_are_not_compared(sqlite_instance: Instance) -> None:
    before = stored(sqlite_instance)
    freeze_second(sqlite_instance)
    after = stored(sqlite_instance, lines=lines(0.99))
    problem = sqlite_instance.get(
        f"/v1/footprints/{before}/compared-with/{after}", ALUMINIUM.preparer, status=422
    )
    assert problem["code"] == "draws-not-paired"


def test_release_that_was_not_sampled_is_told(sqlite_instance: Instance) -> None:
    context = sqlite_instance.context
    context.settings = context.settings.model_copy(update={"sampling_draws": 0})
    freeze_second(sqlite_instance)
    study = stored(sqlite_instance)
    result = sqlite_instance.get(f"/v1/studies/{study}", ALUMINIUM.preparer)["result"]
    assert result["uncertainty"] == "not assessed"
    assert {line["variance_share"] for line in result["lines"]} == {None}
    problem = sqlite_instance.get(
        f"/v1/footprints/{study}/compared-with/{study}", ALUMINIUM.preparer, status=422
    )
    assert problem["code"] == "release-not-sampled"
