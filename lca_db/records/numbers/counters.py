"""Numbers without gaps: a counter is held until the commit; a rollback gives the number back."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col

from lca_db.records.numbers.tables import CounterRow


def next_value(session: Session, name: str) -> int:
    """The next value of a counter, from 1; others who ask wait until this transaction ends."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    make = sqlite_insert if is_sqlite else postgresql_insert
    statement = (
        make(CounterRow)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": col(CounterRow.value) + 1})
        .returning(col(CounterRow.value))
    )
    return int(session.execute(statement).scalar_one())
