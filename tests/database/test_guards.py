"""The guards: every one stands on both databases and holds against plain SQL."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, Engine, LargeBinary, text

from lca_db.engine import ACCESS
from lca_db.errors import StorageError
from lca_db.guard_list import (
    APPEND_ONLY,
    FIXED_COLUMNS,
    GUARDS,
    KEPT,
    RULES,
    SET_ONCE_COLUMNS,
    Guard,
)
from lca_db.guards import create_guards, drop_guards, faults
from lca_db.rows import METADATA
from tests.database.full_world import fill, prepare
from tests.database.world import found

# Plain SQL against each rule that is not about whole tables or single columns.
ATTACKS = {
    "account_roles": "INSERT INTO account SELECT 'acc_x', person_id, organisation_id, email,"
    " email_skeleton || 'x', password_hash, '[\"certifier\"]', is_test, created_at, disabled_at"
    " FROM account WHERE id = 'acc_per_preparer'",
    "account_roles_changed": 'UPDATE account SET roles = \'["manufacturer","verifier"]\''
    " WHERE id = 'acc_per_preparer'",
    "account_last_administrator": "UPDATE account SET disabled_at = created_at"
    " WHERE id = 'acc_administrator'",
    "body_kind": "INSERT INTO body SELECT 'org_maker', kind, accreditation, contact, categories,"
    " scope_from, scope_until, is_suspended, affiliates FROM body WHERE kind = 'verification-body'",
    "case_begins": "INSERT INTO certification_case SELECT 'cse_x', study_id, applicant_id,"
    " verification_body_id, certification_body_id, 'other', state, version, bom_sha256,"
    " result_sha256, preparer_id, verifier_id, reviewer_id, decision_maker_id, is_test,"
    " submitted_at, updated_at, body FROM certification_case",
    "case_moves": "UPDATE certification_case SET state = 'in-verification', version = version + 1",
    "claim_elsewhere": "INSERT INTO instrument_claim SELECT number + 1, case_id, 'stu_other',"
    " organisation_id, registry_code, prefix, last_number, last_number + 1, is_test, claimed_at"
    " FROM instrument_claim",
    "label_begins": "INSERT INTO label SELECT 'lbl_x', case_id, study_id, holder_id,"
    " verification_body_id, certification_body_id, 'TB-2026-000002', version, 'OTHER', gtin, state,"
    " state_version, changed_at, reason, issued_on, valid_until, is_test, facts, signing_bytes,"
    " NULL, NULL, NULL FROM label",
    "label_moves": "UPDATE label SET state = 'prepared', state_version = state_version + 1",
    "register_gapless": "INSERT INTO register_entry SELECT idx + 2, at, kind, label_url, body,"
    " leaf_sha256 FROM register_entry",
    "review_gapless": "INSERT INTO dataset_review_event SELECT dataset_id, content_sha256, is_test,"
    " number + 2, at, 'attempt-refused', from_status, to_status, person_id, organisation_id, body"
    " FROM dataset_review_event",
    "review_by_two": "INSERT INTO dataset_review_event SELECT dataset_id, content_sha256, is_test,"
    " number + 1, at, 'confirm', from_status, to_status, person_id, organisation_id, body"
    " FROM dataset_review_event",
    "review_one_proposal": "INSERT INTO dataset_review_event SELECT dataset_id, content_sha256,"
    " is_test, number + 1, at, move, from_status, to_status, 'per_verifier', organisation_id, body"
    " FROM dataset_review_event",
    "counter_grows": "UPDATE counter SET value = value + 2",
    "sighting_grows": "UPDATE status_sighting SET sequence = sequence - 1",
    "page_newer": "UPDATE label_page SET state_version = state_version - 1",
    "recognition_moves": "UPDATE recognition SET state = 'revoked', cause = 'none'",
    "job_over": "UPDATE job SET attempt = attempt - 1",
    "portfolio_run_moves": "UPDATE portfolio_run SET chunks_done = chunks_done + 2",
    "posting_period": "INSERT INTO posting SELECT 'pst_x', organisation_id, book, debit, credit,"
    " amount_mg, period_from, period_to, label_full_number, product_id, formula, evidence_sha256,"
    " reverses, posted_by, posted_at, is_test FROM posting",
    "posting_reversal": "INSERT INTO posting SELECT 'pst_x', organisation_id, book, debit, credit,"
    " amount_mg, period_from, period_to, label_full_number, product_id, formula, evidence_sha256,"
    " id, posted_by, posted_at, is_test FROM posting",
    "volume_product": "INSERT INTO declared_volume SELECT 'vol_x', organisation_id, label_id,"
    " 'pst_other', amount, unit, period_from, period_to, evidence_sha256, declared_by, declared_at,"
    " is_test FROM declared_volume",
}


def on(engine: Engine) -> list[Guard]:
    return [g for g in GUARDS if g.event != "TRUNCATE" or engine.dialect.name == "postgresql"]


def changed(table: str, column: str) -> str:
    """SQL that changes one column of a table to something else."""
    kind = METADATA.tables[table].c[column].type
    if type(kind).__name__ in ("Count", "Milligrams"):
        return f"{column} = {column} + 1"
    if type(kind).__name__ == "Flag":
        return f"{column} = 1 - {column}"
    if type(kind).__name__ == "UtcDateTime":
        return f"{column} = '2030-01-01T00:00:00.000000Z'"
    if isinstance(getattr(kind, "impl", None), LargeBinary):
        return f"{column} = CAST('other' AS {{blob}})"
    return f"{column} = coalesce({column}, '') || 'x'"


def attacks_on(guard: Guard) -> list[str]:
    """Statements the guard must refuse, each by itself."""
    if guard.name in ATTACKS:
        return [ATTACKS[guard.name]]
    if guard.name.startswith("fixed_once_"):
        return [
            f"UPDATE {guard.table} SET {changed(guard.table, column)}"
            for column in SET_ONCE_COLUMNS[guard.table]
        ]
    if guard.name.startswith("fixed_"):
        return [
            f"UPDATE {guard.table} SET {changed(guard.table, column)}"
            for column in FIXED_COLUMNS[guard.table]
        ]
    if guard.event == "UPDATE":
        column = next(iter(METADATA.tables[guard.table].c)).name
        return [f"UPDATE {guard.table} SET {column} = {column}"]
    if guard.event == "DELETE":
        return [f"DELETE FROM {guard.table}"]
    return [f"TRUNCATE {guard.table} CASCADE"]


def attempt(connection: Connection, statement: str) -> str:
    """What the database says to a statement; "" when it does as told. Nothing remains."""
    blob = "BLOB" if connection.dialect.name == "sqlite" else "BYTEA"
    with connection.begin_nested() as savepoint:
        try:
            connection.execute(text(statement.replace("{blob}", blob)))
        except StorageError as error:
            savepoint.rollback()
            return error.parameters.get("rule", error.code)
        savepoint.rollback()
    return ""


def writing(engine: Engine) -> Connection:
    return engine.connect().execution_options(**{ACCESS: "write"})


# What must have happened before a set-once column can be set a second time.
REVOKE = (
    "UPDATE api_key SET revoked_at = created_at",
    "UPDATE consent SET revoked_at = given_at",
    "UPDATE invitation SET used_at = created_at",
    "UPDATE recognition SET credential = signing_bytes",
    "UPDATE session SET revoked_at = created_at",
)


def test_every_guard_refuses_its_attack_alone(database: Engine) -> None:
    fill(database)
    held: list[str] = []
    with writing(database) as connection, connection.begin():
        for statement in REVOKE:
            connection.execute(text(statement))
        drop_guards(connection)
        for guard in on(database):
            with connection.begin_nested() as alone:
                create_guards(connection, (guard,))
                for statement in attacks_on(guard):
                    answer = attempt(connection, statement)
                    assert answer == guard.name, (guard.name, statement, answer)
                    held.append(guard.name)
                alone.rollback()
        connection.rollback()
    assert set(held) == {guard.name for guard in on(database)}


def test_without_guards_the_same_statements_are_done(database: Engine) -> None:
    """The attacks are real: what they meet is the guard and nothing else."""
    fill(database)
    with writing(database) as connection, connection.begin():
        drop_guards(connection)
        for table in (*APPEND_ONLY, *KEPT):
            column = next(iter(METADATA.tables[table].c)).name
            assert attempt(connection, f"UPDATE {table} SET {column} = {column}") == ""
        for rule in ("counter_grows", "sighting_grows", "page_newer", "register_gapless"):
            assert attempt(connection, ATTACKS[rule]) == "", rule
        connection.rollback()


def test_the_full_world_has_a_row_in_every_table(database: Engine) -> None:
    fill(database)
    with database.connect() as connection:
        for table in METADATA.tables:
            count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert count > 0, table


def test_the_list_in_the_database_is_the_list_in_the_code(database: Engine) -> None:
    with database.connect() as connection:
        assert faults(connection) == ()
        if database.dialect.name == "sqlite":
            statement = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        else:
            statement = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        names = set(connection.execute(text(statement)).scalars())
    assert names == {f"guard_{guard.name}" for guard in on(database)}


def test_every_guard_has_a_name_of_its_own_and_a_table() -> None:
    names = [guard.name for guard in GUARDS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]{1,56}", name) for name in names)
    assert {guard.table for guard in GUARDS} <= set(METADATA.tables)
    assert set(ATTACKS) == {rule.name for rule in RULES}


def test_insert_or_replace_does_not_pass_a_guard(sqlite_database: Engine) -> None:
    """SQLite deletes the old row of a REPLACE without its triggers, unless told otherwise."""
    fill(sqlite_database)
    with writing(sqlite_database) as connection, connection.begin():
        answer = attempt(connection, "INSERT OR REPLACE INTO bom SELECT * FROM bom")
    assert answer == "append_only_bom_delete"


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("verifier_id", "preparer_id"),
        ("reviewer_id", "preparer_id"),
        ("decision_maker_id", "preparer_id"),
        ("reviewer_id", "verifier_id"),
        ("decision_maker_id", "verifier_id"),
        ("decision_maker_id", "reviewer_id"),
    ],
)
def test_threat_07_sql_cannot_give_one_person_two_parts(
    database: Engine, column: str, other: str
) -> None:
    found(database)
    prepare(database)
    with writing(database) as connection, connection.begin():
        drop_guards(connection)  # the CHECK stands by itself
        answer = attempt(connection, f"UPDATE certification_case SET {column} = {other}")
        connection.rollback()
    assert "persons_apart" in answer


@pytest.mark.parametrize("column", ["verifier_id", "reviewer_id", "decision_maker_id"])
def test_threat_07_sql_cannot_grant_a_case_with_a_person_missing(
    database: Engine, column: str
) -> None:
    found(database)
    prepare(database)
    with writing(database) as connection, connection.begin():
        drop_guards(connection)
        answer = attempt(connection, f"UPDATE certification_case SET {column} = NULL")
        connection.rollback()
    assert "persons_complete" in answer


def test_threat_08_sql_cannot_change_a_submitted_bill(database: Engine) -> None:
    fill(database)
    with writing(database) as connection, connection.begin():
        for statement in (
            "UPDATE bom SET content = CAST('other' AS {blob})",
            "UPDATE study SET bom_sha256 = bom_sha256",
            "UPDATE certification_case SET bom_sha256 = 'x', version = version + 1",
        ):
            answer = attempt(connection, statement)
            assert answer.startswith(("append_only", "fixed", "case_moves")), (statement, answer)


def test_threat_36_sql_cannot_rewrite_the_register(database: Engine) -> None:
    fill(database)
    with writing(database) as connection, connection.begin():
        for statement in (
            "UPDATE register_entry SET kind = 'label-expired'",
            "DELETE FROM register_entry",
            "UPDATE checkpoint SET size = 0",
        ):
            assert attempt(connection, statement).startswith("append_only"), statement
