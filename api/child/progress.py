"""How far the child is, told to its parent through a pipe of its own while it works.

Standard output is the answer and standard error what went wrong, so neither tells of progress. One
line is ``DONE TOTAL``, a total of 0 for one that nobody knows yet.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Told = Callable[[int, int], None]
SECONDS_BETWEEN = 0.5


def nothing_told(_done: int, _total: int) -> None:
    """For who asked for no progress."""


@contextmanager
def listening(told: Told | None) -> Iterator[tuple[int, ...]]:
    """The end of a pipe for the child, none where nobody listens; what comes is passed on."""
    if told is None:
        yield ()
        return
    read_end, write_end = os.pipe()
    thread = threading.Thread(target=_pass_on, args=(read_end, told), daemon=True)
    thread.start()
    try:
        yield (write_end,)
    finally:
        os.close(write_end)
        thread.join()


def telling(descriptor: int | None) -> Told:
    """Writes a line into the pipe of that descriptor, now and then."""
    if descriptor is None:
        return nothing_told
    last = -SECONDS_BETWEEN

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if total or now - last >= SECONDS_BETWEEN:
            last = now
            with suppress(BrokenPipeError):  # nobody listens any more: the work goes on
                os.write(descriptor, f"{done} {total}\n".encode())

    return tell


def _pass_on(read_end: int, told: Told) -> None:
    with os.fdopen(read_end, encoding="ascii") as lines:
        for line in lines:
            done, _, total = line.partition(" ")
            told(int(done), int(total))
