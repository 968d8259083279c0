"""Shows a study: its result, every line with what was put in and what came out, its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from api.context import Context
from api.line_views import amount_in_product, amount_of_part, datasets_of
from api.schemas.bom import BomIn
from api.schemas.bom_lines import AnyLineIn
from api.schemas.footprints import LineOut, ResultOut
from api.security.policy import Action, require
from api.strict_json import strict_loads
from api.workflows.view_products import result_of
from footprint.bom import ActivityOrigin, LinePart
from footprint.rating import worth
from labels.access import Actor, BodyKind, Scope
from labels.case import Case
from labels.case_evidence import EvidenceStanding, standing_of
from labels.label import LocalText
from labels.scheme import Effect, register_day, scheme
from lca_db.records.products.values import Product
from lca_db.records.studies.values import Evidence, Study
from lca_db.unit_of_work import UnitOfWork

REFERENCE_SCHEME = "tanbiao-reference"
MOST_IMPROVEMENTS = 5


@dataclass(frozen=True, kw_only=True)
class StudyLine:
    """A part of a line of the bill beside its part of the result.

    Attributes:
        kind: The kind of the line, or the part of it this is (``loss-treatment``).
        amount: What was put in, as written, with its unit ("1 t × 300 km"); of one assembly where
            the line is in one.
        count: How often one functional or declared unit of the product holds the line.
        amount_in_product: What that unit holds of it.
        share: Of the sum of absolute contributions, 0..1.
        data_quality_rating: 1 (best) to 5; None where nothing is scored.
        variance_share: Contribution to the variance of the total; None where not sampled.
        verification: What is claimed of a supplier's footprint, "" where there is none.
        reference: Who verified it, and the number of the statement; "" without reference.
        reference_sha256: Of the statement; "" without reference.
        is_reference_filed: That statement is among the study's evidence.
        number: Position on the page, from 1.
    """

    number: int
    assembly: str
    ref: str
    name: str
    kind: str
    stage: str
    amount: str
    count: Decimal
    amount_in_product: str
    activity_origin: str
    note: str
    loss: str
    loss_route: str
    dataset: str
    is_dataset: bool
    kg_co2e: Decimal
    share: Decimal
    primary_share: Decimal
    draft_share: Decimal
    data_quality_rating: Decimal | None
    variance_share: Decimal | None
    verification: str
    reference: str
    reference_sha256: str
    is_reference_filed: bool


@dataclass(frozen=True, kw_only=True)
class BodyChoice:
    """A body that may be engaged for the product's category today."""

    id: str
    names: LocalText
    accreditation: str


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    """A document with the names of who added it."""

    item: Evidence
    added_by: str
    organisation: LocalText


@dataclass(frozen=True, kw_only=True)
class StudyView:
    """A study as the maker and the bodies of its case see it.

    Attributes:
        case: The case on this version that is not refused, surrendered or void.
        newer_id: The newest version of the product's study where this is an earlier one, "" else.
        required_evidence: Kinds the scheme asks for: at the decision, not at the application.
        is_evidence_blocking: A kind that is missing then blocks the grant; else it is disclosed.
        dataset_names: Names of the datasets that other choices are told of, by id.
        standings: How each document stands in that case, by its id.
        verification_bodies, certification_bodies: Whom an application may name; empty where the
            reader cannot apply.
    """

    study: Study
    product: Product
    document: BomIn
    result: ResultOut
    lines: tuple[StudyLine, ...]
    evidence: tuple[EvidenceView, ...]
    evidence_kinds: tuple[str, ...]
    required_evidence: tuple[str, ...]
    is_evidence_blocking: bool
    dataset_names: Mapping[str, LocalText]
    preparer: str
    calculated_at: datetime
    case: Case | None
    newer_id: str
    standings: Mapping[str, EvidenceStanding]
    is_own: bool
    verification_bodies: tuple[BodyChoice, ...]
    certification_bodies: tuple[BodyChoice, ...]
    scheme_id: str = REFERENCE_SCHEME


