"""Every figure of the shipped inventory stands in sources.csv, or follows from it by arithmetic."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from footprint.inventory import DatasetKind, Process, ReviewStatus
from lca_db.inventory.reference_files import load_reference, read_datasets
from lca_db.inventory.reference_sources import (
    FROM_MEMORY,
    OPEN_LICENCES,
    UNCONFIRMED,
    SourceLine,
    read_sources,
)
from lca_db.inventory.statistics import WITHOUT_FIGURE, inventory_statistics
from lca_db.inventory.variants import read_variants
from tests.support.derivations import (
    NotArithmeticError,
    agrees,
    evaluate,
    source_factor,
)

FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
FACT_ID = re.compile(r"[a-z_]+-[0-9]{4}|[a-z_]+\.csv:[0-9]+")
LINES = read_sources(resources.files("lca_db.inventory.reference"))


@lru_cache
def processes() -> tuple[Process, ...]:
    return load_reference()[0].processes


def figures(process: Process) -> Iterator[tuple[str, Decimal, str, tuple[str, ...]]]:
    """(member, amount, unit, sources) of every exchange and emission of a dataset."""
    for position, exchange in enumerate(process.inputs):
        yield f"/inputs/{position}", exchange.amount, exchange.unit, exchange.sources
    for position, emission in enumerate(process.emissions):
        yield f"/emissions/{position}", emission.amount_kg, "kg", emission.sources
    sources_of = {note["member"]: tuple(note["sources"]) for note in notes(process)}
    for position, product in enumerate(process.co_products):
        member = f"/co_products/{position}"
        yield member, product.amount, product.unit, sources_of[member]


def notes(process: Process) -> list[dict[str, Any]]:
    """The derivations and notes a dataset keeps for its readers."""
    kept = process.content["derivations"]
    assert isinstance(kept, list)
    return kept


def derivations(process: Process) -> dict[str, str]:
    return {note["member"]: note["derivation"] for note in notes(process) if note["derivation"]}


def faults(process: Process) -> Iterator[str]:
    """What in a dataset does not follow from its sources, in words."""
    values = {source_id: line.value for source_id, line in LINES.items() if line.value}
    known = derivations(process)
    for member, amount, unit, sources in figures(process):
        if member in known:
            value = evaluate(known[member], values)
            if not agrees(amount, value):
                yield f"{member}: {amount} is not {known[member]} = {float(value)!r}"
            continue
        line = LINES[sources[0]]
        factor = source_factor(line.unit, unit, process.unit)
        if factor is None:
            yield f"{member}: no derivation, and {line.unit!r} is no {unit} per {process.unit}"
            continue
        value = evaluate(line.value, {}) * evaluate(str(factor), {})
        if "/" in line.unit:
            value *= evaluate(str(process.reference_amount), {})
        if not agrees(amount, value):
            yield f"{member}: {amount} {unit} is not {line.value} {line.unit} ({sources[0]})"


@pytest.mark.parametrize("process", processes(), ids=lambda p: p.id)
def test_every_amount_is_its_source_value_or_its_derivation(process: Process) -> None:
    assert list(faults(process)) == []


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.source.id)
def test_a_source_names_where_the_figure_stands_and_under_which_licence(line: SourceLine) -> None:
    source = line.source
    for text in (source.document, source.issuing_body, source.year, source.table_or_row):
        assert text.strip()
    assert source.licence in OPEN_LICENCES or source.licence == FROM_MEMORY
    assert source.confidence in {"a", "b", "c"}


FROM_MEMORY_TOLD = re.compile(r"## Figures from memory\n.*?(?=\n## )", re.DOTALL)
REMEMBERED = re.compile(r"memory-[0-9]+|remembered|no document at hand")


def test_a_figure_from_memory_says_so_and_stands_by_name_in_the_document() -> None:
    """It is no quotation: the document named in its line is where it is thought to stand."""
    told = {i for i, line in LINES.items() if line.source.licence == FROM_MEMORY}
    found = {
        source_id
        for source_id, line in LINES.items()
        if REMEMBERED.search(f"{line.source.document} {line.source.issuing_body} {line.note}")
    }
    assert told == found
    section = FROM_MEMORY_TOLD.findall(DOCUMENT.read_text("utf-8"))
    assert set(re.findall(r"`([a-z0-9-]+)`", "".join(section))) == told


# What the row of a source says of the vehicle, and how the dataset it is linked to is called.
VEHICLES = {
    r"barge|inland waterways": "freight-barge-",
    r"tanker": "freight-sea-(product|chemical)-tanker",
    r"container ship": "freight-sea-container",
    r"bulk carrier": "freight-sea-bulk",
    r"ocean freighter": "freight-sea-",
    r"\btrain|railway": "freight-rail-",
    r"lorry|truck": "(freight-road|waste-collection-truck)-",
}


def test_freight_is_linked_to_the_vehicle_that_its_source_names() -> None:
    """A barge emits eight times what a bulk carrier does: one was linked as the other."""
    wrong = [
        (process.id, exchange.provider, source)
        for process in processes()
        for exchange in process.inputs
        if exchange.unit == "tkm"
        for source in exchange.sources
        for said, linked in VEHICLES.items()
        if re.search(said, LINES[source].source.table_or_row, re.IGNORECASE)
        and not re.match(linked, exchange.provider)
    ]
    assert wrong == []


ELSEWHERE = re.compile(r"Europe|America|United Kingdom|British|German|global|Global|World")
OF_ITS_OWN_PLACE = {
    "polysilicon-mix-cn-2018": "names the countries China really imported from",
    "freight-air": "says which flights the average leaves out",
}


def test_no_dataset_that_is_not_a_draft_takes_its_figures_from_elsewhere() -> None:
    """The loader refuses words such as "proxy"; this finds one that calls itself nothing."""
    found = {
        process.id
        for process in processes()
        if process.review_status is not ReviewStatus.DRAFT
        and ELSEWHERE.search(f"{process.content['technology']} {process.content['comment']}")
    }
    assert found == set(OF_ITS_OWN_PLACE)


def test_every_dataset_with_an_unconfirmed_figure_or_a_stand_in_is_a_draft() -> None:
    for process in processes():
        ids = [source for _, _, _, sources in figures(process) for source in sources]
        is_unconfirmed = any(LINES[i].source.confidence == UNCONFIRMED for i in ids)
        is_proxy = process.content["proxy"] or any(n["stands_for"] for n in notes(process))
        if is_unconfirmed or is_proxy:
            assert process.review_status is ReviewStatus.DRAFT, process.id


@lru_cache
def facts() -> dict[str, dict[str, str]]:
    """The collection of facts by id, or by file and line; empty where it is not at hand."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(FACTS.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            for number, row in enumerate(csv.DictReader(text), start=2):
                found[row.get("id") or f"{file.name}:{number}"] = row
    return found


