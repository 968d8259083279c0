"""What an inventory must supply: processes, exchanges, emission keys, one hashed snapshot.

Rules (docs/methodology; ISO 14067:2018, 6.3 and 6.4; GB/T 24067-2024):

* Emissions are kept per gas. An :class:`EmissionKey` is substance x origin x direction x aircraft;
  data known only as CO2e use the pseudo-flow substance ``CO2e`` with the GWP set they were made
  with (or ``unstated``), and no gas split is ever invented.
* Amounts are decimals; an input's amount is in the given unit per ``reference_amount`` of output.
* A process with co-products carries one allocation share per product; the shares sum to one.
* A fuel burnt by volume is a gas, and its unit says at what temperature (``Nm3``, ``m3-20C``).
* Waste is modelled as a service: the treating process supplies "treatment of 1 kg", inputs stay
  positive. A negative input is an avoided product and needs ``is_credit``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from footprint.canonical import canonical_json
from footprint.errors import InventoryError, QuantityError, raise_all
from footprint.quantities import UNITS, check_unit, conversion_factor, in_range

CO2E = "CO2e"
CAPTURED_CO2 = "captured-CO2"  # CO2 captured and stored: a flow of its own, a removal
UNSTATED = "unstated"
DATASET_ID = re.compile(r"[a-z0-9]+(-[a-z0-9.]+)*")


class Origin(StrEnum):
    """Where the carbon, or the gas, comes from."""

    FOSSIL = "fossil"
    BIOGENIC = "biogenic"
    LAND_USE = "land-use"
    UNSPECIFIED = "unspecified"


class Direction(StrEnum):
    """Into the air, or out of it."""

    EMISSION = "emission"
    REMOVAL = "removal"


class ReviewStatus(StrEnum):
    """How far a dataset's evidence has been examined."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    OFFICIAL = "official"


class DatasetKind(StrEnum):
    """Whether the dataset shows its exchanges or only a cumulative factor."""

    UNIT_PROCESS = "unit-process"
    AGGREGATED = "aggregated"


@dataclass(frozen=True, order=True)
class EmissionKey:
    """One column of the emission table; the text form is its identity (``CH4:fossil:emission``)."""

    substance: str
    origin: Origin
    direction: Direction = Direction.EMISSION
    is_aircraft: bool = False
    gwp_set: str = ""

    def __post_init__(self) -> None:
        if (self.substance == CO2E) != bool(self.gwp_set):
            raise InventoryError("pseudo-flow-needs-gwp-set", "", substance=self.substance)

    def __str__(self) -> str:
        parts = [self.substance, self.origin.value, self.direction.value]
        if self.is_aircraft:
            parts.append("aircraft")
        if self.gwp_set:
            parts.append(f"gwp={self.gwp_set}")
        return ":".join(parts)

    @property
    def is_pseudo_flow(self) -> bool:
        """True for data known only as CO2e, which keeps its value under every GWP set."""
        return self.substance == CO2E

    @classmethod
    def parse(cls, text: str) -> EmissionKey:
        """The key whose ``str`` is ``text``."""
        substance, origin, direction, *flags = text.split(":")
        gwp_set = next((flag[4:] for flag in flags if flag.startswith("gwp=")), "")
        return cls(substance, Origin(origin), Direction(direction), "aircraft" in flags, gwp_set)


@dataclass(frozen=True)
class DatasetSource:
    """One line of sources.csv: where a figure was read."""

    id: str
    document: str
    issuing_body: str
    year: str
    table_or_row: str
    licence: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """An input of one process from another: ``amount`` ``unit`` of ``provider``'s product."""

    provider: str
    amount: Decimal
    unit: str
    sources: tuple[str, ...] = ()
    is_credit: bool = False

    def __post_init__(self) -> None:
        in_range(self.amount)
        check_unit(self.unit)
        if self.amount < 0 and not self.is_credit:
            raise InventoryError("negative-input-without-credit", "", provider=self.provider)


@dataclass(frozen=True, kw_only=True)
class Emission:
    """A gas emitted or removed by one process, always as a non-negative mass in kg."""

    key: EmissionKey
    amount_kg: Decimal
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        in_range(self.amount_kg)
        if self.amount_kg < 0:
            raise InventoryError("negative-emission", "", substance=str(self.key))


@dataclass(frozen=True, kw_only=True)
class CoProduct:
    """A further product of a process, with the share of the burden allocated to it."""

    product: str
    amount: Decimal
    unit: str
    share: Decimal

    def __post_init__(self) -> None:
        check_unit(self.unit)
        if in_range(self.amount) <= 0:
            raise InventoryError("reference-amount-not-positive", "", dataset=self.product[:80])
        if not 0 <= in_range(self.share) <= 1:
            raise InventoryError("allocation-shares-over-one", "", dataset=self.product[:80])


