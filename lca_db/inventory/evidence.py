"""What the evidence of a dataset allows: the highest status its own figures can carry, and why.

Rules (docs/inventory.md, status):

* A figure of confidence ``b`` (unconfirmed) keeps its dataset at *draft*, and so does a proxy: a
  dataset that says so, or that takes one product in the place of another (``stands_for``).
* *Official* is an authority's own factor for exactly this product and place: every source is an
  authority's document that was read (``a``), and no figure is derived.
* A dataset whose figures name no source of the inventory (an import) can be reviewed on documents,
  and never be official.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from footprint.errors import FootprintError, InventoryError
from footprint.inventory import DatasetSource, ReviewStatus
from lca_db.inventory.reference_sources import UNCONFIRMED

SAYS_PROXY = re.compile(r"\bprox(y|ies)\b|stand-in|stands? in\b|代用|aproximaç", re.IGNORECASE)
# Documents that are an authority's by the very ground on which they may be used.
AUTHORITY_LICENCES = frozenset(
    {
        "official document (PRC Copyright Law art. 5)",
        "public domain (US government work)",
        "OGL-3.0",
    }
)
_READ = "a"
_SAYING = ("name", "synonyms", "technology", "comment", "derivations")


def source_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Every source the dataset of a body names, for inputs, emissions and co-products, sorted."""
    items = [*body["inputs"], *body["emissions"], *body["content"].get("derivations", ())]
    return tuple(sorted({source for item in items for source in item.get("sources", ())}))


def obstacles(
    body: Mapping[str, Any], sources: Mapping[str, DatasetSource]
) -> Mapping[ReviewStatus, FootprintError]:
    """For each status the evidence does not allow, the first reason why not.

    Args:
        body: The dataset as :func:`footprint.inventory.process_body` gives it.
        sources: The sources of the inventory by id.
    """
    place = f"/{body['id']}"
    named = source_ids(body)
    below = _keeps_draft(body, named, sources, place)
    if below is not None:
        return {ReviewStatus.REVIEWED: below, ReviewStatus.OFFICIAL: below}
    official = _keeps_reviewed(body, named, sources, place)
    return {} if official is None else {ReviewStatus.OFFICIAL: official}


def _keeps_draft(
    body: Mapping[str, Any],
    named: Iterable[str],
    sources: Mapping[str, DatasetSource],
    place: str,
) -> FootprintError | None:
    for source in named:
        if source in sources and sources[source].confidence == UNCONFIRMED:
            return InventoryError("unconfirmed-figure-in-dataset", place, source=source)
    content = body["content"]
    stands_in = any(note.get("stands_for") for note in content.get("derivations", ()))
    words = str([*(content.get(m, "") for m in _SAYING), body["inputs"], body["emissions"]])
    if stands_in or content.get("proxy") or SAYS_PROXY.search(words):
        return InventoryError("proxy-keeps-draft", place, dataset=body["id"])
    return None


def _keeps_reviewed(
    body: Mapping[str, Any],
    named: tuple[str, ...],
    sources: Mapping[str, DatasetSource],
    place: str,
) -> FootprintError | None:
    for source in named:
        known = sources.get(source)
        if known is None or known.licence not in AUTHORITY_LICENCES or known.confidence != _READ:
            return InventoryError("source-not-of-authority", place, source=source)
    derived = any(note.get("derivation") for note in body["content"].get("derivations", ()))
    if derived or not named:
        return InventoryError("figure-not-of-authority", place, dataset=body["id"])
    return None