def fact_value(row: dict[str, str]) -> Decimal:
    return Decimal(row["value"] if "value" in row else row["amount"])


def test_sources_agree_with_the_collection_of_facts_where_it_is_at_hand() -> None:
    """The product runs without that folder; where it lies beside us, every copy must agree."""
    collection = facts()
    cited = [line for line in LINES.values() if FACT_ID.fullmatch(line.fact_id)]
    assert cited
    wrong = [
        f"{line.source.id}: {line.value} is not {line.fact_id}"
        for line in cited
        if collection
        and (
            line.fact_id not in collection
            or Decimal(line.value) != fact_value(collection[line.fact_id])
        )
    ]
    assert wrong == []


def test_every_source_is_used() -> None:
    used = {
        source for process in processes() for _, _, _, ids in figures(process) for source in ids
    }
    used |= {
        source_id
        for process in processes()
        for source_id in LINES
        if any(f"{{{source_id}}}" in text for text in derivations(process).values())
    }
    assert sorted(set(LINES) - used) == []


@pytest.mark.parametrize(
    "text", ["__import__('os')", "2 ** 3", "x + 1", "(1).real", "1 if 1 else 2", "[1]", "1 +"]
)
def test_a_derivation_that_is_not_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(NotArithmeticError):
        evaluate(text, {})


def test_a_derivation_with_an_unknown_source_is_refused() -> None:
    with pytest.raises(KeyError):
        evaluate("{nobody} * 2", {"somebody": "1"})


def test_a_source_whose_value_is_not_a_number_is_refused() -> None:
    with pytest.raises(ArithmeticError):
        evaluate("{somebody} * 2", {"somebody": "1 + 1"})


def test_an_amount_agrees_when_rounded_and_not_when_wrong() -> None:
    value = evaluate("{a} * {b} / 1000 * 44 / 12", {"a": "15.3", "b": "0.99"})
    assert agrees(Decimal("0.055539"), value)
    assert agrees(Decimal("0.0555390"), value)
    assert not agrees(Decimal("0.0556"), value)
    assert not agrees(Decimal("0.06"), value)


def test_a_source_value_is_converted_to_the_unit_of_the_exchange() -> None:
    assert source_factor("kgCO2e/tonnes", "kg", "kg") == Decimal("0.001")
    assert source_factor("kWh/t", "MJ", "kg") == Decimal("0.0036")
    assert source_factor("kg", "g", "kg") == Decimal(1000)
    assert source_factor("kWh/t P2O5", "kWh", "kg") is None
    assert source_factor("kg", "kWh", "kg") is None


