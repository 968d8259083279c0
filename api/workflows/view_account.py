"""Shows an enterprise its product book: balances, postings, and the labels it may declare for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.accounts.books import Ledger, Posting
from labels.accounts.product_book import SOLD, product_book
from labels.label import LabelFacts
from labels.label_status import Label, LabelState
from labels.scheme import register_day
from lca_db.unit_of_work import UnitOfWork

MOST_LABELS = 200
MOST_POSTINGS = 200
MG_PER_KG = 1_000_000


@dataclass(frozen=True, kw_only=True)
class PostingView:
    """A posting with its amount in kilograms, exact to the milligram, and who posted it."""

    posting: Posting
    amount_kg: str
    posted_by: str
    is_reversed: bool

    @property
    def can_be_reversed(self) -> bool:
        """Whether it stands: neither taken back nor itself what takes another one back."""
        return not self.is_reversed and self.posting.reverses is None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The balance of one account of the book."""

    account: str
    amount_kg: str


@dataclass(frozen=True, kw_only=True)
class DeclarableLabel:
    """A label whose sales can be declared: active at some time, and the enterprise's own."""

    label: Label
    facts: LabelFacts
    state: LabelState


@dataclass(frozen=True, kw_only=True)
class ProductBook:
    """An enterprise's product book; its total is never added to another book or enterprise.

    Attributes:
        sold_kg: What the labelled sales carry, all periods together.
        postings: All of the book, newest first.
    """

    sold_kg: str
    balances: tuple[Balance, ...]
    postings: tuple[PostingView, ...]
    labels: tuple[DeclarableLabel, ...]
    today: date

    @property
    def newest(self) -> tuple[PostingView, ...]:
        """As many of the newest postings as a page shows at first."""
        return self.postings[:MOST_POSTINGS]


def view_account(context: Context, actor: Actor) -> ProductBook:
    """The product book of the actor's organisation.

    Raises:
        NotAllowed: ``role-missing``.
    """
    require(actor, Action.DECLARE_VOLUME)
    today = register_day(context.now())
    book = product_book(actor.organisation_id)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        ledger = uow.accounts.ledger(actor.organisation_id)
        balances = uow.accounts.balances(book)
        names = uow.organisations.person_names({p.posted_by for p in ledger.postings})
        labels = tuple(
            DeclarableLabel(
                label=label, facts=uow.labels.get(label.id).facts, state=label.state_on(today)
            )
            for label in uow.labels.list_(limit=MOST_LABELS).items
            if label.holder_id == actor.organisation_id
            and label.state not in {LabelState.PREPARED, LabelState.VOID}
        )
    postings = [p for p in reversed(ledger.postings) if p.book == book]
    return ProductBook(
        sold_kg=kilograms(balances.get(SOLD, 0)),
        balances=tuple(Balance(account=a, amount_kg=kilograms(balances[a])) for a in balances),
        postings=tuple(_posting(p, ledger, names) for p in postings),
        labels=labels,
        today=today,
    )


def kilograms(amount_mg: int) -> str:
    """Milligrams as kilograms with six decimals, exactly."""
    whole, rest = divmod(abs(amount_mg), MG_PER_KG)
    return f"{'-' if amount_mg < 0 else ''}{whole}.{rest:06d}"


def _posting(posting: Posting, ledger: Ledger, names: dict[str, str]) -> PostingView:
    return PostingView(
        posting=posting,
        amount_kg=kilograms(posting.amount_mg),
        posted_by=names.get(posting.posted_by, ""),
        is_reversed=any(p.reverses == posting.id for p in ledger.postings),
    )
