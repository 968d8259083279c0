"""Fuzzing of readers and imports of archives: the fuzzer's bytes take the place of one member.

A reader behind a zip archive would see little of bytes that have to be a zip archive first.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

import atheris

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import UPLOAD
from tests.support.fixture_packages import Reader, members_of
from tests.support.mutated_files import packed
from tests.support.spoilt_imports import SpoiltImporter


def fuzz(reader: Reader, imports: SpoiltImporter, format_key: str, *folders: str) -> None:
    """Run the fuzzer on the packages of these folders, until it finds something or is done."""
    packages = [members_of(folder) for folder in folders]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"

        def once(data: bytes) -> None:
            source = atheris.FuzzedDataProvider(data)
            members = dict(source.PickValueInList(packages))
            name = source.PickValueInList(sorted(members))
            spoilt = source.ConsumeBytes(source.remaining_bytes())
            start = len(members[name]) * (len(spoilt) % 7) // 7  # the beginning stays readable
            members[name] = members[name][:start] + spoilt
            path.write_bytes(packed(members))
            with contextlib.suppress(ImportRefused):
                list(reader(path, UPLOAD))
            imports(path, format_key, cuts_off=bool(len(data) % 2))

        atheris.Setup(sys.argv, once)
        atheris.Fuzz()
