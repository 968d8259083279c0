"""The preview of an uploaded bill of materials on the wire."""

from __future__ import annotations

from api.schemas.bom import BomIn
from api.schemas.footprints import Out, ResultOut


class PreviewOut(Out):
    """The document a file would become and its footprint; nothing was stored."""

    file_name: str
    bom: BomIn
    result: ResultOut
