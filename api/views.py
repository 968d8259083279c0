"""What workflows hand to the doors where one core value is not enough: frozen joins of several."""

from __future__ import annotations

from dataclasses import dataclass, field

from labels.accounts.books import Posting
from labels.label import LocalText
from labels.ratings.consent import Consent, RatingReading
from labels.ratings.indication import Indication
from labels.ratings.rating import Rating
from lca_db.records.organisations.values import Account, ApiKey


@dataclass(frozen=True)
class ProductBookView:
    """An enterprise's product book: postings newest first, and balances in milligrams."""

    postings: tuple[Posting, ...]
    balances: dict[str, int]


@dataclass(frozen=True)
class ConsentedRating:
    """What a bank is answered: the rating, and the indication by the bank's own table."""

    rating: Rating
    indication: Indication | None


@dataclass(frozen=True)
class ConsentsView:
    """What an enterprise sees of its consents and of the readings that were tried."""

    consents: tuple[Consent, ...]
    readings: tuple[RatingReading, ...]


@dataclass(frozen=True, kw_only=True)
class NamedAccount:
    """An account with the names of its person and organisation."""

    account: Account
    person: str
    organisation: LocalText


@dataclass(frozen=True)
class NewApiKey:
    """A key just made; ``secret`` is shown once and stored nowhere."""

    stored: ApiKey
    secret: str = field(repr=False)
