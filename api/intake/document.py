"""From the rows of a template to a bill-of-materials document, remembering every cell's place.

The document is checked by the same wire model as JSON; ``places`` then turns a JSON Pointer of
an error back into the sheet, row and column the person has to mend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.intake.rows import Sheet
from api.intake.template import COLUMNS, SETTINGS, Field
from footprint.errors import BomError


@dataclass
class BomDocument:
    """A document in the wire form, and where each of its members stood."""

    document: dict[str, object]
    places: dict[str, str] = field(default_factory=dict)

    def place_of(self, pointer: str) -> str:
        """The cell of a JSON Pointer, or of its nearest ancestor."""
        while pointer:
            if pointer in self.places:
                return self.places[pointer]
            pointer = pointer.rsplit("/", 1)[0]
        return ""


def bom_document(sheets: Sequence[Sheet]) -> BomDocument:
    """The document of a filled-in template.

    Raises:
        BomError: ``template-header-missing`` where no row looks like the header of the lines.
    """
    settings: dict[str, str] = {}
    result = BomDocument({})
    header: tuple[Sheet, int, dict[str, int]] | None = None
    for sheet in sheets:
        for number, row in enumerate(sheet.rows, start=1):
            if header is None and (columns := _header(row)):
                header = (sheet, number, columns)
                break
            _read_setting(sheet, number, row, settings, result.places)
    if header is None:
        raise BomError("template-header-missing")
    lines, assemblies = _lines(*header, result.places)
    result.document = _document(settings)
    result.document["lines"] = lines
    result.document["assemblies"] = assemblies
    return result


def _matches(text: str, field_: Field) -> bool:
    cleaned = text.lstrip("#").strip().lower()
    return cleaned in {
        field_.heading.lower(),
        field_.chinese.lower(),
        field_.english.lower(),
        field_.key,
    }


def _header(row: Sequence[str]) -> dict[str, int] | None:
    """Column number of every field, when the row is the header of the lines."""
    columns = {
        field_.key: position
        for field_ in COLUMNS
        for position, text in enumerate(row)
        if _matches(text, field_)
    }
    return columns if {"kind", "name", "amount", "unit"} <= columns.keys() else None


_SETTING_POINTERS = {
    "name_zh": "/product/name/zh-Hans",
    "name_en": "/product/name/en",
    "model": "/product/model",
    "category": "/product/category",
    "gtin": "/product/gtin",
    "unit_kind": "/unit/kind",
    "unit_amount": "/unit/amount",
    "unit": "/unit/unit",
    "description_zh": "/unit/description/zh-Hans",
    "description_en": "/unit/description/en",
    "boundary": "/boundary",
    "period_from": "/reference_period/from",
    "period_to": "/reference_period/to",
    "geography": "/geography",
}


def _read_setting(
    sheet: Sheet, number: int, row: Sequence[str], settings: dict[str, str], places: dict[str, str]
) -> None:
    if len(row) < 2:
        return
    for setting in SETTINGS:
        if _matches(row[0], setting):
            settings[setting.key] = row[1]
            pointer = _SETTING_POINTERS.get(setting.key, f"/stages/{setting.key}")
            places[pointer] = f"{sheet.name}!B{number}"


def _document(settings: Mapping[str, str]) -> dict[str, object]:
    def texts(prefix: str) -> dict[str, str]:
        both = {"zh-Hans": settings.get(f"{prefix}_zh", ""), "en": settings.get(f"{prefix}_en", "")}
        return {tag: text for tag, text in both.items() if text}

    return {
        "product": {
            "name": texts("name"),
            "model": settings.get("model", ""),
            "category": settings.get("category", ""),
            "gtin": settings.get("gtin") or None,
        },
        "unit": {
            "kind": settings.get("unit_kind", ""),
            "amount": settings.get("unit_amount", ""),
            "unit": settings.get("unit", ""),
            "description": texts("description"),
        },
        "boundary": settings.get("boundary", ""),
        "reference_period": {
            "from": settings.get("period_from", ""),
            "to": settings.get("period_to", ""),
        },
        "geography": settings.get("geography", ""),
        "stages": {
            stage: settings.get(stage) or "not-specified"
            for stage in ("raw-material", "manufacturing", "distribution", "use", "end-of-life")
        },
    }


def _lines(
    sheet: Sheet, header_row: int, columns: Mapping[str, int], places: dict[str, str]
) -> tuple[list[dict[str, object]], dict[str, dict[str, object]]]:
    product_lines: list[dict[str, object]] = []
    assemblies: dict[str, dict[str, object]] = {}
    for offset, row in enumerate(sheet.rows[header_row:], start=1):
        cells = {key: row[i] for key, i in columns.items() if i < len(row) and row[i]}
        if not cells:
            continue
        number = header_row + offset
        part = cells.get("part", "")
        if part:
            assembly = assemblies.setdefault(part, {"name": part, "lines": []})
            target, prefix = assembly["lines"], f"/assemblies/{part}/lines"
        else:
            target, prefix = product_lines, "/lines"
        assert isinstance(target, list)  # noqa: S101  made two lines above
        pointer = f"{prefix}/{len(target)}"
        target.append(_line(cells, f"row-{number}"))
        places[pointer] = f"{sheet.name}!{number}"
        for key, member in _members(cells.get("kind", "")).items():
            if key in columns:
                places[f"{pointer}/{member}"] = f"{sheet.name}!{_letter(columns[key])}{number}"
    return product_lines, assemblies


def _members(kind: str) -> dict[str, str]:
    """Which member of the line each column fills, for places in errors."""
    amount = {"transport": "mass", "end-of-life": "mass", "use": "amount_per_service"}
    unit = {"transport": "mass_unit", "end-of-life": "mass_unit"}
    return {
        **{field_.key: field_.key for field_ in COLUMNS},
        "amount": "quantity" if kind == "assembly" else amount.get(kind, "amount"),
        "unit": unit.get(kind, "unit"),
        "dataset": "assembly" if kind == "assembly" else "dataset",
        "loss_rate": "loss/rate",
        "loss_route": "loss/route",
        "loss_dataset": "loss/dataset",
    }


def _line(cells: Mapping[str, str], default_ref: str) -> dict[str, object]:
    kind = cells.get("kind", "")
    line: dict[str, object] = {
        "ref": cells.get("ref", default_ref),
        "kind": kind,
        "name": cells.get("name", ""),
    }
    members = _members(kind)
    wanted = {
        "assembly": ("amount", "dataset"),
        "transport": ("amount", "unit", "dataset", "distance"),
        "direct-emission": ("amount", "unit", "substance", "origin"),
        "use": ("amount", "unit", "dataset", "services"),
        "end-of-life": ("amount", "unit", "dataset", "share"),
    }.get(kind, ("amount", "unit", "dataset"))
    for key in wanted:
        if key in cells:
            line[members[key]] = cells[key]
    for key in ("stage", "activity_origin", "note"):
        if key in cells:
            line[key] = cells[key]
    if "loss_rate" in cells:
        loss = {
            "rate": cells["loss_rate"],
            "route": cells.get("loss_route", ""),
            "dataset": cells.get("loss_dataset"),
        }
        line["loss"] = {name: value for name, value in loss.items() if value}
    return line


def _letter(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
