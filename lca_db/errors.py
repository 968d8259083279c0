"""The errors of the database: a permanent code with parameters, never a sentence or any SQL.

What SQLAlchemy and the drivers raise becomes one of these in :func:`translated`, called by the
engine itself, so that a caller never sees a statement, a path or a row.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping

from sqlalchemy import exc

_SQLITE_RULE = re.compile(r"(UNIQUE|CHECK|NOT NULL|FOREIGN KEY) constraint failed(?:: (.*))?")
_GUARD = re.compile(r"guard: ([a-z_]+)")
_BUSY = frozenset({"55P03", "40P01", "40001", "57014"})  # lock timeout, deadlock, retry, time out


class StorageError(Exception):
    """The database or the file store cannot do what was asked now.

    Attributes:
        code: Permanent kebab-case identifier, documented in docs/reference/errors.md.
        place: JSON Pointer to the offending member, "" where none applies.
        parameters: Values for the sentence, already as text.
    """

    def __init__(self, code: str, place: str = "", **parameters: str) -> None:
        self.code = code
        self.place = place
        self.parameters: Mapping[str, str] = dict(parameters)
        detail = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        super().__init__(f"{code} at {place or '/'}" + (f" ({detail})" if detail else ""))


class NotFound(StorageError):
    """There is no such record in the scope; another organisation's is the same as none."""

    def __init__(self, kind: str) -> None:
        super().__init__("not-found", "", kind=kind)


class LabelUnknown(NotFound):
    """No label lies at a public address; whoever asks may hold a counterfeit."""

    def __init__(self) -> None:
        StorageError.__init__(self, "label-unknown")


class Conflict(StorageError):
    """The record has changed since it was read, exists already, or a rule of the tables refuses."""


def translated(error: exc.SQLAlchemyError) -> StorageError:
    """The error of ours a database error becomes.

    Codes: ``conflict`` (unique key taken), ``reference-missing`` (foreign key), ``rule-violated``
    (check), ``record-immutable`` (guard), ``value-not-storable``, ``storage-busy``,
    ``storage-full``, ``storage-failed``.
    """
    if isinstance(error, exc.TimeoutError):
        return StorageError("storage-busy")
    if not isinstance(error, exc.DBAPIError):
        refused = isinstance(error, exc.StatementError) and isinstance(error.orig, ValueError)
        code = "value-not-storable" if refused else "storage-failed"
        return StorageError(code, kind=type(error).__name__)
    message = str(error.orig)
    guard = _GUARD.search(message)
    if guard:
        is_fixed = guard[1].startswith(("append_only", "fixed", "kept"))
        return Conflict("record-immutable" if is_fixed else "rule-violated", rule=guard[1])
    state = getattr(error.orig, "sqlstate", None) or ""
    if isinstance(error, exc.IntegrityError):
        return _broken_rule(error, message, state)
    if isinstance(error, exc.DataError) or isinstance(error.orig, OverflowError):
        return StorageError("value-not-storable")
    if state in _BUSY or _is_sqlite_busy(error.orig):
        return StorageError("storage-busy")
    if state == "53100" or "disk is full" in message:
        return StorageError("storage-full")
    return StorageError("storage-failed", kind=type(error).__name__)


def _broken_rule(error: exc.IntegrityError, message: str, state: str) -> StorageError:
    """Unique, foreign key, check or not-null, by the words of either database."""
    found = _SQLITE_RULE.search(message)
    if found:
        kind, rule = found[1], (found[2] or "").split(".")[0]
    else:
        kinds = {"23505": "UNIQUE", "23503": "FOREIGN KEY", "23514": "CHECK", "23502": "NOT NULL"}
        kind = kinds.get(state, "")
        diagnostics = getattr(error.orig, "diag", None)
        name = "constraint_name" if kind == "CHECK" else "table_name"
        rule = str(getattr(diagnostics, name, "") or "")
    match kind:
        case "UNIQUE":
            return Conflict("conflict", kind=rule)
        case "FOREIGN KEY":
            return Conflict("reference-missing")
        case "CHECK" | "NOT NULL":
            return Conflict("rule-violated", rule=rule)
        case _:
            return Conflict("conflict", kind="")


def _is_sqlite_busy(cause: BaseException | None) -> bool:
    if not isinstance(cause, sqlite3.Error):
        return False
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT)
