"""Carbon accounts: the postings of an enterprise's books and the volumes behind them.

Append-only, in whole milligrams of CO2e. A posting is balanced by its form; that a product's
periods do not overlap and that a reversal mirrors its posting is checked by triggers as well, while
the enterprise's row is held (:meth:`AccountRepository.lock`).
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import col

from labels.accounts.books import Book, BookKind, Ledger, Posting
from lca_db.records.accounts.tables import DeclaredVolumeRow, PostingRow
from lca_db.records.accounts.values import DeclaredVolumeRecord
from lca_db.records.organisations.tables import OrganisationRow
from lca_db.repository import Repository


class AccountRepository(Repository):
    """Reads and appends to the books."""

    def lock(self, organisation_id: str) -> None:
        """Holds the enterprise's books until the commit; call it before reading the ledger.

        Raises:
            NotFound: The enterprise is outside the scope.
        """
        statement = select(OrganisationRow).where(
            col(OrganisationRow.id) == organisation_id, self._owned(OrganisationRow.id)
        )
        self._one(statement.with_for_update(), "organisation")

    def ledger(self, organisation_id: str) -> Ledger:
        """All postings of an enterprise in the order they were made."""
        rows = self._all(
            select(PostingRow)
            .where(
                col(PostingRow.organisation_id) == organisation_id,
                self._of_mode(PostingRow.is_test),
                self._owned(PostingRow.organisation_id),
            )
            .order_by(col(PostingRow.posted_at), col(PostingRow.id))
        )
        return Ledger(tuple(_posting(row) for row in rows))

    def balances(self, book: Book) -> dict[str, int]:
        """Debits minus credits of every account of a book, in milligrams; they sum to zero."""
        totals: dict[str, int] = {}
        for column, sign in ((PostingRow.debit, 1), (PostingRow.credit, -1)):
            statement = (
                select(col(column), func.sum(PostingRow.amount_mg))
                .where(
                    col(PostingRow.organisation_id) == book.organisation_id,
                    col(PostingRow.book) == book.kind.value,
                    self._of_mode(PostingRow.is_test),
                    self._owned(PostingRow.organisation_id),
                )
                .group_by(column)
            )
            for account, amount_mg in self._session.execute(statement):
                totals[account] = totals.get(account, 0) + sign * int(amount_mg)
        return totals

    def add_posting(self, posting: Posting) -> None:
        """A posting, for instance a reversal.

        Raises:
            Conflict: ``conflict`` when the id or the reversed posting is taken,
                ``reference-missing`` when the product is not the enterprise's,
                ``record-immutable`` when its period overlaps or a reversal differs.
            StorageError: ``scope-violated``.
        """
        book = posting.book
        self._admit(book.organisation_id)
        self._insert(
            PostingRow(
                id=posting.id,
                organisation_id=book.organisation_id,
                book=book.kind.value,
                debit=posting.debit.name,
                credit=posting.credit.name,
                amount_mg=posting.amount_mg,
                period_from=posting.period_from,
                period_to=posting.period_to,
                label_full_number=posting.label_number,
                product_id=posting.product_id,
                formula=posting.formula,
                evidence_sha256=posting.evidence_sha256,
                reverses=posting.reverses,
                posted_by=posting.posted_by,
                posted_at=posting.posted_at,
                is_test=self._scope.is_test,
            )
        )

    def declare(self, record: DeclaredVolumeRecord, posting: Posting) -> None:
        """A declared volume and the posting made from it.

        Raises:
            Conflict: As :meth:`add_posting`; ``record-immutable`` also when the label is not one of
                the posting's product.
            StorageError: ``scope-violated``.
        """
        self._admit(record.organisation_id)
        self.add_posting(posting)
        volume = record.volume
        self._insert(
            DeclaredVolumeRow(
                id=record.id,
                organisation_id=record.organisation_id,
                label_id=record.label_id,
                posting_id=posting.id,
                amount=str(volume.quantity.amount),
                unit=volume.quantity.unit,
                period_from=volume.period_from,
                period_to=volume.period_to,
                evidence_sha256=volume.evidence_sha256,
                declared_by=record.declared_by,
                declared_at=record.declared_at,
                is_test=self._scope.is_test,
            )
        )


def _posting(row: PostingRow) -> Posting:
    book = Book(row.organisation_id, BookKind(row.book))
    return Posting(
        id=row.id,
        debit=book.account(row.debit),
        credit=book.account(row.credit),
        amount_mg=row.amount_mg,
        period_from=row.period_from,
        period_to=row.period_to,
        posted_at=row.posted_at,
        posted_by=row.posted_by,
        label_number=row.label_full_number,
        product_id=row.product_id,
        formula=row.formula,
        evidence_sha256=row.evidence_sha256,
        reverses=row.reverses,
    )
