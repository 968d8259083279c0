"""The facts of a label, taken from a granted case and its certified result.

Rules:

* Facts are made only from a case in ``decided-granted``, and only when the result, the parties,
  the category and the scheme are those of the case.
* Nothing is typed that the study knows. Numbers are decimal strings of the result's twelve digits;
  the certified value is its string of three significant figures.
* A test case, or a specimen scheme, gives a specimen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from footprint.bom import BillOfMaterials
from footprint.declared_results import ElectricityResult
from footprint.quantities import significant_string
from footprint.result import DIGITS, DRAWN_DIGITS, FootprintResult, Interval
from labels.case import Case, CaseState, Decision, Statement
from labels.errors import LabelError, WrongState
from labels.label import (
    LARGEST_VERSION,
    LabelFacts,
    LabelledProduct,
    Party,
    PowerShare,
    PrintedElectricity,
    PrintedFootprint,
    PrintedInterval,
    PrintedRating,
    StageShare,
    label_url,
)
from labels.scheme import Scheme, register_day

PRINTED_DIGITS = 3  # of a figure that is printed
INTERVAL_PROBABILITY = "0.95"  # what lies between the outer quantiles of footprint.interval


@dataclass(frozen=True, kw_only=True)
class LabelParties:
    """Who stands on the label, and where the product is made (``plant``, a place in words)."""

    manufacturer: Party
    plant: str
    verification_body: Party
    certification_body: Party


@dataclass(frozen=True, kw_only=True)
class LabelIssue:
    """What the issue adds to the study: identity and dates.

    Attributes:
        number: From :func:`labels.label.label_number`.
        version: 1 for the first label of this number, up to 999.
        serial: From :func:`labels.label.serial`.
        base_url: Where the register is reached, as for :func:`labels.label.label_url`.
        issued_on: First day, in the time of the register.
        valid_until: Last day, from :meth:`labels.scheme.Scheme.valid_until`.
    """

    number: str
    version: int
    serial: str
    base_url: str
    issued_on: date
    valid_until: date

    def __post_init__(self) -> None:
        if not 1 <= self.version <= LARGEST_VERSION:
            raise LabelError("label-version-out-of-range", version=str(self.version))
        if self.valid_until < self.issued_on:
            raise WrongState("label-validity-ended", until=self.valid_until.isoformat())


def facts_from(
    *,
    case: Case,
    result: FootprintResult,
    bom: BillOfMaterials,
    scheme: Scheme,
    parties: LabelParties,
    issue: LabelIssue,
) -> LabelFacts:
    """Everything the label of a granted case says.

    Args:
        case: A case in ``decided-granted``; the other arguments are its own.
        result: The certified result.
        bom: The bill of materials it was calculated from.
        scheme: The scheme version.
        parties: Maker and bodies as they are named on the label.
        issue: Identity and dates.

    Raises:
        WrongState: ``label-without-grant``.
        LabelError: ``facts-of-another-case`` with the member; serial, GTIN or address malformed.
    """
    statement, decision = _granted(case)
    _check_of_case(case, result, bom, scheme, parties)
    return LabelFacts(
        number=issue.number,
        version=issue.version,
        serial=issue.serial,
        url=label_url(issue.base_url, issue.serial, bom.product.gtin),
        scheme=scheme.id,
        scheme_version=scheme.version,
        level=scheme.level,
        is_specimen=scheme.is_specimen or case.is_test,
        product=LabelledProduct(
            name=dict(bom.product.name),
            model=bom.product.model,
            category=bom.product.category,
            gtin=bom.product.gtin,
            manufacturer=parties.manufacturer,
            plant=parties.plant,
        ),
        footprint=printed_footprint(result, bom),
        verification_body=parties.verification_body,
        certification_body=parties.certification_body,
        statement_number=statement.number,
        statement_on=register_day(statement.issued_at),
        assurance_level=statement.assurance_level.value,
        unmet_criteria=decision.unmet_criteria,
        unassessed_criteria=decision.unassessed_criteria,
        issued_on=issue.issued_on,
        valid_until=issue.valid_until,
    )


def printed_footprint(result: FootprintResult, bom: BillOfMaterials) -> PrintedFootprint:
    """The certified figure as printed, every number a decimal string."""
    return PrintedFootprint(
        value=result.certified_value,
        value_unrounded=_text(result.total_kg_co2e),
        unit="kgCO2e",
        per=dict(result.unit.description),
        unit_kind=result.unit.kind.value,
        unit_amount=f"{result.unit.amount:f}",
        unit_name=result.unit.unit,
        boundary=result.boundary.value,
        stages=tuple(
            StageShare(stage=s.stage.value, inclusion=s.inclusion.value, kg_co2e=_text(s.kg_co2e))
            for s in result.stages
        ),
        partition={name: _text(value) for name, value in result.partition.items()},
        biogenic_co2_emitted=_text(result.biogenic_co2.emitted_kg),
        biogenic_co2_removed=_text(result.biogenic_co2.removed_kg),
        uptake_basis=result.basis.value,
        including_uptake=_text(result.including_uptake_kg_co2e),
        excluding_uptake=_text(result.excluding_uptake_kg_co2e),
        method=result.method,
        gwp_set=result.gwp_set,
        period_from=bom.period_from,
        period_to=bom.period_to,
        geography=result.geography,
        primary_data_share=_text(result.primary_data_share),
        draft_share=_text(result.draft_share),
        unswitchable_share=_text(result.unswitchable_share),
        data_quality=_rating(result),
        interval=_interval(result.uncertainty),
        biogenic_carbon_kg=_stated(result.beside.biogenic_carbon_kg),
        packaging_biogenic_carbon_kg=_stated(result.beside.packaging_biogenic_carbon_kg),
        electricity=_electricity(result.declared.electricity),
        bom_sha256=result.bom_sha256,
        result_sha256=result.sha256(),
        release_sha256=result.release_sha256,
    )


def _rating(result: FootprintResult) -> PrintedRating | None:
    if result.data_quality_rating is None:
        return None
    return PrintedRating(
        rating=significant_string(result.data_quality_rating, DRAWN_DIGITS),
        rated_share=_text(result.data_quality_rated_share),
    )


def _interval(interval: Interval | None) -> PrintedInterval | None:
    if interval is None:
        return None
    return PrintedInterval(
        probability=INTERVAL_PROBABILITY,
        lower=significant_string(interval.lower_kg_co2e, DRAWN_DIGITS),
        upper=significant_string(interval.upper_kg_co2e, DRAWN_DIGITS),
        draws=interval.draws,
    )


def _electricity(power: ElectricityResult | None) -> PrintedElectricity | None:
    """What supplies the electricity of all lines of the bill, those of no site among them."""
    if power is None:
        return None
    taken = math.fsum(part.kwh for part in power.supplies)
    return PrintedElectricity(
        supplies=tuple(
            PowerShare(
                supply=part.supply, share=significant_string(part.kwh / taken, PRINTED_DIGITS)
            )
            for part in power.supplies
        ),
        without_instruments=significant_string(power.total_without_kg_co2e, PRINTED_DIGITS),
    )


def _granted(case: Case) -> tuple[Statement, Decision]:
    statement, decision = case.statement, case.decision
    if case.state is not CaseState.DECIDED_GRANTED or statement is None or decision is None:
        raise WrongState("label-without-grant", state=case.state.value)
    return statement, decision


def _check_of_case(
    case: Case, result: FootprintResult, bom: BillOfMaterials, scheme: Scheme, parties: LabelParties
) -> None:
    _check_same(
        bom_sha256=(result.bom_sha256, case.bom_sha256),
        result_sha256=(result.sha256(), case.result_sha256),
        scheme=(scheme.sha256, case.scheme.sha256),
        category=(bom.product.category, case.product_category),
        manufacturer=(parties.manufacturer.id, case.applicant_id),
        verification_body=(parties.verification_body.id, case.verification_body_id),
        certification_body=(parties.certification_body.id, case.certification_body_id),
    )


def _check_same(**members: tuple[str, str]) -> None:
    for member, (given, of_case) in members.items():
        if given != of_case:
            raise LabelError("facts-of-another-case", f"/{member}", member=member)


def _text(value: float) -> str:
    return significant_string(value, DIGITS)


def _stated(value: float | None) -> str | None:
    return None if value is None else _text(value)
