"""Opens the structure of a release: who makes what from what, and who emits.

It lies in the file store since the release was frozen; of a release that has none there it is made
from the snapshot, which gives the same. A few are kept in memory.
"""

from __future__ import annotations

from api.context import Context
from footprint.structure import ReleaseStructure
from lca_db.inventory.snapshots import read_snapshot
from lca_db.inventory.values import Release

MOST_KEPT = 4  # of 20,000 datasets each: 15 MB together with its names


def open_structure(context: Context, release: Release) -> ReleaseStructure:
    """The release's structure, read once while it is among the few that are kept.

    Raises:
        StorageError: Its file is missing or damaged.
    """
    kept = context.structures
    found = kept.get(release.snapshot_sha256)
    if found is None:
        found = _read(context, release)
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)), None)  # the one that was read first; another may be faster
        kept[release.snapshot_sha256] = found
    return found


def _read(context: Context, release: Release) -> ReleaseStructure:
    if release.structure_sha256 is not None:
        return ReleaseStructure.from_bytes(context.files.get(release.structure_sha256))
    sha256 = release.snapshot_sha256
    return ReleaseStructure.of(read_snapshot(context.files.get(sha256), sha256))
