"""Which of several reports of one kind counts: verified before self-reported, and of what days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from labels.errors import SchemeError
from labels.ratings.indicator import Indicator, checked_indicator
from labels.ratings.rating import rate
from labels.scheme import add_months
from tests.support.cases import NOW
from tests.unit.ratings.test_rating import MODEL, an_indicator, some_indicators


def the_score_with(*indicators: Indicator, kind: str) -> Decimal | None:
    rest = some_indicators(**{kind.replace("-", "_"): None})
    orders = (indicators, tuple(reversed(indicators)))
    scores = {rate("org_maker", [*rest, *each], MODEL, NOW).score for each in orders}
    assert len(scores) == 1, "the order in which they are listed tells nothing"
    return scores.pop()


def of_a_year(year: int, kind: str, value: str, received_at: datetime, **more: bool) -> Indicator:
    period = {"period_from": date(year, 1, 1), "period_to": date(year, 12, 31)}
    indicator = an_indicator(kind, value, id=f"{year}-{value}", received_at=received_at, **more)
    return replace(indicator, **period)  # type: ignore[arg-type]


def test_what_an_enterprise_says_of_itself_never_displaces_what_was_verified_of_those_days() -> (
    None
):
    verified = of_a_year(2025, "intensity-k-ratio", "1.9", NOW - timedelta(days=9))
    own = of_a_year(2025, "intensity-k-ratio", "0.3", NOW, is_verified=False)
    long_ago = of_a_year(2019, "intensity-k-ratio", "0.3", NOW, is_verified=False)
    corrected = of_a_year(2025, "intensity-k-ratio", "1.0", NOW)
    newer = of_a_year(2026, "intensity-k-ratio", "0.9", NOW, is_verified=False)
    kind = "intensity-k-ratio"
    alone = the_score_with(verified, kind=kind)
    assert the_score_with(verified, own, long_ago, kind=kind) == alone
    assert the_score_with(verified, corrected, kind=kind) != alone
    assert the_score_with(verified, newer, kind=kind) == the_score_with(newer, kind=kind)


def test_a_single_day_reported_by_oneself_displaces_no_verified_year() -> None:
    kind = "intensity-k-ratio"
    verified = of_a_year(2024, kind, "1.9", NOW - timedelta(days=9))
    own_year = of_a_year(2025, kind, "0.9", NOW - timedelta(days=3), is_verified=False)
    a_day = replace(
        of_a_year(2026, kind, "0.3", NOW, is_verified=False),
        period_from=date(2026, 1, 2),
        period_to=date(2026, 1, 2),
    )
    assert the_score_with(verified, a_day, kind=kind) == the_score_with(verified, kind=kind)
    # a year of 365 days is as long as the leap year before it
    assert the_score_with(verified, own_year, a_day, kind=kind) == the_score_with(
        own_year, kind=kind
    )


def test_a_last_day_verified_apart_does_not_open_the_year_to_a_day_of_one_s_own() -> None:
    kind = "intensity-k-ratio"
    year = of_a_year(2024, kind, "1.9", NOW - timedelta(days=9))
    last_day = replace(year, id="last-day", period_from=date(2024, 12, 31))
    own = replace(of_a_year(2025, kind, "0.3", NOW, is_verified=False), period_to=date(2025, 1, 2))
    assert the_score_with(year, last_day, own, kind=kind) == the_score_with(year, kind=kind)


def of_days(
    first: date, last: date, kind: str, value: str, received_at: datetime, **more: bool
) -> Indicator:
    indicator = an_indicator(
        kind, value, id=f"{first}-{last}-{value}", received_at=received_at, **more
    )
    return replace(indicator, period_from=first, period_to=last)


def of_years(
    first: int, last: int, kind: str, value: str, received_at: datetime, **more: bool
) -> Indicator:
    return of_days(date(first, 1, 1), date(last, 12, 31), kind, value, received_at, **more)


EARLIER = NOW - timedelta(days=9)


@pytest.mark.parametrize(
    ("verified", "first", "last", "counts"),
    [
        # the three years move on by one: the trend of a verified enterprise can be updated
        ((2022, 2024), date(2023, 1, 1), date(2025, 12, 31), True),
        ((2022, 2024), date(2022, 2, 1), date(2025, 1, 31), False),
        ((2022, 2024), date(2025, 1, 1), date(2025, 12, 30), False),
        # a longer stretch is no later one: it would hold the verified days again
        ((2022, 2024), date(2022, 1, 1), date(2025, 12, 31), False),
        ((2022, 2024), date(2016, 1, 1), date(2025, 12, 31), False),
        # one verified period of four years does not close the years after it
        ((2021, 2024), date(2025, 1, 1), date(2025, 12, 31), True),
        ((2024, 2024), date(2025, 1, 1), date(2025, 12, 31), True),
        ((2024, 2024), date(2024, 7, 1), date(2025, 6, 30), False),
    ],
)
def test_what_an_enterprise_says_of_itself_counts_once_it_moves_on_by_a_year(
    verified: tuple[int, int], first: date, last: date, counts: bool
) -> None:
    kind = "yearly-reduction-share"
    proven = of_years(*verified, kind, "0.001", EARLIER)
    own = of_days(first, last, kind, "0.039", NOW, is_verified=False)
    counting = own if counts else proven
    assert the_score_with(proven, own, kind=kind) == the_score_with(counting, kind=kind)


def test_a_month_of_one_s_own_follows_a_verified_month_and_no_verified_year() -> None:
    kind = "intensity-k-ratio"
    month = of_days(date(2025, 1, 1), date(2025, 1, 31), kind, "1.9", EARLIER)
    own = of_days(date(2025, 2, 1), date(2025, 3, 3), kind, "0.3", NOW, is_verified=False)
    year = of_years(2024, 2024, kind, "1.8", EARLIER)
    assert the_score_with(month, own, kind=kind) == the_score_with(own, kind=kind)
    assert the_score_with(year, month, own, kind=kind) == the_score_with(month, kind=kind)


def test_a_verified_fact_that_holds_a_gate_is_lifted_by_a_verified_one_alone() -> None:
    adverse = of_a_year(2024, "ets-compliance", "not-complied", NOW - timedelta(days=9))
    own = of_a_year(2025, "ets-compliance", "complied", NOW, is_verified=False)
    lifted = of_a_year(2025, "ets-compliance", "complied", NOW)
    rest = some_indicators(ets_compliance=None)
    held = rate("org_maker", [*rest, adverse, own], MODEL, NOW)
    assert "ets-not-complied" in {gate.gate for gate in held.gates}
    assert rate("org_maker", [*rest, adverse, own, lifted], MODEL, NOW).gates == ()


def test_what_is_found_late_about_years_long_over_holds_its_gate() -> None:
    """False data is usually found afterwards: a clean report of newer days does not hide it."""
    clean = of_a_year(2025, "false-data", "no", NOW - timedelta(days=20))
    found = of_a_year(2024, "false-data", "yes", NOW - timedelta(days=2))
    of_other_days = of_a_year(2023, "false-data", "no", NOW - timedelta(days=1))
    lifted = of_a_year(2024, "false-data", "no", NOW)
    for more, gates in (
        ([clean, found], ["false-data"]),
        ([found, clean, of_other_days], ["false-data"]),
        ([clean, found, of_other_days, lifted], []),
    ):
        rating = rate("org_maker", [*some_indicators(), *more], MODEL, NOW)
        assert [gate.gate for gate in rating.gates] == gates


@pytest.mark.parametrize(
    ("first", "last", "is_lifted"),
    [
        (date(2023, 1, 1), date(2024, 12, 31), True),  # all its days
        (date(2022, 1, 1), date(2025, 1, 31), True),
        (date(2024, 12, 31), date(2024, 12, 31), False),  # its last day alone
        (date(2023, 1, 2), date(2024, 12, 31), False),
        (date(2025, 1, 1), date(2025, 12, 31), False),  # half as many later ones
        (date(2024, 12, 31), date(2025, 1, 1), False),
        (date(2025, 1, 1), date(2026, 12, 31), True),  # as many later ones, but for the leap day
        (date(2025, 1, 1), date(2026, 12, 30), False),
    ],
)
def test_a_gate_is_lifted_by_what_is_verified_of_all_its_days_or_of_as_many_later_ones(
    first: date, last: date, is_lifted: bool
) -> None:
    adverse = of_years(2023, 2024, "false-data", "yes", EARLIER)
    clean = of_days(first, last, "false-data", "no", NOW)
    rating = rate("org_maker", [*some_indicators(), adverse, clean], MODEL, NOW)
    assert [gate.gate for gate in rating.gates] == ([] if is_lifted else ["false-data"])


@pytest.mark.parametrize(
    ("last", "is_lifted"), [(date(2025, 6, 30), True), (date(2025, 6, 29), False)]
)
def test_a_gate_of_half_a_year_is_lifted_by_the_half_year_after_it(
    last: date, is_lifted: bool
) -> None:
    """The first half of a year has three days less than the second, and is half a year."""
    adverse = of_days(date(2024, 7, 1), date(2024, 12, 31), "false-data", "yes", EARLIER)
    clean = of_days(date(2025, 1, 1), last, "false-data", "no", NOW)
    rating = rate("org_maker", [*some_indicators(), adverse, clean], MODEL, NOW)
    assert [gate.gate for gate in rating.gates] == ([] if is_lifted else ["false-data"])


# Figures age.

MONTHS = int(MODEL.indicator_counts_months.value)
LAST_DAY_THAT_COUNTS = add_months(NOW.date(), -MONTHS)


def until(last: date, kind: str, value: str, **changes: object) -> Indicator:
    """A verified figure of the year that ended on a day, received a year later."""
    received_at = datetime.combine(last, NOW.timetz()) + timedelta(days=365)
    indicator = an_indicator(kind, value, id=f"{last}-{value}", received_at=received_at)
    first = last - timedelta(days=364)
    return replace(indicator, period_from=first, period_to=last, **changes)  # type: ignore[arg-type]


def test_a_figure_counts_for_the_months_of_the_model_and_is_then_like_none() -> None:
    kind, rest = "target-executed-share", some_indicators(target_executed_share=None)
    last = until(LAST_DAY_THAT_COUNTS, kind, "1")
    aged = until(LAST_DAY_THAT_COUNTS - timedelta(days=1), kind, "1")
    assert rate("org_maker", [*rest, last], MODEL, NOW).score == 100
    rating = rate("org_maker", [*rest, aged], MODEL, NOW)
    assert rating.score == 80
    assert kind in {name for driver in rating.drivers for name in driver.missing}


def test_an_enterprise_whose_figures_have_all_aged_is_not_rated() -> None:
    aged = [
        until(LAST_DAY_THAT_COUNTS - timedelta(days=1), i.kind, i.value) for i in some_indicators()
    ]
    assert rate("org_maker", aged, MODEL, NOW).grade == "not-rated"
    the_day_before = NOW - timedelta(days=1)
    assert rate("org_maker", aged, MODEL, the_day_before).grade == "A"


def test_a_verified_figure_that_has_aged_bars_no_report_of_ones_own() -> None:
    kind = "intensity-k-ratio"
    aged = until(LAST_DAY_THAT_COUNTS - timedelta(days=1), kind, "1.9")
    own = until(LAST_DAY_THAT_COUNTS, kind, "0.3", is_verified=False)
    assert the_score_with(aged, own, kind=kind) == the_score_with(own, kind=kind)


def test_a_verified_fact_that_holds_a_gate_does_not_age_nor_does_what_lifted_it() -> None:
    long_ago = date(2017, 12, 31)
    adverse = until(long_ago, "false-data", "yes")
    lifted = replace(
        until(long_ago, "false-data", "no"), received_at=adverse.received_at + timedelta(days=9)
    )
    for found, gates in (([adverse], ["false-data"]), ([adverse, lifted], [])):
        rating = rate("org_maker", [*some_indicators(), *found], MODEL, NOW)
        assert [gate.gate for gate in rating.gates] == gates


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (NOW.date() - timedelta(days=30), NOW.date(), ""),
        (NOW.date() - timedelta(days=30), NOW.date() + timedelta(days=2), "/period_to"),
        (date(1, 1, 1), date(1, 1, 2), "/period_from"),
    ],
)
def test_an_indicator_is_of_days_that_are_over_and_not_long_ago(
    first: date, last: date, wrong: str
) -> None:
    indicator = replace(
        an_indicator("target-set", "yes", received_at=NOW), period_from=first, period_to=last
    )
    if not wrong:
        assert checked_indicator(indicator, MODEL) is indicator
        return
    with pytest.raises(SchemeError) as refused:
        checked_indicator(indicator, MODEL)
    assert (refused.value.code, refused.value.place) == ("indicator-period-out-of-range", wrong)


@pytest.mark.parametrize(
    ("adverse", "later", "is_lifted"),
    [
        # half years: only the leap day differs
        ((date(2024, 1, 1), date(2024, 6, 30)), (date(2025, 1, 1), date(2025, 6, 30)), True),
        ((date(2024, 1, 1), date(2024, 6, 30)), (date(2025, 1, 1), date(2025, 6, 29)), False),
        # a leap year of 366 days, and years of 365 without a day to spare
        ((date(2024, 1, 1), date(2024, 12, 31)), (date(2025, 1, 1), date(2025, 12, 31)), True),
        ((date(2023, 1, 1), date(2023, 12, 31)), (date(2025, 1, 1), date(2025, 12, 30)), False),
        # 364 days with the leap day
        ((date(2024, 1, 1), date(2024, 12, 29)), (date(2025, 1, 1), date(2025, 12, 29)), True),
        # 400 days without one
        ((date(2022, 1, 1), date(2023, 2, 4)), (date(2025, 1, 1), date(2026, 2, 3)), False),
        # the later one holds a leap day as well
        ((date(2020, 1, 1), date(2020, 12, 31)), (date(2024, 1, 1), date(2024, 12, 30)), False),
        # a leap day alone is not spared
        ((date(2024, 2, 29), date(2024, 2, 29)), (date(2023, 1, 1), date(2024, 2, 28)), False),
        ((date(2024, 2, 29), date(2024, 2, 29)), (date(2024, 3, 1), date(2024, 3, 1)), True),
    ],
)
def test_a_day_is_spared_where_a_leap_day_alone_differs(
    adverse: tuple[date, date], later: tuple[date, date], is_lifted: bool
) -> None:
    found = of_days(*adverse, "false-data", "yes", EARLIER)
    clean = of_days(*later, "false-data", "no", NOW)
    rating = rate("org_maker", [*some_indicators(), found, clean], MODEL, NOW)
    assert [gate.gate for gate in rating.gates] == ([] if is_lifted else ["false-data"])
