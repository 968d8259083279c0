"""The shipped inventory with the datasets of imports on top of it, as one snapshot.

Nobody's dataset takes the place of another's: where two bring the same id, both are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.context import Context
from footprint.errors import InventoryError, raise_all
from footprint.inventory import InventorySnapshot, Process
from labels.access import Scope
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.snapshots import read_datasets
from lca_db.unit_of_work import UnitOfWork

SHIPPED = "shipped inventory"
MOST_NAMED = 50


def combine_imports(context: Context, import_ids: Sequence[str]) -> InventorySnapshot:
    """What a release with these imports would hold.

    Raises:
        NotFound: An import that is none.
        InventoryError: ``import-without-datasets``, ``import-ids-clash`` (several at once),
            and what makes a snapshot impossible.
    """
    scope = Scope.everything("combine imports")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        imports = [uow.inventory_imports.get(each) for each in dict.fromkeys(import_ids)]
    shipped, _ = load_reference()
    owners = _owned(SHIPPED, shipped.processes, {})
    processes = [*shipped.processes]
    clashes: list[InventoryError] = []
    for stored in imports:
        if stored.datasets_sha256 is None:
            raise InventoryError("import-without-datasets", "/imports", id=stored.id)
        datasets = read_datasets(context.files.get(stored.datasets_sha256))
        clashes += _clashes(owners, stored.id, datasets)
        owners = _owned(stored.id, datasets, owners)
        processes += datasets
    raise_all(tuple(clashes[:MOST_NAMED]))
    return InventorySnapshot.of(processes)


def _products(process: Process) -> tuple[str, ...]:
    return (process.id, *(each.product for each in process.co_products))


def _owned(owner: str, processes: Iterable[Process], known: dict[str, str]) -> dict[str, str]:
    """Whose each product is."""
    return {**known, **{product: owner for p in processes for product in _products(p)}}


def _clashes(
    owners: dict[str, str], import_id: str, datasets: Iterable[Process]
) -> list[InventoryError]:
    return [
        InventoryError(
            "import-ids-clash", "/imports", product=name, first=owners[name], second=import_id
        )
        for process in datasets
        for name in _products(process)
        if name in owners
    ]
