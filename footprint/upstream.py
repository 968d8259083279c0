"""What stands directly above a product: its own emission and its inputs, per unit of the product.

Read from the process that makes it, one at a time; what is above the inputs is answered from the
intensity table. For every product: per unit = own + the sum of amount x per unit of its inputs,
loops included, because the table is cumulative. A profile that counts an installation alone sees
nothing but fuels that are burnt, and what of them stands on another fuel.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from footprint.contribution import counted_intensities
from footprint.intensities import IntensityTable
from footprint.inventory import Process
from footprint.methods import EmissionScope, MethodProfile, UptakeBasis
from footprint.quantities import conversion_factor

Makers = Callable[[str], Process | None]
"""The process that makes a product, be it its reference product or a co-product; None where the
reader may not see what it is made of: all that flows through it then counts as its own."""


@dataclass(frozen=True)
class Input:
    """An input of a product: ``amount`` of another, in that one's unit, per unit of the product."""

    product: str
    amount: float
    is_credit: bool


@dataclass(frozen=True)
class Step:
    """One product with what its maker emits itself, kgCO2e per unit, and its inputs."""

    own_kg_co2e: float
    inputs: tuple[Input, ...]
    is_closed: bool = False


class Upstream:
    """The steps of one release under one profile and basis; each process is read once."""

    def __init__(
        self, table: IntensityTable, made_by: Makers, method: MethodProfile, basis: UptakeBasis
    ) -> None:
        self.table = table
        self._made_by, self._method, self._basis = made_by, method, basis
        self._steps: dict[str, Step] = {}
        self._per_unit: dict[str, float] = {}

    def per_unit(self, product: str) -> float:
        """Cumulative kgCO2e of one unit.

        Raises:
            LinkError: ``dataset-unknown``.
        """
        if product not in self._per_unit:
            row: NDArray[np.float64] = self._intensities[self.table.row(product)]
            self._per_unit[product] = float(row @ self._factors)
        return self._per_unit[product]

    def step(self, product: str) -> Step:
        """What stands directly above the product."""
        if product not in self._steps:
            self._steps[product] = self._read(product)
        return self._steps[product]

    def unit(self, product: str) -> str:
        """The unit the table counts the product in."""
        return self.table.products[self.table.row(product)].unit

    @cached_property
    def _factors(self) -> NDArray[np.float64]:
        return self._method.factors(self.table.keys, self._basis)

    @cached_property
    def _intensities(self) -> NDArray[np.float64]:
        return counted_intensities(self.table, self._method)

    def _read(self, product: str) -> Step:
        process = self._made_by(product)
        if process is None:
            return Step(self.per_unit(product), (), is_closed=True)
        if not self._counts(product):
            return Step(0.0, ())
        made, share = process.reference_amount, process.reference_share
        for other in process.co_products:
            if other.product == product:
                made, share = other.amount, other.share
        part = float(share / made)
        own = math.fsum(
            float(emission.amount_kg) * self._method.factor(emission.key, self._basis)
            for emission in process.emissions
        )
        inputs = (
            Input(
                exchange.provider,
                part
                * float(
                    exchange.amount * conversion_factor(exchange.unit, self.unit(exchange.provider))
                ),
                exchange.is_credit,
            )
            for exchange in process.inputs
            if self._counts(exchange.provider)
        )
        return Step(part * own, tuple(inputs))

    def _counts(self, product: str) -> bool:
        """Whether the profile sees the product at all."""
        entry = self.table.products[self.table.row(product)]
        return self._method.scope is EmissionScope.LIFE_CYCLE or entry.is_fuel_combustion
