"""Builders of what readers read, and of an import made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from footprint.inventory import Process
from lca_db.inventory.importers.building import Source
from lca_db.inventory.importers.importing import Imported, assembled
from lca_db.inventory.importers.mapping import BackgroundMap
from lca_db.inventory.importers.options import ImportOptions, Unlinked, read_estimates
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess

SOURCE = Source("made.json", "0" * 64, "jsonld")
CUTTING = ImportOptions(
    prefix="t", unlinked=Unlinked.CUT_OFF, estimates=read_estimates("kg=2,kWh=0.6")
)
REFUSING = ImportOptions(prefix="t")


def a_flow(kind: FlowKind, name: str, amount: str, unit: str = "kg", **more: object) -> RawExchange:
    exchange = RawExchange(
        kind=kind, name=name, amount=Decimal(amount), unit=unit, place=f"/{kind.value}/{name}"
    )
    return replace(exchange, **more)  # type: ignore[arg-type]


def makes(name: str, amount: str = "1", unit: str = "kg", **more: object) -> RawExchange:
    return a_flow(FlowKind.REFERENCE, name, amount, unit, **more)


def also_makes(name: str, amount: str, unit: str = "kg", **more: object) -> RawExchange:
    return a_flow(FlowKind.CO_PRODUCT, name, amount, unit, **more)


def takes(name: str, amount: str, unit: str = "kg", **more: object) -> RawExchange:
    return a_flow(FlowKind.PRODUCT_INPUT, name, amount, unit, **more)


def avoids(name: str, amount: str, unit: str = "kg", **more: object) -> RawExchange:
    return a_flow(FlowKind.AVOIDED_PRODUCT, name, amount, unit, **more)


def discards(name: str, amount: str, unit: str = "kg", **more: object) -> RawExchange:
    return a_flow(FlowKind.WASTE_OUTPUT, name, amount, unit, **more)


def emits(name: str, amount: str, unit: str = "kg", **more: object) -> RawExchange:
    more.setdefault("compartment", ("air", "unspecified"))
    return a_flow(FlowKind.EMISSION, name, amount, unit, **more)


def draws(name: str, amount: str, unit: str = "kg", **more: object) -> RawExchange:
    more.setdefault("compartment", ("natural resource", "in air"))
    return a_flow(FlowKind.RESOURCE, name, amount, unit, **more)


def a_process(
    name: str, *exchanges: RawExchange, location: str = "CN", **more: object
) -> RawProcess:
    """A process; where no exchange is its reference, it makes 1 kg of what it is named."""
    is_complete = any(e.kind is FlowKind.REFERENCE for e in exchanges)
    process = RawProcess(
        id=f"{name}/{location}",
        names={"en": name},
        location=location,
        place=f"/processes/{name}",
        exchanges=exchanges if is_complete else (makes(name), *exchanges),
        valid_until="2019-12-31",
    )
    return replace(process, **more)  # type: ignore[arg-type]


def an_import(
    *read: RawProcess | RawFault,
    options: ImportOptions = CUTTING,
    background: BackgroundMap | None = None,
) -> Imported:
    return assembled(read, SOURCE, options, background)


def the(imported: Imported, name: str) -> Process:
    """The dataset of that English name that came in."""
    return next(p for p in imported.processes if p.content["name"] == {"en": name})


def codes(entries: Iterable[object]) -> list[str]:
    return [str(entry["code"]) for entry in entries]  # type: ignore[index]
