"""A bill prepared once against a release, and evaluated any number of times in numpy alone.

What is prepared is what :func:`footprint.calculate.calculate` prepares: the bill read, checked,
linked, converted and characterised. A footprint is linear in the amount of every line, so what it
becomes with other amounts is a product of small arrays, and nothing of the bill is read again.

Rules:

* A line is multiplied as a whole, with the treatment of what it loses and its recycling; what the
  bill declares (shares of co-products, instruments of a site) stays as it is.
* Evaluations are not hashed: they are products of numpy, whose last digit may differ between
  processors. Multiplied by one, they are the footprint within 1e-12 of what its lines give.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from footprint.allocation import LineName
from footprint.bom import BillOfMaterials, Stage
from footprint.contribution import Impacts, impacts
from footprint.declared import DeclaredSystem, declared_system
from footprint.errors import FootprintError, MethodError, ScenarioError, raise_all
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.system import ProductSystem

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """A prepared bill with its lines multiplied.

    Attributes:
        total_kg_co2e: The footprint.
        lines_kg_co2e: Of every line, in the order of :attr:`PreparedBill.lines`.
        masses_kg: Of every emission key, in the order of :attr:`PreparedBill.impact`.
    """

    total_kg_co2e: float
    lines_kg_co2e: Floats = field(repr=False)
    masses_kg: Floats = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedBill:
    """A bill on one release under one method.

    Attributes:
        declared: The product system, before and after what the bill declares.
        impact: Of every entry of the system, on the basis that is certified.
    """

    bom: BillOfMaterials
    table: IntensityTable = field(repr=False)
    method: MethodProfile = field(repr=False)
    basis: UptakeBasis
    declared: DeclaredSystem = field(repr=False)
    impact: Impacts = field(repr=False)

    @property
    def system(self) -> ProductSystem:
        """What the product of the study carries."""
        return self.declared.own

    @cached_property
    def lines(self) -> tuple[LineName, ...]:
        """(assembly, ref) of every line, co-products that are credited last."""
        return tuple((each.assembly, each.line.ref) for each in self.system.lines)

    @cached_property
    def line_impacts(self) -> Floats:
        """kgCO2e of every line as the bill says it, shape (lines,)."""
        return self._summed(self._line_of_entry, len(self.lines))

    @cached_property
    def stage_impacts(self) -> Floats:
        """The same by the stage it is booked to, shape (lines, stages)."""
        numbers = {stage: number for number, stage in enumerate(Stage)}
        stages = np.array([numbers[stage] for stage in self.impact.stages], dtype=np.int64)
        shape = len(self.lines), len(numbers)
        return self._summed(self._line_of_entry * len(numbers) + stages, math.prod(shape)).reshape(
            shape
        )

    def _summed(self, groups: NDArray[np.int64], count: int) -> Floats:
        """kgCO2e of every group of entries."""
        summed = np.bincount(groups, weights=self.impact.entries, minlength=count)
        return np.asarray(summed, dtype=np.float64)

    @cached_property
    def line_masses(self) -> Floats:
        """kg of every emission key by every line, shape (lines, keys)."""
        columns = {key: column for column, key in enumerate(self.impact.keys)}
        found = np.zeros((len(self.lines), len(columns)))
        count, known = len(self.system.demands), len(self.table.keys)
        demanded = self.system.amounts[:, np.newaxis] * self.impact.background
        np.add.at(found[:, :known], self._line_of_entry[:count], demanded)
        for flow in self.system.flows:
            found[flow.line_index, columns[flow.key]] += flow.mass_kg
        return found

    @cached_property
    def _line_of_entry(self) -> NDArray[np.int64]:
        return np.array([entry.line_index for entry in self.system.entries], dtype=np.int64)

    @cached_property
    def _line_numbers(self) -> Mapping[LineName, int]:
        return {name: number for number, name in enumerate(self.lines)}

    def multipliers(self, changed: Mapping[LineName, float]) -> Floats:
        """One for every line but those named, shape (lines,).

        Raises:
            ScenarioError: ``scenario-line-unknown``.
        """
        found = np.ones(len(self.lines))
        for (assembly, ref), multiplier in changed.items():
            if (assembly, ref) not in self._line_numbers:
                raise ScenarioError(
                    "scenario-line-unknown", "/line", assembly=assembly[:64], ref=ref[:64]
                )
            found[self._line_numbers[assembly, ref]] = multiplier
        return found

    def evaluate(self, multipliers: Floats) -> Evaluation:
        """The footprint with every line multiplied: total, lines and gases.

        Args:
            multipliers: Of the amount of every line, shape (lines,).
        """
        masses = multipliers @ self.line_masses
        return Evaluation(
            total_kg_co2e=math.fsum((masses * self.impact.factors).tolist()),
            lines_kg_co2e=multipliers * self.line_impacts,
            masses_kg=masses,
        )

    def totals(self, multipliers: Floats) -> Floats:
        """kgCO2e of many scenarios at once: of shape (scenarios, lines), shape (scenarios,)."""
        found: Floats = multipliers @ self.line_impacts
        return found

    def stages(self, multipliers: Floats) -> Floats:
        """kgCO2e by stage, in the order of :class:`Stage`: shape (..., stages) of (..., lines)."""
        found: Floats = multipliers @ self.stage_impacts
        return found


def prepare(bom: BillOfMaterials, table: IntensityTable, method: MethodProfile) -> PreparedBill:
    """The bill against a release under a method.

    Raises:
        FootprintErrors, MethodError: What cannot be linked, converted or characterised.
    """
    method.check(bom)
    declared = declared_system(bom, table)
    basis = method.certified_basis(bom.boundary)
    _check_gases(declared.own, method, basis)
    return PreparedBill(
        bom=bom,
        table=table,
        method=method,
        basis=basis,
        declared=declared,
        impact=impacts(declared.own, table, method, basis),
    )


def _check_gases(system: ProductSystem, method: MethodProfile, basis: UptakeBasis) -> None:
    """Every gas a line states has a factor in the method's set, or it is named."""
    errors: list[FootprintError] = []
    for flow in system.flows:
        try:
            method.factor(flow.key, basis)
        except MethodError as error:
            errors.append(error.at(f"{system.lines[flow.line_index].place}/substance"))
    raise_all(errors)
