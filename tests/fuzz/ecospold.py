"""Fuzzing of the EcoSpold readers and imports: the bytes are put into a good document or archive.

Bytes that have to be a whole document first would seldom come further than its first line.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

import atheris

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD
from tests.support.ecospold import FIXTURES, Reader
from tests.support.mutated_files import packed
from tests.support.spoilt_imports import SpoiltImporter


def fuzz(reader: Reader, imports: SpoiltImporter, format_key: str, folder: str) -> None:
    """Run the fuzzer on the documents of a folder, until it finds something or is done."""
    documents = [path.read_bytes() for path in sorted((FIXTURES / folder).iterdir())]
    with tempfile.TemporaryDirectory() as own:
        path = Path(own) / "document"

        def once(data: bytes) -> None:
            source = atheris.FuzzedDataProvider(data)
            document = source.PickValueInList(documents)
            start = source.ConsumeIntInRange(0, len(document))
            length = source.ConsumeIntInRange(0, 200)
            is_packed = source.ConsumeBool()
            inserted = source.ConsumeBytes(source.remaining_bytes())
            content = document[:start] + inserted + document[start + length :]
            path.write_bytes(
                packed({"a.xml": content, "b.xml": document}) if is_packed else content
            )
            with contextlib.suppress(ImportRefused):
                list(reader(path, UPLOAD))
            imports(path, format_key, cuts_off=bool(len(data) % 2))

        atheris.Setup(sys.argv, once)
        atheris.Fuzz()
