"""The index behind the search for datasets: FTS5 on SQLite, GIN on PostgreSQL.

Both index the column ``release_dataset.words`` as it is (``lca_db/inventory/words.py`` has made the
words) together with the id of the release as one word more, so that a question reads the entries of
its own release only. They are no part of the table's metadata, so they are made here after every
migration. PostgreSQL keeps its index itself; the table of FTS5 is filled by the repository that
adds a release, because ``trusted_schema=OFF`` lets no trigger write to a virtual table.
"""

from __future__ import annotations

from sqlalchemy import Connection

_NAMES = ("dataset_search", "ix_release_dataset_words")

# "_" belongs to words here: it only occurs in ids, and an id is one word.
_CREATE_SQLITE = """
CREATE VIRTUAL TABLE dataset_search USING fts5(
    release_id, dataset_id UNINDEXED, name_keys UNINDEXED, standing UNINDEXED,
    word_count UNINDEXED, words,
    tokenize = "unicode61 remove_diacritics 0 tokenchars '_-'", prefix = '1 2 3 5'
);
INSERT INTO dataset_search (release_id, dataset_id, name_keys, standing, word_count, words)
    SELECT release_id, dataset_id, name_keys, standing, word_count, words FROM release_dataset
"""
_DROP_SQLITE = "DROP TABLE IF EXISTS dataset_search"
_CREATE_POSTGRESQL = """
CREATE INDEX ix_release_dataset_words ON release_dataset
    USING gin (array_to_tsvector(string_to_array(words || ' ' || release_id, ' ')))
"""
_DROP_POSTGRESQL = "DROP INDEX IF EXISTS ix_release_dataset_words"


def create_search_index(connection: Connection) -> None:
    """Makes the index from what the table holds."""
    _run(connection, _CREATE_SQLITE, _CREATE_POSTGRESQL)


def drop_search_index(connection: Connection) -> None:
    """Takes the index away: only for a migration."""
    _run(connection, _DROP_SQLITE, _DROP_POSTGRESQL)


def is_search_object(name: str | None) -> bool:
    """Whether a table or index belongs to the search and not to the metadata."""
    return name is not None and name.startswith(_NAMES)


def _run(connection: Connection, sqlite: str, postgresql: str) -> None:
    script = sqlite if connection.dialect.name == "sqlite" else postgresql
    for statement in script.split(";"):
        connection.exec_driver_sql(statement)
