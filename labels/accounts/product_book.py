"""Certified footprints times sales: the postings of an enterprise's product book.

Rules:

* The amount is the certified value (the printed decimal of three significant figures) times the
  declared sales volume over the unit's amount, rounded once to whole milligrams, half to even.
* No volume, no posting: a label by itself puts nothing into any account.
* The period lies within days on which the label was active, and has ended.
* What a product sells on a day is posted once, by one of its labels: the periods of a product do
  not overlap, whatever the scheme, body, number and version of the labels they rest on.
* Only the maker named on the label declares its sales, with a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

from footprint.errors import QuantityError
from footprint.quantities import Quantity, milligrams
from labels.access import Actor, Role
from labels.accounts.books import LARGEST_MG, Book, BookKind, Ledger, Posting
from labels.case import checked_sha256, checked_time
from labels.errors import LedgerError, NotAllowed
from labels.label import LabelFacts
from labels.label_status import ActivePeriod
from labels.scheme import register_day

SOLD = "sold"
_EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, kw_only=True)
class DeclaredVolume:
    """What the maker says it sold of a labelled product.

    Attributes:
        quantity: Amount in any unit of the dimension of the label's unit.
        period_from, period_to: First and last day of the sales.
        evidence_sha256: The sales record.
    """

    quantity: Quantity
    period_from: date
    period_to: date
    evidence_sha256: str

    def __post_init__(self) -> None:
        checked_sha256(self.evidence_sha256, "/evidence_sha256")
        if self.quantity.amount <= 0:
            raise LedgerError("volume-not-positive", "/amount")
        if self.period_to < self.period_from:
            raise LedgerError("posting-period-reversed", "/period_to")


def product_book(organisation_id: str) -> Book:
    """The product book of an enterprise."""
    return Book(organisation_id, BookKind.PRODUCT)


def post_product_volume(
    facts: LabelFacts,
    volume: DeclaredVolume,
    *,
    product_id: str,
    active: tuple[ActivePeriod, ...],
    ledger: Ledger,
    posting_id: str,
    actor: Actor,
    at: datetime,
) -> Posting:
    """The posting of one declared sales volume; it still has to be appended.

    Args:
        facts: What the label says.
        volume: What was sold, when, with its document.
        product_id: The product the label stands on, as the study behind it names it.
        active: Days on which the label was active (:func:`labels.label_status.active_periods`).
        ledger: The postings of the maker so far.
        posting_id: Identity of the new posting.
        actor: The maker's person.
        at: When it is posted.

    Raises:
        NotAllowed: ``step-needs-role`` or ``organisation-not-party``.
        LedgerError: ``volume-wrong-unit``, ``label-not-active-in-period``, ``period-not-ended``,
            ``period-already-posted``, ``posting-too-large`` or ``posting-not-positive``.
    """
    maker = facts.product.manufacturer.id
    if not actor.has_role(Role.MANUFACTURER):
        raise NotAllowed("step-needs-role", role=Role.MANUFACTURER.value)
    if actor.organisation_id != maker:
        raise NotAllowed("organisation-not-party", side="applicant")
    today = register_day(checked_time(at))
    _check_period(facts, volume, active, today)
    amount_mg, formula = carried_mg(facts, volume.quantity)
    _check_posted_once(product_id, volume, ledger)
    book = product_book(maker)
    return Posting(
        id=posting_id,
        debit=book.account(SOLD),
        credit=book.account(f"label:{facts.number}"),
        amount_mg=amount_mg,
        period_from=volume.period_from,
        period_to=volume.period_to,
        posted_at=at,
        posted_by=actor.person_id,
        label_number=facts.full_number,
        product_id=product_id,
        formula=formula,
        evidence_sha256=volume.evidence_sha256,
    )


def carried_mg(facts: LabelFacts, quantity: Quantity) -> tuple[int, str]:
    """Milligrams of CO2e that a sold quantity carries, and the formula in words.

    Raises:
        LedgerError: ``volume-wrong-unit`` or ``posting-too-large``.
    """
    printed = facts.footprint
    try:
        sold = quantity.to(printed.unit_name)
    except QuantityError:
        raise LedgerError(
            "volume-wrong-unit", "/unit", unit=quantity.unit, expected=printed.unit_name
        ) from None
    units = _EXACT.divide(sold.amount, Decimal(printed.unit_amount))
    kg = _EXACT.multiply(Decimal(printed.value), units)
    if kg * 1_000_000 > LARGEST_MG:
        raise LedgerError("posting-too-large")
    formula = (
        f"{printed.value} kgCO2e / {printed.unit_amount} {printed.unit_name}"
        f" × {sold.amount:f} {printed.unit_name}"
    )
    return milligrams(kg), formula


def _check_period(
    facts: LabelFacts, volume: DeclaredVolume, active: tuple[ActivePeriod, ...], today: date
) -> None:
    first_on, last_on = volume.period_from, volume.period_to
    if last_on > today:
        raise LedgerError("period-not-ended", "/period_to", until=last_on.isoformat())
    if not any(period.holds(first_on, last_on) for period in active):
        raise LedgerError("label-not-active-in-period", "/period_from", label=facts.full_number)


def _check_posted_once(product_id: str, volume: DeclaredVolume, ledger: Ledger) -> None:
    """No label of the product, this one or another, has posted a day of the period."""
    for posting in ledger.standing():
        is_same_product = posting.product_id == product_id
        overlaps = (
            volume.period_from <= posting.period_to and posting.period_from <= volume.period_to
        )
        if is_same_product and overlaps:
            raise LedgerError(
                "period-already-posted",
                "/period_from",
                posting=posting.id,
                label=posting.label_number,
                first=posting.period_from.isoformat(),
                last=posting.period_to.isoformat(),
                kilograms=f"{Decimal(posting.amount_mg).scaleb(-6):f}",
            )
