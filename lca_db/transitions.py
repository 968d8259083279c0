"""Writes the legal moves of cases and labels into their tables, from the state machines in labels.

An event refers to its row there, and the guards look it up, so that the database refuses any move
the state machines do not know. Written again after every migration; a move that events refer to
cannot be taken back.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, and_, delete, insert, select

from labels.access import Role
from labels.case import CaseState
from labels.case_steps import STEPS, TRANSITIONS
from labels.label_status import LABEL_TRANSITIONS
from lca_db.rows import METADATA

Move = tuple[str, ...]


def case_moves() -> frozenset[Move]:
    """(from, kind, to, role): the steps, those open to the service itself, and refused attempts."""
    moves: set[Move] = {
        (t.from_state.value, t.kind, t.to_state.value, t.role.value) for t in TRANSITIONS
    }
    for step in STEPS.values():
        if step.is_open_to_service:
            moves |= {
                (from_state.value, step.kind, to_state.value, "")
                for from_state, to_states in step.moves.items()
                for to_state in to_states
            }
    for state in CaseState:
        for role in ("", *(role.value for role in Role)):
            moves.add((state.value, "attempt-refused", state.value, role))
    return frozenset(moves)


def label_moves() -> frozenset[Move]:
    """(from, move, to)."""
    return frozenset(
        (t.from_state.value, t.move.value, t.to_state.value) for t in LABEL_TRANSITIONS
    )


def write_transitions(connection: Connection) -> None:
    """Makes the tables of transitions equal to the state machines."""
    _write(connection, METADATA.tables["case_transition"], case_moves())
    _write(connection, METADATA.tables["label_transition"], label_moves())


def _write(connection: Connection, table: Table, wanted: frozenset[Move]) -> None:
    names = [column.name for column in table.columns]
    found = {tuple(row) for row in connection.execute(select(table))}
    for move in sorted(found - wanted):
        row = and_(*(table.c[name] == part for name, part in zip(names, move, strict=True)))
        connection.execute(delete(table).where(row))
    new = [dict(zip(names, move, strict=True)) for move in sorted(wanted - found)]
    if new:
        connection.execute(insert(table), new)
