"""Reads SimaPro CSV exports: each ``Process`` block becomes a process, or a fault that names it.

Rules (``simapro_lines.py`` has those of the lines):

* The first product is the reference, the others are co-products; the percentage of the burden each
  bears becomes its share. A ``Waste treatment`` row is the reference of a treatment, with the sign
  of the file, and the process says ``waste treatment`` among its categories.
* A formula is never worked out: a process with one among its amounts is a fault with the formula.
  The parameters of a process are left where they are.
* A section or block that this reader does not know is a fault, not a gap: a waste scenario (a
  split by percentages) and a product stage are such.
* CAS numbers come from the lists of substances behind the processes, without leading zeros.
* Numbers have the decimal sign that the header names and no other, so that 1.000 is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from lca_db.inventory.importers.amounts import read_amount
from lca_db.inventory.importers.decoding import decode, language_of
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import read_file
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess
from lca_db.inventory.importers.simapro_lines import (
    BLOCKS,
    PROCESS,
    PRODUCT_STAGE,
    SUBSTANCES,
    Block,
    Record,
    Style,
    blocks,
    read_style,
)

_PRODUCTS, _TREATMENT = "Products", "Waste treatment"
_TECHNOSPHERE = {
    "Avoided products": FlowKind.AVOIDED_PRODUCT,
    "Materials/fuels": FlowKind.PRODUCT_INPUT,
    "Electricity/heat": FlowKind.PRODUCT_INPUT,
    "Waste to treatment": FlowKind.WASTE_OUTPUT,
}
_ELEMENTARY = {
    "Resources": "resource",
    "Emissions to air": "air",
    "Emissions to water": "water",
    "Emissions to soil": "soil",
    "Final waste flows": "final waste flows",
    "Non material emissions": "non material emissions",
    "Social issues": "social issues",
    "Economic issues": "economic issues",
}
_PARAMETERS = frozenset({"Input parameters", "Calculated parameters"})
_UNREADABLE = frozenset({"Waste scenario", "Separated waste", "Remaining waste"})
_ROWS = frozenset({_PRODUCTS, _TREATMENT, *_TECHNOSPHERE, *_ELEMENTARY, *_PARAMETERS, *_UNREADABLE})
_TEXTS = frozenset(
    {
        "PlatformId", "Category type", "Process identifier", "Type", "Process name", "Status",
        "Time period", "Geography", "Technology", "Representativeness",
        "Multiple output allocation", "Substitution allocation", "Waste treatment allocation",
        "Cut off rules", "Capital goods", "Boundary with nature", "Infrastructure", "Date",
        "Record", "Generator", "Literature references", "External documents",
        "Collection method", "Data treatment", "Verification", "Comment", "Allocation rules",
        "System description",
    }
)  # fmt: skip
_PLAIN_FIELDS = 3  # a text and its remark; what is wider is a row of some kind of exchange
_PERIOD = re.compile(r"([0-9]{4})\s*[-–]\s*([0-9]{4})|([0-9]{4})")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NUMBER = re.compile(r"[+-]?[0-9.,]+([eE][+-]?[0-9]+)?%?")
_FORMULA = re.compile(r"[^\W\d_]|[*/^()=+_]|.-")  # a letter, a sign of arithmetic
_SHOWN = 80


def read(path: Path, limits: ImportLimits) -> Iterator[RawProcess | RawFault]:
    """The processes of a SimaPro CSV file, in its order.

    Raises:
        ImportRefused: ``import-format-unexpected`` for a file of another kind or without any
            process, ``import-rows-too-many``, and what ``read_file`` raises.
    """
    text = decode(read_file(path, limits))
    style = read_style(text)
    source = _Source(style, limits, _cas_numbers(text, style, limits))
    count = 0
    for block in blocks(text, style, limits):
        if block.word != PROCESS:
            count += block.word == PRODUCT_STAGE
            yield from _other(block)
            continue
        count += 1
        if count > limits.processes:
            raise ImportRefused("import-rows-too-many", "", most=str(limits.processes))
        yield source.process(block)
    if not count:
        raise ImportRefused("import-format-unexpected", "", expected="SimaPro CSV {processes}")


def _cas_numbers(text: str, style: Style, limits: ImportLimits) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for block in blocks(text, style, limits):
        compartment = SUBSTANCES.get(block.word)
        if compartment is None:
            continue
        for record in block.records:
            cas = record.field(2).lstrip("0")
            if cas:
                found[compartment, record.field(0)] = cas
    return found


def _other(block: Block) -> Iterator[RawFault]:
    if block.word == PRODUCT_STAGE or (block.word not in BLOCKS and block.word not in SUBSTANCES):
        name = next((r.fields[0] for r in block.records if not r.is_blank), "")
        value = block.word[:_SHOWN]
        yield RawFault.of(
            ImportRefused("import-choice-unknown", f"/{block.line}", value=value), name
        )


@dataclass
class _Sections:
    """The records of a process by their section; texts as one string each."""

    texts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Record]] = field(default_factory=dict)

    def open(self, heading: str) -> None:
        """Makes room for a section; one that comes twice goes on."""
        if heading in _ROWS:
            self.rows.setdefault(heading, [])
        else:
            self.texts.setdefault(heading, "")

    @property
    def name(self) -> str:
        """The name of the process, else of its first product."""
        products = self.rows.get(_PRODUCTS) or self.rows.get(_TREATMENT) or []
        first = products[0].field(0) if products else ""
        return self.texts.get("Process name") or first


@dataclass(frozen=True)
class _Source:
    """What a process needs to know of its file."""

    style: Style
    limits: ImportLimits
    cas: Mapping[tuple[str, str], str]

    def process(self, block: Block) -> RawProcess | RawFault:
        """The process of a block, or why it cannot be read."""
        sections = _Sections()
        try:
            _collect(block, sections)
            return self._read(block, sections)
        except ImportRefused as error:
            name = sections.name or sections.texts.get("Process identifier", "")
            return RawFault.of(error, name, f"/{block.line}")

    def _read(self, block: Block, sections: _Sections) -> RawProcess:
        place = f"/{block.line}"
        if not block.is_ended:
            raise ImportRefused("import-member-missing", place, member="End")
        exchanges = tuple(self._exchanges(sections))
        if not any(e.kind is FlowKind.REFERENCE for e in exchanges):
            raise ImportRefused("import-without-reference", place, name=sections.name)
        texts = sections.texts
        name = sections.name
        if not name:
            raise ImportRefused("import-value-missing", place, column="Process name")
        period = _PERIOD.fullmatch(texts.get("Time period", ""))
        start, end, year = period.groups() if period else (None, None, None)
        kept = {key: value for key, value in texts.items() if value and key not in _PLACED}
        if self.style.project:
            kept["Project"] = self.style.project
        if texts.get("Time period") and not period:
            kept["Time period"] = texts["Time period"]
        return RawProcess(
            id=texts.get("Process identifier") or texts.get("PlatformId") or name,
            names={language_of(name): name},
            location=texts.get("Geography", ""),
            place=place,
            exchanges=exchanges,
            valid_from=start or year or "",
            valid_until=end or year or "",
            technology=texts.get("Technology", ""),
            comment=texts.get("Comment", ""),
            categories=_categories(sections),
            is_aggregated=texts.get("Type", "").casefold() == "system",
            details=kept,
        )

    def _exchanges(self, sections: _Sections) -> Iterator[RawExchange]:
        count = 0
        has_reference = False
        for section, records in sections.rows.items():
            for record in records:
                if section in _PARAMETERS:
                    continue
                if section in _UNREADABLE:
                    raise ImportRefused("import-choice-unknown", f"/{record.line}", value=section)
                count += 1
                if count > self.limits.exchanges:
                    most = str(self.limits.exchanges)
                    raise ImportRefused("import-process-too-large", f"/{record.line}", most=most)
                exchange = self._exchange(section, record, is_first=not has_reference)
                has_reference |= exchange.kind is FlowKind.REFERENCE
                yield exchange

    def _exchange(self, section: str, record: Record, *, is_first: bool) -> RawExchange:
        if not record.field(0):
            raise ImportRefused("import-value-missing", f"/{record.line}", column=section)
        if record.word:  # a heading that this reader does not know
            value = record.word[:_SHOWN]
            raise ImportRefused("import-choice-unknown", f"/{record.line}", value=value)
        if section in {_PRODUCTS, _TREATMENT}:
            return self._product(section, record, is_first=is_first)
        if section in _TECHNOSPHERE:
            return self._input(section, record)
        return self._elementary(section, record)

    def _product(self, section: str, record: Record, *, is_first: bool) -> RawExchange:
        unit, amount = self._unit_and_amount(record, 1)
        share = None
        if section == _PRODUCTS and record.field(3):
            share = self._amount(record.field(3), record) / 100
        return RawExchange(
            kind=FlowKind.REFERENCE if is_first else FlowKind.CO_PRODUCT,
            name=record.field(0),
            amount=amount,
            unit=unit,
            place=f"/{record.line}",
            flow_id=_platform_id(record),
            share=share,
            comment=record.field(6 if section == _PRODUCTS else 5),
        )

    def _input(self, section: str, record: Record) -> RawExchange:
        unit, amount = self._unit_and_amount(record, 1)
        return RawExchange(
            kind=_TECHNOSPHERE[section],
            name=record.field(0),
            amount=amount,
            unit=unit,
            place=f"/{record.line}",
            flow_id=_platform_id(record),
            uncertainty=self._uncertainty(record, 3),
            comment=record.field(7),
        )

    def _elementary(self, section: str, record: Record) -> RawExchange:
        unit, amount = self._unit_and_amount(record, 2)
        compartment = _ELEMENTARY[section]
        is_resource = section == "Resources"
        return RawExchange(
            kind=FlowKind.RESOURCE if is_resource else FlowKind.EMISSION,
            name=record.field(0),
            amount=amount,
            unit=unit,
            place=f"/{record.line}",
            flow_id=_platform_id(record),
            compartment=tuple(part for part in (compartment, record.field(1)) if part),
            cas=self.cas.get((compartment, record.field(0)), ""),
            uncertainty=self._uncertainty(record, 4),
            comment=record.field(8),
        )

    def _unit_and_amount(self, record: Record, position: int) -> tuple[str, Decimal]:
        """Unit and amount; old files have them the other way round, told by the number."""
        unit, amount = record.field(position), record.field(position + 1)
        if _NUMBER.fullmatch(unit) and not any(c.isdigit() for c in amount):
            unit, amount = amount, unit
        return unit, self._amount(amount, record)

    def _amount(self, text: str, record: Record) -> Decimal:
        place = f"/{record.line}"
        other = "." if self.style.decimal == "," else ","
        if not _NUMBER.fullmatch(text) and _FORMULA.search(text):
            raise ImportRefused("import-formula-not-evaluated", place, value=text[:_SHOWN])
        if other in text:
            raise ImportRefused("import-number-malformed", place, value=text[:_SHOWN])
        return read_amount(text.replace(self.style.decimal, "."), place)

    def _uncertainty(self, record: Record, position: int) -> Mapping[str, object]:
        kind = record.field(position)
        if kind.casefold() in {"", "undefined"}:
            return {}
        numbers = [record.field(position + k).replace(self.style.decimal, ".") for k in (1, 2, 3)]
        spread, least, most = numbers
        named = {"kind": kind, "spread": spread, "minimum": least, "maximum": most}
        return {key: value for key, value in named.items() if value not in {"", "0"}}


_PLACED = frozenset(
    {
        "Process identifier", "Process name", "Geography", "Technology", "Comment",
        "Time period", "Category type",
    }
)  # fmt: skip


def _platform_id(record: Record) -> str:
    """The identity of a flow that newer versions write at the end of its row."""
    last = record.fields[-1]
    return last if _UUID.fullmatch(last) else ""


def _categories(sections: _Sections) -> tuple[str, ...]:
    kind = sections.texts.get("Category type", "")
    for section, position in ((_PRODUCTS, 5), (_TREATMENT, 4)):
        for record in sections.rows.get(section, [])[:1]:
            parts = (kind, *record.field(position).split("\\"))
            return tuple(part.strip() for part in parts if part.strip())
    return (kind,) if kind else ()


def _collect(block: Block, sections: _Sections) -> None:
    """Sorts the records of a process into its sections.

    A heading is a known word alone in its record; the record behind the heading of a text is the
    text, whatever it says.
    """
    heading, is_after_heading, is_after_blank = "", False, True
    for record in block.records:
        if record.is_blank:
            is_after_heading, is_after_blank = False, True
            continue
        word = record.word
        is_value = is_after_heading and heading not in _ROWS
        is_known = word in _ROWS | _TEXTS and not is_value
        is_new = word and is_after_blank and heading not in {"Comment", *_ROWS}
        if is_known or is_new:
            heading, is_after_heading = word, True
            sections.open(word)
        else:
            _add(sections, heading, record)
            is_after_heading = False
        is_after_blank = False


def _add(sections: _Sections, heading: str, record: Record) -> None:
    if heading in _ROWS:
        sections.rows[heading].append(record)
        return
    filled = [part for part in record.fields if part]
    is_known = heading in _TEXTS
    if not heading or (not is_known and len(filled) > _PLAIN_FIELDS):
        value = heading or record.fields[0]
        raise ImportRefused("import-choice-unknown", f"/{record.line}", value=value[:_SHOWN])
    before = sections.texts[heading]
    sections.texts[heading] = "\n".join(part for part in (before, "; ".join(filled)) if part)
