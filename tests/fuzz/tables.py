"""Fuzzing of readers and imports of tables: the bytes take the place of a part of a sound file.

Of a workbook they take the place of a part of one member, which is packed again.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD
from tests.support.import_tables import Reader
from tests.support.mutated_files import packed
from tests.support.spoilt_imports import SpoiltImporter
from tests.support.table_files import sound_files

_ARCHIVE = b"PK\x03\x04"


def fuzz(reader: Reader, imports: SpoiltImporter, format_key: str, name: str) -> None:
    """Run the fuzzer on the sound files of a reader, until it finds something or is done."""
    files = list(sound_files()[name])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"

        def once(data: bytes) -> None:
            source = atheris.FuzzedDataProvider(data)
            path.write_bytes(_spoilt(source.PickValueInList(files), source))
            with contextlib.suppress(ImportRefused):
                list(reader(path, UPLOAD))
            imports(path, format_key, cuts_off=bool(len(data) % 2))

        atheris.Setup(sys.argv, once)
        atheris.Fuzz()


def _spoilt(content: bytes, source: atheris.FuzzedDataProvider) -> bytes:
    if not content.startswith(_ARCHIVE):
        return _replaced(content, source)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = source.PickValueInList(sorted(members))
    return packed({**members, name: _replaced(members[name], source)})


def _replaced(content: bytes, source: atheris.FuzzedDataProvider) -> bytes:
    start = source.ConsumeIntInRange(0, len(content))
    end = min(len(content), start + source.ConsumeIntInRange(0, 200))
    spoilt: bytes = source.ConsumeBytes(source.remaining_bytes())
    return content[:start] + spoilt + content[end:]
