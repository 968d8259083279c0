"""What workflows hand to the doors about what flows to a study: Sankey, tree, emitters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from footprint.emitters import Emitter, EmitterGroup
from footprint.sankey import Sankey
from footprint.supply_chain import StudyTree
from labels.label import LocalText


@dataclass(frozen=True, kw_only=True)
class NamedSankey:
    """A study's Sankey; ``names`` are those of the datasets that make its products."""

    release_id: str
    sankey: Sankey
    names: Mapping[str, LocalText]


@dataclass(frozen=True, kw_only=True)
class NamedTree:
    """A study's tree with the maker of each product in it, and the makers' names."""

    release_id: str
    tree: StudyTree
    makers: Mapping[str, str]
    names: Mapping[str, LocalText]


@dataclass(frozen=True, kw_only=True)
class StudyEmitters:
    """Who emits a study, the largest first, grouped in one way.

    Attributes:
        names: Of the datasets, where it is grouped by process.
    """

    release_id: str
    group: EmitterGroup
    total_kg_co2e: float
    emitters: tuple[Emitter, ...]
    names: Mapping[str, LocalText]
