"""Calculates what a bill declares: the system of the product alone, and what is said beside it."""

from __future__ import annotations

from dataclasses import dataclass

from footprint.allocated import allocated, allocation_result
from footprint.balance import mass_balance
from footprint.bom import BillOfMaterials
from footprint.completeness import completeness
from footprint.contribution import Impacts, impacts
from footprint.declared_results import DeclaredResults, ElectricityResult
from footprint.electricity import covered, electricity_result
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.system import ProductSystem, product_system


@dataclass(frozen=True, kw_only=True)
class DeclaredSystem:
    """A product system as it is linked, with its instruments, and of the product alone.

    Attributes:
        linked: As the lines say it, every kilowatt-hour on the dataset of its line.
        whole: Everything the process needs for all its products.
        own: What the product of the study carries; the same where it has no co-products.
    """

    linked: ProductSystem
    whole: ProductSystem
    own: ProductSystem


def declared_system(bom: BillOfMaterials, table: IntensityTable) -> DeclaredSystem:
    """Links the bill and applies what it declares.

    Raises:
        FootprintErrors: Every line, and every declared dataset, that cannot be linked.
    """
    linked = product_system(bom, table)
    whole = covered(bom, linked, table)
    return DeclaredSystem(linked=linked, whole=whole, own=allocated(bom, whole, table))


def declared_results(
    bom: BillOfMaterials,
    system: DeclaredSystem,
    table: IntensityTable,
    method: MethodProfile,
    impact: Impacts,
    basis: UptakeBasis,
) -> DeclaredResults:
    """What comes of each declaration; nothing of what was not declared."""
    return DeclaredResults(
        allocation=allocation_result(bom, system.whole, table, method, basis),
        mass_balance=mass_balance(bom, system.linked.lines, table, method),
        completeness=completeness(bom, impact, table, method, basis),
        electricity=_electricity(bom, system, table, method, basis),
    )


def _electricity(
    bom: BillOfMaterials,
    system: DeclaredSystem,
    table: IntensityTable,
    method: MethodProfile,
    basis: UptakeBasis,
) -> ElectricityResult | None:
    """The instruments, beside the total without any of them."""
    if not bom.declared.electricity:
        return None
    without = allocated(bom, system.linked, table)
    total = impacts(without, table, method, basis).total
    return electricity_result(bom, without, table, total)