DOCUMENT = Path(__file__).parents[2] / "docs" / "inventory.md"
ROW = re.compile(r"^\| `([a-z-]+\.yaml)` \| ([0-9]+) \| ([0-9]+) \| ([0-9]+) \|", re.MULTILINE)


@pytest.mark.parametrize("row", ROW.findall(DOCUMENT.read_text(encoding="utf-8")), ids=str)
def test_the_document_counts_the_datasets_as_they_are(row: tuple[str, str, str, str]) -> None:
    file_name, *counts = row
    statuses = [
        body["review_status"]
        for name, _, body in read_datasets(resources.files("lca_db.inventory.reference"))
        if name == file_name and isinstance(body, dict)
    ]
    assert [statuses.count(s) for s in ("official", "reviewed", "draft")] == [
        int(count) for count in counts
    ]


def test_the_document_states_what_the_inventory_holds() -> None:
    snapshot, sources = load_reference()
    counts: Any = inventory_statistics(snapshot, sources, read_variants())
    text = DOCUMENT.read_text(encoding="utf-8")
    by_status = counts["by_review_status"]
    sentence = (
        f"**{counts['datasets']} datasets**, {counts['unit_processes']} of them unit processes; "
        f"{counts['distinct_products']} products where variants by year, place or size count once; "
        f"{by_status['official']} official, {by_status['reviewed']} reviewed, "
        f"{by_status['draft']} draft; {counts['without_source']} without source"
    )
    said = " ".join(text.split())
    assert sentence in said
    by_confidence = counts["by_confidence"]
    assert set(by_confidence) == {"a", "b", "c", WITHOUT_FIGURE}
    assert (
        f"{by_confidence['a']} datasets rest on what was read in the source alone, "
        f"{by_confidence['c']} also on what we computed, {by_confidence['b']} also on an "
        f"unconfirmed figure, and {by_confidence[WITHOUT_FIGURE]} has no figure of its own"
    ) in said
    told = re.findall(r"\| ([a-z-]+) \| ([0-9]+) (?=\|)", text.partition("| file |")[0])
    assert {name: int(count) for name, count in told} == counts["by_industry"]
    assert counts["unit_processes"] >= 0.8 * counts["datasets"]


def test_the_document_says_which_unit_process_is_a_rule_and_how_many_years_are_unknown() -> None:
    snapshot, _ = load_reference()
    processes = snapshot.processes
    units = [p for p in processes if p.kind is DatasetKind.UNIT_PROCESS]
    empty = [p.id for p in units if not p.inputs and not p.emissions]
    assert empty == ["scrap-metal-recycling-cutoff"]
    said = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    real, others = len(units) - 1, len(processes) - 1
    assert f"without it they are {real} of {others}, {100 * real / others:.1f} percent" in said
    assert real >= 0.8 * others
    unstated = sum(p.year == "not stated" for p in processes)
    assert f'The year of {unstated} datasets is "not stated"' in said


def test_every_shipped_dataset_has_an_industry_and_a_pedigree() -> None:
    snapshot, _ = load_reference()
    for process in snapshot.processes:
        assert process.content.get("industry"), process.id
        assert process.content.get("pedigree"), process.id


PLACE_AND_YEAR = re.compile(
    r"(-(cn|glo|gb|rna|kr|eu|us|hk|mo|cl|cd|id|de|20[0-9]{2}|derived))+$|-by-(mass|volume)(?=-)"
)


def test_variants_are_shipped_datasets_and_same_names_of_another_place_are_variants() -> None:
    """A dataset that differs from another only in the place or year of its name counts once."""
    variants = read_variants()
    ids = {process.id for process in processes()}
    assert set(variants) | set(variants.values()) <= ids
    products: dict[str, set[str]] = {}
    for dataset in ids:
        name = PLACE_AND_YEAR.sub("", dataset)
        products.setdefault(name, set()).add(variants.get(dataset, dataset))
    assert {name: found for name, found in products.items() if len(found) > 1} == {}


def test_the_statistics_have_the_counts_that_are_promised() -> None:
    snapshot, sources = load_reference()
    counts: Any = inventory_statistics(snapshot, sources, read_variants())
    for name in ("datasets", "without_source", "unit_processes", "distinct_products"):
        assert isinstance(counts[name], int), name
    for name in ("by_industry", "by_review_status", "by_confidence"):
        assert sum(counts[name].values()) == counts["datasets"], name
