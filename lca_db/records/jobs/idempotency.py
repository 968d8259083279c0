"""Answers kept for idempotency keys: the same request again gives the same answer, once done.

Rules:

* The key is claimed first, in the very transaction of the work, and the answer stored before its
  commit: work and answer exist together or not at all.
* A second request with the key waits for the first (the writer lock, or the row's lock on
  PostgreSQL) and is given its answer. After a rollback the key is free again.
* Where the work takes two transactions the first commits the key without an answer: until the
  second stores it the key is in flight.
* A key belongs to the organisation of who acts, also where the scope sees all of them.
* Another body under the same key is refused; an answer of 500 and above is never kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import col

from lca_db.errors import Conflict, StorageError
from lca_db.records.jobs.tables import IdempotencyRow
from lca_db.records.jobs.values import StoredAnswer
from lca_db.repository import Repository


class IdempotencyRepository(Repository):
    """Claims keys and keeps answers, each key within its organisation."""

    def claim(self, key: str, route: str, request_sha256: str, at: datetime) -> StoredAnswer | None:
        """Takes the key for this request: None to go on, or the answer given before.

        Args:
            key: As the client made it.
            route: Method and path template.
            request_sha256: Hash of the body.
            at: Now.

        Raises:
            Conflict: ``idempotency-key-reused`` for another request under the key,
                ``idempotency-key-in-flight`` while the first is still at work.
        """
        is_ours = self._insert_if_new(
            IdempotencyRow,
            organisation_id=self._organisation(),
            key=key,
            route=route,
            request_sha256=request_sha256,
            at=at,
        )
        return None if is_ours else self._answer(self._row(key), route, request_sha256)

    def find(self, key: str, route: str, request_sha256: str) -> StoredAnswer | None:
        """The answer given before, if any: a look that spares the work.

        Raises:
            Conflict: As :meth:`claim`.
        """
        return self._answer(self._row(key), route, request_sha256)

    def store(self, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """The answer of a claimed key.

        Raises:
            Conflict: ``conflict`` when the key was not claimed or has its answer.
        """
        statement = update(IdempotencyRow).where(
            col(IdempotencyRow.organisation_id) == self._organisation(),
            col(IdempotencyRow.key) == key,
            col(IdempotencyRow.status).is_(None),
        )
        self._change_or_conflict(
            statement.values(status=status, headers=dict(headers), body=body), "idempotency"
        )

    def prune(self, before: datetime) -> None:
        """Forgets keys from before that time (at least a day ago)."""
        self._session.execute(delete(IdempotencyRow).where(col(IdempotencyRow.at) < before))

    def _organisation(self) -> str:
        organisation_id = self._scope.organisation_id or self._scope.acting_for
        if not organisation_id:  # the service itself, which sends no keys
            raise StorageError("scope-violated")
        return organisation_id

    def _row(self, key: str) -> IdempotencyRow | None:
        return self._first(
            select(IdempotencyRow).where(
                col(IdempotencyRow.organisation_id) == self._organisation(),
                col(IdempotencyRow.key) == key,
            )
        )

    def _answer(
        self, row: IdempotencyRow | None, route: str, request_sha256: str
    ) -> StoredAnswer | None:
        if row is None:
            return None
        if (row.route, row.request_sha256) != (route, request_sha256):
            raise Conflict("idempotency-key-reused")
        if row.status is None or row.body is None:
            raise Conflict("idempotency-key-in-flight")
        return StoredAnswer(status=row.status, headers=dict(row.headers or {}), body=row.body)
