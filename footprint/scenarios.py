"""What-ifs on a bill of materials: the difference each scenario makes, by stage and in all.

Rules (ISO 14067:2018, 6.6 and 7.3; docs/methodology-scenarios.md):

* A scenario is changes made together; its difference is taken to the bill as it stands. The base
  is linked once, and of a scenario only the lines it changes are linked again, unless it moves
  others as well: an assembly its lines, what the bill declares (co-products, instruments) any.
* One at a time: every change alone. A grid: every way of choosing one option of each row.
* The share of every line at the total is also its elasticity, for a footprint is linear in each
  amount: ten percent more of a line moves the total by a tenth of what the line gives.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import product

from footprint.bom import AssemblyLine, BillOfMaterials, Stage
from footprint.changed_bill import ChangedBill, changed_bill, errors_at, place_of
from footprint.changes import Change, LineName
from footprint.contribution import Impacts, impacts
from footprint.declarations import Declarations
from footprint.declared import declared_system
from footprint.errors import FootprintError, ScenarioError, pointer, raise_all
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile
from footprint.prepared import prepare
from footprint.result import FootprintResult
from footprint.system import LineOccurrence, ProductSystem, linked

MOST_SCENARIOS = 1_000
MOST_CHANGES = 100
TORNADO_SHARE = Decimal("0.1")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Changes made together, under a name."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class ScenarioResult:
    """What a scenario makes of the footprint.

    Attributes:
        bom: The changed bill, to be calculated or stored like any other.
        changed: Every line that was changed.
        stages: The change of each stage, kgCO2e; they sum to ``change_kg_co2e``.
    """

    name: str
    bom: BillOfMaterials
    changed: tuple[LineName, ...]
    total_kg_co2e: float
    change_kg_co2e: float
    stages: Mapping[Stage, float]


def one_at_a_time(changes: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """Every change of the scenarios alone, under the name of its scenario with its number."""
    return tuple(
        Scenario(name=f"{one.name} {number}", changes=(change,))
        for one in changes
        for number, change in enumerate(one.changes, start=1)
    )


def grid(rows: Sequence[Sequence[Scenario]]) -> tuple[Scenario, ...]:
    """Every way of choosing one scenario of each row.

    Raises:
        ScenarioError: ``scenarios-too-many``.
    """
    if math.prod(len(row) for row in rows) > MOST_SCENARIOS:
        raise ScenarioError("scenarios-too-many", "/grid", most=str(MOST_SCENARIOS))
    return tuple(
        Scenario(
            name=" + ".join(one.name for one in chosen),
            changes=tuple(change for one in chosen for change in one.changes),
        )
        for chosen in product(*rows)
    )


class Baseline:
    """A bill as it stands, linked once, to which any number of scenarios are compared."""

    def __init__(self, bom: BillOfMaterials, table: IntensityTable, method: MethodProfile) -> None:
        """Links the bill.

        Raises:
            FootprintErrors: As :func:`footprint.calculate.calculate`.
        """
        self.prepared = prepare(bom, table, method)
        self.bom, self.table, self.method = bom, table, method
        self.system = self.prepared.system

    @property
    def total_kg_co2e(self) -> float:
        """The footprint as it stands."""
        return self.prepared.impact.total

    @cached_property
    def _occurrences(self) -> Mapping[LineName, LineOccurrence]:
        return {(each.assembly, each.line.ref): each for each in self.system.lines}

    @cached_property
    def _entries(self) -> Mapping[LineName, tuple[tuple[Stage, float], ...]]:
        """Stage and kgCO2e of every entry of every line."""
        found: dict[LineName, list[tuple[Stage, float]]] = {n: [] for n in self._occurrences}
        for name, stage, kg_co2e in _named(self.system, self.prepared.impact):
            found[name].append((stage, kg_co2e))
        return {name: tuple(entries) for name, entries in found.items()}

    def result(self, scenario: Scenario) -> ScenarioResult:
        """The difference that a scenario makes.

        Raises:
            FootprintErrors: Every change that cannot be made, at its own place, or else at
                ``/changes/<its position>``.
        """
        changed = changed_bill(self.bom, scenario.changes, self.table)
        parts: dict[Stage, list[float]] = {stage: [] for stage in Stage}
        for stage, kg_co2e in self._differences(changed):
            parts[stage].append(kg_co2e)
        change = math.fsum(kg_co2e for entries in parts.values() for kg_co2e in entries)
        return ScenarioResult(
            name=scenario.name,
            bom=changed.bom,
            changed=tuple(sorted(changed.lines)),
            total_kg_co2e=self.total_kg_co2e + change,
            change_kg_co2e=change,
            stages={stage: math.fsum(entries) for stage, entries in parts.items()},
        )

    def _differences(self, changed: ChangedBill) -> Iterator[tuple[Stage, float]]:
        """What comes, and with a minus what goes; the sums of exact parts leave no noise."""
        new_lines = (line for lines in changed.lines.values() for line in lines)
        has_assembly = any(isinstance(line, AssemblyLine) for line in new_lines)
        if has_assembly or self.bom.declared != Declarations():
            gone = set(self._entries)
            system = self._whole(changed)
        else:
            gone = set(changed.lines)
            system = self._relinked(changed)
        for name in gone:
            for stage, kg_co2e in self._entries[name]:
                yield stage, -kg_co2e
        for _, stage, kg_co2e in _named(system, self._impacts(system)):
            yield stage, kg_co2e

    def _whole(self, changed: ChangedBill) -> ProductSystem:
        """The whole bill: an assembly moves all its lines, what is declared may move others."""
        try:
            return declared_system(changed.bom, self.table).own
        except FootprintError as error:
            raise_all(errors_at(error, changed.changes[-1].place or "/changes"))
            raise

    def _relinked(self, changed: ChangedBill) -> ProductSystem:
        """The changed lines alone.

        Raises:
            FootprintErrors: Those that cannot be linked, placed at the change.
        """
        lines = {
            name: tuple(self._occurrences[name]._replace(line=line, place="") for line in new)
            for name, new in changed.lines.items()
        }
        try:
            return linked(tuple(line for own in lines.values() for line in own), self.table)
        except FootprintError:
            raise_all([*self._unlinked(lines, changed)])
            raise

    def _unlinked(
        self, lines: Mapping[LineName, tuple[LineOccurrence, ...]], changed: ChangedBill
    ) -> Iterator[FootprintError]:
        """What cannot be linked, each at the change that asked for it."""
        for name, own in lines.items():
            try:
                linked(own, self.table)
            except FootprintError as error:
                position = changed.by[name]
                yield from errors_at(error, place_of(changed.changes[position], position))

    def _impacts(self, system: ProductSystem) -> Impacts:
        return impacts(system, self.table, self.method, self.prepared.basis)


def _named(system: ProductSystem, impact: Impacts) -> Iterator[tuple[LineName, Stage, float]]:
    for entry, kg_co2e in zip(system.entries, impact.entries, strict=True):
        occurrence = system.lines[entry.line_index]
        yield (occurrence.assembly, occurrence.line.ref), entry.stage, float(kg_co2e)


def scenario_results(base: Baseline, scenarios: Sequence[Scenario]) -> tuple[ScenarioResult, ...]:
    """The difference of every scenario, in their order.

    Raises:
        FootprintErrors: Every change that cannot be made, at its own place, or else at
            ``/scenarios/<its position>/changes/<its position>``.
        ScenarioError: ``scenarios-too-many``.
    """
    if len(scenarios) > MOST_SCENARIOS:
        raise ScenarioError("scenarios-too-many", "/scenarios", most=str(MOST_SCENARIOS))
    results: list[ScenarioResult] = []
    errors: list[FootprintError] = []
    for position, scenario in enumerate(scenarios):
        place = pointer("scenarios", position)
        try:
            if len(scenario.changes) > MOST_CHANGES:
                raise ScenarioError("scenario-too-long", f"{place}/changes", most=str(MOST_CHANGES))
            results.append(base.result(_placed(scenario, place)))
        except FootprintError as error:
            errors += getattr(error, "errors", (error,))
    raise_all(errors)
    return tuple(results)


def _placed(scenario: Scenario, place: str) -> Scenario:
    """The scenario, its changes placed in the list where they say no place of their own."""
    changes = (
        each if each.place else replace(each, place=place + pointer("changes", number))
        for number, each in enumerate(scenario.changes)
    )
    return replace(scenario, changes=tuple(changes))


@dataclass(frozen=True, kw_only=True)
class Swing:
    """A line of the tornado: what the total is with less and with more of it.

    Attributes:
        change_kg_co2e: What more of it adds and less of it takes away.
        elasticity: Percent the total moves by for one percent more of the line; None where the
            total is nothing.
    """

    assembly: str
    ref: str
    name: str
    kg_co2e: float
    low_kg_co2e: float
    high_kg_co2e: float
    change_kg_co2e: float
    elasticity: float | None


def tornado(result: FootprintResult, share: Decimal = TORNADO_SHARE) -> tuple[Swing, ...]:
    """Every line moved by the same share of its amount, one at a time, the widest swing first.

    Args:
        result: The footprint; nothing is calculated anew.
        share: Of each amount, less and more.
    """
    lines = ((each.assembly, each.ref, each.name, each.kg_co2e) for each in result.lines)
    return swings(lines, result.total_kg_co2e, share)


def swings(
    lines: Iterable[tuple[str, str, str, float]], total: float, share: Decimal = TORNADO_SHARE
) -> tuple[Swing, ...]:
    """The same of the parts of lines: assembly, ref, name and kgCO2e of each."""
    parts: dict[LineName, list[float]] = {}
    names: dict[LineName, str] = {}
    for assembly, ref, name, kg_co2e in lines:
        parts.setdefault((assembly, ref), []).append(kg_co2e)
        names.setdefault((assembly, ref), name)
    sums = {line: math.fsum(each) for line, each in parts.items()}
    return tuple(
        Swing(
            assembly=assembly,
            ref=ref,
            name=names[assembly, ref],
            kg_co2e=kg_co2e,
            low_kg_co2e=total - float(share) * kg_co2e,
            high_kg_co2e=total + float(share) * kg_co2e,
            change_kg_co2e=float(share) * kg_co2e,
            elasticity=kg_co2e / total if total else None,
        )
        for (assembly, ref), kg_co2e in sorted(sums.items(), key=lambda n: (-abs(n[1]), n[0]))
    )
