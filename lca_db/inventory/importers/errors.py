"""The one error an importer raises: a file, or a place in it, that cannot be taken as it is."""

from __future__ import annotations

from footprint.errors import FootprintError


class ImportRefused(FootprintError):
    """What cannot be imported: ``place`` is ``/member-or-sheet/...`` inside the file.

    A reader raises it when nothing of the file can be used; what concerns one process only is
    handed on as :class:`lca_db.inventory.importers.raw.RawFault`, and the others come in.
    """
