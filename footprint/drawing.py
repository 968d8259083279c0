"""Draws the footprint of a bill, to be held against the draws of another."""

from __future__ import annotations

from footprint.bom import BillOfMaterials
from footprint.contribution import impacts
from footprint.declared import declared_system
from footprint.intensities import IntensityTable
from footprint.interval import DrawnSystem, FootprintDraws, find_draws
from footprint.methods import MethodProfile
from footprint.sampled_tables import SampledTables


def draw_footprint(
    bom: BillOfMaterials, table: IntensityTable, method: MethodProfile, sampled: SampledTables
) -> FootprintDraws | None:
    """The draws of a bill's footprint, to be held against those of another.

    Raises:
        FootprintErrors, MethodError: As :func:`footprint.calculate.calculate`.
    """
    system = declared_system(bom, table).own
    basis = method.certified_basis(bom.boundary)
    impact = impacts(system, table, method, basis)
    return find_draws(DrawnSystem(bom.product, system, impact, table, sampled, method, basis))
