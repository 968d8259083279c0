"""Reads an uploaded bill of materials and shows its footprint, or everything wrong with it.

Nothing is stored. A spreadsheet is read in the spawned child; its faults name sheet and cell,
those of a JSON document its JSON Pointer.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.child.process import ChildFailed, ChildTask, run_in_child
from api.context import Context
from api.intake.document import BomDocument, bom_document
from api.intake.faults import examine
from api.intake.rows import Sheet
from api.problems import Fault
from api.schemas.bom import BomIn
from api.schemas.footprints import ResultOut
from api.security.policy import Action, require
from api.strict_json import JsonRefused, strict_loads
from api.views import LineMatches
from api.workflows.calculate_footprint import Calculation, calculate_footprint
from api.workflows.submit_bom import cases_ended_by
from api.workflows.suggest_datasets import suggest_datasets
from api.workflows.view_study import StudyLine, study_lines
from footprint.errors import BomError
from labels.access import Actor, Scope
from lca_db.unit_of_work import UnitOfWork

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
NOT_READABLE = "file-not-readable"


@dataclass(frozen=True, kw_only=True)
class BomPreview:
    """What a file would become.

    Attributes:
        faults: Everything to mend, each with the place a person finds it at.
        document: The bill of materials as canonical JSON, to be sent back for storing; "" when
            there are faults.
        suggestions: For each line at fault for want of a dataset, by its place: what it may be.
        ended_case_ids: Cases under way that storing it would make void.
    """

    file_name: str
    faults: tuple[Fault, ...] = ()
    document: str = field(default="", repr=False)
    bom: BomIn | None = None
    result: ResultOut | None = None
    lines: tuple[StudyLine, ...] = ()
    suggestions: Mapping[str, LineMatches] = field(default_factory=dict)
    ended_case_ids: tuple[str, ...] = ()


def preview_bom(context: Context, actor: Actor, file_name: str, content: bytes) -> BomPreview:
    """The footprint of the file, or all its faults at once.

    Raises:
        NotAllowed: ``role-missing``.
        InventoryError: ``release-missing``.
    """
    require(actor, Action.SUBMIT_BOM)
    try:
        read = read_document(content)
    except BomError as error:
        fault = Fault(error.code, error.place, error.parameters)
        return BomPreview(file_name=file_name, faults=(fault,))
    except JsonRefused as refused:
        return BomPreview(file_name=file_name, faults=(Fault(refused.code),))
    examined = examine(read.document, lambda bom: (bom, _calculated(context, bom)))
    if examined.answer is None:
        faults = faults_at(read, examined.faults)
        suggested = suggest_datasets(context, actor, read.document, examined.faults)
        return BomPreview(
            file_name=file_name,
            faults=faults,
            suggestions={_place(read, place): found for place, found in suggested.items()},
        )
    bom, calculation = examined.answer
    result = ResultOut.model_validate(calculation.result.to_json())
    return BomPreview(
        file_name=file_name,
        document=calculation.bom_bytes.decode(),
        bom=bom,
        result=result,
        lines=study_lines(bom, result),
        ended_case_ids=_ended_cases(context, actor, calculation),
    )


def _ended_cases(context: Context, actor: Actor, calculation: Calculation) -> tuple[str, ...]:
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        product = uow.products.find_by_model(calculation.bom.product.model)
        if product is None:
            return ()
        result_sha256 = calculation.result.sha256()
        ended = cases_ended_by(uow, product.id, calculation.bom_sha256, result_sha256)
    return tuple(case.id for case in ended)


def _calculated(context: Context, bom: BomIn) -> Calculation:
    return calculate_footprint(context, bom)


def faults_at(read: BomDocument, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """The faults of a document where the person who wrote the file finds them."""
    return tuple(Fault(fault.code, _place(read, fault.place), fault.parameters) for fault in faults)


def _place(read: BomDocument, pointer: str) -> str:
    return read.place_of(pointer) if read.places else pointer


def read_document(content: bytes) -> BomDocument:
    """The document in a JSON, Excel or CSV file; which of them is seen from its first bytes.

    Raises:
        BomError: ``file-not-readable``, ``template-header-missing`` ...
        JsonRefused: What is wrong with the JSON.
    """
    return read_file(content)[0]


def read_file(content: bytes) -> tuple[BomDocument, tuple[Sheet, ...]]:
    """The document, and the sheets it was read from: none where the file is JSON.

    Raises:
        BomError: As :func:`read_document`.
        JsonRefused: Likewise.
    """
    start = content.lstrip()[:1]
    if start == b"{" or content[:4] == codecs.BOM_UTF8 + b"{":
        body = strict_loads(content.removeprefix(codecs.BOM_UTF8))
        if not isinstance(body, dict):
            raise JsonRefused("json-malformed")
        return BomDocument(body), ()
    is_workbook = content[:2] == _ZIP or content[:4] == _OLE
    task = ChildTask.READ_WORKBOOK if is_workbook else ChildTask.READ_CSV
    try:
        found: list[dict[str, Any]] = json.loads(run_in_child(task, content))
    except ChildFailed:
        raise BomError(NOT_READABLE) from None
    sheets = tuple(
        Sheet(sheet["name"], tuple(tuple(row) for row in sheet["rows"])) for sheet in found
    )
    return bom_document(sheets), sheets


def submitted_document(text: str) -> BomIn:
    """The bill of materials sent back from its preview.

    Raises:
        JsonRefused: It is not strict JSON any more.
        ValidationError: It is not a bill any more.
    """
    return BomIn.model_validate(strict_loads(text.encode()))
