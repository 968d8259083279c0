"""Calculates what a bill declares: the system of the product alone, and what is said beside it."""

from __future__ import annotations

from dataclasses import dataclass

from footprint.allocated import allocated, allocation_result
from footprint.balance import mass_balance
from footprint.bom import BillOfMaterials
from footprint.completeness import completeness
from footprint.contribution import Impacts
from footprint.declared_results import DeclaredResults
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis
from footprint.system import ProductSystem, product_system


@dataclass(frozen=True, kw_only=True)
class DeclaredSystem:
    """A product system before and after its burden is shared with co-products.

    Attributes:
        whole: Everything the process needs for all its products.
        own: What the product of the study carries; the same where it has no co-products.
    """

    whole: ProductSystem
    own: ProductSystem


def declared_system(bom: BillOfMaterials, table: IntensityTable) -> DeclaredSystem:
    """Links the bill and applies what it declares.

    Raises:
        FootprintErrors: Every line, and every declared dataset, that cannot be linked.
    """
    whole = product_system(bom, table)
    return DeclaredSystem(whole=whole, own=allocated(bom, whole, table))


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
        mass_balance=mass_balance(bom, table, method),
        completeness=completeness(bom, impact, table, method, basis),
    )
