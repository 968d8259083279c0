"""Merges what flows to a study into one Sankey: every dataset once, loops corrected.

Only the datasets that are shown are read from the database. What the reader may not see the
inside of is shown closed.
"""

from __future__ import annotations

from api.context import Context
from api.flow_views import NamedSankey
from api.workflows.link_study import LinkedStudy
from api.workflows.readable_release import openable
from footprint.inventory import Process
from footprint.sankey import SankeyLimits, study_sankey
from labels.access import Actor, Scope
from labels.label import LocalText
from lca_db.errors import NotFound
from lca_db.inventory.snapshots import process_of
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("read study flows")


def merge_flows(
    context: Context, reader: Actor | None, study: LinkedStudy, limits: SankeyLimits
) -> NamedSankey:
    """The Sankey of one unit of a study.

    Args:
        context: The instance.
        reader: Who may see what; None for what the public may see.
        study: Linked to its own release.
        limits: Where it ends.
    """
    release_id = study.stored.release.id
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        makers = Makers(uow, context, reader, release_id)
        sankey = study_sankey(
            study.system,
            study.impact,
            study.stored.table,
            makers.made_by,
            study.stored.method,
            limits,
            study.basis,
        )
    names = {product: makers.names[maker] for product, maker in makers.makers.items()}
    return NamedSankey(release_id=release_id, sankey=sankey, names=names)


class Makers:
    """Reads the maker of each product that is shown, and keeps its names."""

    def __init__(
        self, uow: UnitOfWork, context: Context, reader: Actor | None, release_id: str
    ) -> None:
        self._uow, self._release_id = uow, release_id
        self._is_open = openable(context, reader, release_id)
        self.makers: dict[str, str] = {}
        self.names: dict[str, LocalText] = {}

    def made_by(self, product: str) -> Process | None:
        """The process that makes a product, None where it may not be shown."""
        entry = self._uow.inventory.find_maker(self._release_id, product)
        if entry is None:
            raise NotFound(kind="dataset")
        self.makers[product] = entry.dataset_id
        self.names[entry.dataset_id] = entry.names
        return process_of(entry.body) if self._is_open(entry.dataset_id) else None
