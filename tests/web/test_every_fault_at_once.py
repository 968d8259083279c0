"""Whatever is wrong with a bill of materials is found in one go, and nothing else is reported."""

from __future__ import annotations

import copy
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.intake.faults import examine
from api.schemas.bom import BomIn
from footprint.errors import LinkError

STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")
KNOWN = frozenset({"steel", "power"})


def a_document(lines: int, parts: int = 0) -> dict[str, Any]:
    """A good document: so many lines in the product and as many in each assembly."""
    names = [f"part/{number}~{number}" for number in range(parts)]
    document: dict[str, Any] = {
        "product": {"name": {"en": "Thing"}, "model": "T-1", "category": "cpc-1"},
        "unit": {"kind": "declared", "amount": "1", "unit": "kg", "description": {"en": "1 kg"}},
        "boundary": "cradle-to-gate",
        "reference_period": {"from": "2024-01-01", "to": "2024-12-31"},
        "geography": "CN",
        "stages": dict.fromkeys(STAGES, "cut") | {"raw-material": "included"},
        "lines": [_line(number) for number in range(lines)],
        "assemblies": {
            name: {"name": "part", "lines": [_line(n) for n in range(lines)]} for name in names
        },
    }
    document["stages"]["manufacturing"] = "included"
    document["lines"].append(
        {"ref": "heat", "kind": "energy", "name": "heat", "dataset": "power", "amount": "1",
         "unit": "kWh"}
    )  # fmt: skip
    document["lines"] += [
        {"ref": f"uses{n}", "kind": "assembly", "name": "part", "assembly": name, "quantity": "1"}
        for n, name in enumerate(names)
    ]
    return document


def _line(number: int) -> dict[str, Any]:
    return {
        "ref": f"line{number}",
        "kind": "material",
        "name": f"line {number}",
        "dataset": "steel",
        "amount": "1",
        "unit": "kg",
    }


def calculate(bom: BomIn) -> str:
    """Stands in for the engine: makes the core value, then links every dataset."""
    core = bom.to_core()
    for _name, place, lines in core.parts():
        for position, line in enumerate(lines):
            dataset = getattr(line, "dataset", "steel")
            if dataset not in KNOWN:
                where = line.place or f"{place}/lines/{position}"
                raise LinkError("dataset-unknown", f"{where}/dataset", dataset=str(dataset))
    return "calculated"


BREAKAGES: tuple[dict[str, Any], ...] = (
    {"amount": "many"},
    {"amount": "-1"},
    {"dataset": "unobtainium"},
    {"unit": "cubit"},
    {"kind": "substance"},
    {"loss": {"rate": "2", "route": "sold-scrap"}},
    {"colour": "red"},
    {"ref": "not a ref!"},
)


def _pointer(part: str, position: int) -> str:
    escaped = part.replace("~", "~0").replace("/", "~1")
    return (f"/assemblies/{escaped}" if part else "") + f"/lines/{position}"


@given(
    lines=st.integers(1, 8),
    parts=st.integers(0, 2),
    data=st.data(),
)
def test_exactly_the_broken_lines_are_reported_whatever_breaks_them(
    lines: int, parts: int, data: st.DataObject
) -> None:
    document = a_document(lines, parts)
    places = ["", *document["assemblies"]]
    chosen = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(places), st.integers(0, lines - 1), st.sampled_from(BREAKAGES)
            ),
            max_size=6,
            unique_by=lambda choice: choice[:2],
        )
    )
    for part, position, breakage in chosen:
        target = document["assemblies"][part]["lines"] if part else document["lines"]
        target[position] = {**target[position], **breakage}
    given_document = copy.deepcopy(document)
    examined = examine(document, calculate)
    assert document == given_document, "what was sent is left as it was"
    reported = {re.match(r".*/lines/[0-9]+", f.place) for f in examined.faults}
    broken = {_pointer(part, position) for part, position, _ in chosen}
    assert {match[0] for match in reported if match} == broken
    assert all(match for match in reported), [f.place for f in examined.faults]
    assert (examined.answer == "calculated") is (not chosen)


CELLS: dict[str, tuple[str, str]] = {  # cell -> what is written there, what is said of it
    "amount": ("many", "amount-not-a-number"),
    "dataset": ("unobtainium", "dataset-unknown"),
    "unit": ("cubit", "unit-unknown"),
    "ref": ("taken", "line-ref-twice"),
    "note": ("\u202e", "name-character-refused"),
    "colour": ("red", "member-unknown"),
}


@given(
    rows=st.lists(st.sets(st.sampled_from(sorted(CELLS))), min_size=1, max_size=6),
    parts=st.integers(0, 1),
)
def test_every_broken_cell_of_every_row_is_reported_and_no_other(
    rows: list[set[str]], parts: int
) -> None:
    document = a_document(len(rows) + 1, parts)
    lines = document["lines"]
    lines[0]["ref"] = "taken"
    for line, cells in zip(lines[1:], rows, strict=False):
        line |= {cell: CELLS[cell][0] for cell in cells}
    reported = {(f.code, f.place) for f in examine(document, calculate).faults}
    assert reported == {
        (CELLS[cell][1], f"/lines/{number}/{cell}")
        for number, cells in enumerate(rows, start=1)
        for cell in cells
    }


def test_a_broken_head_does_not_hide_broken_lines() -> None:
    document = a_document(3)
    document["boundary"] = "cradle-to-moon"
    document["unit"]["amount"] = "0"
    document["lines"][1]["dataset"] = "unobtainium"
    codes = {(f.code, f.place) for f in examine(document, calculate).faults}
    assert ("value-not-allowed", "/boundary") in codes
    assert ("dataset-unknown", "/lines/1/dataset") in codes
    assert any(place.startswith("/unit") for _, place in codes)


def test_a_head_that_does_not_go_together_does_not_hide_broken_lines() -> None:
    document = a_document(2)
    document["boundary"] = "cradle-to-grave"
    document["lines"][0]["dataset"] = "unobtainium"
    codes = {f.code for f in examine(document, calculate).faults}
    assert {"declared-unit-needs-partial", "dataset-unknown"} <= codes


def test_two_stages_without_lines_are_both_reported_and_hide_nothing() -> None:
    document = a_document(2)
    document["boundary"], document["unit"]["kind"] = "cradle-to-grave", "functional"
    document["stages"] |= {"use": "included", "distribution": "included"}
    document["stages"]["end-of-life"] = "not-applicable"
    document["stage_reasons"] = {"end-of-life": "consumed whole"}
    document["lines"][0]["dataset"] = "unobtainium"
    codes = {(f.code, f.place) for f in examine(document, calculate).faults}
    assert codes == {
        ("stage-without-lines", "/stages/use"),
        ("stage-without-lines", "/stages/distribution"),
        ("dataset-unknown", "/lines/0/dataset"),
    }


def test_a_stage_that_loses_its_only_line_to_a_fault_is_not_reported() -> None:
    document = a_document(1)
    document["lines"][0]["dataset"] = "unobtainium"
    codes = [f.code for f in examine(document, calculate).faults]
    assert codes == ["dataset-unknown"]


def test_a_document_of_nothing_is_refused_without_an_end() -> None:
    assert examine({}, calculate).faults
    assert examine({"lines": 7, "assemblies": []}, calculate).faults
