"""The preview of an uploaded bill of materials on the wire."""

from __future__ import annotations

from api.i18n import sentence
from api.problems import Fault
from api.schemas.bom import BomIn
from api.schemas.footprints import Out, ResultOut


class FileFaultOut(Out):
    """One thing to mend, with its sheet and cell or JSON Pointer."""

    code: str
    place: str
    detail: str


class PreviewOut(Out):
    """Either everything to mend, or the document and its footprint; nothing was stored."""

    file_name: str
    errors: list[FileFaultOut]
    bom: BomIn | None
    result: ResultOut | None

    @classmethod
    def of(
        cls,
        file_name: str,
        faults: tuple[Fault, ...],
        bom: BomIn | None,
        result: ResultOut | None,
        language: str,
    ) -> PreviewOut:
        """From what the workflow found, sentences in the reader's language."""
        return cls(
            file_name=file_name,
            errors=[
                FileFaultOut(
                    code=fault.code,
                    place=fault.place,
                    detail=sentence(fault.code, language, fault.parameters or {}),
                )
                for fault in faults
            ],
            bom=bom,
            result=result,
        )
