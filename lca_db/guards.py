"""Puts the guards (``lca_db/guard_list.py``) onto a database, and compares what stands there.

Alembic's batch mode drops triggers without a word, so after every migration all of them are made
again. :func:`faults` names each guard that is missing, changed, switched off or nobody's; the
service does not start with one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from lca_db.guard_list import GUARDS, Guard

_PREFIX = "guard_"


def create_guards(connection: Connection, guards: Sequence[Guard] = GUARDS) -> None:
    """Makes guards, by default all of them; none of them may be there."""
    for guard in _of_dialect(guards, connection):
        for statement in _statements(guard, connection.dialect.name):
            connection.exec_driver_sql(statement)


def drop_guards(connection: Connection) -> None:
    """Takes all guards away, also those of an older list: only for a migration."""
    for name, table in _standing(connection):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}()")


def faults(connection: Connection) -> tuple[str, ...]:
    """Guards that are not as they must be, by name; empty when all is well."""
    dialect = connection.dialect.name
    expected = {
        _PREFIX + guard.name: _definition(guard, dialect)
        for guard in _of_dialect(GUARDS, connection)
    }
    found = (
        _sqlite_triggers(connection) if dialect == "sqlite" else _postgresql_triggers(connection)
    )
    names = expected.keys() | found.keys()
    return tuple(sorted(name for name in names if expected.get(name) != found.get(name)))


def _of_dialect(guards: Sequence[Guard], connection: Connection) -> tuple[Guard, ...]:
    """SQLite has no TRUNCATE."""
    is_sqlite = connection.dialect.name == "sqlite"
    return tuple(guard for guard in guards if not (is_sqlite and guard.event == "TRUNCATE"))


def _statements(guard: Guard, dialect: str) -> tuple[str, ...]:
    if dialect == "sqlite":
        return (_sqlite_trigger(guard),)
    name = _PREFIX + guard.name
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $body${_postgresql_body(guard)}$body$"
    )
    return function, _postgresql_trigger(guard)


def _definition(guard: Guard, dialect: str) -> str:
    """What the database must answer when it is asked for the guard."""
    if dialect == "sqlite":
        return _sqlite_trigger(guard)
    return f"{_postgresql_trigger(guard)}; {_postgresql_body(guard)}; O"


def _sqlite_trigger(guard: Guard) -> str:
    condition = guard.condition.replace("IS DISTINCT FROM", "IS NOT")
    when = f" WHEN {condition}" if condition else ""
    return (
        f"CREATE TRIGGER {_PREFIX}{guard.name} BEFORE {guard.event} ON {guard.table}{when}"
        f" BEGIN SELECT RAISE(ABORT, 'guard: {guard.name}'); END"
    )


def _postgresql_trigger(guard: Guard) -> str:
    each = "STATEMENT" if guard.event == "TRUNCATE" else "ROW"
    return (
        f"CREATE TRIGGER {_PREFIX}{guard.name} BEFORE {guard.event} ON public.{guard.table}"
        f" FOR EACH {each} EXECUTE FUNCTION {_PREFIX}{guard.name}()"
    )


def _postgresql_body(guard: Guard) -> str:
    row = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD", "TRUNCATE": "NULL"}[guard.event]
    return (
        f" BEGIN IF {guard.condition or 'true'} THEN RAISE EXCEPTION 'guard: {guard.name}'"
        f" USING ERRCODE = 'restrict_violation'; END IF; RETURN {row}; END "
    )


def _standing(connection: Connection) -> list[tuple[str, str]]:
    """(trigger, table) of every guard on the database."""
    if connection.dialect.name == "sqlite":
        statement = (
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            " AND substr(name, 1, 6) = 'guard_' ORDER BY name"
        )
    else:
        statement = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND left(t.tgname, 6) = 'guard_' ORDER BY 1"
        )
    return [(name, table) for name, table in connection.execute(text(statement))]


def _sqlite_triggers(connection: Connection) -> dict[str, str]:
    statement = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        " AND substr(name, 1, 6) = 'guard_'"
    )
    rows = connection.execute(text(statement))
    return {str(row.name): str(row.sql) for row in rows}


def _postgresql_triggers(connection: Connection) -> dict[str, str]:
    statement = (
        "SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc, t.tgenabled::text FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal AND left(t.tgname, 6) = 'guard_'"
    )
    return {
        name: f"{trigger}; {body}; {enabled}"
        for name, trigger, body, enabled in connection.execute(text(statement))
    }
