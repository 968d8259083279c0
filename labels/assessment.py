"""The scheme's criteria: result, evidence and scheme give findings, one small function each.

Rules:

* Each criterion answers *met*, *not met* or *not assessed*, with what was measured, the limit,
  and whether the limit is confirmed. It never decides: people do, and they see every finding.
* An unmet or unassessed criterion blocks a grant only where the scheme says it blocks.
* Shares are 0..1. The limits come from the scheme alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from footprint.bom import BillOfMaterials, Stage
from footprint.methods import method_profile
from footprint.result import FootprintResult, LineResult
from labels.errors import SchemeError
from labels.scheme import Effect, Limit, Mark, Scheme, add_months

_SUM_TOLERANCE = Decimal("1e-9")


class Criterion(StrEnum):
    """What is examined."""

    SCHEME_IN_FORCE = "scheme-in-force"
    CATEGORY_COVERED = "category-covered"
    METHOD_ACCEPTED = "method-accepted"
    BOUNDARY_ACCEPTED = "boundary-accepted"
    STAGES_SUM = "stages-sum-to-total"
    EVIDENCE_COMPLETE = "evidence-complete"
    REFERENCE_PERIOD = "reference-period"
    DRAFT_SHARE = "draft-share"
    UNSWITCHABLE_SHARE = "unswitchable-share"
    OWN_PROCESS_PRIMARY_DATA = "own-process-primary-data"
    COMPLETENESS = "completeness"


class Outcome(StrEnum):
    """What a criterion found."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_ASSESSED = "not-assessed"


@dataclass(frozen=True, kw_only=True)
class CriterionFinding:
    """The outcome of one criterion.

    Attributes:
        measured: What the study has, as text; "" where nothing was measured.
        limit: What the scheme asks for, as text.
        is_confirmed: Whether the limit has a confirmed source.
    """

    criterion: Criterion
    outcome: Outcome
    effect: Effect
    measured: str
    limit: str
    is_confirmed: bool
    source: str

    @property
    def is_blocking(self) -> bool:
        """Whether this finding stands in the way of a grant."""
        return self.outcome is not Outcome.MET and self.effect is Effect.BLOCKS


@dataclass(frozen=True, kw_only=True)
class EvidenceItem:
    """A document kept by its hash, as what it was filed."""

    kind: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ResultSummary:
    """What the criteria need to know of a study; shares 0..1, figures in kgCO2e.

    Attributes:
        own_process_primary_share: Share of the manufacturing stage's |impact| on primary data.
        completeness: Estimated share of the whole impact that was counted; None if not assessed.
        is_completeness_at_most: Some of what was left out was not estimated.
    """

    category: str
    method: str
    gwp_set: str
    boundary: str
    period_from: date
    period_to: date
    total_kg_co2e: Decimal
    stages_kg_co2e: tuple[Decimal, ...]
    draft_share: Decimal
    unswitchable_share: Decimal
    own_process_primary_share: Decimal
    completeness: Decimal | None = None
    is_completeness_at_most: bool = False


def summary_of(result: FootprintResult, bom: BillOfMaterials) -> ResultSummary:
    """What the criteria need, taken from the result and the bill it was calculated from.

    Raises:
        SchemeError: ``result-of-another-study`` when unit or boundary differ.
    """
    if (result.boundary, result.unit) != (bom.boundary, bom.unit):
        raise SchemeError("result-of-another-study")
    found = result.declared.completeness
    return ResultSummary(
        category=bom.product.category,
        method=result.method,
        gwp_set=result.gwp_set,
        boundary=result.boundary.value,
        period_from=bom.period_from,
        period_to=bom.period_to,
        total_kg_co2e=_decimal(result.total_kg_co2e),
        stages_kg_co2e=tuple(_decimal(s.kg_co2e) for s in result.stages),
        draft_share=_decimal(result.draft_share),
        unswitchable_share=_decimal(result.unswitchable_share),
        own_process_primary_share=_own_process_primary_share(result.lines),
        completeness=_decimal(found.share) if found else None,
        is_completeness_at_most=found.is_at_most if found else False,
    )


