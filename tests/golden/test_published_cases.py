"""Cases from textbooks, official tables and the back of an envelope come out as they are written.

``published_cases.yaml`` says for each where it comes from and how its figures are worked out; the
arithmetic is done again here, so that neither the figure nor its derivation can be wrong alone.
"""

from __future__ import annotations

import ast
import csv
import math
import operator
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.schemas.bom import BomIn
from footprint.calculate import calculate
from footprint.inventory import (
    CoProduct,
    Emission,
    EmissionKey,
    InventorySnapshot,
    Process,
    ReviewStatus,
)
from footprint.methods import method_profile
from footprint.result import FootprintResult
from footprint.solver import full_solution, solve_intensities
from footprint.uncertainty import Lognormal, emission_uncertainty, input_uncertainty
from lca_db.inventory.importers.options import ImportOptions
from tests.support import raw_processes as raw
from tests.support.builders import (
    ALL_STAGES,
    ANY_SHA256,
    a_bom_document,
    a_material,
    a_process,
    an_input,
)

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "published_cases.yaml").read_text(encoding="utf-8")
)
FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
SUBJECTS = {
    "loops",
    "avoided products",
    "co-products",
    "waste",
    "waste sign",
    "use phase",
    "regional factors",
    "data quality",
    "transport chains",
    "recycling",
    "refrigerants",
}
OPERATORS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}
TOTALS = {
    "total": "total_kg_co2e",
    "including_uptake": "including_uptake_kg_co2e",
    "excluding_uptake": "excluding_uptake_kg_co2e",
    "primary_data_share": "primary_data_share",
    "draft_share": "draft_share",
    "unswitchable_share": "unswitchable_share",
    "data_quality_rating": "data_quality_rating",
    "data_quality_rated_share": "data_quality_rated_share",
}
SCORES = {"reliability": 2, "completeness": 3, "time": 1, "geography": 2, "technology": 4}
STAGES = {
    "material": "raw-material",
    "packaging": "raw-material",
    "energy": "manufacturing",
    "direct-emission": "manufacturing",
    "transport": "distribution",
    "leakage": "use",
}
of_every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))


def worked(expression: str) -> float:
    """The value of sums, products and exp() of plain numbers."""

    def value(node: ast.AST) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATORS[type(op)](value(left), value(right))
            case ast.UnaryOp(op=op, operand=operand):
                return OPERATORS[type(op)](value(operand))
            case ast.Call(func=ast.Name(id="exp"), args=[power]):
                return math.exp(value(power))
        raise ValueError(f"not plain arithmetic: {expression}")

    return value(ast.parse(expression, mode="eval").body)


