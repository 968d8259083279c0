"""Reads the supply chain of a dataset as a tree, from the release's table and stored exchanges."""

from __future__ import annotations

from api.context import Context
from api.inventory_views import SupplyChain
from api.solving import METHOD
from api.workflows.calculate_footprint import open_table
from api.workflows.search_datasets import find_release
from footprint.inventory import Process
from footprint.methods import method_profile
from footprint.supply_chain import TreeLimits, supply_tree
from labels.access import Scope
from labels.label import LocalText
from lca_db.errors import NotFound
from lca_db.inventory.snapshots import process_of
from lca_db.unit_of_work import UnitOfWork


def read_supply_chain(
    context: Context, dataset_id: str, limits: TreeLimits, release_id: str = ""
) -> SupplyChain:
    """What each input gives to the total of one unit; only what the tree shows is read.

    Raises:
        NotFound: There is no such release, or no such dataset in it.
        InventoryError: ``release-missing``.
    """
    release = find_release(context, release_id)
    table = open_table(context, release)
    if dataset_id not in table.rows:
        raise NotFound(kind="dataset")
    makers: dict[str, str] = {}
    names: dict[str, LocalText] = {}
    scope = Scope.everything("read supply chain")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:

        def made_by(product: str) -> Process:
            entry = uow.inventory.find_maker(release.id, product)
            if entry is None:
                raise NotFound(kind="dataset")
            makers[product] = entry.dataset_id
            names[entry.dataset_id] = entry.names
            return process_of(entry.body)

        root = supply_tree(table, dataset_id, made_by, method_profile(METHOD), limits)
    return SupplyChain(release=release, method=METHOD, root=root, makers=makers, names=names)
