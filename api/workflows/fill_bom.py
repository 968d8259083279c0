"""Puts the datasets that the own organisation confirmed into an uploaded bill of materials.

Only lines whose dataset is missing or unknown are filled, and only by what a person confirmed for
the very same text (``confirm_match.py``): nothing is guessed. Nothing is stored. A workbook or CSV
file comes back as a workbook of the same sheets, every cell as text; a JSON document as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from api.context import Context
from api.intake.document import BomDocument
from api.intake.faults import examine
from api.intake.headings import cell_position
from api.intake.rows import Sheet
from api.problems import Problem
from api.security.policy import Action, require
from api.workflows.calculate_footprint import calculate_footprint, current_release
from api.workflows.preview_bom import read_file
from api.workflows.suggest_datasets import questions_of
from footprint.errors import QuantityError
from footprint.quantities import conversion_factor
from labels.access import Actor, Scope
from lca_db.errors import NotFound
from lca_db.inventory.exports.forms import XLSX_TYPE
from lca_db.inventory.exports.workbook import workbook
from lca_db.inventory.matching.text_key import text_sha256
from lca_db.inventory.matching.values import Question
from lca_db.unit_of_work import UnitOfWork

_MEMBER = "/dataset"


@dataclass(frozen=True, kw_only=True)
class FilledBom:
    """The file with the confirmed datasets in it."""

    file_name: str
    media_type: str
    content: bytes


def fill_bom(context: Context, actor: Actor, file_name: str, content: bytes) -> FilledBom:
    """The same bill, its lines without a usable dataset filled where one was confirmed.

    Raises:
        NotAllowed: ``role-missing``.
        BomError: The file cannot be read, as by :func:`read_file`.
        JsonRefused: What is wrong with the JSON.
        Problem: 422 ``bom-nothing-to-fill``.
        InventoryError: ``release-missing``.
    """
    require(actor, Action.SUBMIT_BOM)
    read, sheets = read_file(content)
    examined = examine(read.document, lambda bom: calculate_footprint(context, bom))
    chosen = _confirmed(context, actor, questions_of(read.document, examined.faults))
    stem = PurePath(file_name).stem[:100] or "bom"
    if sheets:
        cells = {read.places[at]: each for at, each in chosen.items() if at in read.places}
        if cells:
            book = workbook([(s.name, _filled_rows(s, cells)) for s in sheets])
            return FilledBom(
                file_name=f"{stem}-filled.xlsx", media_type=XLSX_TYPE, content=b"".join(book)
            )
    elif chosen:
        filled = _filled_document(read, chosen)
        text = json.dumps(filled, ensure_ascii=False, indent=2)
        return FilledBom(
            file_name=f"{stem}-filled.json", media_type="application/json", content=text.encode()
        )
    raise Problem(422, "bom-nothing-to-fill")


def _confirmed(context: Context, actor: Actor, asked: Mapping[str, Question]) -> dict[str, str]:
    """The confirmed dataset of each place, where the release has it and its unit fits."""
    own = Scope(organisation_id=actor.organisation_id, is_test=actor.is_test)
    release = current_release(context)
    found: dict[str, str] = {}
    with UnitOfWork(context.engine, own, read_only=True) as uow:
        keys = [text_sha256(question.text) for question in asked.values()]
        before = uow.matches.confirmed_for(actor.organisation_id, keys)
        for place, question in asked.items():
            kept = before.get(text_sha256(question.text))
            if kept is None:
                continue
            try:
                entry = uow.inventory.get_dataset(release.id, kept.dataset_id)
                conversion_factor(question.unit or entry.unit, entry.unit)
            except (NotFound, QuantityError):
                continue
            found[place] = kept.dataset_id
    return found


def _filled_rows(sheet: Sheet, cells: Mapping[str, str]) -> list[Sequence[str]]:
    """The rows of a sheet, with the cells that are named (``Sheet!E5``) replaced."""
    rows: list[Sequence[str]] = list(sheet.rows)
    for place, text in cells.items():
        name, column, row = cell_position(place)
        if name == sheet.name:
            changed = list(rows[row - 1])
            changed += [""] * (column + 1 - len(changed))
            changed[column] = text
            rows[row - 1] = changed
    return rows


def _filled_document(read: BomDocument, chosen: Mapping[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = json.loads(json.dumps(read.document))
    for place, dataset in chosen.items():
        line: Any = filled
        for step in place.removesuffix(_MEMBER).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            line = line[int(name)] if isinstance(line, list) else line[name]
        line["dataset"] = dataset
    return filled