def figures(case: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Group, name and figure of everything that is expected; totals have no group."""
    for name, entry in case["expected"].items():
        if "is" in entry:
            yield "", name, entry
        else:
            yield from ((name, inner, figure) for inner, figure in entry.items())


def margin(case: dict[str, Any]) -> float:
    largest = max(abs(float(figure["is"])) for _, _, figure in figures(case))
    return float(case["tolerance"]) * largest


def a_dataset(entry: dict[str, Any]) -> Process:
    amount, unit = entry["amount"].split()
    inputs = []
    for sign, member in (("", "inputs"), ("-", "credits")):
        for provider, much in entry.get(member, {}).items():
            number, its_unit = much.split()
            inputs.append(an_input(provider, sign + number, its_unit, is_credit=sign == "-"))
    co_products = []
    for product, (much, share) in entry.get("co_products", {}).items():
        number, its_unit = much.split()
        co_products.append(
            CoProduct(product=product, amount=Decimal(number), unit=its_unit, share=Decimal(share))
        )
    return a_process(
        entry["id"],
        unit,
        inputs,
        [
            Emission(key=EmissionKey.parse(key), amount_kg=Decimal(kg))
            for key, kg in entry.get("emissions", {}).items()
        ],
        amount,
        co_products,
        ReviewStatus.DRAFT if entry.get("draft") else ReviewStatus.REVIEWED,
        is_fuel_combustion=entry.get("fuel", False),
    )


def a_system(case: dict[str, Any]) -> tuple[InventorySnapshot, dict[str, str]]:
    """The inventory of a case, and the ids under which an import holds what the case names."""
    if "imported" not in case:
        return InventorySnapshot.of(map(a_dataset, case["datasets"])), {}
    read = raw.an_import(
        *(
            raw.a_process(
                name,
                raw.makes(name, entry["makes"]),
                raw.emits("carbon dioxide, fossil", entry["emits"]),
                *(raw.takes(other, kg) for other, kg in entry.get("takes", {}).items()),
                *(raw.discards(other, kg) for other, kg in entry.get("discards", {}).items()),
            )
            for name, entry in case["imported"].items()
        ),
        options=ImportOptions(prefix="t"),
    )
    ids = {name: raw.the(read, name).id for name in case["imported"]}
    return InventorySnapshot.of(read.processes), ids


def a_line(entry: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "material", "name": entry["ref"], **entry}


def stages_of(line: dict[str, Any]) -> set[str]:
    """The stages a line is of; a gas and a recycled material come back at the end of life."""
    stages = {line.get("stage") or STAGES.get(str(line["kind"]), str(line["kind"]))}
    if line["kind"] == "leakage" or "recycling_rate" in line.get("recycling", {}):
        stages.add("end-of-life")
    return stages


def calculated(case: dict[str, Any]) -> FootprintResult:
    """The footprint of the bill, with nothing in a stage that must have lines and has none."""
    snapshot, ids = a_system(case)
    table = solve_intensities(snapshot)
    lines = [a_line(entry) for entry in case["lines"]]
    for line in lines:
        if line.get("dataset") in ids:
            line["dataset"] = ids[line["dataset"]]
    assemblies = {
        name: {"name": name, "lines": [a_line(entry) for entry in entries]}
        for name, entries in case.get("assemblies", {}).items()
    }
    boundary = case.get("boundary", "cradle-to-gate")
    is_whole = boundary == "cradle-to-grave"
    every = [*lines, *(line for one in assemblies.values() for line in one["lines"])]
    used = set().union(*map(stages_of, every))
    nothing = a_material("none", table.products[0].id, "0", table.products[0].unit)
    lines += [{**nothing, "ref": f"no-{s}", "stage": s} for s in ALL_STAGES[:2] if s not in used]
    used |= set(ALL_STAGES[:2])
    absent = "not-applicable" if is_whole else "not-specified"
    document = a_bom_document(
        lines,
        assemblies,
        boundary=boundary,
        unit_kind="functional" if is_whole else "declared",
        stages={stage: "included" if stage in used else absent for stage in ALL_STAGES},
        stage_reasons=dict.fromkeys(ALL_STAGES, "Not a part of the example") if is_whole else {},
    )
    if "allocation" in case:
        document["allocation"] = case["allocation"]
    method = method_profile("iso14067-2018", case.get("gwp_set", ""))
    bom = BomIn.model_validate(document).to_core()
    return calculate(bom, table, method, bom_sha256=ANY_SHA256)


def found_in(result: FootprintResult, group: str, name: str) -> float:
    match group:
        case "stages":
            return next(s.kg_co2e for s in result.stages if s.stage.value == name)
        case "lines":
            return math.fsum(line.kg_co2e for line in result.lines if line.ref == name)
        case "masses":
            return next(gas.mass_kg for gas in result.gases if str(gas.key) == name)
        case "parts":
            return math.fsum(line.kg_co2e for line in result.lines if line.part.value == name)
        case "shares" | "shared":
            shared = result.declared.allocation
            assert shared is not None
            one = next(a for a in shared.alternatives if a.method.value == name)
            return one.share if group == "shares" else one.total_kg_co2e
    found: float = getattr(result, TOTALS[name])
    return found


@of_every_case
def test_the_footprint_is_the_figure_of_the_source(case: dict[str, Any]) -> None:
    result = calculated(case)
    for group, name, figure in figures(case):
        expected = pytest.approx(float(figure["is"]), abs=margin(case), rel=0)
        assert found_in(result, group, name) == expected, (group, name)


@of_every_case
def test_the_derivation_gives_the_figure_that_is_written(case: dict[str, Any]) -> None:
    for group, name, figure in figures(case):
        expected = pytest.approx(float(figure["is"]), abs=margin(case), rel=0)
        assert worked(figure["from"]) == expected, (group, name)


@of_every_case
def test_a_case_names_its_source_or_is_worked_by_hand(case: dict[str, Any]) -> None:
    assert case["derivation"].strip()
    assert 0 < float(case["tolerance"]) <= 1e-3
    if case["source"] == "worked by hand":
        assert "facts" not in case
    else:
        assert set(case["source"]) == {"title", "body", "year", "page"}


def test_there_are_cases_of_everything_that_practitioners_check() -> None:
    assert len(CASES) >= 15
    assert {case["about"] for case in CASES} >= SUBJECTS
    assert len({case["case"] for case in CASES}) == len(CASES)
    assert sum(case["source"] != "worked by hand" for case in CASES) >= 15


if FACTS.is_dir():  # else there is nothing to hold them against

    def test_the_figures_that_are_quoted_stand_in_the_facts() -> None:
        quoted = {row: value for case in CASES for row, value in case.get("facts", {}).items()}
        found = {}
        for file in sorted(FACTS.glob("*.csv")):
            with file.open(encoding="utf-8") as table:
                for row in csv.DictReader(table):
                    if row.get("id") in quoted:
                        found[row["id"]] = row["value"]
        assert found.keys() == quoted.keys()
        assert {row: Decimal(text) for row, text in found.items()} == {
            row: Decimal(text) for row, text in quoted.items()
        }


@of_every_case
def test_the_reference_solution_knows_no_other_answer(case: dict[str, Any]) -> None:
    """bw2calc's own forward solution of what the bill takes, for the gases of the background."""
    snapshot, _ = a_system(case)
    table = solve_intensities(snapshot)
    for row, product in enumerate(table.products):
        oracle = full_solution(snapshot, {product.id: 1.0})
        for column, key in enumerate(table.keys):
            scale = oracle.absolute_masses_kg[key]
            assert table.intensities[row, column] == pytest.approx(
                oracle.masses_kg[key], abs=1e-9 * scale, rel=0
            )


@pytest.mark.parametrize(
    ("found", "variance"),
    [
        (input_uncertainty("kg", SCORES), 0.0006 + 0.0006 + 0.0006 + 0 + 0.000025 + 0.04),
        (input_uncertainty("tkm", SCORES), 0.12 + 0.0006 + 0.0006 + 0 + 0.000025 + 0.04),
        (emission_uncertainty("CH4", SCORES), 0.04 + 0.0006 + 0.0006 + 0 + 0.000025 + 0.04),
    ],
)
def test_pedigree_scores_add_up_to_one_spread(found: Lognormal, variance: float) -> None:
    """Variances of logarithms add: the basic one and one per score; exp(2 s) is the interval.

    The figures are those of the ecoinvent data quality guideline 3 for scores 2, 3, 1, 2 and 4.
    """
    assert found.variance == pytest.approx(variance, rel=1e-12)
    assert found.squared_deviation == pytest.approx(math.exp(2 * math.sqrt(variance)), rel=1e-12)
    low, high = found.interval(-10.0)
    assert low < -10.0 < high
    assert low * high == pytest.approx(100.0)
