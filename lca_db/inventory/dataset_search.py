"""The questions that the search index is asked, in the words of each database.

Rules:

* A question names its release as a word of the index, so that it reads no other release.
* Which datasets answer, and in which order, is the same on both databases.
* A word that more than ``MOST_HITS`` datasets carry tells a matcher nothing; it is not followed.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, column, text
from sqlalchemy.sql.elements import TextClause

MOST_HITS = 300
_FOUND_SQLITE = (
    "SELECT dataset_id, word_count FROM dataset_search WHERE dataset_search MATCH :question"
)
_FOUND_POSTGRESQL = (
    "SELECT dataset_id, word_count FROM release_dataset"
    " WHERE array_to_tsvector(string_to_array(words || ' ' || release_id, ' '))"
    " @@ (:question)::tsquery"
)
_BEST = " ORDER BY (dataset_id = :exact) DESC, word_count, dataset_id LIMIT :most"


def best_ids(
    dialect: str, release_id: str, terms: Sequence[str], exact: str, most: int
) -> TextClause:
    """The ids of the datasets that carry words beginning with every term, the shortest first."""
    is_sqlite = dialect == "sqlite"
    clauses = [_clause(is_sqlite, term, is_beginning=True) for term in terms]
    question = _within(is_sqlite, release_id, clauses)
    statement = (_FOUND_SQLITE if is_sqlite else _FOUND_POSTGRESQL) + _BEST
    return text(statement).bindparams(question=question, exact=exact, most=most)


def holding(dialect: str, release_id: str, terms: Sequence[str]) -> Select[tuple[str]]:
    """The ids of all datasets that carry words beginning with every term."""
    is_sqlite = dialect == "sqlite"
    clauses = [_clause(is_sqlite, term, is_beginning=True) for term in terms]
    found = (_FOUND_SQLITE if is_sqlite else _FOUND_POSTGRESQL).replace(", word_count", "")
    statement = text(found).bindparams(question=_within(is_sqlite, release_id, clauses))
    return statement.columns(column("dataset_id"))  # type: ignore[return-value]


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
        one = found.replace(", word_count", "").replace(":question", f":{name}")
        parts.append(
            f"SELECT {number} AS term, dataset_id"  # noqa: S608  numbers and fixed words only
            f" FROM ({one} LIMIT {MOST_HITS + 1}) AS t{number}"
        )
        clause = _clause(is_sqlite, term, is_beginning=is_beginning)
        values[name] = _within(is_sqlite, release_id, [clause])
    statement = text(" UNION ALL ".join(parts)).bindparams(**values)
    return statement.columns(column("term"), column("dataset_id"))  # type: ignore[return-value]


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