def view_study(context: Context, actor: Actor, study_id: str) -> StudyView:
    """The study of that id.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: Neither the actor's own nor one of their body's cases.
    """
    require(actor, Action.READ_STUDIES)
    rules = scheme(REFERENCE_SCHEME)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        study = uow.studies.get(study_id)
        result = result_of(study)
        product = uow.products.get(study.product_id)
        document = BomIn.model_validate(strict_loads(uow.studies.bom_of(study_id)))
        evidence = uow.studies.list_evidence(study_id)
        people = uow.organisations.person_names(
            {study.preparer_id, *(item.added_by for item in evidence)}
        )
        is_own = study.organisation_id == actor.organisation_id
        case = uow.cases.find_open(study_id)
        newest_id = uow.studies.newest(study.product_id).id if is_own else study.id
        is_free = not uow.studies.list_cases_under_way(study.product_id)
        can_apply = is_own and case is None and newest_id == study.id and is_free
        views = tuple(
            EvidenceView(
                item=item,
                added_by=people.get(item.added_by, ""),
                organisation=uow.organisations.get(item.organisation_id).names,
            )
            for item in evidence
        )
        names = uow.inventory.names_of(study.release_id, _of_choices(result))
        verifying = _choices(context, uow, BodyKind.VERIFICATION, product, can_apply)
        certifying = _choices(context, uow, BodyKind.CERTIFICATION, product, can_apply)
    return StudyView(
        study=study,
        product=product,
        document=document,
        result=result,
        lines=study_lines(document, result, frozenset(item.sha256 for item in evidence)),
        evidence=views,
        evidence_kinds=rules.evidence_kinds,
        required_evidence=rules.required_evidence.kinds,
        is_evidence_blocking=rules.required_evidence.effect is Effect.BLOCKS,
        dataset_names=names,
        preparer=people.get(study.preparer_id, ""),
        calculated_at=datetime.fromisoformat(study.provenance["calculated_at"]),
        case=case,
        newer_id="" if newest_id == study.id else newest_id,
        standings={} if case is None else standings_of(case, views),
        is_own=is_own,
        verification_bodies=verifying,
        certification_bodies=certifying,
    )


def _of_choices(result: ResultOut) -> set[str]:
    return {id_ for choice in result.sensitivities for id_ in (choice.dataset, choice.alternative)}


def standings_of(case: Case, evidence: Sequence[EvidenceView]) -> Mapping[str, EvidenceStanding]:
    """How each document of the study stands in a case on it, by the document's id."""
    items = [view.item for view in evidence]
    return {i.id: standing_of(case, i.kind, i.sha256, i.added_at) for i in items}


def _choices(
    context: Context, uow: UnitOfWork, kind: BodyKind, product: Product, is_wanted: bool
) -> tuple[BodyChoice, ...]:
    if not is_wanted:
        return ()
    today = register_day(context.now())
    return tuple(
        BodyChoice(
            id=found.body.organisation_id,
            names=uow.organisations.get(found.body.organisation_id).names,
            accreditation=found.accreditation,
        )
        for found in uow.organisations.list_bodies(kind)
        if found.body.covers(product.category, today)
        and found.body.organisation_id != product.organisation_id
    )


def study_lines(
    document: BomIn, result: ResultOut, filed: frozenset[str] = frozenset()
) -> tuple[StudyLine, ...]:
    """Every line with its result, in the order of the bill.

    Args:
        document: The bill as submitted.
        result: What it came to.
        filed: SHA-256 of the documents filed with the study.
    """
    submitted = {("", line.ref): line for line in document.lines}
    for name, assembly in document.assemblies.items():
        submitted |= {(name, line.ref): line for line in assembly.lines}
    scale = sum((abs(Decimal(line.kg_co2e)) for line in result.lines), Decimal(0))
    shares = _shares_by_instrument(document, result)
    carried = _shares_of_product(document, result)
    return tuple(
        _displaced_line(number, line, document, scale)
        if line.part is LinePart.DISPLACED
        else _study_line(
            number,
            line,
            submitted[line.assembly, line.ref],
            scale,
            filed,
            next(shares.get((line.assembly, line.ref), iter(())), ""),
            carried.get((line.assembly, line.ref), ""),
        )
        for number, line in enumerate(result.lines, start=1)
    )


def _shares_by_instrument(
    document: BomIn, result: ResultOut
) -> Mapping[tuple[str, str], Iterator[str]]:
    """For lines that instruments cover: " × share" of each of their parts, in their order."""
    found: dict[tuple[str, str], Iterator[str]] = {}
    sites = result.electricity.sites if result.electricity else []
    for asked, site in zip(document.electricity or (), sites, strict=True):
        shares = [
            Decimal(used.share)
            for used in site.instruments
            for _ in range(2 if used.transmission else 1)
        ]
        rest = 1 - sum((Decimal(used.share) for used in site.instruments), Decimal(0))
        for line in asked.lines:
            parts = [f" × {share.normalize():f}" for share in (*shares, rest)]
            found[line.assembly, line.line] = iter(parts)
    return found


