"""The reviews of datasets: their steps in order, of one dataset or of all.

A dataset belongs to nobody, so the scope limits reviews by mode only: reviews of test accounts
never meet those of live ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import func, select
from sqlmodel import col

from labels.dataset_review import ReviewEvent, ReviewMove
from lca_db.records.content import text_of, value_of
from lca_db.records.dataset_reviews.tables import DatasetReviewEventRow as _Row
from lca_db.repository import Repository

Content = tuple[str, str]


class DatasetReviewRepository(Repository):
    """Reads and adds the steps of reviews."""

    def add(self, event: ReviewEvent) -> None:
        """A step under the next number of its content.

        Raises:
            Conflict: ``conflict`` when somebody was faster, ``rule-violated`` when the guards
                refuse it: the proposer's own confirmation, a second open proposal.
            StorageError: ``scope-violated``.
        """
        self._admit(event.organisation_id, is_test=event.is_test)
        newest = select(func.max(_Row.number)).where(
            col(_Row.dataset_id) == event.dataset_id,
            col(_Row.content_sha256) == event.content_sha256,
            self._of_mode(_Row.is_test),
        )
        self._insert(
            _Row(
                dataset_id=event.dataset_id,
                content_sha256=event.content_sha256,
                is_test=event.is_test,
                number=int(self._session.execute(newest).scalar_one() or 0) + 1,
                at=event.at,
                move=event.move.value,
                from_status=event.from_status.value,
                to_status=event.to_status.value,
                person_id=event.person_id,
                organisation_id=event.organisation_id,
                body=text_of(event).encode(),
            )
        )

    def list_events(self, dataset_id: str) -> tuple[ReviewEvent, ...]:
        """Every step about a dataset, of its earlier contents as well, oldest first."""
        rows = self._all(
            select(_Row)
            .where(col(_Row.dataset_id) == dataset_id, self._of_mode(_Row.is_test))
            .order_by(col(_Row.at), col(_Row.content_sha256), col(_Row.number))
        )
        return tuple(_event(row) for row in rows)

    def list_by_content(self) -> dict[Content, tuple[ReviewEvent, ...]]:
        """The steps that counted, by dataset and content, oldest first."""
        rows = self._all(
            select(_Row)
            .where(self._of_mode(_Row.is_test), col(_Row.move) != ReviewMove.ATTEMPT_REFUSED.value)
            .order_by(col(_Row.dataset_id), col(_Row.content_sha256), col(_Row.number))
        )
        return _grouped(_event(row) for row in rows)


def _grouped(events: Iterable[ReviewEvent]) -> dict[Content, tuple[ReviewEvent, ...]]:
    groups = groupby(events, lambda event: (event.dataset_id, event.content_sha256))
    return {content: tuple(steps) for content, steps in groups}


def _event(row: _Row) -> ReviewEvent:
    return value_of(ReviewEvent, row.body.decode())