def assess(
    summary: ResultSummary, evidence: Sequence[EvidenceItem], scheme: Scheme, on: date
) -> tuple[CriterionFinding, ...]:
    """Every criterion of the scheme, in a fixed order.

    Args:
        summary: What is to be labelled.
        evidence: The documents that count in the case (``labels/case_evidence.py``).
        scheme: The scheme version the case was opened under.
        on: The day of the assessment.
    """
    case = _Examined(summary=summary, evidence=tuple(evidence), scheme=scheme, on=on)
    return tuple(criterion(case) for criterion in CRITERIA)


@dataclass(frozen=True, kw_only=True)
class _Examined:
    summary: ResultSummary
    evidence: tuple[EvidenceItem, ...]
    scheme: Scheme
    on: date


def scheme_in_force(case: _Examined) -> CriterionFinding:
    """The scheme version may be used on the day of the assessment."""
    limit = f"{case.scheme.valid_from.isoformat()}/{case.scheme.valid_to.isoformat()}"
    is_met = case.scheme.is_in_force(case.on)
    return _structural(Criterion.SCHEME_IN_FORCE, is_met, case.on.isoformat(), limit)


def category_covered(case: _Examined) -> CriterionFinding:
    """The product's category is one the scheme covers; others are "not yet covered"."""
    found = case.scheme.find_category(case.summary.category)
    return CriterionFinding(
        criterion=Criterion.CATEGORY_COVERED,
        outcome=Outcome.MET if found else Outcome.NOT_MET,
        effect=Effect.BLOCKS,
        measured=case.summary.category,
        limit=", ".join(c.prefix for c in case.scheme.categories),
        is_confirmed=found is not None and found.mark is Mark.CONFIRMED,
        source=found.source if found else "",
    )


def method_accepted(case: _Examined) -> CriterionFinding:
    """The method profile is one the scheme accepts, with its own set of warming potentials."""
    name, gwp_set = case.summary.method, case.summary.gwp_set
    is_accepted = name in case.scheme.methods
    has_own_set = is_accepted and method_profile(name).gwp_set == gwp_set
    measured = f"{name}, {gwp_set}" if is_accepted and not has_own_set else name
    limit = ", ".join(case.scheme.methods)
    return _structural(Criterion.METHOD_ACCEPTED, has_own_set, measured, limit)


def boundary_accepted(case: _Examined) -> CriterionFinding:
    """The system boundary is one the scheme accepts."""
    is_met = case.summary.boundary in case.scheme.boundaries
    limit = ", ".join(case.scheme.boundaries)
    return _structural(Criterion.BOUNDARY_ACCEPTED, is_met, case.summary.boundary, limit)


def stages_sum(case: _Examined) -> CriterionFinding:
    """The stages sum to the total, within 1e-9 of the sum of their absolute values."""
    stages = case.summary.stages_kg_co2e
    difference = abs(sum(stages, Decimal(0)) - case.summary.total_kg_co2e)
    allowed = _SUM_TOLERANCE * sum((abs(s) for s in stages), Decimal(0))
    return _structural(
        Criterion.STAGES_SUM, difference <= allowed, f"{difference:f}", f"{allowed:f}"
    )


def evidence_complete(case: _Examined) -> CriterionFinding:
    """Every kind of evidence the scheme asks for has been filed."""
    required = case.scheme.required_evidence
    filed = {item.kind for item in case.evidence}
    return CriterionFinding(
        criterion=Criterion.EVIDENCE_COMPLETE,
        outcome=Outcome.MET if filed.issuperset(required.kinds) else Outcome.NOT_MET,
        effect=required.effect,
        measured=", ".join(sorted(filed)),
        limit=", ".join(required.kinds),
        is_confirmed=required.mark is Mark.CONFIRMED,
        source=required.source,
    )