def _shares_of_product(document: BomIn, result: ResultOut) -> Mapping[tuple[str, str], str]:
    """For lines that serve other products as well: " × share", what this one carries of them."""
    bom = document.to_core()
    allocation = bom.declared.allocation
    if allocation is None or result.allocation is None:
        return {}
    share, found = Decimal(result.allocation.share), {}
    for assembly, _, held in bom.parts():
        for line in held:
            name = (assembly, line.ref)
            weight = allocation.weight(allocation.method, name, line, share)
            if weight != 1:
                found[name] = f" × {weight.normalize():f}"
    return found


def _study_line(
    number: int,
    line: LineOut,
    submitted: AnyLineIn,
    scale: Decimal,
    filed: frozenset[str],
    share_of_line: str,
    share_of_product: str,
) -> StudyLine:
    kg_co2e = Decimal(line.kg_co2e)
    is_whole = line.part is LinePart.LINE
    loss = getattr(submitted, "loss", None) if is_whole else None
    supplier = getattr(submitted, "supplier_footprint", None) if is_whole else None
    reference = supplier.verification if supplier else None
    amount = f"{amount_of_part(submitted, line.part)}{share_of_line}{share_of_product}"
    count = Decimal(line.held_count)
    return StudyLine(
        number=number,
        assembly=line.assembly,
        ref=line.ref,
        name=line.name,
        kind=submitted.kind if is_whole else line.part.value,
        stage=line.stage,
        amount=amount,
        count=count,
        amount_in_product=amount_in_product(submitted, line.part, count, amount),
        activity_origin=submitted.activity_origin.value,
        note=submitted.note,
        loss=loss.rate if loss else "",
        loss_route=loss.route.value if loss else "",
        dataset=line.dataset,
        is_dataset=line.dataset in datasets_of(submitted) or bool(share_of_line),
        kg_co2e=kg_co2e,
        share=abs(kg_co2e) / scale if scale else Decimal(0),
        primary_share=Decimal(line.primary_share),
        draft_share=Decimal(line.draft_share),
        data_quality_rating=_decimal(line.data_quality_rating),
        variance_share=_decimal(line.variance_share),
        verification=line.verification.value if supplier else "",
        reference=f"{reference.verifier} · {reference.statement}" if reference else "",
        reference_sha256=reference.document_sha256 if reference else "",
        is_reference_filed=reference is not None and reference.document_sha256 in filed,
    )


def worth_improving(lines: Sequence[StudyLine]) -> tuple[StudyLine, ...]:
    """The lines with the most to gain from better data, the first of them first."""

    def gain(line: StudyLine) -> float:
        rated = line.data_quality_rating
        return worth(float(line.kg_co2e), None if rated is None else float(rated))

    gaining = (line for line in lines if gain(line) > 0)
    return tuple(sorted(gaining, key=lambda line: -gain(line)))[:MOST_IMPROVEMENTS]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _displaced_line(number: int, line: LineOut, document: BomIn, scale: Decimal) -> StudyLine:
    """What a co-product saves elsewhere: no line of the bill, but of what it declares."""
    declared = document.allocation.co_products if document.allocation else []
    displaced = next((c.displaced for c in declared if c.name == line.name), None)
    kg_co2e = Decimal(line.kg_co2e)
    amount = f"-{displaced.amount} {displaced.unit}" if displaced else ""
    return StudyLine(
        number=number,
        assembly=line.assembly,
        ref=line.ref,
        name=line.name,
        kind=line.part.value,
        stage=line.stage,
        amount=amount,
        count=Decimal(line.held_count),
        amount_in_product=amount,
        activity_origin=ActivityOrigin.ESTIMATED.value,
        note="",
        loss="",
        loss_route="",
        dataset=line.dataset,
        is_dataset=True,
        kg_co2e=kg_co2e,
        share=abs(kg_co2e) / scale if scale else Decimal(0),
        primary_share=Decimal(line.primary_share),
        draft_share=Decimal(line.draft_share),
        data_quality_rating=_decimal(line.data_quality_rating),
        variance_share=_decimal(line.variance_share),
        verification="",
        reference="",
        reference_sha256="",
        is_reference_filed=False,
    )
