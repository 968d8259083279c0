"""The questions that the search index is asked, in the words of each database.

Rules:

* A question names its release as a word of the index, so that it reads no other release.
* Which datasets answer, and in which order, is the same on both databases.
* A word that more than ``MOST_HITS`` datasets carry tells a matcher nothing; it is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    case,
    column,
    false,
    func,
    or_,
    select,
    table,
    text,
)

from lca_db.inventory.asking import Asked
from lca_db.inventory.tables import ReleaseDatasetRow
from lca_db.inventory.trade_codes import HEADING_DIGITS, SUBHEADING_DIGITS, beginning

MOST_HITS = 300
_DATASETS: FromClause = ReleaseDatasetRow.__table__  # type: ignore[attr-defined]
_SORTED_BY = ("dataset_id", "name_keys", "standing", "word_count")
_INDEX_SQLITE = table("dataset_search", *(column(name) for name in _SORTED_BY))
_HOLDS_SQLITE = "dataset_search MATCH :question"
_HOLDS_POSTGRESQL = (
    "array_to_tsvector(string_to_array(words || ' ' || release_id, ' ')) @@ (:question)::tsquery"
)
_FOUND_SQLITE = f"SELECT dataset_id FROM dataset_search WHERE {_HOLDS_SQLITE}"  # noqa: S608
_FOUND_POSTGRESQL = f"SELECT dataset_id FROM release_dataset WHERE {_HOLDS_POSTGRESQL}"  # noqa: S608


def holding(dialect: str, release_id: str, asked: Asked) -> Select[tuple[str]]:
    """The ids of all datasets that carry, in one of the ways, words beginning with every term."""
    is_sqlite = dialect == "sqlite"
    every, any_of = (" AND ", " OR ") if is_sqlite else (" & ", " | ")
    ways = (every.join(_begun(is_sqlite, term, any_of) for term in way) for way in asked.ways)
    question = any_of.join(f"({way})" for way in ways)
    holds = text(_HOLDS_SQLITE if is_sqlite else _HOLDS_POSTGRESQL).bindparams(
        question=_within(is_sqlite, release_id, [f"({question})"])
    )
    return select(_index(is_sqlite).c.dataset_id).where(holds)


def best_first(dialect: str, asked: Asked) -> tuple[ColumnElement[Any], ...]:
    """What :func:`holding` is sorted by; the last of it is the id, so that none are equal."""
    return _likeness(_index(dialect == "sqlite"), dialect, asked)


def place_of(dialect: str, release_id: str, dataset_id: str, asked: Asked) -> Select[Any]:
    """What a dataset is sorted by, read where it lies by its id."""
    columns = _DATASETS.c
    return select(*_likeness(_DATASETS, dialect, asked)).where(
        columns.release_id == release_id, columns.dataset_id == dataset_id
    )


def _index(is_sqlite: bool) -> FromClause:
    return _INDEX_SQLITE if is_sqlite else _DATASETS


def _likeness(source: FromClause, dialect: str, asked: Asked) -> tuple[ColumnElement[Any], ...]:
    columns, name = source.c, asked.name
    position = func.instr if dialect == "sqlite" else func.strpos

    def called(*pieces: str) -> ColumnElement[bool]:
        return or_(*(position(columns.name_keys, piece) > 0 for piece in pieces))

    likeness = case(
        (columns.dataset_id == asked.exact, 0),
        (called(f"/ {name} /"), 1),
        *((called(f"/ {trade_name} /"), 2) for trade_name in asked.trade_names),
        (called(f"/ {name} ", f" {name} /"), 3),
        (called(f" {name} "), 4),
        (called(f"/ {name}"), 5),
        else_=6,
    )
    return likeness, columns.standing, columns.word_count, columns.dataset_id


def of_code(code: str) -> ColumnElement[bool]:
    """That a dataset has a code which begins so, or only the heading of the subheading."""
    digits, codes = beginning(code), _DATASETS.c.code_words
    if not digits:
        return false()
    begun = codes.contains(f":{digits}", autoescape=True)
    if len(digits) != SUBHEADING_DIGITS or "-" in code:
        return begun
    return or_(begun, codes.contains(f"HS:{digits[:HEADING_DIGITS]} ", autoescape=True))


def hits_of(
    dialect: str, release_id: str, terms: Sequence[tuple[str, bool]]
) -> Select[tuple[int, str]]:
    """For each term (word, whether its beginning is enough) the ids of datasets that carry it.

    One more than ``MOST_HITS`` at most: by that a word which is too common is known.
    """
    is_sqlite = dialect == "sqlite"
    found = _FOUND_SQLITE if is_sqlite else _FOUND_POSTGRESQL
    parts, values = [], {}
    for number, (term, is_beginning) in enumerate(terms):
        name = f"question_{number}"
        one = found.replace(":question", f":{name}")
        parts.append(
            f"SELECT {number} AS term, dataset_id"  # noqa: S608  numbers and fixed words only
            f" FROM ({one} LIMIT {MOST_HITS + 1}) AS t{number}"
        )
        clause = _clause(is_sqlite, term, is_beginning=is_beginning)
        values[name] = _within(is_sqlite, release_id, [clause])
    statement = text(" UNION ALL ".join(parts)).bindparams(**values)
    return statement.columns(column("term"), column("dataset_id"))  # type: ignore[return-value]


def _begun(is_sqlite: bool, term: str, any_of: str) -> str:
    """That a word begins so; of a customs code also, that it is the heading and nothing more."""
    begun = _clause(is_sqlite, term, is_beginning=True)
    is_month = re.fullmatch(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])", term)  # 202401, before it is a code
    if is_month or not (term.isdecimal() and len(term) == SUBHEADING_DIGITS):
        return begun
    heading = _clause(is_sqlite, term[:HEADING_DIGITS], is_beginning=False)
    return f"({begun}{any_of}{heading})"


def _clause(is_sqlite: bool, term: str, *, is_beginning: bool) -> str:
    if is_sqlite:
        return f'words : "{term}"' + (" *" if is_beginning else "")
    return f"'{term}'" + (":*" if is_beginning else "")


def _within(is_sqlite: bool, release_id: str, clauses: Sequence[str]) -> str:
    if is_sqlite:
        quoted = release_id.replace('"', '""')
        return " AND ".join([*clauses, f'release_id : "{quoted}"'])
    quoted = release_id.replace("\\", "\\\\").replace("'", "''")
    return " & ".join([*clauses, f"'{quoted}'"])
