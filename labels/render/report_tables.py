"""The tables of a study report: rows of text in the reader's language, figures from the study.

Rules:

* Figures are those of the result, rounded to three significant figures for reading; the attached
  document holds all their digits.
* Long bills are cut: the largest lines stand in the report, what is left is summed in one row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from footprint.quantities import significant_string
from labels.locale import Translator
from labels.render.charts import share_text
from labels.render.printed import PARTITION, is_counted, three_figures
from labels.render.report_twin import Json, Twin, localised

MOST_LINES = 60
MOST_DATASETS = 100
MOST_SOURCES = 200
MOST_PLACES = 8
_FACTOR_DIGITS = 6


@dataclass(frozen=True)
class LineRow:
    """A unit process of the bill with its result."""

    name: str
    place: str
    kind: str
    stage: str
    amount: str
    loss: str
    origin: str
    dataset: str
    note: str
    rating: str
    kg_co2e: str
    share: str


@dataclass(frozen=True)
class StageRow:
    """A stage: whether it is included, why not, and its figure absolute and relative."""

    name: str
    inclusion: str
    reason: str
    kg_co2e: str
    share: str


@dataclass(frozen=True)
class DatasetRow:
    """A dataset that lines use, with the numbers of its sources."""

    name: str
    id: str
    place: str
    year: str
    kind: str
    review_status: str
    proxy: str
    sources: str
    share: str


@dataclass(frozen=True)
class SourceRow:
    """Where figures were read."""

    number: int
    document: str
    issuing_body: str
    year: str
    where: str
    licence: str
    confidence: str


@dataclass(frozen=True)
class GasRow:
    """A greenhouse gas by origin, with the factor that characterised it."""

    gas: str
    origin: str
    factor: str
    mass_kg: str
    kg_co2e: str
    share: str


def line_rows(twin: Twin, reader: Translator) -> list[LineRow]:
    """The largest lines of the bill."""
    return [_line_row(twin, line, reader) for line in twin.lines[:MOST_LINES]]


def lines_left(twin: Twin) -> tuple[int, Decimal]:
    """How many lines are not shown, and their sum in kgCO2e."""
    left = twin.lines[MOST_LINES:]
    return len(left), sum((Decimal(line["kg_co2e"]) for line in left), Decimal(0))


def _line_row(twin: Twin, line: Json, reader: Translator) -> LineRow:
    submitted = twin.submitted(line)
    is_whole = line["part"] == "line"
    loss = submitted.get("loss") if is_whole else None
    text = ""
    if loss:
        rate = reader.percent(loss["rate"], 1)
        text = reader.text(
            "line.with_loss", rate=rate, route=_word(reader, "loss_route", loss["route"])
        )
    amount, held = localised(line["amount"], reader), Decimal(line["held_count"])
    if held != 1:  # an amount of one assembly, beside the figure of all of them
        amount = f"{amount} × {reader.number(significant_string(held, 3))}"
    rating = line.get("data_quality_rating")
    return LineRow(
        name=line["name"],
        place=f"{line['assembly']}/{line['ref']}" if line["assembly"] else line["ref"],
        kind=_word(reader, "line_kind", submitted["kind"] if is_whole else line["part"]),
        stage=_word(reader, "stage", line["stage"]),
        amount=amount,
        loss=text,
        origin=_word(reader, "activity_origin", submitted["activity_origin"]),
        dataset=twin.dataset_name(line["dataset"], reader),
        note=submitted.get("note", "") if is_whole else "",
        rating="" if rating is None else reader.number(significant_string(Decimal(rating), 2)),
        kg_co2e=three_figures(line["kg_co2e"], reader),
        share=share_text(reader, twin.share(line["kg_co2e"])),
    )


def _word(reader: Translator, family: str, value: str) -> str:
    """A word of a vocabulary; the value itself where the catalogue has none."""
    key = f"{family}.{value}"
    return reader.text(key) if reader.has(key) else value


def assembly_rows(twin: Twin, reader: Translator) -> list[tuple[str, str, str]]:
    """(assembly, the assembly it is used in or "" for the product, how many of it)."""
    parents = [("", twin.bill["lines"])]
    parents += [(name, a["lines"]) for name, a in sorted(twin.bill["assemblies"].items())]
    return [
        (
            f"{twin.bill['assemblies'][line['assembly']]['name']} ({line['assembly']})",
            parent,
            reader.number(line["quantity"]),
        )
        for parent, lines in parents
        for line in lines
        if line["kind"] == "assembly"
    ][:MOST_LINES]


def stage_rows(twin: Twin, reader: Translator) -> list[StageRow]:
    """The five stages, counted or not."""
    scale = sum((abs(Decimal(s.kg_co2e)) for s in twin.stages if is_counted(s)), Decimal(0))
    rows = []
    for stage, said in zip(twin.stages, twin.result["stages"], strict=True):
        value = Decimal(stage.kg_co2e)
        counts = is_counted(stage)
        rows.append(
            StageRow(
                name=reader.text(f"stage.{stage.stage}"),
                inclusion=reader.text(f"inclusion.{stage.inclusion}"),
                reason=said["reason"],
                kg_co2e=three_figures(value, reader) if counts else "–",
                share=share_text(reader, value / scale if scale else Decimal(0)) if counts else "–",
            )
        )
    return rows


def dataset_rows(twin: Twin, numbers: Mapping[str, int], reader: Translator) -> list[DatasetRow]:
    """The datasets of the lines, those that carry most first."""
    carried = _carried(twin)
    rows = []
    for dataset in sorted(carried, key=lambda name: (-carried[name], name))[:MOST_DATASETS]:
        facts = twin.datasets[dataset]
        marks = sorted({numbers[name] for name in facts["sources"] if name in numbers})
        rows.append(
            DatasetRow(
                name=reader.local(facts["names"]) or dataset,
                id=dataset,
                place=reader.place(facts["location"]),
                year=facts["year"],
                kind=_word(reader, "dataset_kind", facts["kind"]),
                review_status=_word(reader, "review_status", facts["review_status"]),
                proxy=facts["proxy"],
                sources=", ".join(map(str, marks)) or "–",
                share=share_text(reader, carried[dataset]),
            )
        )
    return rows


def _carried(twin: Twin) -> dict[str, Decimal]:
    """Share of |impact| of each dataset that lines name."""
    carried: dict[str, Decimal] = {}
    for line in twin.lines:
        if line["dataset"] in twin.datasets:
            share = twin.share(line["kg_co2e"])
            carried[line["dataset"]] = carried.get(line["dataset"], Decimal(0)) + share
    return carried


def source_numbers(twin: Twin) -> dict[str, int]:
    """The number of every source of the datasets used; figures of one document share theirs."""
    carried = _carried(twin)
    numbers: dict[tuple[str, ...], int] = {}
    found = {}
    for dataset in sorted(carried, key=lambda name: (-carried[name], name)):
        for name in twin.datasets[dataset]["sources"]:
            source = twin.body["sources"].get(name)
            if source is not None:
                found[name] = numbers.setdefault(_document(source), len(numbers) + 1)
    return found


def _document(source: Json) -> tuple[str, ...]:
    return tuple(
        source[name] for name in ("document", "issuing_body", "year", "licence", "confidence")
    )


def source_rows(twin: Twin, numbers: Mapping[str, int], reader: Translator) -> list[SourceRow]:
    """Where the figures of those datasets were read, a row a document."""
    named: dict[int, list[str]] = {}
    for name, number in numbers.items():
        named.setdefault(number, []).append(name)
    rows = []
    for number, names in sorted(named.items())[:MOST_SOURCES]:
        source = twin.body["sources"][names[0]]
        rows_read = dict.fromkeys(twin.body["sources"][name]["table_or_row"] for name in names)
        rows.append(
            SourceRow(
                number=number,
                document=source["document"],
                issuing_body=source["issuing_body"],
                year=source["year"],
                where=places(list(rows_read), reader),
                licence=source["licence"],
                confidence=_word(reader, "confidence", source["confidence"]),
            )
        )
    return rows


def places(named: Sequence[str], reader: Translator) -> str:
    """The first places, pages or serials of a list, and how many more there are."""
    shown = "; ".join(named[:MOST_PLACES])
    more = len(named) - MOST_PLACES
    return f"{shown}; {reader.text('report.more_places', count=more)}" if more > 0 else shown


def supplier_documents(twin: Twin, reader: Translator) -> list[tuple[str, str, str]]:
    """(line, document, what is claimed of its verification) of every supplier's footprint."""
    rows = []
    for line in twin.lines:
        supplier = twin.submitted(line).get("supplier_footprint")
        if supplier and line["part"] == "line":
            claim = _word(reader, "verification_claim", line["verification"])
            rows.append((line["name"], supplier["document"], claim))
    return rows


