"""Puts a dataset together again from what a foreign format carried and our own part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from footprint.inventory import (
    CoProduct,
    CutOff,
    DatasetKind,
    Emission,
    Exchange,
    Process,
    ReviewStatus,
)
from lca_db.inventory.exports.own_part import NAMES, TEXTS, VERSION
from lca_db.inventory.importers.climate_flows import read_flow
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.json_values import JsonObject
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawProcess
from lca_db.inventory.importers.units import foreign_unit

_INPUTS = frozenset({FlowKind.PRODUCT_INPUT, FlowKind.AVOIDED_PRODUCT})
_ELEMENTARY = frozenset({FlowKind.EMISSION, FlowKind.RESOURCE})
_MOST_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Our part of one dataset, checked as far as its own members go.

    Attributes:
        content: What the format could not carry of the dataset's description.
        carried: Members of the description that the format carries.
        exchanges: One entry per exchange, in the order of the export.
    """

    id: str
    year: str
    review_status: ReviewStatus
    is_fuel_combustion: bool
    alternatives: tuple[str, ...]
    cut_offs: tuple[CutOff, ...]
    carried: frozenset[str]
    content: Mapping[str, object]
    exchanges: Sequence[JsonObject]
    place: str

    @classmethod
    def of(cls, part: JsonObject) -> OwnPart:
        """From the JSON that ``own_part`` made.

        Raises:
            ImportRefused: ``export-part-malformed``, and what reading its members raises.
        """
        if part.members.get("version") != VERSION:
            raise ImportRefused("export-part-malformed", part.place, member="version")
        status = part.text("review_status")
        if status not in set(ReviewStatus):
            raise ImportRefused("export-part-malformed", part.place, member="review_status")
        content = part.part("content")
        return cls(
            id=part.text("id"),
            year=_exact_text(part, "year"),
            review_status=ReviewStatus(status),
            is_fuel_combustion=part.flag("is_fuel_combustion"),
            alternatives=tuple(part.texts("alternatives")),
            cut_offs=tuple(
                CutOff(flow=_exact_text(cut, "flow"), reason=_exact_text(cut, "reason"))
                for cut in part.parts("cut_offs")
            ),
            carried=frozenset(part.texts("carried")),
            content=_plain(content.members if content else {}),
            exchanges=tuple(part.parts("exchanges")),
            place=part.place,
        )


class Restoring:
    """All datasets of one file: an input is only known once every product is."""

    def __init__(self, raws: Sequence[RawProcess], parts: Mapping[str, OwnPart]) -> None:
        self._parts = parts
        self._by_flow: dict[str, str] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        self._of_process: dict[str, str] = {}
        for raw in raws:
            for product, exchange in self._products(raw):
                self._of_process.setdefault(raw.id, product)
                self._by_name[(raw.id, exchange.name)] = product
                if exchange.flow_id:
                    self._by_flow[exchange.flow_id] = product

    def process(self, raw: RawProcess) -> Process:
        """One dataset as it was exported.

        Raises:
            ImportRefused: ``export-part-missing``, ``export-part-malformed``,
                ``import-input-unlinked`` for a supplier that is not in the file.
            FootprintError: What makes a dataset unfit.
        """
        part = self._part(raw)
        entries = list(_paired(raw, part))
        reference = raw.reference
        return Process(
            id=part.id,
            unit=_unit(reference),
            reference_amount=reference.amount,
            location=raw.location,
            year=part.year,
            kind=DatasetKind.AGGREGATED if raw.is_aggregated else DatasetKind.UNIT_PROCESS,
            review_status=part.review_status,
            is_fuel_combustion=part.is_fuel_combustion,
            alternatives=part.alternatives,
            inputs=tuple(self._input(e, own) for e, own in entries if e.kind in _INPUTS),
            emissions=tuple(_emission(e, own) for e, own in entries if e.kind in _ELEMENTARY),
            co_products=tuple(
                _co_product(e, own) for e, own in entries if e.kind is FlowKind.CO_PRODUCT
            ),
            cut_offs=part.cut_offs,
            content=_content(raw, part),
        )

    def _part(self, raw: RawProcess) -> OwnPart:
        part = self._parts.get(raw.id)
        if part is None:
            raise ImportRefused("export-part-missing", raw.place, name=raw.name[:120])
        return part

    def _products(self, raw: RawProcess) -> Iterator[tuple[str, RawExchange]]:
        part = self._part(raw)
        for exchange, own in _paired(raw, part):
            if exchange.kind is FlowKind.REFERENCE:
                yield part.id, exchange
            elif exchange.kind is FlowKind.CO_PRODUCT:
                yield own.text("product"), exchange

    def _input(self, exchange: RawExchange, own: JsonObject) -> Exchange:
        provider = (
            self._by_flow.get(exchange.flow_id)
            if exchange.flow_id
            else self._by_name.get((exchange.provider_id, exchange.name))
            or self._of_process.get(exchange.provider_id)
        )
        if provider is None:
            flow, location = exchange.name[:120], exchange.location[:40]
            raise ImportRefused(
                "import-input-unlinked", exchange.place, flow=flow, location=location
            )
        is_avoided = exchange.kind is FlowKind.AVOIDED_PRODUCT
        return Exchange(
            provider=provider,
            amount=exchange.amount.copy_negate() if is_avoided else exchange.amount,
            unit=_unit(exchange),
            is_credit=own.flag("is_credit"),
            sources=tuple(own.texts("sources")),
        )


