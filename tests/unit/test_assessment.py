"""The scheme as data and its criteria: what is met, what blocks, what is only disclosed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from labels.assessment import (
    Criterion,
    CriterionFinding,
    EvidenceItem,
    Outcome,
    ResultSummary,
    assess,
    summary_of,
)
from labels.errors import SchemeError
from labels.scheme import (
    LANGUAGES,
    Effect,
    Mark,
    Scheme,
    add_months,
    register_day,
    scheme,
    schemes,
)
from tests.support.cases import SCHEME, TODAY, a_summary
from tests.support.studies import a_study

EVIDENCE = (EvidenceItem(kind="activity-data", sha256="e4" * 32),)


def found(
    criterion: Criterion,
    summary: ResultSummary | None = None,
    used: Scheme = SCHEME,
    evidence: tuple[EvidenceItem, ...] = EVIDENCE,
    on: date = TODAY,
) -> CriterionFinding:
    findings = assess(summary or a_summary(), evidence, used, on)
    return next(f for f in findings if f.criterion is criterion)


def strict(limit: str) -> Scheme:
    """The scheme with one limit that blocks."""
    changed = replace(getattr(SCHEME.limits, limit), effect=Effect.BLOCKS)
    return replace(SCHEME, limits=replace(SCHEME.limits, **{limit: changed}))


def test_every_criterion_is_examined_once_in_a_fixed_order() -> None:
    findings = assess(a_summary(), EVIDENCE, SCHEME, TODAY)
    assert tuple(f.criterion for f in findings) == tuple(Criterion)
    assert all(f.outcome is Outcome.MET for f in findings)


@pytest.mark.parametrize(
    ("criterion", "changes"),
    [
        (Criterion.CATEGORY_COVERED, {"category": "cpc-22110"}),
        (Criterion.METHOD_ACCEPTED, {"method": "pact-3"}),
        (Criterion.METHOD_ACCEPTED, {"gwp_set": "AR5"}),
        (Criterion.BOUNDARY_ACCEPTED, {"boundary": "gate-to-gate"}),
        (Criterion.STAGES_SUM, {"total_kg_co2e": Decimal("93.5700002")}),
    ],
)
def test_a_structural_shortfall_blocks(criterion: Criterion, changes: dict[str, object]) -> None:
    assert not found(criterion).is_blocking
    assert found(criterion, a_summary(**changes)).is_blocking


@pytest.mark.parametrize(
    ("criterion", "limit", "at_the_limit", "beyond"),
    [
        (Criterion.DRAFT_SHARE, "draft_share", "0.10", "0.1000001"),
        (Criterion.UNSWITCHABLE_SHARE, "unswitchable_share", "0.95", "0.9500001"),
        (Criterion.COMPLETENESS, "completeness", "0.95", "0.9499999"),
        (
            Criterion.OWN_PROCESS_PRIMARY_DATA,
            "own_process_primary_data",
            "0.0000001",
            "0",
        ),
    ],
)
def test_a_share_is_disclosed_by_the_specimen_scheme_and_blocks_under_a_strict_one(
    criterion: Criterion, limit: str, at_the_limit: str, beyond: str
) -> None:
    member = "own_process_primary_share" if limit == "own_process_primary_data" else limit
    good = a_summary(**{member: Decimal(at_the_limit)})
    bad = a_summary(**{member: Decimal(beyond)})
    assert found(criterion, good).outcome is Outcome.MET
    assert found(criterion, bad).outcome is Outcome.NOT_MET
    assert not found(criterion, bad).is_blocking
    assert found(criterion, bad, strict(limit)).is_blocking
    assert not found(criterion, good, strict(limit)).is_blocking


def test_completeness_is_not_assessed_when_the_study_does_not_say() -> None:
    silent = a_summary(completeness=None)
    assert found(Criterion.COMPLETENESS, silent).outcome is Outcome.NOT_ASSESSED
    assert found(Criterion.COMPLETENESS, silent, strict("completeness")).is_blocking


def test_completeness_that_is_an_upper_bound_is_met_by_nobody_and_missed_all_the_same() -> None:
    """What was not estimated can only make it worse."""
    bound = a_summary(completeness=Decimal("0.99"), is_completeness_at_most=True)
    assert found(Criterion.COMPLETENESS, bound).outcome is Outcome.NOT_ASSESSED
    missed = a_summary(completeness=Decimal("0.94"), is_completeness_at_most=True)
    assert found(Criterion.COMPLETENESS, missed).outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    ("last_day", "outcome"),
    [(date(2025, 12, 31), Outcome.MET), (date(2025, 12, 30), Outcome.NOT_MET)],
)
def test_a_reference_period_is_a_full_year(last_day: date, outcome: Outcome) -> None:
    assert found(Criterion.REFERENCE_PERIOD, a_summary(period_to=last_day)).outcome is outcome


def test_days_to_come_are_no_reference_period() -> None:
    """It blocks under every scheme: nothing was measured in days that are not over."""
    far = a_summary(period_from=date(2098, 1, 1), period_to=date(2099, 12, 31))
    finding = found(Criterion.REFERENCE_PERIOD, far)
    assert (finding.outcome, finding.is_blocking) == (Outcome.NOT_MET, True)


@pytest.mark.parametrize(
    ("last_day", "is_blocking"),
    [(date(2023, 11, 21), False), (date(2023, 11, 20), True), (date(1800, 12, 31), True)],
)
def test_a_period_so_long_ago_that_no_label_could_be_issued_blocks(
    last_day: date, is_blocking: bool
) -> None:
    """It was granted once, and then no day was left on which it could be issued."""
    old = a_summary(period_from=add_months(last_day, -12), period_to=last_day)
    assert found(Criterion.REFERENCE_PERIOD, old).is_blocking is is_blocking
    far = date(2040, 1, 1)
    if is_blocking:
        with pytest.raises(SchemeError):
            SCHEME.valid_until(TODAY, far, last_day)
    else:
        assert SCHEME.valid_until(TODAY, far, last_day) >= TODAY


@pytest.mark.parametrize(
    ("first_day", "outcome"),
    [
        (date(2023, 1, 1), Outcome.MET),
        (date(2022, 12, 31), Outcome.NOT_MET),
        (date(1923, 1, 1), Outcome.NOT_MET),
    ],
)
def test_a_reference_period_is_no_longer_than_the_scheme_allows(
    first_day: date, outcome: Outcome
) -> None:
    finding = found(Criterion.REFERENCE_PERIOD, a_summary(period_from=first_day))
    assert (finding.outcome, finding.is_blocking) == (outcome, outcome is Outcome.NOT_MET)
    assert (finding.limit == "≤ 36") is (outcome is Outcome.NOT_MET)


def test_missing_evidence_is_named() -> None:
    finding = found(Criterion.EVIDENCE_COMPLETE, evidence=())
    assert (finding.outcome, finding.measured, finding.limit) == (
        Outcome.NOT_MET,
        "",
        "activity-data",
    )


def test_nothing_is_granted_under_a_scheme_that_has_ended() -> None:
    assert found(Criterion.SCHEME_IN_FORCE, on=SCHEME.valid_to).outcome is Outcome.MET
    assert found(Criterion.SCHEME_IN_FORCE, on=SCHEME.valid_to + timedelta(days=1)).is_blocking


def test_a_finding_says_that_its_limit_is_unconfirmed() -> None:
    finding = found(Criterion.DRAFT_SHARE)
    assert not finding.is_confirmed
    assert finding.source


def test_the_summary_is_what_the_study_says() -> None:
    bom, result = a_study()
    summary = summary_of(result, bom)
    assert summary.total_kg_co2e == Decimal("24.0")
    assert sum(summary.stages_kg_co2e) == summary.total_kg_co2e
    assert summary.own_process_primary_share == Decimal("0.75")
    assert (summary.category, summary.boundary) == ("cpc-46420", "cradle-to-gate")
    assert (summary.period_from, summary.period_to) == (bom.period_from, bom.period_to)


def test_no_summary_is_made_when_the_result_is_of_another_unit() -> None:
    bom, result = a_study()
    other = replace(bom, unit=replace(bom.unit, amount=Decimal(2)))
    with pytest.raises(SchemeError) as caught:
        summary_of(result, other)
    assert caught.value.code == "result-of-another-study"


def test_every_shipped_scheme_says_where_its_numbers_come_from() -> None:
    for shipped in schemes():
        numbers = [*vars(shipped.settings).values(), *vars(shipped.limits).values()]
        sourced = [*numbers, *shipped.categories, shipped.required_evidence]
        assert all(entry.source for entry in sourced)
        assert set(shipped.required_evidence.kinds) <= set(shipped.evidence_kinds)
        for text in (shipped.name, shipped.owner, *(c.name for c in shipped.categories)):
            assert set(text) == set(LANGUAGES)


def test_the_reference_scheme_is_a_specimen_and_names_its_unconfirmed_numbers() -> None:
    assert (SCHEME.id, SCHEME.level, SCHEME.is_specimen) == ("tanbiao-reference", "disclosed", True)
    assert "validity_months" in SCHEME.unconfirmed()
    confirmed = replace(SCHEME.settings.validity_months, mark=Mark.CONFIRMED)
    settled = replace(SCHEME, settings=replace(SCHEME.settings, validity_months=confirmed))
    assert "validity_months" not in settled.unconfirmed()


def test_a_scheme_is_found_by_id_and_version() -> None:
    assert scheme("tanbiao-reference", "2026-11") == scheme("tanbiao-reference") == SCHEME
    for unknown in (("tanbiao-reference", "1999"), ("gba", None)):
        with pytest.raises(SchemeError) as caught:
            scheme(*unknown)
        assert caught.value.code == "scheme-unknown"


@pytest.mark.parametrize("code", ["cpc-46420", "cpc-47150", "cpc-41532"])
def test_the_three_first_products_are_covered(code: str) -> None:
    assert SCHEME.find_category(code) is not None


def test_a_label_is_valid_until_the_earliest_of_scheme_body_scope_and_footprint() -> None:
    far = date(2040, 1, 1)
    assert SCHEME.valid_until(TODAY, far, far) == date(2029, 11, 20)
    assert SCHEME.valid_until(TODAY, date(2027, 3, 31), far) == date(2027, 3, 31)
    assert SCHEME.valid_until(TODAY, far, date(2024, 12, 31)) == date(2027, 12, 31)


def test_no_label_is_made_when_its_validity_would_already_have_ended() -> None:
    with pytest.raises(SchemeError) as caught:
        SCHEME.valid_until(TODAY, date(2040, 1, 1), date(2022, 12, 31))
    assert caught.value.code == "validity-already-ended"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 21), -24, date(2024, 11, 21)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_are_added_within_the_calendar(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_a_day_of_the_register_begins_at_midnight_in_guangdong() -> None:
    assert register_day(datetime(2026, 11, 21, 15, 59, tzinfo=UTC)) == date(2026, 11, 21)
    assert register_day(datetime(2026, 11, 21, 16, 0, tzinfo=UTC)) == date(2026, 11, 22)
