"""Who may read which release: imports that may not be published keep theirs from the public.

Rules:

* A release is public unless it holds an import whose terms do not let its datasets be published.
* Of such a release the public sees that it exists, its hashes and counts, and no word of what was
  noted of it; without naming one, the public reads the newest public release. The versions of a
  dataset leave it out.
* Who is signed in finds all its datasets and calculates with them. What is inside an imported one,
  and the release as a file, are for who keeps the inventory; who reviews a dataset sees it on the
  page of its review (decision 37).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from api.context import Context
from api.problems import Problem
from api.security.policy import Action, can
from api.workflows.calculate_footprint import current_release
from labels.access import Actor, Scope
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.values import Release
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("read releases")


def is_public(context: Context, release_id: str) -> bool:
    """Whether everything in a release may be published."""
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        return release_id not in uow.inventory_imports.closed_releases()


def readable_release(context: Context, reader: Actor | None, release_id: str = "") -> str:
    """The id asked for, or that of the newest release this reader may read.

    Raises:
        Problem: 401 ``release-not-public`` for the public.
        InventoryError: ``release-missing``.
    """
    if reader is not None:
        return release_id or current_release(context).id
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        closed = uow.inventory_imports.closed_releases()
        named = [release_id] if release_id else _newest_first(uow)
    for found in named or [current_release(context).id]:
        if found not in closed:
            return found
    raise Problem(401, "release-not-public", headers={"WWW-Authenticate": "Bearer"})


def check_inside(
    context: Context, reader: Actor | None, dataset_id: str, release_id: str = ""
) -> None:
    """Nothing where the reader may see what a dataset of a readable release is made of.

    Raises:
        Problem: 401 ``release-not-public`` for the public, 403 ``dataset-not-public``.
    """
    found = readable_release(context, reader, release_id)
    if dataset_id in _shipped() or is_public(context, found):
        return
    if not may_have_whole(reader):
        raise Problem(403, "dataset-not-public")


def openable(context: Context, reader: Actor | None, release_id: str) -> Callable[[str], bool]:
    """Of which datasets of a release the reader may see what they are made of."""
    if is_public(context, release_id) or may_have_whole(reader):
        return lambda _: True
    shipped = _shipped()
    return lambda dataset_id: dataset_id in shipped


def check_whole(context: Context, reader: Actor | None, release_id: str) -> None:
    """Nothing where the reader may have a release as a whole, as a file.

    Raises:
        Problem: 401 ``release-not-public`` for the public, 403 ``dataset-not-public``.
    """
    readable_release(context, reader, release_id)
    if not is_public(context, release_id) and not may_have_whole(reader):
        raise Problem(403, "dataset-not-public")


def hidden_releases(context: Context, reader: Actor | None) -> frozenset[str]:
    """The releases of which the public reads no dataset, a shipped one neither; none for others.

    What an import is linked to moves the totals of shipped datasets: they would tell of it.
    """
    if reader is not None:
        return frozenset()
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        return uow.inventory_imports.closed_releases()


def with_told_notes(
    context: Context, reader: Actor | None, releases: Iterable[Release]
) -> tuple[Release, ...]:
    """The releases; to the public, those that are not public without what was noted of them."""
    hidden = hidden_releases(context, reader)
    return tuple(replace(each, note="") if each.id in hidden else each for each in releases)


def may_have_whole(reader: Actor | None) -> bool:
    """Whether the reader keeps the inventory, and so may have everything in it."""
    return reader is not None and can(reader, Action.KEEP_INVENTORY)


def _newest_first(uow: UnitOfWork) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = uow.inventory.list_releases(after=after, limit=200)
        found += [release.id for release in page.items]
        after = page.next_after
        if after is None:
            return found


@lru_cache(maxsize=1)
def _shipped() -> frozenset[str]:
    return frozenset(process.id for process in load_reference()[0].processes)
