"""A release as a datapackage of bw_processing in a zip archive, with the licences of its sources.

Importing this module loads Brightway: it costs seconds and never serves a request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from footprint.inventory import DatasetSource, InventorySnapshot
from lca_db.inventory.brightway import DESCRIPTION, datapackage_members
from lca_db.inventory.exports.source_list import licences, source_table
from lca_db.inventory.exports.zip_stream import zipped

SOURCES = "sources.csv"


def datapackage_archive(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[bytes]:
    """The bytes of the archive, as they come.

    ``bw_processing`` would put every package into the public domain; here the licences are those
    of the sources, each of which is listed in ``sources.csv``.
    """
    return zipped(_members(snapshot, sources))


def _members(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[tuple[str, bytes]]:
    for name, content in datapackage_members(snapshot):
        yield name, _licensed(content, snapshot, sources) if name == DESCRIPTION else content
    yield SOURCES, b"".join(source_table(snapshot, sources))


def _licensed(
    content: bytes, snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> bytes:
    described: dict[str, Any] = json.loads(content)
    described["licenses"] = [
        {"name": str(each["licence"]), "title": f"{each['sources']} sources, see {SOURCES}"}
        for each in licences(snapshot, sources)
    ]
    return json.dumps(described, indent=1, sort_keys=True).encode()