def reference_period(case: _Examined) -> CriterionFinding:
    """The reference period is over, not too long ago, and of a fitting length.

    Days to come block whatever the scheme says of the length: nothing was measured in them. So
    does a footprint too old for any label: its case could be granted and never be issued.
    """
    scheme, first, last = case.scheme, case.summary.period_from, case.summary.period_to
    if last > case.on:
        limit = f"≤ {case.on.isoformat()}"
        return _structural(Criterion.REFERENCE_PERIOD, False, last.isoformat(), limit)
    until = scheme.footprint_until(last)
    if until < case.on:
        limit = f"≥ {case.on.isoformat()}"
        return _structural(Criterion.REFERENCE_PERIOD, False, until.isoformat(), limit)
    period = f"{first.isoformat()}/{last.isoformat()}"
    most = scheme.limits.reference_period_most_months
    if scheme.is_period_too_long(first, last):
        too_long = _limited(Criterion.REFERENCE_PERIOD, most, False, period)
        return replace(too_long, limit=f"≤ {most.value:f}")
    least = scheme.limits.reference_period_months
    is_met = (last - add_months(first, int(least.value))).days >= -1
    return _limited(Criterion.REFERENCE_PERIOD, least, is_met, period)


def draft_share(case: _Examined) -> CriterionFinding:
    """Not too much of the impact flows through draft datasets."""
    limit, share = case.scheme.limits.draft_share, case.summary.draft_share
    return _limited(Criterion.DRAFT_SHARE, limit, share <= limit.value, f"{share:f}")


def unswitchable_share(case: _Examined) -> CriterionFinding:
    """Not too much of the impact is known only as CO2e."""
    limit, share = case.scheme.limits.unswitchable_share, case.summary.unswitchable_share
    return _limited(Criterion.UNSWITCHABLE_SHARE, limit, share <= limit.value, f"{share:f}")


def own_process_primary_data(case: _Examined) -> CriterionFinding:
    """The maker's own process rests on more primary data than the limit."""
    limit = case.scheme.limits.own_process_primary_data
    share = case.summary.own_process_primary_share
    return _limited(Criterion.OWN_PROCESS_PRIMARY_DATA, limit, share > limit.value, f"{share:f}")


def completeness(case: _Examined) -> CriterionFinding:
    """Enough of the impact was counted; a study that does not say is not assessed.

    Nor is one that left out what nobody estimated, unless what was estimated is too much already.
    """
    limit, share = case.scheme.limits.completeness, case.summary.completeness
    if share is None or (case.summary.is_completeness_at_most and share >= limit.value):
        return _limited(Criterion.COMPLETENESS, limit, None, "")
    return _limited(Criterion.COMPLETENESS, limit, share >= limit.value, f"{share:f}")


CRITERIA: tuple[Callable[[_Examined], CriterionFinding], ...] = (
    scheme_in_force,
    category_covered,
    method_accepted,
    boundary_accepted,
    stages_sum,
    evidence_complete,
    reference_period,
    draft_share,
    unswitchable_share,
    own_process_primary_data,
    completeness,
)


def _structural(criterion: Criterion, is_met: bool, measured: str, limit: str) -> CriterionFinding:
    return CriterionFinding(
        criterion=criterion,
        outcome=Outcome.MET if is_met else Outcome.NOT_MET,
        effect=Effect.BLOCKS,
        measured=measured,
        limit=limit,
        is_confirmed=True,
        source="",
    )


def _limited(
    criterion: Criterion, limit: Limit, is_met: bool | None, measured: str
) -> CriterionFinding:
    outcomes = {True: Outcome.MET, False: Outcome.NOT_MET, None: Outcome.NOT_ASSESSED}
    return CriterionFinding(
        criterion=criterion,
        outcome=outcomes[is_met],
        effect=limit.effect,
        measured=measured,
        limit=f"{limit.value:f}",
        is_confirmed=limit.mark is Mark.CONFIRMED,
        source=limit.source,
    )


def _own_process_primary_share(lines: Sequence[LineResult]) -> Decimal:
    own = [line for line in lines if line.stage is Stage.MANUFACTURING]
    whole = sum(abs(line.kg_co2e) for line in own)
    primary = sum(abs(line.kg_co2e) * line.primary_share for line in own)
    return _decimal(primary / whole) if whole else Decimal(0)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))
