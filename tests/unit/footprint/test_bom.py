"""The bill of materials as a whole: stages against boundary, names, nesting, size."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from api.schemas.bom import BomIn
from footprint.bom import (
    MAX_LINES,
    BillOfMaterials,
    Boundary,
    Stage,
    StageInclusion,
    StudyUnit,
    UnitKind,
    check_amounts,
    multiplicities,
)
from footprint.errors import FootprintError, FootprintErrors
from tests.support.builders import a_bom, a_bom_document, a_material, an_energy

STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")
LINES = (
    a_material("raw-material", "d"),
    an_energy("manufacturing", "d"),
    a_material("distribution", "d", stage="distribution"),
    a_material("use", "d", stage="use"),
    a_material("end-of-life", "d", stage="end-of-life"),
)


def errors_of(make: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(FootprintError) as refused:
        make()
    error = refused.value
    found = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [(e.code, e.place) for e in found]


def a_study(
    boundary: str,
    counted: Sequence[str],
    others: str = "not-specified",
    reasons: Mapping[str, str] | None = None,
) -> BillOfMaterials:
    """A bill whose counted stages have one line each."""
    return a_bom(
        [line for line in LINES if line["ref"] in counted],
        boundary=boundary,
        unit_kind="functional" if boundary == "cradle-to-grave" else "declared",
        stages={stage: "included" if stage in counted else others for stage in STAGES},
        stage_reasons=reasons,
    )


def used(name: str, quantity: str = "1", ref: str = "x") -> dict[str, object]:
    return {"ref": ref, "kind": "assembly", "name": "x", "assembly": name, "quantity": quantity}


def assembly(*lines: Mapping[str, object]) -> dict[str, object]:
    return {"name": "part", "lines": list(lines)}


@pytest.mark.parametrize(
    ("boundary", "counted"),
    [
        ("cradle-to-gate", STAGES[:2]),
        ("cradle-to-site", STAGES[:3]),
        ("cradle-to-grave", STAGES),
    ],
)
def test_boundary_counts_its_stages(boundary: str, counted: Sequence[str]) -> None:
    bom = a_study(boundary, counted)
    assert bom.boundary is Boundary(boundary)
    assert [s for s in STAGES if bom.stages[s] is StageInclusion.INCLUDED] == list(counted)  # type: ignore[index]


@pytest.mark.parametrize("others", ["not-specified", "cut", "not-applicable"])
@pytest.mark.parametrize(
    ("boundary", "needed"),
    [
        ("cradle-to-gate", "raw-material"),
        ("cradle-to-gate", "manufacturing"),
        ("cradle-to-site", "distribution"),
        ("cradle-to-grave", "manufacturing"),
    ],
)
def test_boundary_without_a_stage_it_needs_is_refused(
    boundary: str, needed: str, others: str
) -> None:
    full = {"cradle-to-gate": STAGES[:2], "cradle-to-site": STAGES[:3], "cradle-to-grave": STAGES}
    counted = [stage for stage in full[boundary] if stage != needed]
    errors = errors_of(lambda: a_study(boundary, counted, others))
    assert ("stage-required", f"/stages/{needed}") in errors


@pytest.mark.parametrize(
    ("boundary", "beyond"),
    [
        ("cradle-to-gate", "distribution"),
        ("cradle-to-gate", "use"),
        ("cradle-to-gate", "end-of-life"),
        ("cradle-to-site", "use"),
        ("gate-to-gate", "end-of-life"),
    ],
)
def test_stage_beyond_the_boundary_cannot_count(boundary: str, beyond: str) -> None:
    """Else the figure would hold more than the boundary printed beside it says."""
    full = {"cradle-to-gate": STAGES[:2], "cradle-to-site": STAGES[:3], "gate-to-gate": STAGES[1:2]}
    errors = errors_of(lambda: a_study(boundary, [*full[boundary], beyond]))
    assert ("stage-beyond-boundary", f"/stages/{beyond}") in errors


@pytest.mark.parametrize("left_out", ["use", "end-of-life"])
def test_cradle_to_grave_may_have_no_use_or_end_of_life_but_must_say_why(left_out: str) -> None:
    counted = [stage for stage in STAGES if stage != left_out]
    reasons = {left_out: "bought as a spare and never switched on"}
    bom = a_study("cradle-to-grave", counted, "not-applicable", reasons)
    assert bom.stage_reasons == reasons
    for silence in ({}, {left_out: "  "}, {"distribution": "a reason for another stage"}):
        errors = errors_of(
            lambda said=silence: a_study("cradle-to-grave", counted, "not-applicable", said)  # type: ignore[misc]
        )
        assert errors == [("stage-without-reason", f"/stages/{left_out}")]
    for state in ("cut", "not-specified"):
        errors = errors_of(
            lambda state=state: a_study("cradle-to-grave", counted, state, reasons)  # type: ignore[misc]
        )
        assert errors == [("stage-required", f"/stages/{left_out}")]


def an_end(ref: str, share: str, mass: str = "10", unit: str = "kg", **more: str) -> dict[str, Any]:
    end = {"ref": ref, "kind": "end-of-life", "name": ref, "dataset": "d", "share": share}
    return {**end, "mass": mass, "mass_unit": unit, **more}


def a_life_that_ends(*ends: Mapping[str, object]) -> BillOfMaterials:
    return a_bom(
        [*LINES[:2], *ends],
        boundary="cradle-to-grave",
        unit_kind="functional",
        stages={
            **dict.fromkeys(STAGES, "included"),
            "use": "not-applicable",
            "distribution": "not-applicable",
        },
        stage_reasons={"use": "needs nothing in use"},
    )


@pytest.mark.parametrize(
    "ends",
    [
        (an_end("recycled", "0.7"), an_end("burnt", "0.2"), an_end("buried", "0.2")),
        (an_end("recycled", "0.7"), an_end("burnt", "0.2"), an_end("buried", "0.2", "0.01", "t")),
        (
            an_end("recycled", "1", item="case"),
            an_end("x", "0"),
            an_end("buried", "0.1", "9", item="case"),
        ),
    ],
)
def test_treatments_of_one_thing_that_add_up_to_more_than_the_thing_are_refused(
    ends: Sequence[Mapping[str, object]],
) -> None:
    """The third brings it over one: that line is named."""
    errors = errors_of(lambda: a_life_that_ends(*ends))
    assert errors == [("end-of-life-shares-over-one", "/lines/4/share")]


@pytest.mark.parametrize(
    "ends",
    [
        (an_end("recycled", "0.7"), an_end("burnt", "0.2"), an_end("buried", "0.1")),
        (an_end("case", "1"), an_end("cells", "1", "5")),
        (
            an_end("taken-apart", "1", item="pack"),
            an_end("shredded", "1", item="pack, taken apart"),
        ),
    ],
)
def test_treatments_of_different_things_or_of_the_whole_of_one_are_taken(
    ends: Sequence[Mapping[str, object]],
) -> None:
    assert a_life_that_ends(*ends).lines[2:]


def test_declared_unit_needs_a_partial_footprint() -> None:
    document = a_bom_document(
        LINES, boundary="cradle-to-grave", stages=dict.fromkeys(STAGES, "included")
    )
    errors = errors_of(lambda: BomIn.model_validate(document).to_core())
    assert errors == [("declared-unit-needs-partial", "/unit/kind")]


def test_gate_to_gate_states_its_reason() -> None:
    document = a_bom_document(
        [an_energy("e", "d")],
        boundary="gate-to-gate",
        stages={stage: "included" if stage == "manufacturing" else "cut" for stage in STAGES},
    )
    errors = errors_of(lambda: BomIn.model_validate(document).to_core())
    assert errors == [("gate-to-gate-without-reason", "/assumptions")]
    stated = {**document, "assumptions": ["toll work on the customer's own material"]}
    assert BomIn.model_validate(stated).to_core().boundary is Boundary.GATE_TO_GATE


def test_missing_stage_is_named_and_every_one_of_them() -> None:
    document = a_bom_document(LINES[:2], stages={"raw-material": "included", "use": "cut"})
    errors = errors_of(lambda: BomIn.model_validate(document).to_core())
    missing = [
        ("stage-missing", f"/stages/{s}") for s in ("manufacturing", "distribution", "end-of-life")
    ]
    assert errors == missing


def test_stage_that_counts_has_lines_and_one_that_does_not_has_none() -> None:
    empty = errors_of(lambda: a_bom([a_material("m", "d")]))
    assert empty == [("stage-without-lines", "/stages/manufacturing")]
    stray = errors_of(lambda: a_bom([*LINES[:2], a_material("x", "d", stage="use")]))
    assert stray == [("line-in-excluded-stage", "/lines/2")]


def test_everything_impossible_is_reported_at_once() -> None:
    document = a_bom_document(
        [a_material("m", "d"), a_material("m", "d"), used("nowhere"), an_energy("e", "d")],
        stages={**dict.fromkeys(STAGES, "cut"), "manufacturing": "included"},
    )
    document["reference_period"] = {"from": "2024-12-31", "to": "2024-01-01"}
    assert errors_of(lambda: BomIn.model_validate(document).to_core()) == [
        ("period-reversed", "/reference_period"),
        ("line-ref-twice", "/lines/1/ref"),
        ("assembly-unknown", "/lines/2/assembly"),
        ("stage-required", "/stages/raw-material"),
    ]


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_unit_amount_is_above_zero(amount: str) -> None:
    unit = errors_of(
        lambda: StudyUnit(
            kind=UnitKind.DECLARED, amount=Decimal(amount), unit="kg", description={"en": "1 kg"}
        )
    )
    assert unit == [("unit-amount-not-positive", "/unit/amount")]


@pytest.mark.parametrize(
    ("lines", "assemblies", "path"),
    [
        ([used("a")], {"a": assembly(used("a"))}, "a > a"),
        (
            [used("a")],
            {"a": assembly(used("b")), "b": assembly(used("c")), "c": assembly(used("a"))},
            "a > b > c > a",
        ),
        (
            [used("x")],
            {"x": assembly(used("y")), "y": assembly(used("z")), "z": assembly(used("y"))},
            "y > z > y",
        ),
    ],
)
def test_cycle_is_named_with_its_path(
    lines: list[dict[str, object]], assemblies: dict[str, object], path: str
) -> None:
    with pytest.raises(FootprintError) as refused:
        a_bom([*LINES[:2], *lines], assemblies)
    assert refused.value.code == "bom-cycle"
    assert refused.value.parameters == {"path": path}
    assert refused.value.place == f"/assemblies/{path[0]}"


def a_tower(levels: int) -> BillOfMaterials:
    """``levels`` assemblies, each inside the one before."""
    names = [f"l{i:02d}" for i in range(levels)]
    assemblies = {name: assembly(used(below, "2")) for name, below in itertools.pairwise(names)}
    assemblies[names[-1]] = assembly(a_material("m", "d"))
    return a_bom([*LINES[:2], used(names[0])], assemblies)


def test_thirty_levels_are_allowed_and_thirty_one_are_not() -> None:
    assert multiplicities(a_tower(30))["l29"] == 2**29
    assert errors_of(lambda: a_tower(31)) == [("bom-too-deep", "/assemblies/l30")]


def test_tower_of_a_thousand_levels_is_refused_and_does_not_end_the_process() -> None:
    assert errors_of(lambda: a_tower(1_000))[0][0] == "bom-too-deep"


def test_diamond_of_two_to_the_thirtieth_paths_is_rolled_up_at_once() -> None:
    """Threat 28: each level uses the next one twice; every assembly is visited once."""
    names = [f"l{i:02d}" for i in range(30)]
    assemblies = {
        name: assembly(used(below, ref="left"), used(below, ref="right"))
        for name, below in itertools.pairwise(names)
    }
    assemblies[names[-1]] = assembly(a_material("m", "d"))
    lines = [*LINES[:2], used(names[0], ref="left"), used(names[0], ref="right")]
    start = time.process_time()
    bom = a_bom(lines, assemblies)
    seconds = time.process_time() - start
    assert multiplicities(bom)[names[-1]] == 2**30
    assert seconds < 20  # 2^30 visits would take minutes


def test_twenty_thousand_lines_are_allowed_and_one_more_is_not() -> None:
    lines = [a_material(f"m{i}", "d") for i in range(MAX_LINES - 2)]
    part = {"part": assembly(a_material("m", "d"))}
    assert a_bom([*lines, an_energy("e", "d"), a_material("last", "d")])
    errors = errors_of(lambda: a_bom([*lines, an_energy("e", "d"), used("part")], part))
    assert errors == [("bom-too-long", "/lines")]


def test_assembly_that_nothing_uses_is_refused() -> None:
    """Its emissions would be missing from the total without a word."""
    errors = errors_of(
        lambda: a_bom(
            [*LINES[:2], used("a")],
            {
                "a": assembly(a_material("m", "d")),
                "b": assembly(used("c")),
                "c": assembly(a_material("m", "d")),
            },
        )
    )
    assert errors == [("assembly-unused", "/assemblies/b"), ("assembly-unused", "/assemblies/c")]


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "a\u200b"])
def test_name_of_an_assembly_can_be_referred_to(name: str) -> None:
    """The name "" above all: it is the product itself, and its lines would count unasked."""
    errors = errors_of(lambda: a_bom(LINES[:2], {name: assembly(a_material("m", "d"))}))
    assert errors[0][0] in {"name-length", "name-character-refused"}


def test_place_of_an_assembly_is_a_pointer_whatever_its_name() -> None:
    errors = errors_of(
        lambda: a_bom(
            [*LINES[:2], used("a/b~c")],
            {"a/b~c": assembly(a_material("m", "d"), a_material("m", "d"))},
        )
    )
    assert errors == [("line-ref-twice", "/assemblies/a~1b~0c/lines/1/ref")]


def test_zero_times_an_assembly_counts_nothing_and_is_no_error() -> None:
    bom = a_bom([*LINES[:2], used("a", "0")], {"a": assembly(a_material("m", "d"))})
    assert multiplicities(bom)["a"] == 0


NOTHING = (
    a_material("m", "steel", "0"),
    {**LINES[1], "ref": "e0", "amount": "0"},
)


def test_bill_of_nothing_but_zeros_is_refused() -> None:
    assert errors_of(lambda: check_amounts(a_bom(NOTHING))) == [("bom-without-amounts", "/lines")]
    none_of_it = a_bom([*NOTHING, used("a", "0")], {"a": assembly(a_material("m", "steel"))})
    assert errors_of(lambda: check_amounts(none_of_it)) == [("bom-without-amounts", "/lines")]


def test_stage_of_nothing_but_zeros_is_not_included() -> None:
    """It would be printed as included on the label of a product nobody looked at in that stage."""
    made_of_nothing = a_bom([NOTHING[0], LINES[1]])
    assert errors_of(lambda: check_amounts(made_of_nothing)) == [
        ("stage-without-amounts", "/stages/raw-material")
    ]
    stages = {**made_of_nothing.stages, Stage.RAW_MATERIAL: StageInclusion.PARTLY_INCLUDED}
    check_amounts(replace(made_of_nothing, stages=stages))


def test_one_amount_in_a_part_fills_its_stage() -> None:
    check_amounts(a_bom([*NOTHING, LINES[1], used("a")], {"a": assembly(a_material("m", "steel"))}))


@pytest.mark.parametrize("zero", ["mass", "distance"])
def test_no_mass_and_no_distance_is_no_transport(zero: str) -> None:
    leg = {
        "ref": "t",
        "kind": "transport",
        "name": "truck",
        "dataset": "d",
        "mass": "1",
        "mass_unit": "t",
        "distance": "1",
    }
    stages = {stage: "included" if stage in STAGES[:3] else "cut" for stage in STAGES}
    bom = a_bom([*LINES[:2], {**leg, zero: "0"}], boundary="cradle-to-site", stages=stages)
    assert errors_of(lambda: check_amounts(bom)) == [
        ("stage-without-amounts", "/stages/distribution")
    ]
