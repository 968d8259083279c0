"""What a bank's own table would make of a rating: an indication in basis points, no offer.

Rules:

* The table is the bank's, versioned and dated; the service holds no pricing of its own.
* The service calculates; the bank decides. Every indication carries that sentence as a code.
* *Not rated* gives no indication.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from labels.errors import SchemeError
from labels.ratings.model import RatingModel
from labels.ratings.rating import Rating

THE_BANK_DECIDES = "the-bank-decides"
LARGEST_STEP = Decimal(1000)


@dataclass(frozen=True, kw_only=True)
class BankTable:
    """A bank's table of basis points against its own base rate; negative is cheaper.

    Attributes:
        by_grade: Basis points for each grade of the model.
        per_point: Basis points for each point of score above ``base_score`` (Shenzhen style);
            0 for none. Both parts are added.
    """

    bank_id: str
    version: str
    model_id: str
    valid_from: date
    valid_to: date
    by_grade: Mapping[str, Decimal]
    per_point: Decimal = Decimal(0)
    base_score: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        steps = (*self.by_grade.values(), self.per_point)
        if not self.by_grade or any(not s.is_finite() or abs(s) > LARGEST_STEP for s in steps):
            raise SchemeError("bank-table-malformed", "/by_grade")
        if not (self.base_score.is_finite() and 0 <= self.base_score <= 100):
            raise SchemeError("bank-table-malformed", "/base_score")
        if self.valid_to < self.valid_from:
            raise SchemeError("bank-table-malformed", "/valid_to")


@dataclass(frozen=True, kw_only=True)
class Indication:
    """Basis points by the bank's table; None when the enterprise is not rated.

    Attributes:
        formula: How it was calculated, for people.
        notice: Code of the sentence that the bank decides.
    """

    bank_id: str
    table_version: str
    rating_sha256: str
    grade: str
    basis_points: Decimal | None
    formula: str
    notice: str = THE_BANK_DECIDES


def checked_table(table: BankTable, model: RatingModel) -> BankTable:
    """The table itself when it says something of every grade of the model, and of nothing else.

    Raises:
        SchemeError: ``bank-table-of-another-model``, ``bank-table-grades``.
    """
    if table.model_id != model.id:
        raise SchemeError("bank-table-of-another-model", "/model_id", model=table.model_id)
    grades = {each.grade for each in model.grades}
    if set(table.by_grade) != grades:
        expected = ", ".join(sorted(grades))
        raise SchemeError("bank-table-grades", "/by_grade", expected=expected)
    return table


def indicate(rating: Rating, table: BankTable, on: date) -> Indication:
    """What the bank's table says of a rating on a day.

    Raises:
        SchemeError: ``bank-table-not-in-force``, ``bank-table-of-another-model``,
            ``bank-table-without-grade``, ``rating-expired``.
    """
    if not table.valid_from <= on <= table.valid_to:
        raise SchemeError("bank-table-not-in-force", table=table.version)
    if table.model_id != rating.model_id:
        raise SchemeError("bank-table-of-another-model", model=table.model_id)
    if on > rating.valid_until:
        raise SchemeError("rating-expired", until=rating.valid_until.isoformat())
    basis_points, formula = None, ""
    if rating.score is not None:
        if rating.grade not in table.by_grade:
            raise SchemeError("bank-table-without-grade", grade=rating.grade)
        step = table.by_grade[rating.grade]
        basis_points = step + table.per_point * (rating.score - table.base_score)
        formula = f"{rating.grade}: {step:f}"
        if table.per_point:
            formula += f" + {table.per_point:f} × ({rating.score:f} − {table.base_score:f})"
    return Indication(
        bank_id=table.bank_id,
        table_version=table.version,
        rating_sha256=rating.sha256(),
        grade=rating.grade,
        basis_points=basis_points,
        formula=formula,
    )