def _paired(raw: RawProcess, part: OwnPart) -> Iterator[tuple[RawExchange, JsonObject]]:
    """Every exchange with its entry; refused where they do not belong together."""
    if len(raw.exchanges) != len(part.exchanges):
        raise ImportRefused("export-part-malformed", raw.place, member="exchanges")
    for exchange, own in zip(raw.exchanges, part.exchanges, strict=True):
        if own.text("flow") not in {"", exchange.flow_id}:
            raise ImportRefused("export-part-malformed", exchange.place, member="flow")
        yield exchange, own


def _unit(exchange: RawExchange) -> str:
    found = foreign_unit(exchange.unit, exchange.place)
    if found.factor != 1:  # no unit that an export writes
        raise ImportRefused("import-choice-unknown", exchange.place, value=exchange.unit[:40])
    return found.unit


def _emission(exchange: RawExchange, own: JsonObject) -> Emission:
    key = read_flow(exchange).key
    if key is None:
        raise ImportRefused("import-choice-unknown", exchange.place, value=exchange.name[:80])
    return Emission(key=key, amount_kg=exchange.amount, sources=tuple(own.texts("sources")))


def _co_product(exchange: RawExchange, own: JsonObject) -> CoProduct:
    if exchange.share is None:
        raise ImportRefused(
            "import-allocation-missing", exchange.place, products=exchange.name[:120]
        )
    return CoProduct(
        product=own.text("product"),
        amount=exchange.amount,
        unit=_unit(exchange),
        share=exchange.share,
    )


def _content(raw: RawProcess, part: OwnPart) -> dict[str, object]:
    """The description: our part, and the texts the format carries as they stand there now."""
    content = dict(part.content)
    names = content.get(NAMES)
    if isinstance(names, Mapping):
        read = {k: v for k, v in raw.names.items() if f"{NAMES}.{k}" in part.carried}
        if f"{NAMES}.en" in part.carried:  # a format of one language guesses which it is
            read.setdefault("en", raw.name)
        content[NAMES] = {**names, **read}
    texts = zip(TEXTS, (raw.technology, raw.comment), strict=True)
    return content | {member: text for member, text in texts if member in part.carried}


def _exact_text(part: JsonObject, member: str) -> str:
    """A text to the letter; only what people type is cleaned."""
    part.text(member)  # its kind and length
    return str(part.members.get(member) or "")


def _plain(value: Any) -> Any:
    """Plain JSON values: what was read as a decimal becomes the number it was."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal):
        is_whole = abs(value) <= _MOST_EXACT and value == int(value)
        return int(value) if is_whole else float(value)
    return value
