"""What a workflow needs of its surroundings: settings, engine, files, clock, ids, keys.

Made once by the composition root (``api/main.py``, ``api/cli.py``) and handed to every workflow;
time, identifiers, keys and transport are arguments from the first day, so that tests and
simulations put in their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from api.clients.guarded_http import GuardedClient
from api.ids import IdSource, id_source
from api.inventory_views import Holdings, ReleaseDiff
from api.keystore import Keyring, load_keyring
from api.settings import Settings
from footprint.intensities import IntensityTable
from footprint.sampled_tables import SampledTables
from footprint.structure import ReleaseStructure
from labels.credential.keys import Purpose, Signer
from labels.errors import CredentialError
from lca_db.engine import open_engine
from lca_db.files import FileStore
from lca_db.inventory.checks.run import Report

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


@dataclass
class Context:
    """One instance's surroundings.

    Attributes:
        tables: Intensity tables already opened, by release id.
        sampled: Sampled tables already opened, by the hash of their index.
        structures: Structures of releases already read, by the hash of the snapshot; a few.
        reports: Reports of the checks already read, by their hash.
        holdings: What releases hold, counted once, by the hash of their snapshot.
        diffs: What differs between two releases, by their ids.
    """

    settings: Settings
    engine: Engine
    files: FileStore
    keyring: Keyring | None = None
    clock: Clock = system_clock
    ids: IdSource = field(default_factory=lambda: id_source(system_clock))
    random_below: Callable[[int], int] = secrets.randbelow
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    partners: GuardedClient = field(default_factory=GuardedClient)
    tables: dict[str, IntensityTable] = field(default_factory=dict)
    sampled: dict[str, SampledTables] = field(default_factory=dict)
    structures: dict[str, ReleaseStructure] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    holdings: dict[str, Holdings] = field(default_factory=dict)
    diffs: dict[tuple[str, str], ReleaseDiff] = field(default_factory=dict)

    def now(self) -> datetime:
        """Now, aware UTC, in whole milliseconds."""
        moment = self.clock()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def signers(self) -> Keyring:
        """The keys of this body.

        Raises:
            CredentialError: ``keys-missing`` where the instance has none yet.
        """
        if self.keyring is None:
            raise CredentialError("keys-missing", folder=self.settings.resolved_key_dir.name)
        return self.keyring

    def signer(self, purpose: Purpose) -> Signer:
        """The key kept for a purpose."""
        return self.signers().signer(purpose)

    @property
    def did(self) -> str:
        """The name this body signs under."""
        return self.signers().did

    @property
    def status_list_url(self) -> str:
        """Address of this body's status list."""
        return f"{self.settings.public_base_url}/status/labels"

    @property
    def register_origin(self) -> str:
        """Name of this body's register in checkpoints."""
        return self.settings.public_base_url.partition("://")[2].lower() + "/register"


def open_context(settings: Settings, *, has_keys: bool = True) -> Context:
    """The surroundings the settings describe; keys are opened when they are there and wanted."""
    keyring = None
    if has_keys and settings.resolved_passphrase_file.exists():
        keyring = load_keyring(
            settings.resolved_key_dir, settings.resolved_passphrase_file, settings.public_base_url
        )
    return Context(
        settings=settings,
        engine=open_engine(settings.resolved_database_url),
        files=FileStore(settings.data_dir / "files"),
        keyring=keyring,
        partners=GuardedClient(allow_private=settings.allow_private_partners),
    )
