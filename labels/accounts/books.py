"""Books of an enterprise: double-entry postings in whole milligrams of CO2e, append-only.

Rules:

* A posting moves a positive amount from one account (credit) to another (debit) of the same book;
  so every book sums to zero at any time.
* Nothing is changed or deleted. A reversal is a new posting that names the one it reverses; each
  posting is reversed at most once, and a reversal is not reversed.
* A *product book* holds certified footprints times sales; an *organisation inventory* holds the
  enterprise's own emissions. The same tonne stands in both, and in the books of suppliers and
  customers: totals of different books or enterprises are never added, and trying raises.
* Amounts are signed 64-bit integers of milligrams.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from labels.case import checked_text, checked_time
from labels.errors import LedgerError

LARGEST_MG = 2**63 - 1


class BookKind(StrEnum):
    """The kinds of book; their totals mean different things."""

    PRODUCT = "product"
    ORGANISATION_INVENTORY = "organisation-inventory"


@dataclass(frozen=True, order=True)
class Book:
    """One book of one enterprise."""

    organisation_id: str
    kind: BookKind

    def account(self, name: str) -> Account:
        """The account of that name in this book."""
        return Account(self, name)


@dataclass(frozen=True, order=True)
class Account:
    """An account in a book (``sold``, ``label:TB-2026-000123``)."""

    book: Book
    name: str

    def __post_init__(self) -> None:
        checked_text(self.name, "/account")


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One transfer: ``amount_mg`` from ``credit`` to ``debit``.

    Attributes:
        period_from, period_to: The days the amount belongs to, both included.
        label_number: Number and version of the label the amount rests on, "" if none.
        product_id: The product that label stands on, None where there is no label.
        formula: How the amount was calculated, for people.
        evidence_sha256: The document behind the declared quantity.
        reverses: Id of the posting this one takes back.
    """

    id: str
    debit: Account
    credit: Account
    amount_mg: int
    period_from: date
    period_to: date
    posted_at: datetime
    posted_by: str
    label_number: str = ""
    product_id: str | None = None
    formula: str = ""
    evidence_sha256: str = ""
    reverses: str | None = None

    def __post_init__(self) -> None:
        checked_time(self.posted_at)
        if self.debit == self.credit:
            raise LedgerError("posting-same-account", account=self.debit.name)
        if self.debit.book != self.credit.book:
            raise LedgerError("books-mixed")
        if self.amount_mg <= 0:
            raise LedgerError("posting-not-positive")
        if self.amount_mg > LARGEST_MG:
            raise LedgerError("posting-too-large")
        if self.period_to < self.period_from:
            raise LedgerError("posting-period-reversed", "/period_to")

    @property
    def book(self) -> Book:
        """The book both accounts belong to."""
        return self.debit.book

    def to_json(self) -> dict[str, object]:
        """The content that is stored, as plain values; the amount as text."""
        return {
            "id": self.id,
            "organisation_id": self.book.organisation_id,
            "book": self.book.kind.value,
            "debit": self.debit.name,
            "credit": self.credit.name,
            "amount_mg": str(self.amount_mg),
            "period_from": self.period_from.isoformat(),
            "period_to": self.period_to.isoformat(),
            "posted_at": self.posted_at.isoformat(),
            "posted_by": self.posted_by,
            "label_number": self.label_number,
            "product_id": self.product_id,
            "formula": self.formula,
            "evidence_sha256": self.evidence_sha256,
            "reverses": self.reverses,
        }


@dataclass(frozen=True)
class BookTotal:
    """An amount of one book; adds only to amounts of the same book."""

    book: Book
    amount_mg: int

    def __add__(self, other: BookTotal) -> BookTotal:
        """The sum within one book.

        Raises:
            LedgerError: ``books-mixed`` for another kind of book or another enterprise.
        """
        if other.book != self.book:
            raise LedgerError("books-mixed")
        return BookTotal(self.book, self.amount_mg + other.amount_mg)


@dataclass(frozen=True)
class Ledger:
    """Postings in the order they were made, of any number of books."""

    postings: tuple[Posting, ...] = ()

    def appended(self, posting: Posting) -> Ledger:
        """The ledger with one posting more.

        Raises:
            LedgerError: ``posting-exists``, ``reversal-unknown``, ``reversal-of-reversal``,
                ``already-reversed`` or ``reversal-differs``.
        """
        if any(p.id == posting.id for p in self.postings):
            raise LedgerError("posting-exists", posting=posting.id)
        if posting.reverses is not None:
            self._check_reversal(posting, posting.reverses)
        return Ledger((*self.postings, posting))

    def posting(self, posting_id: str) -> Posting:
        """The posting of that id.

        Raises:
            LedgerError: ``reversal-unknown``.
        """
        for posting in self.postings:
            if posting.id == posting_id:
                return posting
        raise LedgerError("reversal-unknown", posting=posting_id[:60])

    def standing(self) -> tuple[Posting, ...]:
        """Postings that are neither reversed nor reversals."""
        reversed_ids = {p.reverses for p in self.postings if p.reverses is not None}
        return tuple(p for p in self.postings if p.reverses is None and p.id not in reversed_ids)

    def balances(self, book: Book) -> dict[Account, int]:
        """Debits minus credits of every account of a book, in milligrams; they sum to zero."""
        totals: dict[Account, int] = {}
        for posting in self.postings:
            if posting.book == book:
                totals[posting.debit] = totals.get(posting.debit, 0) + posting.amount_mg
                totals[posting.credit] = totals.get(posting.credit, 0) - posting.amount_mg
        return totals

    def total(self, account: Account) -> BookTotal:
        """The balance of one account, as an amount of its book."""
        return BookTotal(account.book, self.balances(account.book).get(account, 0))

    def _check_reversal(self, posting: Posting, reverses: str) -> None:
        original = self.posting(reverses)
        if original.reverses is not None:
            raise LedgerError("reversal-of-reversal", posting=reverses)
        if any(p.reverses == reverses for p in self.postings):
            raise LedgerError("already-reversed", posting=reverses)
        taken_back = (original.credit, original.debit, original.amount_mg)
        if (posting.debit, posting.credit, posting.amount_mg) != taken_back:
            raise LedgerError("reversal-differs", posting=reverses)


def reversal(
    ledger: Ledger, posting_id: str, *, reversal_id: str, reason: str, posted_by: str, at: datetime
) -> Posting:
    """The posting that takes another one back; it still has to be appended.

    Raises:
        LedgerError: ``reversal-unknown``, ``reversal-of-reversal`` or ``already-reversed``.
    """
    original = ledger.posting(posting_id)
    taken_back = Posting(
        id=reversal_id,
        debit=original.credit,
        credit=original.debit,
        amount_mg=original.amount_mg,
        period_from=original.period_from,
        period_to=original.period_to,
        posted_at=at,
        posted_by=posted_by,
        label_number=original.label_number,
        product_id=original.product_id,
        formula=checked_text(reason, "/reason"),
        reverses=original.id,
    )
    ledger.appended(taken_back)
    return taken_back
