"""What every repository does: insert, change under a condition, read within the scope, page.

Rules:

* A repository never commits and never selects in order to update: a change names the state and
  version it was decided on, and touches one row or none.
* What lies outside the scope is not there: ``get_`` raises ``not-found`` as for a random id,
  ``find_`` gives None, ``list_`` leaves it out.
* Lists are pages by key, newest first: ids are ordered by time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, Update, false, insert, literal_column, true
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col

from labels.access import Scope
from lca_db.errors import Conflict, NotFound, StorageError
from lca_db.rows import Row

LONGEST_PAGE = 200
_ONE: ColumnElement[int] = literal_column("1")  # a row count is not told for every insert
AnyRow = TypeVar("AnyRow", bound=Row)
Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A stretch of a list.

    Attributes:
        next_after: What to pass as ``after`` for the next stretch; None at the end.
    """

    items: tuple[Item, ...]
    next_after: str | None = None

    def map(self, change: Callable[[Item], Other]) -> Page[Other]:
        """The same stretch with other shapes."""
        return Page(tuple(change(item) for item in self.items), self.next_after)


class Repository:
    """Base of the repositories of one unit of work."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session = session
        self._scope = scope

    @property
    def _dialect(self) -> str:
        return str(self._session.get_bind().dialect.name)

    def _insert(self, row: Row) -> None:
        """Writes the row now, so that a refusal is raised here."""
        self._session.add(row)
        self._session.flush()

    def _insert_many(self, table: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes many rows of one table at once."""
        if rows:
            self._session.execute(insert(table), list(rows))

    def _insert_if_new(
        self, table: type[Row], keys: Iterable[str] | None = None, /, **values: Any
    ) -> bool:
        """Whether the row was written; False when one with its key exists already.

        With ``keys`` only that key counts; a row that clashes in another way is refused.
        """
        make = sqlite_insert if self._dialect == "sqlite" else postgresql_insert
        elements = None if keys is None else list(keys)
        statement = make(table).values(**values).on_conflict_do_nothing(index_elements=elements)
        return self._session.execute(statement.returning(_ONE)).first() is not None

    def _upsert(
        self,
        table: type[Row],
        keys: Iterable[str],
        values: Mapping[str, Any],
        changed: Mapping[str, Any] | None = None,
        where: ColumnElement[bool] | None = None,
    ) -> bool:
        """Inserts, or changes the row with the same key where the condition holds."""
        make = sqlite_insert if self._dialect == "sqlite" else postgresql_insert
        statement = make(table).values(**values)
        keys = list(keys)
        wanted = changed or {n: statement.excluded[n] for n in values if n not in keys}
        statement = statement.on_conflict_do_update(
            index_elements=keys, set_=dict(wanted), where=where
        )
        return self._session.execute(statement.returning(_ONE)).first() is not None

    def _change(self, statement: Update) -> bool:
        """Whether a conditional update found its row.

        The statement names the row by its whole key, so it finds one row or none.
        """
        result = self._session.execute(statement.execution_options(synchronize_session=False))
        count: int = result.rowcount  # type: ignore[attr-defined]
        if count > 1:
            raise StorageError("storage-failed", kind="update of several rows")
        return count == 1

    def _change_or_conflict(self, statement: Update, kind: str) -> None:
        """One row changed, or :class:`Conflict`: somebody was faster."""
        if not self._change(statement):
            raise Conflict("conflict", kind=kind)

    def _all(self, statement: Select[AnyRow]) -> list[AnyRow]:
        result = self._session.execute(statement, execution_options={"populate_existing": True})
        return list(result.scalars())

    def _first(self, statement: Select[AnyRow]) -> AnyRow | None:
        return next(iter(self._all(statement.limit(1))), None)

    def _one(self, statement: Select[AnyRow], kind: str) -> AnyRow:
        """The one row, or :class:`NotFound`."""
        row = self._first(statement)
        if row is None:
            raise NotFound(kind=kind)
        return row

    def _page(
        self,
        statement: Select[AnyRow],
        key: Any,
        *,
        after: str | None,
        limit: int,
    ) -> Page[AnyRow]:
        """Rows from newest to oldest, below ``after``."""
        limit = max(1, min(limit, LONGEST_PAGE))
        column = col(key)
        if after is not None:
            statement = statement.where(column < after)
        rows = self._all(statement.order_by(column.desc()).limit(limit + 1))
        next_after = getattr(rows[limit - 1], key.key) if len(rows) > limit else None
        return Page(tuple(rows[:limit]), next_after)

    def _owned(self, *organisation_columns: Any) -> ColumnElement[bool]:
        """The condition that one of the columns names the organisation of the scope."""
        owner = self._scope.organisation_id
        if owner is None:
            return true()
        condition: ColumnElement[bool] = false()
        for column in organisation_columns:
            condition = condition | (col(column) == owner)
        return condition

    def _of_mode(self, column: Any) -> ColumnElement[bool]:
        """The condition that the row is a test object exactly when the scope is test."""
        return col(column) == self._scope.is_test

    def _admit(self, *organisation_ids: str, is_test: bool | None = None) -> None:
        """Refuses to write what lies outside the scope.

        Raises:
            StorageError: ``scope-violated``.
        """
        wrong_mode = is_test is not None and is_test is not self._scope.is_test
        if wrong_mode or not self._scope.admits(*organisation_ids):
            raise StorageError("scope-violated")
