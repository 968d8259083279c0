"""What a workflow needs of its surroundings: settings, engine, files, clock, ids, keys.

Made once by the composition root (``api/main.py``, ``api/cli.py``) and handed to every workflow;
time, identifiers, keys and transport are arguments from the first day, so that tests and
simulations put in their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lca_db.files import FileStore
from sqlalchemy import Engine

from api.clients.guarded_http import GuardedClient
from api.ids import IdSource, id_source
from api.security.keystore import Keyring
from api.settings import Settings
from footprint.intensities import IntensityTable

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


@dataclass
class Context:
    """One instance's surroundings."""

    settings: Settings
    engine: Engine
    files: FileStore
    keyring: Keyring | None
    clock: Clock = system_clock
    ids: IdSource = field(default_factory=lambda: id_source(system_clock))
    partners: GuardedClient = field(default_factory=GuardedClient)
    tables: dict[str, IntensityTable] = field(default_factory=dict)

    def now(self) -> datetime:
        """Now, aware UTC, in whole milliseconds as the database keeps it."""
        moment = self.clock()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
