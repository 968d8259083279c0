"""Appends one entry to the public register, inside the transaction of what it tells."""

from __future__ import annotations

from api.context import Context
from labels.register.entry import EntryKind, RegisterEntry, parse_entry, register_entry
from lca_db.unit_of_work import UnitOfWork


def enter_register(
    context: Context, uow: UnitOfWork, kind: EntryKind, **members: str
) -> RegisterEntry:
    """The entry, with the next index and a time never before that of the entry above it.

    To be called last in the unit of work: the register is held until its commit.
    """

    def build(index: int) -> RegisterEntry:
        now = context.now()
        if index:
            now = max(now, parse_entry(uow.register.entry(index - 1)).at)
        return register_entry(
            origin=context.register_origin,
            index=index,
            at=now,
            kind=kind,
            issuer=context.did,
            **members,
        )

    return uow.register.append(build)
