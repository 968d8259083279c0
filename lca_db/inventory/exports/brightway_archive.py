"""A release as an archive that Python runs: it puts itself into a practitioner's own project.

``python RELEASE.zip PROJECT`` runs ``__main__.py``, which is ``brightway_loader.py`` as it stands;
no Brightway is needed to write the archive, and the same release gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources

from footprint.inventory import DatasetSource, InventorySnapshot
from footprint.methods import method_profile
from lca_db.inventory.brightway_content import brightway_content
from lca_db.inventory.exports.source_list import source_table
from lca_db.inventory.exports.zip_stream import zipped

CONTENT = "brightway.json"  # as brightway_loader.py names it, which this process does not load
SOURCES = "sources.csv"
_METHOD = "gbt24067-2024"


def brightway_archive(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[bytes]:
    """The bytes of the archive, as they come; each source's licence stands in ``sources.csv``."""
    return zipped(_members(snapshot, sources))


def _members(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[tuple[str, bytes]]:
    loader = resources.files("lca_db.inventory") / "brightway_loader.py"
    yield "__main__.py", loader.read_bytes()
    content = brightway_content(snapshot, method_profile(_METHOD))
    yield CONTENT, json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    yield SOURCES, b"".join(source_table(snapshot, sources))
