"""Where ``tanbiao inventory import`` stores what came in: the instance here, if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rfc8785

from api.child.inventory import ReadInventory
from api.commands.instance import existing_instance
from api.context import Context
from api.settings import Settings
from api.workflows.store_import import KeptImport, keep_file, store_import
from lca_db.inventory.importers.importing import Imported
from lca_db.inventory.snapshots import datasets_bytes
from lca_db.inventory.stored_imports import ImportTerms


@contextmanager
def configured_instance(*, is_wanted: bool) -> Iterator[Context | None]:
    """The instance whose database was named, or is there where it lies by default; else None.

    Args:
        is_wanted: False for a command that shall store nothing.

    Raises:
        StorageError: There is a database and it cannot be used: nothing is left out in silence.
    """
    settings = Settings()
    is_named = bool(settings.database_url or settings.database_url_file)
    is_there = is_named or (settings.data_dir / "tanbiao.db").exists()
    if not (is_wanted and is_there):
        yield None
        return
    with existing_instance(settings) as context:
        yield context


def kept_import(context: Context, file: Path, imported: Imported, terms: ImportTerms) -> KeptImport:
    """The import, stored with its file, report and datasets.

    Raises:
        StorageError: ``file-damaged`` where the file changed meanwhile, and what the store raises.
    """
    report: object = imported.report.to_json()
    found = ReadInventory(rfc8785.dumps(report), datasets_bytes(imported.processes))  # type: ignore[arg-type]
    most = imported.report.limits["file_bytes"]
    return store_import(context, found, keep_file(context, file, most), terms)


def storing(kept: KeptImport | None) -> str:
    """What became of it, as the last line of the command says it."""
    if kept is None:
        return "not stored"
    return f"{'stored' if kept.is_new else 'already stored'}: {kept.stored.id}"
