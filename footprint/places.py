"""The same product of another place: what the inventory names, or an id of another location.

Datasets that only their content tells to be the same product are not found: an imported database
whose ids say nothing needs its alternatives named.
"""

from __future__ import annotations

from footprint.errors import ScenarioError
from footprint.intensities import IntensityTable


def at_place(dataset: str, location: str, table: IntensityTable) -> str:
    """The dataset of the same product at another location.

    Raises:
        LinkError: ``dataset-unknown``.
        ScenarioError: ``scenario-place-unknown``, with the places there are;
            ``scenario-place-several``.
    """
    entry = table.products[table.row(dataset)]
    if entry.location == location:
        return dataset
    named = [a for a in entry.alternatives if table.products[table.row(a)].location == location]
    found = named or _siblings(dataset, entry.location, location, table)
    if len(found) == 1:
        return found[0]
    asked = {"dataset": dataset[:80], "location": location[:40]}
    if found:
        raise ScenarioError("scenario-place-several", "/to", known=", ".join(found), **asked)
    known = ", ".join(other_places(dataset, table)) or "-"
    raise ScenarioError("scenario-place-unknown", "/to", known=known, **asked)


def other_places(dataset: str, table: IntensityTable) -> tuple[str, ...]:
    """The other locations at which the release has the same product.

    Raises:
        LinkError: ``dataset-unknown``.
    """
    entry = table.products[table.row(dataset)]
    places = {p.location for p in table.products}
    others = (p for p in places if _siblings(dataset, entry.location, p, table))
    own = (table.products[table.row(a)].location for a in entry.alternatives)
    return tuple(sorted({*others, *own} - {entry.location}))


def _siblings(dataset: str, own: str, location: str, table: IntensityTable) -> list[str]:
    """Ids that differ in the location alone, and whose dataset is of that location."""
    padded = f"-{dataset}-"
    ids = {
        padded.replace(f"-{before}-", f"-{after}-", 1).strip("-")
        for before in _codes(own)
        for after in _codes(location)
        if f"-{before}-" in padded
    }
    return sorted(
        i for i in ids if i in table.rows and table.products[table.rows[i]].location == location
    )


def _codes(location: str) -> set[str]:
    """How a location may stand in an id: ``CN-GD`` as cn-gd or gd."""
    return {location.lower(), location.lower().split("-")[-1]}