def gas_rows(twin: Twin, reader: Translator) -> list[GasRow]:
    """Every gas of the result, the largest first, with the factor the result itself shows."""
    gases = sorted(twin.result["gases"], key=lambda g: (-abs(Decimal(g["kg_co2e"])), g["key"]))
    scale = sum((abs(Decimal(g["kg_co2e"])) for g in gases), Decimal(0))
    rows = []
    for gas in gases:
        substance, origin, direction, *flags = gas["key"].split(":")
        notes = [] if direction == "emission" else [reader.text(f"gas_note.{direction}")]
        notes += [_gas_note(flag, reader) for flag in flags]
        mass, value = Decimal(gas["mass_kg"]), Decimal(gas["kg_co2e"])
        rows.append(
            GasRow(
                gas=substance,
                origin=" · ".join([reader.text(f"origin.{origin}"), *notes]),
                factor=_factor(mass, value, reader),
                mass_kg=three_figures(mass, reader),
                kg_co2e=three_figures(value, reader),
                share=share_text(reader, abs(value) / scale if scale else Decimal(0)),
            )
        )
    return rows


def _factor(mass: Decimal, value: Decimal, reader: Translator) -> str:
    if not mass:
        return "–"
    digits = Decimal(significant_string(value / mass, _FACTOR_DIGITS))
    return reader.number(f"{digits.normalize():f}")


