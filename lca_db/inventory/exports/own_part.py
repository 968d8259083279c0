"""What an export says beside the foreign format, so that the dataset can be read back as it was.

Rules:

* The foreign format counts for whatever it can carry: amounts, units, suppliers, emissions, place,
  kind and shares are never written here, so that what was edited there comes back edited.
* A text is carried by the format where reading it there gives it again to the letter; such texts
  are only named (``carried``). All others stand here.
* One entry of ``exchanges`` for each exchange, in the order of the export.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.inventory import Process
from lca_db.inventory.importers.limits import OWN_FILE
from lca_db.inventory.importers.text import clean_text

VERSION = 1
NAMES = "name"
TEXTS = ("technology", "comment")


def own_part(
    process: Process, languages: Sequence[str], flows: Sequence[str] = ()
) -> dict[str, object]:
    """The part of a process that only our own reader understands, as plain JSON values.

    Args:
        process: Of which dataset.
        languages: Whose names the format carries.
        flows: The flow of every exchange, where the format has identities for them.
    """
    carried = tuple(_carried(process, languages))
    names = process.content.get(NAMES)
    content = {
        member: value
        for member, value in process.content.items()
        if member not in carried and member != NAMES
    }
    if isinstance(names, Mapping):
        content[NAMES] = {k: v for k, v in names.items() if f"{NAMES}.{k}" not in carried}
    entries = list(_entries(process))
    if flows:
        entries = [{"flow": flow, **entry} for flow, entry in zip(flows, entries, strict=True)]
    return {
        "version": VERSION,
        "id": process.id,
        "year": process.year,
        "review_status": process.review_status.value,
        "is_fuel_combustion": process.is_fuel_combustion,
        "alternatives": list(process.alternatives),
        "cut_offs": [{"flow": c.flow, "reason": c.reason} for c in process.cut_offs],
        "carried": list(carried),
        "content": content,
        "exchanges": entries,
    }


def _carried(process: Process, languages: Sequence[str]) -> Iterator[str]:
    names = process.content.get(NAMES)
    if isinstance(names, Mapping):
        for language in languages:
            if _survives(names.get(language)):
                yield f"{NAMES}.{language}"
    for member in TEXTS:
        if _survives(process.content.get(member)):
            yield member


def _survives(text: object) -> bool:
    """Whether the importers read a text again to the letter."""
    return isinstance(text, str) and text != "" and clean_text(text, OWN_FILE, "") == text


def _entries(process: Process) -> Iterator[dict[str, object]]:
    """Reference, co-products, inputs, emissions."""
    yield {}
    for co_product in process.co_products:
        yield {"product": co_product.product}
    for exchange in process.inputs:
        yield {"sources": list(exchange.sources), "is_credit": exchange.is_credit}
    for emission in process.emissions:
        yield {"sources": list(emission.sources)}
