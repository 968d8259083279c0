"""Exchange with a practitioner's own Brightway project: a release out, a project's database back.

Rules (docs/decisions/0001):

* Only the owner of a project reads it here: ``bw2data`` keeps its rows as pickles. What users send
  passes through the importers and never through this module.
* Out: what ``brightway_content.py`` makes of the release, by ``brightway_loader.py``, which is also
  what the exported archive runs. ``bw2calc`` there gives our totals.
* Back: the decimal text counts where it still gives the amount beside it; an amount that was edited
  in the project counts as edited, and one that was added as in the unit of what it takes. A
  database that nobody touched gives the same hash.
* A database edited and processed again there has seven digits, as ``bw2data`` keeps amounts.
* ``bw2data``'s current project is global to the process: the one before is put back.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from footprint.errors import InventoryError
from footprint.inventory import EmissionKey, InventorySnapshot
from footprint.methods import MethodProfile
from footprint.solver import datapackage
from lca_db.inventory.brightway_content import brightway_content
from lca_db.inventory.brightway_loader import databases_in_the_way, load
from lca_db.inventory.snapshots import process_of

DESCRIPTION = "datapackage.json"
_NO_TIME = "1970-01-01T00:00:00Z"
_EXACT_TO = 12  # significant digits an amount must share with its text to count as untouched


def datapackage_members(snapshot: InventorySnapshot) -> Iterator[tuple[str, bytes]]:
    """The members of a release as a ``bw_processing`` datapackage, for bw2calc alone, by name.

    ``bw_processing`` gives every package a chance name and the time: here they are the release's
    hash and the beginning of time, so that the same release gives the same bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        with _quiet():
            from fsspec.implementations.zip import ZipFileSystem  # noqa: PLC0415

            package = datapackage(snapshot, ZipFileSystem(str(path), mode="w"))
            package.finalize_serialization()
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    described: dict[str, Any] = json.loads(members[DESCRIPTION])
    sha256 = snapshot.sha256()
    described |= {"id": sha256, "name": f"tanbiao-{sha256[:12]}", "created": _NO_TIME}
    members[DESCRIPTION] = json.dumps(described, indent=1, sort_keys=True).encode()
    yield from sorted(members.items())


@contextmanager
def _quiet() -> Iterator[None]:
    """Brightway warns and prints on standard output, which is for what a command answers."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def project(name: str) -> Iterator[Any]:
    """``bw2data`` with that project as its current one, made where it is not there."""
    with _quiet():
        import bw2data  # noqa: PLC0415  loads in seconds, and is an optional extra

        before = bw2data.projects.current
        bw2data.projects.set_current(name)
        try:
            yield bw2data
        finally:
            bw2data.projects.set_current(before)


def write_project(
    snapshot: InventorySnapshot, project_name: str, database: str, method: MethodProfile
) -> tuple[str, ...]:
    """Writes a release as a database of a project, and the method profile as a method.

    Returns:
        The name of the method, as ``bw2data`` lists it.

    Raises:
        InventoryError: ``brightway-database-exists``.
    """
    content = brightway_content(snapshot, method)
    with project(project_name) as bw2data:
        if in_the_way := databases_in_the_way(bw2data, database):
            raise InventoryError("brightway-database-exists", "", database=in_the_way[0])
        return load(bw2data, content, database)


def read_project(project_name: str, database: str) -> InventorySnapshot:
    """A database that :func:`write_project` wrote, as it is there now.

    Raises:
        InventoryError: ``brightway-database-missing``, ``brightway-database-foreign`` for one of
            other origin, ``brightway-exchange-foreign`` for an exchange that was added to something
            we do not have, and whatever makes a dataset unfit.
    """
    with project(project_name) as bw2data:
        if database not in bw2data.databases:
            raise InventoryError("brightway-database-missing", "", database=database[:80])
        stored = bw2data.Database(database).load()
    bodies = []
    units = {code: activity.get("unit") for (_, code), activity in stored.items()}
    for (_, code), activity in stored.items():
        if "tanbiao" not in activity:
            raise InventoryError("brightway-database-foreign", f"/{code[:80]}", database=database)
        if activity["tanbiao"].get("co_product_of") is None:
            bodies.append(_body(activity, database, units))
    return InventorySnapshot.of(process_of(body) for body in bodies)


def _body(
    activity: Mapping[str, Any], database: str, units: Mapping[str, str | None]
) -> dict[str, Any]:
    """The body of a process again, from the activity of its reference product."""
    body = dict(activity["tanbiao"])
    for kind, member, amount in (
        ("technosphere", "inputs", "amount"),
        ("biosphere", "emissions", "amount_kg"),
    ):
        found = [e for e in activity["exchanges"] if e["type"] == kind]
        found.sort(key=lambda e: e.get("tanbiao", {}).get("position", len(found)))
        body[member] = [
            _exchange_body(e, amount)
            if e.get("tanbiao")
            else _added_body(e, body["id"], database, units)
            for e in found
        ]
    for exchange in activity["exchanges"]:
        is_edited = float(body["reference_amount"]) != exchange["amount"]
        if exchange["type"] == "production" and is_edited:
            body["reference_amount"] = _decimal(exchange["amount"])
    return body


def _exchange_body(exchange: Mapping[str, Any], amount: str) -> dict[str, Any]:
    """An exchange that went out from here; its text counts where the amount is still its own."""
    kept = dict(exchange["tanbiao"])
    factor = float(kept.pop("factor")) * kept.pop("share")
    kept.pop("position")
    if not _is_same(float(kept[amount]) * factor, exchange["amount"]):
        kept[amount] = _decimal(exchange["amount"] / factor)
    return kept


def _added_body(
    exchange: Mapping[str, Any], dataset: str, database: str, units: Mapping[str, str | None]
) -> dict[str, Any]:
    """An exchange that was added in the project, where amounts are in the unit of what is taken.

    Raises:
        InventoryError: ``brightway-exchange-foreign`` for one that is neither a product of the
            database nor one of our emissions.
    """
    source, code = exchange["input"]
    amount = _decimal(exchange["amount"])
    unit = units.get(code)
    if source == database and exchange["type"] == "technosphere" and unit:
        is_credit = exchange["amount"] < 0
        taken = {"provider": code, "amount": amount, "unit": unit}
        return {**taken, "is_credit": is_credit, "sources": []}
    if exchange["type"] == "biosphere":
        with contextlib.suppress(ValueError):
            return {"key": str(EmissionKey.parse(code)), "amount_kg": amount, "sources": []}
    added = f"{source} {code}"[:120]
    raise InventoryError("brightway-exchange-foreign", f"/{dataset}", dataset=dataset, added=added)


def _is_same(one: float, other: float) -> bool:
    return f"{one:.{_EXACT_TO}g}" == f"{other:.{_EXACT_TO}g}"


def _decimal(amount: float) -> str:
    return str(Decimal(repr(float(amount))))