def _gas_note(flag: str, reader: Translator) -> str:
    if flag == "gwp=unstated":
        return reader.text("gas_note.gwp-unstated")
    if flag.startswith("gwp="):
        return reader.text("gas_note.gwp", name=flag[4:])
    return reader.text(f"gas_note.{flag}")


def part_rows(twin: Twin, reader: Translator) -> list[tuple[str, str]]:
    """Fossil, biogenic, land use, aircraft: what is reported apart and sums to the total."""
    parts = twin.result["partition"]
    return [
        (reader.text(f"partition.{name}"), three_figures(parts[name], reader))
        for name in PARTITION
        if name in parts
    ]


def electricity_rows(twin: Twin, reader: Translator) -> list[tuple[str, str, str, str]]:
    """(line, amount, dataset with place and year, kgCO2e) of lines that buy electricity."""
    rows = []
    for line in twin.lines:
        facts = twin.datasets.get(line["dataset"])
        if facts and facts["industry"] == "electricity":
            place = f"{reader.place(facts['location'])} {facts['year']}"
            source = f"{reader.local(facts['names'])} · {place}"
            amount = localised(line["amount"], reader)
            rows.append((line["name"], amount, source, three_figures(line["kg_co2e"], reader)))
    return rows


def origin_rows(twin: Twin, reader: Translator) -> list[tuple[str, str]]:
    """Where the amounts come from and how far their datasets were examined, as shares."""
    by_origin: dict[str, Decimal] = {}
    by_status: dict[str, Decimal] = {}
    for line in twin.lines:
        share = twin.share(line["kg_co2e"])
        origin = reader.text(f"activity_origin.{twin.submitted(line)['activity_origin']}")
        by_origin[origin] = by_origin.get(origin, Decimal(0)) + share
        facts = twin.datasets.get(line["dataset"])
        status = facts["review_status"] if facts else ""
        name = (
            _word(reader, "review_status", status) if status else reader.text("report.no_dataset")
        )
        by_status[name] = by_status.get(name, Decimal(0)) + share
    return [
        (reader.text(key, name=name), share_text(reader, share))
        for key, shares in (
            ("report.amounts_by_origin", by_origin),
            ("report.datasets_by_status", by_status),
        )
        for name, share in sorted(shares.items(), key=lambda item: -item[1])
    ]
