"""The reference rating: every curve, gate and grade, reproducible from its indicators."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.errors import LabelError, SchemeError
from labels.ratings.indicator import Indicator, checked_indicator
from labels.ratings.model import in_force, rating_model, rating_models
from labels.ratings.rating import Rating, rate
from labels.scheme import LANGUAGES
from tests.support.cases import NOW

MODEL = rating_model("reference", NOW.date())
BEST = {
    "ets-compliance": "complied",
    "target-set": "yes",
    "target-executed-share": "1",
    "intensity-k-ratio": "0.6",
    "yearly-reduction-share": "0.04",
    "verified-revenue-share": "1",
    "mean-data-quality-rating": "1",
}


def an_indicator(kind: str, value: str, **changes: object) -> Indicator:
    indicator = Indicator(
        id=f"ind_{kind}",
        kind=kind,
        value=value,
        period_from=date(2025, 1, 1),
        period_to=date(2025, 12, 31),
        source="Annual report, page 12",
        evidence_sha256="ab" * 32,
        is_verified=True,
        received_at=NOW - timedelta(days=1),
    )
    return replace(indicator, **changes)  # type: ignore[arg-type]


def some_indicators(**values: str | None) -> list[Indicator]:
    """The best of everything, with changes by kind (underscores for hyphens); None drops one."""
    wanted: dict[str, str | None] = dict(BEST)
    wanted.update({kind.replace("_", "-"): value for kind, value in values.items()})
    return [an_indicator(kind, value) for kind, value in wanted.items() if value is not None]


def rated(**values: str | None) -> Rating:
    return rate("org_maker", some_indicators(**values), MODEL, NOW)


def test_the_best_of_everything_is_a_hundred_and_an_a() -> None:
    rating = rated()
    assert (rating.score, rating.grade, rating.colour) == (Decimal("100.0"), "A", "dark-green")
    assert rating.gates == ()


def test_an_enterprise_without_indicators_is_not_rated() -> None:
    rating = rate("org_maker", [], MODEL, NOW)
    assert (rating.score, rating.grade, rating.colour) == (None, "not-rated", "")
    assert not rating.is_rated
    assert all(driver.missing for driver in rating.drivers)


def test_a_gate_alone_rates_nobody() -> None:
    rating = rate("org_maker", [an_indicator("false-data", "yes")], MODEL, NOW)
    assert rating.grade == "not-rated"


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({"target_set": "no"}, "90.00"),
        ({"target_executed_share": "0.5"}, "90.00"),
        ({"target_executed_share": "1.7"}, "100.0"),
        ({"target_executed_share": "-0.2"}, "80.00"),
        ({"intensity_k_ratio": "0.61"}, "95.00"),
        ({"intensity_k_ratio": "0.8"}, "95.00"),
        ({"intensity_k_ratio": "1.2"}, "87.00"),
        ({"intensity_k_ratio": "2.0"}, "80.00"),
        ({"intensity_k_ratio": "2.01"}, "75.00"),
        ({"yearly_reduction_share": "0.01"}, "88.75"),
        ({"yearly_reduction_share": "-0.03"}, "85.00"),
        ({"verified_revenue_share": "0.5", "mean_data_quality_rating": "3"}, "88.75"),
        ({"mean_data_quality_rating": "5"}, "85.00"),
        ({"ets_compliance": "not-complied"}, "85.00"),
    ],
)
def test_changing_one_indicator_changes_the_score_by_its_curve(
    changes: dict[str, str], score: str
) -> None:
    assert f"{rated(**changes).score:f}" == score


@pytest.mark.parametrize("kind", list(BEST))
def test_a_missing_indicator_scores_nothing_and_is_named(kind: str) -> None:
    rating = rated(**{kind.replace("-", "_"): None})
    driver = next(d for d in rating.drivers if kind in d.missing)
    assert driver.points == "0"
    assert driver.applies
    weight = next(block.weight for block in MODEL.blocks if block.id == driver.block)
    assert rating.score == 100 - weight


def test_a_firm_outside_the_trading_scheme_is_rescaled_without_that_block() -> None:
    rating = rated(ets_compliance="outside-ets")
    assert rating.score == 100
    assert [d.block for d in rating.drivers if not d.applies] == ["ets-compliance"]
    halved = rated(ets_compliance="outside-ets", intensity_k_ratio="9")
    assert f"{halved.score:f}" == "70.59"  # 60 of 85


@pytest.mark.parametrize(
    ("changes", "score", "grade", "colour"),
    [
        ({"mean_data_quality_rating": "5"}, "85.00", "A", "dark-green"),
        ({"target_executed_share": "0.24"}, "84.80", "B", "light-green"),
        ({"target_executed_share": "0", "target_set": "no"}, "70.00", "B", "light-green"),
        (
            {"intensity_k_ratio": "9", "target_executed_share": "0"},
            "55.00",
            "C",
            "yellow",
        ),
        (
            {
                "intensity_k_ratio": "9",
                "target_executed_share": "0",
                "mean_data_quality_rating": "5",
            },
            "40.00",
            "D",
            "red",
        ),
        (
            {
                "intensity_k_ratio": "9",
                "target_executed_share": "0",
                "mean_data_quality_rating": "5",
                "yearly_reduction_share": "0.0399",
            },
            "39.96",
            "E",
            "red",
        ),
    ],
)
def test_the_grade_is_that_of_the_score_as_shown(
    changes: dict[str, str], score: str, grade: str, colour: str
) -> None:
    rating = rated(**changes)
    assert (f"{rating.score:f}", rating.grade, rating.colour) == (score, grade, colour)


@pytest.mark.parametrize(
    ("extra", "grade", "gate"),
    [
        (an_indicator("false-data", "yes"), "E", "false-data"),
        (
            an_indicator("unremedied-major-nonconformity", "yes"),
            "E",
            "unremedied-major-nonconformity",
        ),
        (
            an_indicator("target-set", "yes", is_verified=False, received_at=NOW),
            "C",
            "unverified-data",
        ),
        (
            an_indicator("ets-compliance", "not-complied", received_at=NOW),
            "D",
            "ets-not-complied",
        ),
    ],
)
def test_a_gate_caps_the_grade_and_is_named(extra: Indicator, grade: str, gate: str) -> None:
    rest = some_indicators(**{extra.kind.replace("-", "_"): None})
    rating = rate("org_maker", [*rest, extra], MODEL, NOW)
    assert (rating.score_grade, rating.grade) == ("A", grade)
    assert [g.gate for g in rating.gates] == [gate]
    assert rating.gates[0].indicators == (extra,)


def test_a_gate_never_lifts_a_grade() -> None:
    low = rate("org_maker", [an_indicator("target-set", "yes", is_verified=False)], MODEL, NOW)
    assert (low.grade, [g.gate for g in low.gates]) == ("E", ["unverified-data"])


def test_the_indicator_received_last_counts_and_later_ones_do_not() -> None:
    older = an_indicator("target-set", "no", id="a", received_at=NOW - timedelta(days=2))
    newer = an_indicator("target-set", "yes", id="b", received_at=NOW - timedelta(hours=1))
    future = an_indicator("target-set", "no", id="c", received_at=NOW + timedelta(seconds=1))
    rest = some_indicators(target_set=None)
    assert rate("org_maker", [newer, *rest, future, older], MODEL, NOW).score == 100
    assert rate("org_maker", [older, *rest], MODEL, NOW).score == 90


def test_every_driver_names_what_it_rests_on() -> None:
    for driver in rated().drivers:
        assert driver.formula
        assert driver.source
        assert not driver.is_confirmed
        for indicator in driver.indicators:
            assert (indicator.source, indicator.evidence_sha256) == (
                "Annual report, page 12",
                "ab" * 32,
            )


@given(st.permutations(some_indicators(intensity_k_ratio="0.93")))
def test_a_rating_is_the_same_bytes_in_whatever_order_the_indicators_come(
    indicators: list[Indicator],
) -> None:
    rating = rate("org_maker", indicators, MODEL, NOW)
    assert rating.canonical_bytes() == rated(intensity_k_ratio="0.93").canonical_bytes()


def test_a_rating_can_be_recomputed_from_what_it_shows() -> None:
    rating = rated(yearly_reduction_share="0.013", intensity_k_ratio="1.1")
    shown = json.loads(rating.canonical_bytes())
    indicators = [
        Indicator(
            **{
                **entry,
                "period_from": date.fromisoformat(entry["period_from"]),
                "period_to": date.fromisoformat(entry["period_to"]),
                "received_at": datetime.fromisoformat(entry["received_at"]),
            }
        )
        for driver in shown["drivers"]
        for entry in driver["indicators"]
    ]
    again = rate(
        shown["enterprise_id"],
        indicators,
        rating_model(shown["model"]["id"], NOW.date(), shown["model"]["version"]),
        datetime.fromisoformat(shown["as_of"]),
    )
    assert again.sha256() == rating.sha256()
    points = sum(Decimal(d["points"]) for d in shown["drivers"])
    assert abs(points - Decimal(shown["score"])) <= Decimal("0.005")


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "ets_compliance": st.sampled_from(["complied", "not-complied", "outside-ets"]),
            "target_set": st.sampled_from(["yes", "no", None]),
            "target_executed_share": st.decimals("-2", "2", places=3).map(str),
            "intensity_k_ratio": st.decimals("0", "9", places=3).map(str),
            "yearly_reduction_share": st.decimals("-1", "1", places=4).map(str),
            "verified_revenue_share": st.decimals("0", "1", places=3).map(str),
            "mean_data_quality_rating": st.decimals("1", "5", places=2).map(str),
        },
    )
)
def test_a_score_lies_between_0_and_100_and_its_grade_is_never_above_the_score_grade(
    values: dict[str, str | None],
) -> None:
    rating = rated(**values)
    assert rating.score is not None
    assert 0 <= rating.score <= 100
    letters = [g.grade for g in MODEL.grades]
    assert letters.index(rating.grade) >= letters.index(rating.score_grade)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("charm", "1", "indicator-kind-unknown"),
        ("target-set", "maybe", "indicator-value-unknown"),
        ("false-data", "perhaps", "indicator-value-unknown"),
        ("target-executed-share", "NaN", "indicator-value-not-a-number"),
        ("target-executed-share", "1e400", "indicator-value-not-a-number"),
        ("target-executed-share", "5", "indicator-value-out-of-range"),
        ("yearly-reduction-share", "4", "indicator-value-out-of-range"),
        ("intensity-k-ratio", "-0.1", "indicator-value-out-of-range"),
        ("verified-revenue-share", "1.01", "indicator-value-out-of-range"),
        ("mean-data-quality-rating", "0.9", "indicator-value-out-of-range"),
        ("mean-data-quality-rating", "5.1", "indicator-value-out-of-range"),
    ],
)
def test_an_indicator_is_refused_at_the_door_when_the_model_cannot_read_it(
    kind: str, value: str, code: str
) -> None:
    with pytest.raises(SchemeError) as caught:
        checked_indicator(an_indicator(kind, value), MODEL)
    assert caught.value.code == code


@pytest.mark.parametrize(("kind", "value"), [*BEST.items(), ("false-data", "no")])
def test_an_indicator_passes_the_door_when_the_model_can_read_it(kind: str, value: str) -> None:
    indicator = an_indicator(kind, value)
    assert checked_indicator(indicator, MODEL) is indicator


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"evidence_sha256": ""}, "hash-malformed"),
        ({"source": " "}, "text-missing"),
        ({"source": "a\u202eb\u200b"}, "name-character-refused"),
        ({"period_to": date(2024, 1, 1)}, "indicator-period-reversed"),
        ({"received_at": NOW.replace(tzinfo=None)}, "time-without-zone"),
    ],
)
def test_an_indicator_is_refused_without_evidence_source_or_order_in_time(
    changes: dict[str, object], code: str
) -> None:
    with pytest.raises(LabelError) as caught:
        an_indicator("target-set", "yes", **changes)
    assert caught.value.code == code


def test_no_rating_is_made_by_a_model_that_is_not_in_force() -> None:
    with pytest.raises(SchemeError) as caught:
        rate("org_maker", some_indicators(), MODEL, datetime(2028, 1, 1, tzinfo=NOW.tzinfo))
    assert caught.value.code == "rating-model-not-in-force"


def test_every_shipped_model_is_whole() -> None:
    for model in rating_models():
        assert sum(block.weight for block in model.blocks) == 100
        assert [g.from_score for g in model.grades] == sorted(
            (g.from_score for g in model.grades), reverse=True
        )
        assert model.grades[-1].from_score == 0
        for gate in model.gates:
            assert model.grade_named(gate.cap)
        assert all(block.source for block in model.blocks)
        assert all(gate.source for gate in model.gates)
        for text in (model.name, model.notice):
            assert set(text) == set(LANGUAGES)


def test_an_unknown_model_is_refused() -> None:
    for model_id, version in (("reference", "1999"), ("national", None)):
        with pytest.raises(SchemeError) as caught:
            rating_model(model_id, NOW.date(), version)
        assert caught.value.code == "rating-model-unknown"


def test_a_version_that_comes_later_does_not_rate_before_its_first_day() -> None:
    first = MODEL.valid_to + timedelta(days=1)
    later = replace(MODEL, version="next", valid_from=first, valid_to=first + timedelta(days=365))
    assert in_force((MODEL, later), NOW.date()) is MODEL
    assert in_force((MODEL, later), MODEL.valid_to) is MODEL
    assert in_force((MODEL, later), first) is later
    assert in_force((MODEL, later), later.valid_to + timedelta(days=1)) is later
