"""The engine for a practitioner with a notebook: an inventory, a study, a footprint; no server.

An inventory is made in memory from processes, read from one CSV text, or opened from the artefacts
of a frozen release. It is solved and sampled once, when the first footprint is asked for; of a
frozen release nothing is solved at all. ``docs/notebook.md`` walks through it; its examples are
executed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

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
from footprint.comparability import Audience
from footprint.csv_inventory import read_csv_inventory
from footprint.emitters import Emitter, EmitterGroup, StudyEmission, by_emitter, study_emissions
from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot, Process
from footprint.lines import AssemblyLine, Line, Stage
from footprint.methods import UptakeBasis, method_profile
from footprint.paired import PairedStudies, compare_bills
from footprint.prepared import PreparedBill, prepare
from footprint.result import FootprintResult
from footprint.sampled_tables import SampledTables
from footprint.sankey import Sankey, SankeyLimits, study_sankey
from footprint.structure import ReleaseStructure
from footprint.supply_chain import StudyTree, SupplyNode, TreeLimits, study_tree, supply_tree

DEFAULT_METHOD = "gbt24067-2024"
DRAWS = 1000


@dataclass
class Inventory:
    """Datasets that a study can be calculated on.

    Attributes:
        snapshot: The processes; None for a frozen release that was opened without them.
        draws: How often it is drawn for the intervals of footprints; 0: they are not assessed.
    """

    snapshot: InventorySnapshot | None
    _table: IntensityTable | None = field(default=None, repr=False)
    _sampled: SampledTables | None = field(default=None, repr=False)
    draws: int = DRAWS

    @classmethod
    def of(cls, processes: Iterable[Process], *, draws: int = DRAWS) -> Inventory:
        """Made in memory.

        Raises:
            FootprintErrors: Providers that are missing, units that do not fit, products made twice.
        """
        return cls(InventorySnapshot.of(processes), draws=draws)

    @classmethod
    def from_csv(cls, text: str, *, draws: int = DRAWS) -> Inventory:
        """From one CSV text (:func:`footprint.csv_inventory.read_csv_inventory`)."""
        return cls(read_csv_inventory(text), draws=draws)

    @classmethod
    def frozen(
        cls,
        index: bytes,
        values: NDArray[np.float64],
        *,
        sampled: SampledTables | None = None,
        snapshot: InventorySnapshot | None = None,
    ) -> Inventory:
        """A frozen release, of which nothing is solved or drawn.

        Args:
            index, values: Its index, and its numbers as ``numpy.load`` gives them.
            sampled: Its draws; without them uncertainty is not assessed.
            snapshot: Its datasets, which trees, Sankeys and emitters are read from.

        Raises:
            InventoryError: ``release-not-of-table`` for draws or datasets of another release.
        """
        table = IntensityTable.from_artefacts(index, values)
        of = {
            *([] if sampled is None else [sampled.release_sha256]),
            *([] if snapshot is None else [snapshot.sha256()]),
        }
        if of - {table.release_sha256}:
            raise InventoryError("release-not-of-table")
        return cls(snapshot, table, sampled, draws=0)

    @property
    def table(self) -> IntensityTable:
        """Cumulative emissions per unit of every product, solved when first asked for.

        Raises:
            InventoryError: ``matrix-singular``, ``matrix-not-productive``,
                ``matrix-ill-conditioned``.
        """
        if self._table is None:
            from footprint.solver import solve_intensities  # noqa: PLC0415  Brightway costs seconds

            self._table = solve_intensities(self._datasets)
        return self._table

    @cached_property
    def sampled(self) -> SampledTables | None:
        """Every product draw by draw, with the seed, drawn when first asked for.

        None for no draws, and where hardly any draw would be productive. The seed is that of a
        release of these datasets: the same inventory gives the same draws anywhere.
        """
        if self._sampled is not None or not self.draws:
            return self._sampled
        from footprint.sampling import sampled_release  # noqa: PLC0415  SciPy

        return sampled_release(self._datasets, self.table, self.draws)

    @cached_property
    def makers(self) -> Mapping[str, Process]:
        """The process that makes each product, its reference product or a co-product.

        Raises:
            InventoryError: ``release-without-datasets``.
        """
        processes = self._datasets.processes
        beside = {each.product: made for made in processes for each in made.co_products}
        return {made.id: made for made in processes} | beside

    @cached_property
    def structure(self) -> ReleaseStructure:
        """Who makes what from what, and who emits.

        Raises:
            InventoryError: ``release-without-datasets``.
        """
        return ReleaseStructure.of(self._datasets)

    @property
    def _datasets(self) -> InventorySnapshot:
        if self.snapshot is None:
            raise InventoryError("release-without-datasets")
        return self.snapshot

    def footprint(
        self, study: BillOfMaterials, *, method: str = DEFAULT_METHOD, gwp_set: str = ""
    ) -> FootprintResult:
        """The footprint of a study, with its interval where the inventory is drawn.

        Args:
            study: The bill of materials.
            method: Id of a method profile (:func:`footprint.methods.profile_ids`).
            gwp_set: Another GWP100 set that the profile allows.

        Raises:
            FootprintError: Whatever of the study cannot be used, with its place.
        """
        profile, sha256 = method_profile(method, gwp_set), _hash_of(study)
        return calculate(study, self.table, profile, bom_sha256=sha256, sampled=self.sampled)

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

    def compare(
        self,
        first: BillOfMaterials,
        second: BillOfMaterials,
        *,
        audience: Audience = Audience.BUSINESS,
        method: str = DEFAULT_METHOD,
        gwp_set: str = "",
    ) -> PairedStudies:
        """The second study against the first, on the same draws.

        Raises:
            FootprintError: Each reason why they may not be compared, and whatever of them cannot
                be used.
        """
        bills = [self.prepared(each, method=method, gwp_set=gwp_set) for each in (first, second)]
        return compare_bills(bills[0], bills[1], self.sampled, audience)

    def tree(self, bill: PreparedBill, limits: TreeLimits | None = None) -> StudyTree:
        """The supply chain of a study that was prepared: its lines, and what they demand.

        Raises:
            InventoryError: ``release-without-datasets``.
        """
        return study_tree(
            bill.system,
            bill.impact,
            bill.table,
            self.makers.__getitem__,
            bill.method,
            limits or TreeLimits(),
            bill.basis,
        )

    def chain(
        self,
        product: str,
        limits: TreeLimits | None = None,
        *,
        method: str = DEFAULT_METHOD,
        gwp_set: str = "",
        basis: UptakeBasis = UptakeBasis.EXCLUDING,
    ) -> SupplyNode:
        """The supply chain of one unit of a product of the inventory.

        Raises:
            InventoryError: ``release-without-datasets``.
            LinkError: ``dataset-unknown``.
        """
        profile, made_by = method_profile(method, gwp_set), self.makers.__getitem__
        return supply_tree(self.table, product, made_by, profile, limits or TreeLimits(), basis)

    def sankey(self, bill: PreparedBill, limits: SankeyLimits | None = None) -> Sankey:
        """What flows to a study that was prepared, every dataset once.

        Raises:
            InventoryError: ``release-without-datasets``.
        """
        return study_sankey(
            bill.system,
            bill.impact,
            bill.table,
            self.makers.__getitem__,
            bill.method,
            limits or SankeyLimits(),
            bill.basis,
        )

    def emissions(self, bill: PreparedBill) -> tuple[StudyEmission, ...]:
        """Every emission of a study that was prepared, where it arises.

        Raises:
            InventoryError: ``release-without-datasets``.
        """
        return study_emissions(
            bill.system,
            bill.impact,
            bill.table,
            self.structure,
            bill.method,
            bill.basis,
            bill.bom.geography,
        )

    def emitters(self, bill: PreparedBill, by: EmitterGroup) -> tuple[Emitter, ...]:
        """Who emits a study that was prepared, the largest first; they sum to its total.

        Raises:
            InventoryError: ``release-without-datasets``.
        """
        return by_emitter(self.emissions(bill), by)


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
