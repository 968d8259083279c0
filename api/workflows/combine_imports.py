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
from lca_db.inventory.stored_imports import StoredImport
from lca_db.unit_of_work import UnitOfWork

SHIPPED = "shipped inventory"
MOST_NAMED = 50


def combine_imports(context: Context, import_ids: Sequence[str]) -> InventorySnapshot:
    """What a release with these imports would hold.

    Raises:
        NotFound: An import that is none.
        InventoryError: ``import-without-datasets``, ``import-same-file``, ``import-ids-clash``
            (several at once),
            and what makes a snapshot impossible.
    """
    scope = Scope.everything("combine imports")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        imports = [uow.inventory_imports.get(each) for each in dict.fromkeys(import_ids)]
    shipped, _ = load_reference()
    owners = _owned(SHIPPED, shipped.processes, {})
    by_id = {stored.id: stored for stored in imports}
    processes = [*shipped.processes]
    clashes: list[InventoryError] = []
    for stored in imports:
        if stored.datasets_sha256 is None:
            raise InventoryError("import-without-datasets", "/imports", id=stored.id)
        datasets = read_datasets(context.files.get(stored.datasets_sha256))
        clashes += _clashes(owners, by_id, stored, datasets)
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
    owners: dict[str, str],
    imports: dict[str, StoredImport],
    stored: StoredImport,
    datasets: Iterable[Process],
) -> list[InventoryError]:
    """Every product that somebody brought before; once where the whole file was there before."""
    taken = {name: owners[name] for p in datasets for name in _products(p) if name in owners}
    of_the_same_file = {
        owner
        for owner in taken.values()
        if owner in imports and imports[owner].file_sha256 == stored.file_sha256
    }
    same = [
        InventoryError(
            "import-same-file",
            "/imports",
            first=owner,
            second=stored.id,
            name=stored.file_name[:120],
        )
        for owner in sorted(of_the_same_file)
    ]
    other = [
        InventoryError("import-ids-clash", "/imports", product=name, first=owner, second=stored.id)
        for name, owner in taken.items()
        if owner not in of_the_same_file
    ]
    return same + other


def imports_left_out(context: Context, import_ids: Sequence[str]) -> tuple[StoredImport, ...]:
    """The imports of the current release that one with these would no longer hold."""
    scope = Scope.everything("imports left out")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        current = uow.inventory.current_release()
        held = uow.inventory_imports.list_of_release(current.id) if current else ()
    return tuple(stored for stored in held if stored.id not in import_ids)


def dropping(left_out: Sequence[StoredImport]) -> InventoryError:
    """That nobody said that these should be left out: ``release-drops-imports``."""
    named = [f"{stored.id} ({stored.file_name[:60]})" for stored in left_out[:MOST_NAMED]]
    return InventoryError("release-drops-imports", "", imports=", ".join(named))
