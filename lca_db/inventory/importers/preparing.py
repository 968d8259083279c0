"""One process of a file in our units and our emission keys; its suppliers are still only names.

Rules:

* A reference amount below zero makes the process a treatment: it supplies the service of taking
  that much in, its exchanges stay as they are, and its consumers' signs are turned when linked.
* Amounts below 1e-15 are zero, and zero is counted.
* An emission below zero is what was taken up, and the other way round; that is said.
* A greenhouse gas that is not measured by mass refuses its process: it must not be lost.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from footprint.inventory import Direction, EmissionKey
from footprint.quantities import SMALLEST, in_range
from lca_db.inventory.importers.allocation import Product, allocated
from lca_db.inventory.importers.climate_flows import Reading, read_flow
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.identifiers import dataset_id
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawProcess
from lca_db.inventory.importers.report import Fate
from lca_db.inventory.importers.tally import ImportNote, Tally
from lca_db.inventory.importers.units import EXACT, ForeignUnit, factor_between, foreign_unit

_ELEMENTARY = frozenset({FlowKind.EMISSION, FlowKind.RESOURCE})
_PRODUCTS = frozenset({FlowKind.REFERENCE, FlowKind.CO_PRODUCT})
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a process takes from another, or hands it as waste, before a supplier is found.

    Attributes:
        amount: As signed by the file, in ``unit``.
        unit: Ours; "" where the file leaves it to the flow.
    """

    kind: FlowKind
    name: str
    flow_id: str
    location: str
    provider_id: str
    provider_name: str
    amount: Decimal
    unit: str
    place: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A process that only misses its links.

    Attributes:
        raw: The process without its exchanges.
        products: The reference first.
        shares: Of the products after the first.
        fates: Of the exchanges whose fate is known by now, should the process come in.
        ignored: Names of the emissions that are no greenhouse gas.
        resources: Names of what is taken from nature and has no climate effect: ore, water, land.
        conversions: Foreign unit, ours and factor of every exchange that was converted.
    """

    raw: RawProcess
    products: tuple[Product, ...]
    shares: tuple[Decimal, ...]
    is_treatment: bool
    emissions: Mapping[EmissionKey, Decimal]
    demands: tuple[Demand, ...]
    fates: Mapping[Fate, int]
    ignored: tuple[str, ...]
    resources: tuple[str, ...]
    conversions: Mapping[tuple[str, str, Decimal], int]
    exchange_count: int

    @property
    def id(self) -> str:
        """The dataset it becomes."""
        return self.products[0].id


def prepared(raw: RawProcess, prefix: str, tally: Tally) -> Prepared:
    """The process in our units.

    Raises:
        FootprintError: Why it cannot come in; nothing of it was counted but what a reader of the
            report should look at.
    """
    references = [e for e in raw.exchanges if e.kind is FlowKind.REFERENCE]
    if len(references) != 1:
        raise ImportRefused("import-without-reference", raw.place, name=raw.name[:120])
    seen = _Seen()
    products = _products(raw, prefix, references[0], seen)
    is_treatment = references[0].amount < 0
    return Prepared(
        raw=replace(raw, exchanges=()),
        products=products,
        shares=allocated(products, is_treatment, raw.place, tally),
        is_treatment=is_treatment,
        emissions=_emissions(raw, seen, tally),
        demands=tuple(_demands(raw, seen)),
        fates=seen.fates,
        ignored=tuple(seen.ignored),
        resources=tuple(seen.resources),
        conversions=seen.conversions,
        exchange_count=len(raw.exchanges),
    )


@dataclass(slots=True)
class _Seen:
    """What is counted of one process while it is prepared."""

    fates: Counter[Fate] = field(default_factory=Counter)
    ignored: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    conversions: Counter[tuple[str, str, Decimal]] = field(default_factory=Counter)

    def unit(self, exchange: RawExchange) -> ForeignUnit:
        """Our unit of an exchange; a conversion is counted."""
        unit = foreign_unit(exchange.unit, exchange.place)
        if unit.factor != 1:
            self.conversions[(exchange.unit, unit.unit, unit.factor)] += 1
        return unit


def _products(
    raw: RawProcess, prefix: str, reference: RawExchange, seen: _Seen
) -> tuple[Product, ...]:
    """The reference first; it takes the name of its process, a co-product its own."""
    unit = seen.unit(reference)
    amount = _ours(unit, reference.amount.copy_abs(), reference.place)
    if amount == 0:
        raise ImportRefused("import-reference-zero", reference.place, name=raw.name[:120])
    # allocated EcoSpold 2: one activity id for several datasets, told apart by their reference
    first = dataset_id(prefix, raw.name, raw.location, raw.id, reference.flow_id)
    products = {first: _product(first, reference, unit, amount)}
    for exchange in raw.exchanges:
        if exchange.kind is not FlowKind.CO_PRODUCT:
            continue
        unit = seen.unit(exchange)
        amount = _ours(unit, exchange.amount, exchange.place)
        if amount == 0:
            seen.fates[Fate.ZERO] += 1
            continue
        name = exchange.name
        if amount < 0:
            raise ImportRefused("import-co-product-negative", exchange.place, name=name[:120])
        one = dataset_id(prefix, name, raw.location, raw.id, exchange.flow_id)
        if one in products:  # the same flow twice: its place in the file tells it apart
            one = dataset_id(prefix, name, raw.location, raw.id, exchange.flow_id, exchange.place)
        products[one] = _product(one, exchange, unit, amount)
    seen.fates[Fate.PRODUCT] = len(products)
    return tuple(products.values())


def _product(product: str, exchange: RawExchange, unit: ForeignUnit, amount: Decimal) -> Product:
    return Product(
        id=product,
        name=exchange.name,
        flow_id=exchange.flow_id,
        amount=amount,
        unit=unit.unit,
        file_unit=exchange.unit,
        factor=unit.factor,
        share=exchange.share,
        cas=exchange.cas,
    )


def _emissions(raw: RawProcess, seen: _Seen, tally: Tally) -> Mapping[EmissionKey, Decimal]:
    found: dict[EmissionKey, Decimal] = {}
    for exchange in raw.exchanges:
        if exchange.kind not in _ELEMENTARY:
            continue
        reading = read_flow(exchange)
        _say(reading, exchange, tally)
        if reading.key is None:
            seen.fates[Fate.IGNORED] += 1
            is_taken = exchange.kind is FlowKind.RESOURCE
            (seen.resources if is_taken else seen.ignored).append(sys.intern(exchange.name))
            continue
        mass_kg = _mass_kg(exchange, seen)
        seen.fates[Fate.EMISSION if mass_kg else Fate.ZERO] += 1
        if mass_kg:
            key = _turned(reading.key, exchange, tally) if mass_kg < 0 else reading.key
            found[key] = EXACT.add(found.get(key, _ZERO), mass_kg.copy_abs())
    return found


def _say(reading: Reading, exchange: RawExchange, tally: Tally) -> None:
    name, place = exchange.name[:120], exchange.place
    if reading.looks_climatic:
        medium = " / ".join(exchange.compartment)[:80]
        if exchange.kind is FlowKind.RESOURCE:
            tally.note(ImportNote("import-climate-flow-taken", place, name=name, medium=medium))
        else:
            tally.note(ImportNote("import-climate-flow-unknown", place, name=name, medium=medium))
    if reading.is_by_cas:
        key = str(reading.key)
        tally.note(ImportNote("import-climate-flow-by-cas", place, name=name, key=key))


def _mass_kg(exchange: RawExchange, seen: _Seen) -> Decimal:
    unit = seen.unit(exchange)
    per_unit = factor_between(unit.unit, "kg")
    if per_unit is None:
        name, written = exchange.name[:120], exchange.unit[:40]
        raise ImportRefused("import-emission-unit", exchange.place, name=name, unit=written)
    return _ours(
        ForeignUnit("kg", EXACT.multiply(unit.factor, per_unit)), exchange.amount, exchange.place
    )


def _turned(key: EmissionKey, exchange: RawExchange, tally: Tally) -> EmissionKey:
    """The key of a negative amount: taken up instead of emitted, or the other way round."""
    tally.note(ImportNote("import-emission-turned", exchange.place, name=exchange.name[:120]))
    is_emission = key.direction is Direction.EMISSION
    turned = Direction.REMOVAL if is_emission else Direction.EMISSION
    return replace(key, direction=turned)


def _demands(raw: RawProcess, seen: _Seen) -> Iterator[Demand]:
    for exchange in raw.exchanges:
        if exchange.kind in _ELEMENTARY or exchange.kind in _PRODUCTS:
            continue
        unit = seen.unit(exchange) if exchange.unit else ForeignUnit("", Decimal(1))
        amount = _ours(unit, exchange.amount, exchange.place)
        if amount == 0:
            seen.fates[Fate.ZERO] += 1
            continue
        yield Demand(
            kind=exchange.kind,
            name=exchange.name,
            flow_id=exchange.flow_id,
            location=exchange.location,
            provider_id=exchange.provider_id,
            provider_name=exchange.provider_name,
            amount=amount,
            unit=unit.unit,
            place=exchange.place,
        )


def _is_nothing(amount: Decimal) -> bool:
    return amount.copy_abs() < SMALLEST


def _ours(unit: ForeignUnit, amount: Decimal, place: str) -> Decimal:
    """The amount in our unit; zero where nothing that counts is left of it."""
    converted = EXACT.plus(unit.ours(amount))
    return _ZERO if _is_nothing(converted) else in_range(converted, place)
