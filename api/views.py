"""What workflows hand to the doors where one core value is not enough: frozen joins of several."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from footprint.comparability import Caution
from footprint.result import Interval
from labels.access import BodyStanding
from labels.accounts.books import Posting
from labels.label import LocalText
from labels.ratings.consent import Consent, RatingReading
from labels.ratings.indication import Indication
from labels.ratings.rating import Rating
from lca_db.inventory.checks.run import Report
from lca_db.inventory.matching.values import Question, Suggestion
from lca_db.inventory.stored_imports import StoredImport
from lca_db.inventory.values import Release
from lca_db.records.organisations.values import (
    Account,
    AccreditedBody,
    ApiKey,
    BodyEvent,
    Organisation,
)


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
class LineMatches:
    """The datasets that a line may be.

    Attributes:
        fits: Whether the first is likelier right than not; False says that nothing fits.
        confirmed_match_id: What the organisation confirmed for the same text, "" for nothing.
    """

    question: Question
    suggestions: tuple[Suggestion, ...]
    fits: bool
    confirmed_match_id: str = ""


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


@dataclass(frozen=True)
class ImportView:
    """A stored import with its report, who made it and the releases that hold its datasets.

    Attributes:
        person: Name; "" for an import from the command line.
    """

    stored: StoredImport
    report: dict[str, Any]
    person: str
    release_ids: tuple[str, ...]


@dataclass(frozen=True)
class FrozenRelease:
    """A release, what the gates found in it, and the imports whose datasets it holds."""

    release: Release
    report: Report
    import_ids: tuple[str, ...]


@dataclass(frozen=True)
class BodyView:
    """An organisation that is a body, and what is entered of it.

    Attributes:
        entered: None where nothing was entered yet.
        standing: How it stands today; None for the same.
    """

    organisation: Organisation
    entered: AccreditedBody | None
    standing: BodyStanding | None


@dataclass(frozen=True)
class NamedBodyEvent:
    """One change of what is entered of a body, and the name of who entered it."""

    event: BodyEvent
    person: str


@dataclass(frozen=True, kw_only=True)
class PairedComparison:
    """Two footprints on the same draws.

    Attributes:
        probability_lower: That ``one`` is lower than ``other``, 0..1; the draws are paired.
        difference: Of ``other`` less ``one``.
        cautions: What makes the comparison weaker without forbidding it.
    """

    one_id: str
    other_id: str
    one: Interval
    other: Interval
    probability_lower: float
    difference: Interval
    cautions: tuple[Caution, ...]
