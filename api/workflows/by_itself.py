"""Keeps the fault of one record from the others of a round: it is logged and the next is tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

_LOG = structlog.get_logger("tanbiao.sweeps")


@contextmanager
def by_itself(work: str, record_id: str) -> Iterator[None]:
    """Whatever fails in the block ends the block and nothing else.

    Args:
        work: What was tried, for the log.
        record_id: On which record.
    """
    try:
        yield
    except Exception:  # noqa: BLE001  one broken record must not stop those behind it
        _LOG.warning("record left for the next round", work=work, record=record_id, exc_info=True)