@dataclass(frozen=True, kw_only=True)
class CutOff:
    """A flow the dataset leaves out, said so in words."""

    flow: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Process:
    """A unit process, or an aggregated system marked so, with one reference product.

    Attributes:
        id: The dataset's identity and the name of its reference product (``aluminium-primary-cn``).
        reference_amount: How much of the product the exchanges are written for, in ``unit``.
        is_fuel_combustion: The emission is calculated from the fuel burnt: activity measured on
            site then counts as primary data.
        alternatives: Datasets of the same product by another choice, whose effect on a result is
            shown as its sensitivity.
        co_products: Further products; ``share`` of each is taken from the reference product's one.
        content: Everything a reader needs and the arithmetic does not (names, technology, notes).
    """

    id: str
    unit: str
    reference_amount: Decimal
    location: str
    year: str
    kind: DatasetKind
    review_status: ReviewStatus
    inputs: tuple[Exchange, ...] = ()
    emissions: tuple[Emission, ...] = ()
    co_products: tuple[CoProduct, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    is_fuel_combustion: bool = False
    alternatives: tuple[str, ...] = ()
    content: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not DATASET_ID.fullmatch(self.id):
            raise InventoryError("dataset-id-malformed", "", dataset=self.id[:80])
        if self.unit not in UNITS:
            raise InventoryError("dataset-without-unit", "", dataset=self.id)
        if self.is_fuel_combustion and self.unit == "m3":
            raise QuantityError("gas-volume-without-condition", "", unit=self.unit)
        if not self.location:
            raise InventoryError("dataset-without-location", "", dataset=self.id)
        if in_range(self.reference_amount) <= 0:
            raise InventoryError("reference-amount-not-positive", "", dataset=self.id)
        if not Decimal(0) <= self.reference_share <= 1:
            raise InventoryError("allocation-shares-over-one", "", dataset=self.id)

    @property
    def is_refrigerated(self) -> bool:
        """Freight that cools what it carries: said in so many words, never guessed from a name."""
        return self.content.get("is_refrigerated") is True

    @property
    def reference_share(self) -> Decimal:
        """The share of the burden that stays with the reference product."""
        return Decimal(1) - sum((c.share for c in self.co_products), Decimal(0))


def _exchange_body(exchange: Exchange) -> dict[str, object]:
    return {
        "provider": exchange.provider,
        "amount": str(exchange.amount),
        "unit": exchange.unit,
        "is_credit": exchange.is_credit,
        "sources": list(exchange.sources),
    }


def process_body(process: Process) -> dict[str, object]:
    """The process as plain JSON values: what is hashed, stored and shown."""
    return {
        "id": process.id,
        "unit": process.unit,
        "reference_amount": str(process.reference_amount),
        "location": process.location,
        "year": process.year,
        "kind": process.kind.value,
        "review_status": process.review_status.value,
        "is_fuel_combustion": process.is_fuel_combustion,
        "alternatives": list(process.alternatives),
        "inputs": [_exchange_body(e) for e in process.inputs],
        "emissions": [
            {"key": str(e.key), "amount_kg": str(e.amount_kg), "sources": list(e.sources)}
            for e in process.emissions
        ],
        "co_products": [
            {"product": c.product, "amount": str(c.amount), "unit": c.unit, "share": str(c.share)}
            for c in process.co_products
        ],
        "cut_offs": [{"flow": c.flow, "reason": c.reason} for c in process.cut_offs],
        "content": dict(process.content),
    }


@dataclass(frozen=True)
class InventorySnapshot:
    """All processes of a release, sorted by id; equal content gives equal bytes and hash."""

    processes: tuple[Process, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "processes", tuple(sorted(self.processes, key=lambda p: p.id)))
        raise_all(tuple(self._errors()))

    @classmethod
    def of(cls, processes: Iterable[Process]) -> InventorySnapshot:
        """A snapshot of any iterable of processes."""
        return cls(tuple(processes))

    def product_units(self) -> dict[str, str]:
        """Unit of every product on offer, reference products and co-products alike."""
        units = {p.id: p.unit for p in self.processes}
        for process in self.processes:
            units.update({c.product: c.unit for c in process.co_products})
        return units

    def _errors(self) -> Iterable[InventoryError]:
        """Every duplicate product, missing provider and unit mismatch, each with its dataset."""
        seen: set[str] = set()
        for process in self.processes:
            for product in (process.id, *(c.product for c in process.co_products)):
                if product in seen:
                    yield InventoryError("product-supplied-twice", "", product=product)
                seen.add(product)
        units = self.product_units()
        for process in self.processes:
            for alternative in process.alternatives:
                if units.get(alternative) != process.unit:
                    yield InventoryError(
                        "alternative-not-comparable",
                        f"/{process.id}/alternatives",
                        dataset=process.id,
                        alternative=alternative[:80],
                    )
            for position, exchange in enumerate(process.inputs):
                place = f"/{process.id}/inputs/{position}"
                if exchange.provider not in units:
                    yield InventoryError("provider-missing", place, provider=exchange.provider)
                    continue
                try:
                    conversion_factor(exchange.unit, units[exchange.provider])
                except QuantityError as error:
                    yield InventoryError(error.code, place, **error.parameters)

    def canonical_bytes(self) -> bytes:
        """RFC 8785 bytes of the whole snapshot."""
        bodies = (canonical_json(process_body(process)) for process in self.processes)
        return b"[" + b",".join(bodies) + b"]"

    def sha256(self) -> str:
        """Content hash: what a footprint's provenance names."""
        return self._sha256

    @cached_property
    def _sha256(self) -> str:
        return hashlib.sha256(self.canonical_bytes()).hexdigest()
