"""Finds who in the same file supplies a demand: by process, by flow, by name and place.

Rules, the first that finds something decides:

1. The process the exchange names by its identity, and its product of that flow or name.
2. The flow, where one process of the file supplies it.
3. The activity and product names, in the same place where the exchange names one, measured alike.

Where several would do, the one in the place the exchange names, else in the consumer's own place,
is taken; where that does not decide either, nothing is linked and the candidates are named. A
process that would use up all of its own product cannot be its supplier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from footprint.errors import FootprintError
from lca_db.inventory.importers.allocation import Product
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.preparing import Demand, Prepared
from lca_db.inventory.importers.raw import FlowKind, RawProcess
from lca_db.inventory.importers.units import EXACT, factor_between

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Supply:
    """A product and the process of the file that makes it."""

    process: Prepared
    product: Product


class Lost:
    """Processes of the file that were refused before anything was linked: who would supply."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._unread: set[str] = set()

    def add(self, raw: RawProcess) -> None:
        """One such process."""
        for exchange in raw.exchanges:
            if exchange.kind in {FlowKind.REFERENCE, FlowKind.CO_PRODUCT}:
                for key in (raw.id, exchange.flow_id, folded(raw.name), folded(exchange.name)):
                    self._names.setdefault(key, raw.name)

    def add_unread(self, name: str) -> None:
        """One of which not more than its name, or its id, could be read."""
        self._unread.add(name)

    def __contains__(self, process_id: str) -> bool:
        return process_id in self._names or process_id in self._unread

    def supplier_of(self, demand: Demand) -> str:
        """The name of the refused process that supplies a demand, "" where there is none."""
        names = (demand.provider_id, demand.flow_id, folded(demand.provider_name or demand.name))
        return next((self._names[name] for name in names if name and name in self._names), "")


class Suppliers:
    """The products of all processes of a file, by everything they can be found by."""

    def __init__(self, processes: Iterable[Prepared], lost: Lost) -> None:
        self._lost = lost
        self._by_process: dict[str, list[Supply]] = defaultdict(list)
        self._by_flow: dict[str, list[Supply]] = defaultdict(list)
        self._by_activity: dict[str, list[Supply]] = defaultdict(list)
        self._by_product: dict[str, list[Supply]] = defaultdict(list)
        for process in processes:
            for product in process.products:
                supply = Supply(process, product)
                self._by_process[process.raw.id].append(supply)
                self._by_activity[folded(process.raw.name)].append(supply)
                self._by_product[folded(product.name)].append(supply)
                if product.flow_id:
                    self._by_flow[product.flow_id].append(supply)

    def has_process(self, process_id: str) -> bool:
        """Whether it is a process of the file, be it one that was refused."""
        return process_id in self._by_process or process_id in self._lost

    def process_ids(self) -> Iterable[str]:
        """The ids of the processes of the file."""
        return self._by_process

    def find(self, demand: Demand, consumer: Prepared) -> Supply | FootprintError:
        """The supply of a demand, or why there is none.

        Returns:
            ``import-input-ambiguous`` with the candidates, ``import-input-of-itself``,
            ``import-provider-refused``, ``import-input-unlinked``.
        """
        for candidates, is_by_name in (
            (self._of_provider(demand), False),
            (self._by_flow.get(demand.flow_id, []) if demand.flow_id else [], False),
            (self._by_names(demand), True),
        ):
            alike = [c for c in candidates if _measures(demand, c.product)]
            if is_by_name and demand.location:
                alike = [c for c in alike if _same(c.process.raw.location, demand.location)]
            if alike:
                return _choose(alike, demand, consumer)
        flow, location = demand.name[:120], demand.location[:40]
        provider = self._lost.supplier_of(demand)
        if provider:
            return ImportRefused(
                "import-provider-refused", demand.place, flow=flow, provider=provider[:120]
            )
        return ImportRefused("import-input-unlinked", demand.place, flow=flow, location=location)

    def _of_provider(self, demand: Demand) -> list[Supply]:
        """The product of the named process that is meant."""
        products = self._by_process.get(demand.provider_id, []) if demand.provider_id else []
        if len(products) < 2:
            return products
        by_flow = [s for s in products if demand.flow_id and s.product.flow_id == demand.flow_id]
        by_name = [s for s in products if _same(s.product.name, demand.name)]
        return by_flow or by_name or products[:1]

    def _by_names(self, demand: Demand) -> list[Supply]:
        """Products of the named activity, or else of a process of the flow's own name."""
        if demand.provider_name:
            of_activity = self._by_activity.get(folded(demand.provider_name), [])
            named = [s for s in of_activity if _same(s.product.name, demand.name)]
            # a format that names only the activity repeats its name as the flow's
            only_activity = _same(demand.provider_name, demand.name)
            return named or (_references(of_activity) if only_activity else [])
        by_product = self._by_product.get(folded(demand.name), [])
        return by_product or _references(self._by_activity.get(folded(demand.name), []))


def folded(name: str) -> str:
    """A name as it is compared: blanks and case do not tell products apart."""
    return " ".join(name.split()).casefold()


def _same(name: str, other: str) -> bool:
    return folded(name) == folded(other)


def _measures(demand: Demand, product: Product) -> bool:
    return not demand.unit or factor_between(demand.unit, product.unit) is not None


def _references(supplies: Sequence[Supply]) -> list[Supply]:
    return [s for s in supplies if s.product is s.process.products[0]]


def _choose(
    candidates: Sequence[Supply], demand: Demand, consumer: Prepared
) -> Supply | FootprintError:
    if len(candidates) == 1:
        return _other(candidates[0], demand, consumer)
    wanted = demand.location or consumer.raw.location
    here = [c for c in candidates if wanted and _same(c.process.raw.location, wanted)]
    if len(here) == 1:
        return _other(here[0], demand, consumer)
    named = [f"{c.process.raw.name} ({c.process.raw.location})"[:100] for c in here or candidates]
    return ImportRefused(
        "import-input-ambiguous",
        demand.place,
        flow=demand.name[:120],
        candidates="; ".join(sorted(named)[:_MOST_NAMED]),
    )


def _other(supply: Supply, demand: Demand, consumer: Prepared) -> Supply | FootprintError:
    """The supply, unless the consumer would use up all it makes of it."""
    product = supply.product
    factor = factor_between(demand.unit, product.unit) if demand.unit else product.factor
    taken = EXACT.multiply(demand.amount, factor or Decimal(1))
    if supply.process is consumer and taken >= product.amount:
        return ImportRefused("import-input-of-itself", demand.place, flow=demand.name[:120])
    return supply
