"""From the rows of a template to a bill-of-materials document, remembering every cell's place.

The document is checked by the same wire model as JSON; ``places`` then turns a JSON Pointer of
an error back into the sheet, row and column the person has to mend. Nothing that was filled in is
left out in silence: a cell its line has no use for, or a column the template does not have,
becomes a member the wire model refuses; only an example row of the template, left as it was, is
passed over. A stage whose row is blank is *not specified*; one whose
row is gone is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.intake.declared import FLAGS, Declared, table_header
from api.intake.examples import is_example
from api.intake.headings import Columns, columns_of, letter, matches
from api.intake.rows import Sheet
from api.intake.template import COLUMNS, SETTINGS, Table
from footprint.bom import Stage
from footprint.errors import BomError, QuantityError, pointer
from footprint.quantities import unit_name

_OF_EVERY_LINE = ("kind", "name", "amount", "unit")
_DECLARED = frozenset({"part", "own_product", "site"})  # columns that are no member of a line


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
    declared = Declared(result.places)
    header: tuple[Sheet, int, Columns] | None = None
    for sheet in sheets:
        table: tuple[Table, Columns] | None = None
        for number, row in enumerate(sheet.rows, start=1):
            if header is None and (columns := columns_of(row, COLUMNS, _OF_EVERY_LINE)):
                header = (sheet, number, columns)
                break
            if begun := table_header(row):
                table = begun
            elif table is not None and any(row) and not row[0].startswith("#"):
                declared.take(sheet, number, row, *table)
            else:
                table = None
                _read_setting(sheet, number, row, settings, result.places)
    if header is None:
        raise BomError("template-header-missing")
    lines, assemblies = _lines(*header, declared)
    result.document = _document(settings) | declared.members(settings)
    result.document["lines"] = lines
    result.document["assemblies"] = assemblies
    return result


_LANGUAGES = {"zh": "zh-Hans", "hant": "zh-Hant", "en": "en", "pt": "pt"}
_SETTING_POINTERS = {
    **{f"name_{key}": f"/product/name/{tag}" for key, tag in _LANGUAGES.items()},
    "model": "/product/model",
    "category": "/product/category",
    "gtin": "/product/gtin",
    "plant": "/product/plant",
    "unit_kind": "/unit/kind",
    "unit_amount": "/unit/amount",
    "unit": "/unit/unit",
    **{f"description_{key}": f"/unit/description/{tag}" for key, tag in _LANGUAGES.items()},
    "boundary": "/boundary",
    "period_from": "/reference_period/from",
    "period_to": "/reference_period/to",
    "geography": "/geography",
    "assumptions": "/assumptions",
    "cut_offs": "/cut_offs",
    "internal_loop": "/internal_loop",
    "method": "/method",
    "gwp_set": "/gwp_set",
    "allocation_method": "/allocation/method",
    "allocation_reason": "/allocation/reason",
    "product_mass_kg": "/allocation/product/mass_kg",
    "product_energy_mj": "/allocation/product/energy_mj",
    "product_price": "/allocation/product/price",
    "use-reason": "/stage_reasons/use",
    "end-of-life-reason": "/stage_reasons/end-of-life",
}


def _read_setting(
    sheet: Sheet, number: int, row: Sequence[str], settings: dict[str, str], places: dict[str, str]
) -> None:
    if len(row) < 2:
        return
    for setting in SETTINGS:
        if matches(row[0], setting):
            settings[setting.key] = row[1]
            member = _SETTING_POINTERS.get(setting.key, f"/stages/{setting.key}")
            places[member] = f"{sheet.name}!B{number}"
            while member := member.rpartition("/")[0]:  # where a whole group is missing
                places.setdefault(member, f"{sheet.name}!B{number}")


def _document(settings: Mapping[str, str]) -> dict[str, object]:
    def texts(prefix: str) -> dict[str, str]:
        given = {tag: settings.get(f"{prefix}_{key}", "") for key, tag in _LANGUAGES.items()}
        return {tag: text for tag, text in given.items() if text}

    def list_of(key: str) -> list[str]:
        """One text a line of the cell."""
        return [line.strip() for line in settings.get(key, "").splitlines() if line.strip()]

    return {
        "product": {
            "name": texts("name"),
            "model": settings.get("model", ""),
            "category": settings.get("category", ""),
            "gtin": settings.get("gtin") or None,
            "plant": settings.get("plant", ""),
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
        "internal_loop": settings.get("internal_loop") or None,
        **{key: settings[key] for key in ("method", "gwp_set") if settings.get(key)},
        "stages": {
            stage.value: settings[stage.value] or "not-specified"
            for stage in Stage
            if stage.value in settings
        },
        "assumptions": list_of("assumptions"),
        "cut_offs": list_of("cut_offs"),
        "stage_reasons": {
            stage.value: settings[f"{stage}-reason"]
            for stage in Stage
            if settings.get(f"{stage}-reason")
        },
    }


def _lines(
    sheet: Sheet, header_row: int, columns: Columns, declared: Declared
) -> tuple[list[dict[str, object]], dict[str, dict[str, object]]]:
    places = declared.places
    product_lines: list[dict[str, object]] = []
    assemblies: dict[str, dict[str, object]] = {}
    lines_of: dict[str, list[dict[str, object]]] = {"": product_lines}
    for number, row in enumerate(sheet.rows[header_row:], start=header_row + 1):
        cells = {key: row[i] for key, i in columns.known.items() if i < len(row) and row[i]}
        extra = {i: row[i] for i in columns.unknown if i < len(row) and row[i]}
        if not extra and (not cells or is_example(cells)):
            continue
        part = cells.get("part", "")
        if part not in lines_of:
            lines_of[part] = []
            assemblies[part] = {"name": part, "lines": lines_of[part]}
            first = f"{sheet.name}!{letter(columns.known['part'])}{number}"
            places[pointer("assemblies", part)] = first  # a cycle is a fault of the part as a whole
        prefix = pointer("assemblies", part, "lines") if part else "/lines"
        where = f"{prefix}/{len(lines_of[part])}"
        line = _line(cells, f"row-{number}")
        places[where] = f"{sheet.name}!{letter(columns.known['kind'])}{number}"
        named = {"line": str(line["ref"]), "assembly": part}
        for key, kept in (("own_product", declared.own), ("site", declared.sited)):
            if key in cells:
                cell = f"{sheet.name}!{letter(columns.known[key])}{number}"
                kept.append((named, cells[key], cell))
        for key, member in _members(cells.get("kind", "")).items():
            if key in columns.known:
                cell = f"{sheet.name}!{letter(columns.known[key])}{number}"
                places[f"{where}/{member}"] = cell
                if key in _GROUPED and key in cells:
                    places.setdefault(f"{where}/{_GROUPED[key][0]}", cell)
        for position, text in extra.items():  # the wire model refuses it, so nothing gets lost
            name = columns.unknown[position]
            line[name] = text
            places[where + pointer(name)] = f"{sheet.name}!{letter(position)}{number}"
        lines_of[part].append(line)
    return product_lines, assemblies


_MEMBERS_OF_KIND: Mapping[str, Mapping[str, str]] = {
    "assembly": {"amount": "quantity", "dataset": "assembly"},
    "transport": {"amount": "mass", "unit": "mass_unit"},
    "end-of-life": {"amount": "mass", "unit": "mass_unit"},
    "incineration": {"amount": "mass", "unit": "mass_unit"},
    "leakage": {"amount": "charge", "unit": "charge_unit"},
    "use": {"amount": "amount_per_service"},
}
_GROUPED: Mapping[str, tuple[str, str]] = {  # columns that fill one member together
    "loss_rate": ("loss", "rate"),
    "loss_route": ("loss", "route"),
    "loss_dataset": ("loss", "dataset"),
    "recycling_approach": ("recycling", "approach"),
    **{
        member: ("recycling", member)
        for member in (
            "recycled_content",
            "recycled_dataset",
            "recycling_rate",
            "recycling_dataset",
            "displaced_dataset",
            "allocation_factor",
            "quality_in",
            "quality_out",
        )
    },
    "supplier_kg_co2e": ("supplier_footprint", "kg_co2e_per_unit"),
    "supplier_gwp_set": ("supplier_footprint", "gwp_set"),
    "supplier_document": ("supplier_footprint", "document"),
    "supplier_primary_share": ("supplier_footprint", "primary_share"),
}


_SWITCHES = frozenset({"is_refrigerated", "is_topped_up"})


def _members(kind: str) -> dict[str, str]:
    """Which member of the line each column fills."""
    return {
        **{field_.key: field_.key for field_ in COLUMNS if field_.key not in _DECLARED},
        **{key: f"{group}/{member}" for key, (group, member) in _GROUPED.items()},
        **_MEMBERS_OF_KIND.get(kind, {}),
    }


def _line(cells: Mapping[str, str], default_ref: str) -> dict[str, object]:
    """The line in the wire form; a cell its kind has no use for is left for the model to refuse."""
    kind = cells.get("kind", "")
    line: dict[str, object] = {"ref": default_ref, "kind": kind, "name": ""}
    groups: dict[str, dict[str, str]] = {}
    for key, member in _members(kind).items():
        if key in _GROUPED and key in cells:
            group, inner = _GROUPED[key]
            groups.setdefault(group, {})[inner] = cells[key]
        elif key in cells and not (kind == "assembly" and key == "unit" and _is_piece(cells[key])):
            line[member] = FLAGS.get(cells[key], cells[key]) if key in _SWITCHES else cells[key]
    if "supplier_footprint" in groups:  # it is stated for the unit the line is counted in
        groups["supplier_footprint"]["unit"] = cells.get("unit", "")
    return {**line, **groups}


def _is_piece(unit: str) -> bool:
    """So many of an assembly are counted in pieces, whatever the word."""
    try:
        return unit_name(unit) == "piece"
    except QuantityError:
        return False
