"""Shows a dataset: what goes in, what is emitted, where each figure was read, and its footprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.context import Context
from api.review_views import PublicReview
from api.views import GasIntensity
from api.workflows.read_dataset_reviews import read_shipped_sources
from api.workflows.search_datasets import read_dataset
from footprint.inventory import DatasetSource
from labels.access import Scope
from labels.label import LocalText
from lca_db.errors import NotFound
from lca_db.inventory.values import DatasetEntry, Release
from lca_db.unit_of_work import UnitOfWork

SMALLEST_SHARE = 0.0001


@dataclass(frozen=True, kw_only=True)
class InputView:
    """An input with its provider's names and the sources of its figure.

    Attributes:
        stands_for: What the process takes, where another product has to stand in; else "".
    """

    provider: str
    names: LocalText
    amount: str
    unit: str
    is_credit: bool
    sources: tuple[str, ...]
    derivation: str
    note: str
    stands_for: str


@dataclass(frozen=True, kw_only=True)
class EmissionView:
    """An emission of the process itself.

    Attributes:
        notes: What else its key says: ``removal``, ``aircraft``, ``gwp=AR5``.
    """

    substance: str
    origin: str
    notes: tuple[str, ...]
    amount_kg: str
    sources: tuple[str, ...]
    derivation: str
    note: str


@dataclass(frozen=True, kw_only=True)
class GasShare:
    """What one gas gives to the footprint of one unit."""

    key: str
    mass_kg: Decimal
    kg_co2e: Decimal


@dataclass(frozen=True, kw_only=True)
class DatasetPage:
    """A dataset of the current release with everything behind it.

    Attributes:
        proxy: What of it stands in for another place, time or product; "" where nothing does.
        total_kg_co2e: Cumulative, per one unit of the product, by the method's GWP set.
        gases: The gases that matter, largest first.
        sources: Every source a figure names, by id.
        review: Who reviewed it and when, by organisation.
    """

    entry: DatasetEntry
    release: Release
    reference_amount: str
    technology: str
    comment: str
    proxy: str
    inputs: tuple[InputView, ...]
    emissions: tuple[EmissionView, ...]
    cut_offs: tuple[Mapping[str, str], ...]
    co_products: tuple[Mapping[str, str], ...]
    total_kg_co2e: Decimal
    draft_share: Decimal
    gases: tuple[GasShare, ...]
    method: str
    sources: Mapping[str, DatasetSource]
    review: PublicReview


def view_dataset(context: Context, dataset_id: str) -> DatasetPage:
    """The dataset of that id in the current release.

    Raises:
        NotFound: There is none.
        InventoryError: ``release-missing``.
    """
    found = read_dataset(context, dataset_id)
    body: Mapping[str, Any] = found.entry.body
    content: Mapping[str, Any] = body["content"]
    names = _provider_names(context, found.release, {i["provider"] for i in body["inputs"]})
    notes = {note["member"]: note for note in content.get("derivations", ())}
    return DatasetPage(
        entry=found.entry,
        release=found.release,
        reference_amount=body["reference_amount"],
        technology=content.get("technology", ""),
        comment=content.get("comment", ""),
        proxy=content.get("proxy", ""),
        inputs=tuple(
            _input(i, names, notes.get(f"/inputs/{n}", {})) for n, i in enumerate(body["inputs"])
        ),
        emissions=tuple(
            _emission(e, notes.get(f"/emissions/{n}", {})) for n, e in enumerate(body["emissions"])
        ),
        cut_offs=tuple(body["cut_offs"]),
        co_products=tuple(body["co_products"]),
        total_kg_co2e=_decimal(found.total_kg_co2e),
        draft_share=_decimal(found.draft_share),
        gases=_that_matter(found.gases),
        method=found.method,
        sources=_sources_of(body),
        review=found.review,
    )


def _provider_names(
    context: Context, release: Release, providers: set[str]
) -> dict[str, LocalText]:
    """Names of the datasets that supply; a co-product has no dataset of its own."""
    names: dict[str, LocalText] = {}
    scope = Scope.everything("view dataset")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        for provider in providers:
            try:
                names[provider] = uow.inventory.get_dataset(release.id, provider).names
            except NotFound:
                continue
    return names


def _input(
    raw: Mapping[str, Any], names: Mapping[str, LocalText], note: Mapping[str, Any]
) -> InputView:
    return InputView(
        provider=raw["provider"],
        names=names.get(raw["provider"], {}),
        amount=raw["amount"],
        unit=raw["unit"],
        is_credit=raw["is_credit"],
        sources=tuple(raw["sources"]),
        derivation=note.get("derivation", ""),
        note=note.get("note", ""),
        stands_for=note.get("stands_for", ""),
    )


def _emission(raw: Mapping[str, Any], note: Mapping[str, Any]) -> EmissionView:
    substance, origin, direction, *flags = raw["key"].split(":")
    return EmissionView(
        substance=substance,
        origin=origin,
        notes=(*(() if direction == "emission" else (direction,)), *flags),
        amount_kg=raw["amount_kg"],
        sources=tuple(raw["sources"]),
        derivation=note.get("derivation", ""),
        note=note.get("note", ""),
    )


def _that_matter(gases: Sequence[GasIntensity]) -> tuple[GasShare, ...]:
    scale = sum(abs(gas.kg_co2e) for gas in gases)
    kept = (gas for gas in gases if abs(gas.kg_co2e) >= SMALLEST_SHARE * scale)
    ordered = sorted(kept, key=lambda gas: (-abs(gas.kg_co2e), str(gas.key)))
    return tuple(
        GasShare(key=str(gas.key), mass_kg=_decimal(gas.mass_kg), kg_co2e=_decimal(gas.kg_co2e))
        for gas in ordered
    )


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))


def _sources_of(body: Mapping[str, Any]) -> Mapping[str, DatasetSource]:
    named = {s for part in ("inputs", "emissions") for item in body[part] for s in item["sources"]}
    known = read_shipped_sources()
    return {source_id: known[source_id] for source_id in sorted(named) if source_id in known}
