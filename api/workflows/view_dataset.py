"""Shows a dataset: what goes in, what is emitted, where each figure was read, and its footprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from api.context import Context
from api.inventory_views import (
    ComparisonView,
    DatasetPage,
    DatasetView,
    EmissionView,
    GasIntensity,
    InputView,
)
from api.workflows.calculate_footprint import current_release
from api.workflows.read_releases import read_findings_report
from api.workflows.search_datasets import read_dataset
from footprint.inventory import DatasetSource
from footprint.methods import method_profile
from labels.access import Scope
from labels.label import LocalText
from lca_db.inventory.checks.cross_check import CrossCheck, judged
from lca_db.inventory.checks.run import read_check_tables
from lca_db.inventory.description import uncertainty_of
from lca_db.inventory.reference_sources import shipped_sources
from lca_db.inventory.statistics import weakest
from lca_db.inventory.values import Release
from lca_db.unit_of_work import UnitOfWork

SMALLEST_SHARE = 0.0001


@dataclass(frozen=True)
class _Supplier:
    """The dataset that makes an input."""

    dataset_id: str
    names: LocalText


def view_dataset(context: Context, dataset_id: str, release_id: str = "") -> DatasetPage:
    """The dataset of that id in a release, the current one by default.

    Raises:
        NotFound: There is no such release, or no such dataset in it.
        InventoryError: ``release-missing``.
    """
    found = read_dataset(context, dataset_id, release_id)
    body: Mapping[str, Any] = found.entry.body
    content = found.entry.content
    suppliers = _suppliers(context, found.release, {i["provider"] for i in body["inputs"]})
    notes = {note["member"]: note for note in content.get("derivations", ())}
    sources = _sources_of(body)
    return DatasetPage(
        found=found,
        is_current=found.release.id == current_release(context).id,
        method_title=method_profile(found.method).title,
        reference_amount=body["reference_amount"],
        technology=content.get("technology", ""),
        comment=content.get("comment", ""),
        proxy=content.get("proxy", ""),
        pedigree=content.get("pedigree", {}),
        confidence=weakest(sources.values()) if sources else "",
        inputs=tuple(
            _input(i, suppliers[i["provider"]], notes.get(f"/inputs/{n}", {}))
            for n, i in enumerate(body["inputs"])
        ),
        emissions=tuple(
            _emission(e, notes.get(f"/emissions/{n}", {})) for n, e in enumerate(body["emissions"])
        ),
        cut_offs=tuple(body["cut_offs"]),
        co_products=tuple(body["co_products"]),
        total_kg_co2e=Decimal(repr(found.total_kg_co2e)),
        draft_share=Decimal(repr(found.draft_share)),
        gases=_that_matter(found.gases),
        sources=sources,
        findings=tuple(
            f
            for f in read_findings_report(context, found.release).findings
            if f.dataset == dataset_id
        ),
        comparisons=_comparisons(found),
        uncertainty=uncertainty_of(body),
    )


def _suppliers(context: Context, release: Release, providers: set[str]) -> Mapping[str, _Supplier]:
    """The datasets that supply; a co-product has none of its own, but one that makes it."""
    scope = Scope.everything("view dataset")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        names = uow.inventory.names_of(release.id, providers)
        found = {provider: _Supplier(provider, names[provider]) for provider in names}
        for provider in providers - names.keys():
            maker = uow.inventory.find_maker(release.id, provider)
            found[provider] = (
                _Supplier(provider, {})
                if maker is None
                else _Supplier(maker.dataset_id, maker.names)
            )
    return found


def _input(raw: Mapping[str, Any], supplier: _Supplier, note: Mapping[str, Any]) -> InputView:
    return InputView(
        provider=raw["provider"],
        maker=supplier.dataset_id,
        names=supplier.names,
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


def _that_matter(gases: Sequence[GasIntensity]) -> tuple[GasIntensity, ...]:
    scale = sum(abs(gas.kg_co2e) for gas in gases)
    kept = (gas for gas in gases if abs(gas.kg_co2e) >= SMALLEST_SHARE * scale)
    return tuple(sorted(kept, key=lambda gas: (-abs(gas.kg_co2e), str(gas.key))))


def _sources_of(body: Mapping[str, Any]) -> Mapping[str, DatasetSource]:
    named = {s for part in ("inputs", "emissions") for item in body[part] for s in item["sources"]}
    known = shipped_sources()
    return {source_id: known[source_id] for source_id in sorted(named) if source_id in known}


@lru_cache(maxsize=1)
def _shipped_comparisons() -> Mapping[str, tuple[CrossCheck, ...]]:
    found: dict[str, tuple[CrossCheck, ...]] = {}
    for comparison in read_check_tables().cross_checks:
        found[comparison.dataset] = (*found.get(comparison.dataset, ()), comparison)
    return found


def _comparisons(found: DatasetView) -> tuple[ComparisonView, ...]:
    """The verdicts of the comparisons that this version of the product knows."""
    return tuple(
        ComparisonView(
            what=comparison.document or comparison.fact_id,
            verdict=judged(comparison, found.total_kg_co2e).value,
            checked_on=comparison.checked_on,
            excuse=comparison.excuse,
            not_comparable=comparison.not_comparable,
        )
        for comparison in _shipped_comparisons().get(found.entry.dataset_id, ())
    )
