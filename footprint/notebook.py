"""The engine for a practitioner with a notebook: an inventory, a study, a footprint; no server.

An inventory is made in memory from processes, read from one CSV text, or opened from the artefacts
of a frozen release. It is solved once, when the first footprint is asked for; of a frozen release
nothing is solved at all. ``docs/notebook.md`` walks through it; its examples are executed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from footprint.bom import (
    Assembly,
    BillOfMaterials,
    Boundary,
    Product,
    StageInclusion,
    StudyUnit,
    UnitKind,
)
from footprint.calculate import calculate
from footprint.csv_inventory import read_csv_inventory
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Process
from footprint.lines import AssemblyLine, Line, Stage
from footprint.methods import method_profile
from footprint.prepared import PreparedBill, prepare
from footprint.result import FootprintResult

DEFAULT_METHOD = "gbt24067-2024"


@dataclass
class Inventory:
    """Datasets that a study can be calculated on.

    Attributes:
        snapshot: The processes; None for a frozen release that was opened from its artefacts.
    """

    snapshot: InventorySnapshot | None
    _table: IntensityTable | None = field(default=None, repr=False)

    @classmethod
    def of(cls, processes: Iterable[Process]) -> Inventory:
        """Made in memory.

        Raises:
            FootprintErrors: Providers that are missing, units that do not fit, products made twice.
        """
        return cls(InventorySnapshot.of(processes))

    @classmethod
    def from_csv(cls, text: str) -> Inventory:
        """From one CSV text (:func:`footprint.csv_inventory.read_csv_inventory`)."""
        return cls(read_csv_inventory(text))

    @classmethod
    def frozen(cls, index: bytes, values: NDArray[np.float64]) -> Inventory:
        """A frozen release: its index, and its numbers as ``numpy.load`` gives them."""
        return cls(None, IntensityTable.from_artefacts(index, values))

    @property
    def table(self) -> IntensityTable:
        """Cumulative emissions per unit of every product, solved when first asked for.

        Raises:
            InventoryError: ``matrix-singular``, ``matrix-not-productive``,
                ``matrix-ill-conditioned``.
        """
        if self._table is None:
            from footprint.solver import solve_intensities  # noqa: PLC0415  Brightway costs seconds

            assert self.snapshot is not None  # a frozen release has its table  # noqa: S101
            self._table = solve_intensities(self.snapshot)
        return self._table

    def footprint(
        self, study: BillOfMaterials, *, method: str = DEFAULT_METHOD, gwp_set: str = ""
    ) -> FootprintResult:
        """The footprint of a study.

        Args:
            study: The bill of materials.
            method: Id of a method profile (:func:`footprint.methods.profile_ids`).
            gwp_set: Another GWP100 set that the profile allows.

        Raises:
            FootprintError: Whatever of the study cannot be used, with its place.
        """
        profile = method_profile(method, gwp_set)
        return calculate(study, self.table, profile, bom_sha256=_hash_of(study))

    def prepared(
        self, study: BillOfMaterials, *, method: str = DEFAULT_METHOD, gwp_set: str = ""
    ) -> PreparedBill:
        """The study read, checked, linked and converted once, to be evaluated any number of times.

        Args:
            study, method, gwp_set: As for :meth:`footprint`.

        Raises:
            FootprintError: Whatever of the study cannot be used, with its place.
        """
        return prepare(study, self.table, method_profile(method, gwp_set))


def partial_study(
    name: str,
    lines: Sequence[Line],
    *,
    year: int,
    amount: str = "1",
    unit: str = "piece",
    geography: str = "CN",
    assemblies: Mapping[str, Assembly] | None = None,
) -> BillOfMaterials:
    """A cradle-to-gate study of so much of a product, its stages taken from its lines.

    Raw material and manufacturing are included where they have lines and must have some; nothing
    is said of the later stages.

    Raises:
        FootprintErrors: Everything impossible in it.
    """
    assemblies = assemblies or {}
    every = [*lines, *(line for assembly in assemblies.values() for line in assembly.lines)]
    filled = {line.stage for line in every if not isinstance(line, AssemblyLine)}
    stages = {
        stage: StageInclusion.INCLUDED if stage in filled else StageInclusion.NOT_SPECIFIED
        for stage in Stage
    }
    return BillOfMaterials(
        product=Product(name={"en": name}, model=name, category="unclassified"),
        unit=StudyUnit(
            kind=UnitKind.DECLARED,
            amount=Decimal(amount),
            unit=unit,
            description={"en": f"{amount} {unit} of {name}"},
        ),
        boundary=Boundary.CRADLE_TO_GATE,
        period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
        geography=geography,
        stages=stages,
        lines=tuple(lines),
        assemblies=assemblies,
    )


def _hash_of(study: BillOfMaterials) -> str:
    """Of the study as Python writes it: equal studies have equal hashes."""
    return hashlib.sha256(repr(study).encode()).hexdigest()
