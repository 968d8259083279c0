"""Carbon accounts on the wire; masses are whole milligrams as strings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from api.schemas.bom_members import Amount, Strict, UnitText
from api.schemas.cases import Identifier, Sha256
from api.schemas.footprints import Out
from api.views import ProductBookView
from footprint.quantities import Quantity
from labels.accounts.books import Posting
from labels.accounts.product_book import DeclaredVolume

MilligramText = Annotated[
    str, Field(description="Whole milligrams of CO2e", examples=["189000000000"])
]


class VolumeIn(Strict):
    """A sales volume of a labelled product in a period, with its document."""

    label_id: Identifier
    amount: Amount
    unit: UnitText
    period_from: date
    period_to: date
    evidence_sha256: Sha256

    def to_core(self) -> DeclaredVolume:
        """The core value.

        Raises:
            QuantityError: Amount or unit that cannot be used.
        """
        return DeclaredVolume(
            quantity=Quantity.parse(self.amount, self.unit),
            period_from=self.period_from,
            period_to=self.period_to,
            evidence_sha256=self.evidence_sha256,
        )


class ReversalIn(Strict):
    """Why a posting is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=500, description="Stands in the book")]


class PostingOut(Out):
    """One balanced posting; of a reversal the formula is the reason given."""

    id: str
    book: str
    debit: str
    credit: str
    amount_mg: MilligramText
    label_number: str
    product_id: str | None
    formula: str
    period_from: date
    period_to: date
    posted_at: datetime
    reverses: str | None

    @classmethod
    def from_core(cls, posting: Posting) -> PostingOut:
        """From the core value."""
        return cls(
            id=posting.id,
            book=posting.book.kind.value,
            debit=posting.debit.name,
            credit=posting.credit.name,
            amount_mg=str(posting.amount_mg),
            label_number=posting.label_number,
            product_id=posting.product_id,
            formula=posting.formula,
            period_from=posting.period_from,
            period_to=posting.period_to,
            posted_at=posting.posted_at,
            reverses=posting.reverses,
        )


class ProductBookOut(Out):
    """A product book with its balances."""

    postings: list[PostingOut]
    balances_mg: dict[str, MilligramText]

    @classmethod
    def from_core(cls, view: ProductBookView) -> ProductBookOut:
        """From the view."""
        return cls(
            postings=[PostingOut.from_core(p) for p in view.postings],
            balances_mg={name: str(amount) for name, amount in view.balances.items()},
        )
