"""Confirmed matches: kept, read and forgotten by their own organisation alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, literal_column, select
from sqlmodel import col

from lca_db.errors import NotFound
from lca_db.records.matches.tables import ConfirmedMatchRow
from lca_db.records.matches.values import ConfirmedMatch
from lca_db.repository import Page, Repository


class MatchRepository(Repository):
    """Reads, keeps and forgets confirmed matches."""

    def confirm(self, match: ConfirmedMatch) -> ConfirmedMatch:
        """Keeps the choice; it takes the place of an earlier one for the same text.

        Raises:
            StorageError: ``scope-violated``.
        """
        self._admit(match.organisation_id, is_test=match.is_test)
        key = match.text_sha256
        chosen = {
            "text": match.text,
            "unit": match.unit,
            "dataset_id": match.dataset_id,
            "confirmed_by": match.confirmed_by,
            "confirmed_at": match.confirmed_at,
        }
        fixed = {
            "id": match.id,
            "organisation_id": match.organisation_id,
            "text_sha256": key,
            "is_test": match.is_test,
        }
        keys = ("organisation_id", "is_test", "text_sha256")
        self._upsert(ConfirmedMatchRow, keys, fixed | chosen, chosen)
        statement = select(ConfirmedMatchRow).where(
            col(ConfirmedMatchRow.organisation_id) == match.organisation_id,
            col(ConfirmedMatchRow.is_test) == match.is_test,
            col(ConfirmedMatchRow.text_sha256) == key,
        )
        return _match(self._one(statement, "match"))

    def forget(self, match_id: str) -> None:
        """The choice is gone.

        Raises:
            NotFound: The organisation has no such match.
        """
        statement = delete(ConfirmedMatchRow).where(
            col(ConfirmedMatchRow.id) == match_id,
            self._of_mode(ConfirmedMatchRow.is_test),
            self._owned(ConfirmedMatchRow.organisation_id),
        )
        if self._session.execute(statement.returning(literal_column("1"))).first() is None:
            raise NotFound(kind="match")

    def list_(self, *, after: str | None = None, limit: int = 50) -> Page[ConfirmedMatch]:
        """The organisation's own matches."""
        statement = select(ConfirmedMatchRow).where(
            self._of_mode(ConfirmedMatchRow.is_test), self._owned(ConfirmedMatchRow.organisation_id)
        )
        return self._page(statement, ConfirmedMatchRow.id, after=after, limit=limit).map(_match)

    def confirmed_for(self, organisation_id: str, keys: Iterable[str]) -> dict[str, ConfirmedMatch]:
        """What one organisation confirmed, by the hashes of the texts asked for."""
        statement = select(ConfirmedMatchRow).where(
            col(ConfirmedMatchRow.organisation_id) == organisation_id,
            col(ConfirmedMatchRow.text_sha256).in_(sorted(set(keys))),
            self._of_mode(ConfirmedMatchRow.is_test),
            self._owned(ConfirmedMatchRow.organisation_id),
        )
        return {row.text_sha256: _match(row) for row in self._all(statement)}


def _match(row: ConfirmedMatchRow) -> ConfirmedMatch:
    return ConfirmedMatch(
        id=row.id,
        organisation_id=row.organisation_id,
        text=row.text,
        text_sha256=row.text_sha256,
        unit=row.unit,
        dataset_id=row.dataset_id,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        is_test=row.is_test,
    )
