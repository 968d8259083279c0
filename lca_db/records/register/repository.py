"""The public register: entries without gaps, checkpoints, status lists and their slots.

Everything here is public, so the scope does not limit it. The register is held from
:meth:`RegisterRepository.append` to the commit, which makes the order of entries that of commits.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, or_, select
from sqlmodel import col

from labels.label_status import LabelState
from labels.recognition import RecognitionState
from labels.register.entry import RegisterEntry
from lca_db.errors import StorageError
from lca_db.records.certification.tables import LabelRow
from lca_db.records.numbers.counters import next_value
from lca_db.records.recognition.tables import RecognitionRow
from lca_db.records.register.tables import (
    CheckpointRow,
    RegisterEntryRow,
    StatusListRow,
    StatusSlotRow,
)
from lca_db.records.register.values import StatusStanding, StoredCheckpoint, StoredStatusList
from lca_db.repository import Repository

SLOTS = 65_536  # two neighbouring bits of a list of 131,072 carry one credential
_DRAWS = 64
_REGISTER = "register"
_REVOKED_LABEL = (LabelState.WITHDRAWN, LabelState.SURRENDERED, LabelState.SUPERSEDED)


class RegisterRepository(Repository):
    """Reads and appends to the register."""

    def append(self, build: Callable[[int], RegisterEntry]) -> RegisterEntry:
        """Appends the entry that ``build`` makes for the next index; append last, it holds others.

        Raises:
            StorageError: ``register-index-wrong`` when the entry is for another index.
        """
        index = next_value(self._session, _REGISTER) - 1
        entry = build(index)
        if entry.index != index:
            raise StorageError("register-index-wrong", index=str(index))
        self._insert(
            RegisterEntryRow(
                idx=index,
                at=entry.at,
                kind=entry.kind.value,
                label_url=entry.members.get("labelUrl"),
                body=entry.to_bytes(),
                leaf_sha256=entry.leaf.hex(),
            )
        )
        return entry

    def size(self) -> int:
        """How many entries there are."""
        statement = select(func.max(RegisterEntryRow.idx))
        newest = self._session.execute(statement).scalar_one()
        return 0 if newest is None else int(newest) + 1

    def entry(self, index: int) -> bytes:
        """The bytes of one entry, or :class:`NotFound`."""
        statement = select(RegisterEntryRow).where(col(RegisterEntryRow.idx) == index)
        return self._one(statement, "register-entry").body

    def list_entries(self, start: int = 0, end: int | None = None) -> tuple[bytes, ...]:
        """The bytes of the entries from ``start`` up to, not including, ``end``."""
        statement = select(RegisterEntryRow).where(col(RegisterEntryRow.idx) >= start)
        if end is not None:
            statement = statement.where(col(RegisterEntryRow.idx) < end)
        rows = self._all(statement.order_by(col(RegisterEntryRow.idx)))
        return tuple(row.body for row in rows)

    def list_leaves(self) -> tuple[bytes, ...]:
        """All leaf hashes in order; a checkpoint is made from the bytes, not from these."""
        statement = select(col(RegisterEntryRow.leaf_sha256)).order_by(col(RegisterEntryRow.idx))
        return tuple(bytes.fromhex(leaf) for leaf in self._session.execute(statement).scalars())

    def entries_of_label(self, label_url: str) -> tuple[tuple[int, bytes], ...]:
        """Index and bytes of every entry about one label, oldest first."""
        rows = self._all(
            select(RegisterEntryRow)
            .where(col(RegisterEntryRow.label_url) == label_url)
            .order_by(col(RegisterEntryRow.idx))
        )
        return tuple((row.idx, row.body) for row in rows)

    def add_checkpoint(self, checkpoint: StoredCheckpoint) -> None:
        """A signed checkpoint; the same size again is already there."""
        self._insert_if_new(
            CheckpointRow,
            size=checkpoint.size,
            root_sha256=checkpoint.root_sha256,
            note=checkpoint.note,
            signed_at=checkpoint.signed_at,
        )

    def latest_checkpoint(self) -> StoredCheckpoint | None:
        """The checkpoint of the largest size."""
        row = self._first(select(CheckpointRow).order_by(col(CheckpointRow.size).desc()))
        return None if row is None else _checkpoint(row)

    def checkpoint(self, size: int) -> StoredCheckpoint:
        """The checkpoint of one size, or :class:`NotFound`."""
        statement = select(CheckpointRow).where(col(CheckpointRow.size) == size)
        return _checkpoint(self._one(statement, "checkpoint"))

    def take_slot(
        self, list_url: str, credential_id: str, random_below: Callable[[int], int]
    ) -> int:
        """A place in a status list, drawn at random so that it tells nothing of the order.

        Args:
            list_url: The list.
            credential_id: Id of the label or recognition.
            random_below: A draw from 0 up to, not including, its argument.

        Raises:
            Conflict: ``conflict`` when the credential has a place already.
            StorageError: ``status-list-full``.
        """
        for _ in range(_DRAWS):
            slot = random_below(SLOTS)
            values = {"list_url": list_url, "slot": slot, "credential_id": credential_id}
            if self._insert_if_new(StatusSlotRow, ("list_url", "slot"), **values):
                return slot
        taken = select(col(StatusSlotRow.slot)).where(col(StatusSlotRow.list_url) == list_url)
        free = sorted(set(range(SLOTS)) - set(self._session.execute(taken).scalars()))
        if not free:
            raise StorageError("status-list-full", url=list_url)
        slot = free[random_below(len(free))]
        self._insert(StatusSlotRow(list_url=list_url, slot=slot, credential_id=credential_id))
        return slot

    def next_list_sequence(self, list_url: str) -> int:
        """The number of the next list of an address.

        Ask for it before :meth:`status_standing`: the counter is held until the commit, so a list
        with a higher number never shows an older standing.
        """
        return next_value(self._session, f"status-list:{list_url}")

    def status_standing(self, list_url: str) -> StatusStanding:
        """Which slots of a list are revoked and which suspended now."""
        statement = (
            select(col(StatusSlotRow.slot), col(LabelRow.state), col(RecognitionRow.state))
            .outerjoin(LabelRow, col(LabelRow.id) == col(StatusSlotRow.credential_id))
            .outerjoin(RecognitionRow, col(RecognitionRow.id) == col(StatusSlotRow.credential_id))
            .where(
                col(StatusSlotRow.list_url) == list_url,
                or_(
                    col(LabelRow.state).in_(
                        [*(s.value for s in _REVOKED_LABEL), LabelState.SUSPENDED.value]
                    ),
                    col(RecognitionRow.state) != RecognitionState.RECOGNISED.value,
                ),
            )
            .order_by(col(StatusSlotRow.slot))
        )
        suspended: list[int] = []
        revoked: list[int] = []
        for slot, label_state, recognition_state in self._session.execute(statement):
            is_suspended = "suspended" in (label_state, recognition_state)
            (suspended if is_suspended else revoked).append(slot)
        return StatusStanding(revoked=tuple(revoked), suspended=tuple(suspended))

    def add_status_list(self, status_list: StoredStatusList) -> None:
        """A signed list.

        Raises:
            Conflict: ``conflict`` when a list of that number is there.
        """
        self._insert(
            StatusListRow(
                url=status_list.url,
                sequence=status_list.sequence,
                content=status_list.content,
                valid_from=status_list.valid_from,
                valid_until=status_list.valid_until,
            )
        )

    def latest_status_list(self, list_url: str) -> StoredStatusList | None:
        """The list with the highest number of an address."""
        row = self._first(
            select(StatusListRow)
            .where(col(StatusListRow.url) == list_url)
            .order_by(col(StatusListRow.sequence).desc())
        )
        if row is None:
            return None
        return StoredStatusList(
            url=row.url,
            sequence=row.sequence,
            content=row.content,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )


def _checkpoint(row: CheckpointRow) -> StoredCheckpoint:
    return StoredCheckpoint(
        size=row.size, root_sha256=row.root_sha256, note=row.note, signed_at=row.signed_at
    )
