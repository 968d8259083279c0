"""Runs every check on a snapshot: the report a release is frozen with, or refused by.

Loops are looked at before anything is solved, so that a singular system is named instead of only
failing. What needs totals is checked on the table, which is given back to be frozen. SciPy is
loaded only then: no other command waits for it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import rfc8785

from footprint.errors import FootprintError, FootprintErrors, InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from lca_db.inventory.checks.carbon import carbon_of, check_carbon
from lca_db.inventory.checks.composition import Composition, read_compositions
from lca_db.inventory.checks.cross_check import CrossCheck, check_cross, read_cross_checks
from lca_db.inventory.checks.explained import Explanations, explained, read_explanations
from lca_db.inventory.checks.finding import Finding, Severity, finding_of
from lca_db.inventory.checks.links import check_links, refusals
from lca_db.inventory.checks.mass import check_mass, masses_of
from lca_db.inventory.checks.totals import check_totals
from lca_db.inventory.checks.units import check_units

Solver = Callable[[InventorySnapshot], IntensityTable]
_ORDER = {severity: position for position, severity in enumerate(Severity)}


@dataclass(frozen=True)
class CheckTables:
    """What the checks know beside the inventory itself."""

    compositions: Mapping[str, Composition]
    explanations: Explanations
    cross_checks: tuple[CrossCheck, ...]


@dataclass(frozen=True)
class Report:
    """The findings of a run, the most serious first, and how much each balance could look at.

    Attributes:
        solved_by: What made the numbers of the table (``footprint.intensities.SolvedBy``); "" where
            there are none.
    """

    findings: tuple[Finding, ...]
    examined: Mapping[str, int]
    solved_by: str = ""

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What keeps the snapshot from being frozen."""
        return tuple(f for f in self.findings if f.severity is Severity.BLOCKING)

    def refusal(self) -> FootprintError:
        """The blocking findings as the error a release is refused with."""
        errors = tuple(finding.error() for finding in self.blocking)
        return errors[0] if len(errors) == 1 else FootprintErrors(errors)

    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        counted = Counter(f.severity for f in self.findings)
        return {severity.value: counted[severity] for severity in Severity}

    def body(self) -> dict[str, object]:
        """The report as plain JSON values."""
        return {
            "counts": self.counts(),
            "examined": dict(self.examined),
            "findings": [finding.body() for finding in self.findings],
            "solved_by": self.solved_by,
        }

    def canonical_bytes(self) -> bytes:
        """RFC 8785 bytes: what is kept with a release."""
        body: object = self.body()
        return rfc8785.dumps(body)  # type: ignore[arg-type]


def read_report(content: bytes) -> Report:
    """The report kept with a release; the sizes of its findings are not in it."""
    body = json.loads(content)
    findings = tuple(finding_of(each) for each in body["findings"])
    return Report(findings, body["examined"], body["solved_by"])


def read_check_tables(root: Traversable | Path | None = None) -> CheckTables:
    """The tables of a folder; the shipped ones by default.

    Raises:
        InventoryError: A table that cannot be read.
    """
    folder = root if root is not None else resources.files("lca_db.inventory.reference")
    return CheckTables(
        read_compositions(folder), read_explanations(folder), read_cross_checks(folder)
    )


def run_checks(
    snapshot: InventorySnapshot, solver: Solver, tables: CheckTables
) -> tuple[Report, IntensityTable | None]:
    """Every check, and the table where links, units and loops let the snapshot be solved."""
    from lca_db.inventory.checks.estimates import check_estimates  # noqa: PLC0415  SciPy
    from lca_db.inventory.checks.matrix import check_loops  # noqa: PLC0415  SciPy, see above

    found = [*check_loops(snapshot), *check_links(snapshot), *check_units(snapshot)]
    can_be_judged = not any(f.severity is Severity.BLOCKING for f in found)
    found += check_carbon(snapshot, tables.compositions)
    found += check_mass(snapshot, tables.compositions)
    table = None
    if can_be_judged:
        try:
            table = solver(snapshot)
        except InventoryError as refusal:
            found += refusals(refusal)
    if table is not None:
        found += check_totals(snapshot, table)
        found += check_estimates(snapshot, table)
        found += check_cross(table, tables.cross_checks)
    report = _report(snapshot, found, tables)
    return replace(report, solved_by=table.solved_by.value) if table else report, table


def refused(error: FootprintError) -> Report:
    """The report of an inventory that could not even be put together."""
    return Report(tuple(refusals(error)), {"datasets": 0})


def _report(snapshot: InventorySnapshot, found: list[Finding], tables: CheckTables) -> Report:
    findings = [explained(finding, tables.explanations) for finding in found]
    findings.sort(key=lambda f: (_ORDER[f.severity], f.dataset, f.code, f.place))
    known = tables.compositions
    offered = snapshot.product_units()
    return Report(
        tuple(findings),
        {
            "datasets": len(snapshot.processes),
            "carbon_balance": sum(
                p.is_fuel_combustion or carbon_of(p, known) is not None for p in snapshot.processes
            ),
            "mass_balance": sum(masses_of(p, known) is not None for p in snapshot.processes),
            "cross_checks": sum(c.dataset in offered for c in tables.cross_checks),
        },
    )
