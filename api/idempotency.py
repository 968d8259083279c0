"""Once and once only: the same key and body get the same answer, another body is refused.

The claim, the work and the stored answer are one transaction; two requests at once wait for each
other at the claim, and the second one replays the answer of the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from lca_db.records.jobs.values import StoredAnswer
from lca_db.unit_of_work import UnitOfWork

Value = TypeVar("Value")


class Replayed(Exception):
    """This request was answered before; the same answer goes out again."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__("replayed")
        self.answer = answer


@dataclass(frozen=True)
class Once(Generic[Value]):
    """An idempotency key with the request it belongs to.

    Attributes:
        render: The body that is answered for the value the work gives.
    """

    key: str
    route: str
    request_sha256: str
    status: int
    render: Callable[[Value], bytes]

    def claim(self, uow: UnitOfWork, at: datetime) -> None:
        """The first thing a writing unit does.

        Raises:
            Replayed: The answer is there already.
            Conflict: ``idempotency-key-reused`` or ``idempotency-key-in-flight``.
        """
        answer = uow.idempotency.claim(self.key, self.route, self.request_sha256, at)
        if answer is not None:
            raise Replayed(answer)

    def look(self, uow: UnitOfWork) -> None:
        """Spares the work where the answer is there; claims nothing.

        Raises:
            Replayed: The answer is there already.
            Conflict: ``idempotency-key-reused``.
        """
        answer = uow.idempotency.find(self.key, self.route, self.request_sha256)
        if answer is not None:
            raise Replayed(answer)

    def keep(self, uow: UnitOfWork, value: Value) -> None:
        """The last thing before the commit."""
        uow.idempotency.store(self.key, self.status, {}, self.render(value))


def claim(once: Once[Value] | None, uow: UnitOfWork, at: datetime) -> None:
    """:meth:`Once.claim` where a key was sent."""
    if once is not None:
        once.claim(uow, at)


def keep(once: Once[Value] | None, uow: UnitOfWork, value: Value) -> None:
    """:meth:`Once.keep` where a key was sent."""
    if once is not None:
        once.keep(uow, value)
