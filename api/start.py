"""The console script: loads the program, then runs the command line.

While the program loads there is no garbage to look for, and what is loaded stays: looking through
it again and again takes a seventh of the time to load, and of every later search for garbage.
"""

from __future__ import annotations

import gc


def main() -> None:
    """``tanbiao``."""
    gc.disable()
    from api.cli import main as run  # noqa: PLC0415  loads everything

    gc.freeze()
    gc.enable()
    run()
