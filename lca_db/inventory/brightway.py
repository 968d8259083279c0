"""Exchange with a practitioner's own Brightway project: a release out, a project's database back.

Rules (docs/decisions/0001):

* Only the owner of a project reads it here: ``bw2data`` keeps its rows as pickles. What users send
  passes through the importers and never through this module.
* Out: one activity per product, with the product's share of its process, amounts in the unit of the
  provider; one flow per emission key. ``bw2calc`` there gives our totals. What the arithmetic does
  not need (decimal text, sources, names) stands beside each exchange and activity.
* Back: the decimal text counts where it still gives the amount beside it; an amount that was edited
  in the project counts as edited, and one that was added as in the unit of what it takes. A
  database that nobody touched gives the same hash.
* ``bw2data`` 4 keeps amounts for ``bw2calc`` in single precision, seven digits; what is written
  here is put there in double precision. A database edited and processed again there has seven.
* ``bw2data``'s current project is global to the process: the one before is put back.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from footprint.bom import Boundary
from footprint.errors import InventoryError
from footprint.inventory import EmissionKey, InventorySnapshot, Process, process_body
from footprint.methods import MethodProfile
from footprint.quantities import conversion_factor
from footprint.solver import datapackage
from lca_db.inventory.snapshots import process_of

GASES = "gases"
METHOD_ROOT = "Tanbiao"
DESCRIPTION = "datapackage.json"
_NO_TIME = "1970-01-01T00:00:00Z"
_INDICES, _DATA = ".indices.npy", ".data.npy"
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
    gases = f"{database} {GASES}"
    method_name = (METHOD_ROOT, database, method.id, method.gwp_set)
    with project(project_name) as bw2data:
        for wanted in (database, gases):
            if wanted in bw2data.databases:
                raise InventoryError("brightway-database-exists", "", database=wanted)
        keys = sorted({e.key for p in snapshot.processes for e in p.emissions})
        bw2data.Database(gases).write(
            {
                (gases, str(key)): {"name": str(key), "unit": "kg", "type": "emission"}
                for key in keys
            }
        )
        activities = dict(_activities(snapshot, database, gases))
        bw2data.Database(database).write(activities)
        ids = {node.key: node.id for name in (database, gases) for node in bw2data.Database(name)}
        _put_exactly(
            Path(bw2data.Database(database).filepath_processed()),
            (
                ((ids[exchange["input"]], ids[key]), exchange["amount"])
                for key, activity in activities.items()
                for exchange in activity["exchanges"]
            ),
        )
        basis = method.certified_basis(Boundary.CRADLE_TO_GATE)
        characterised = bw2data.Method(method_name)
        characterised.register(unit="kg CO2-Eq", basis=basis.value)
        factors = {(gases, str(key)): method.factor(key, basis) for key in keys}
        characterised.write(list(factors.items()))
        everywhere = bw2data.geomapping[bw2data.config.global_location]
        _put_exactly(
            Path(characterised.filepath_processed()),
            (((ids[key], everywhere), factor) for key, factor in factors.items()),
        )
    return method_name


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


def _put_exactly(path: Path, amounts: Iterable[tuple[tuple[int, int], float]]) -> None:
    """Writes the amounts of a processed datapackage again, in double precision.

    Args:
        path: The zip file that ``bw2data`` processed them into.
        amounts: (row, column) and amount; several of one place in any order.
    """
    exact: dict[tuple[int, int], list[float]] = {}
    for place, amount in amounts:
        exact.setdefault(place, []).append(amount)
    for found in exact.values():
        found.sort()  # as bw_processing sorts them
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    groups = [name.removesuffix(_INDICES) for name in members if name.endswith(_INDICES)]
    for group in groups:
        indices = np.load(io.BytesIO(members[group + _INDICES]), allow_pickle=False)
        data = np.load(io.BytesIO(members[group + _DATA]), allow_pickle=False).astype(np.float64)
        places = [(int(row), int(column)) for row, column in indices]
        if set(places) <= exact.keys():
            taken = Counter[tuple[int, int]]()
            for position, place in enumerate(places):
                data[position] = exact[place][taken[place]]
                taken[place] += 1
        buffer = io.BytesIO()
        np.save(buffer, data, allow_pickle=False)
        members[group + _DATA] = buffer.getvalue()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _activities(
    snapshot: InventorySnapshot, database: str, gases: str
) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    units = snapshot.product_units()
    for process in snapshot.processes:
        body = process_body(process)
        kept = {name: value for name, value in body.items() if name not in {"inputs", "emissions"}}
        yield (
            (database, process.id),
            _activity(process, process.id, float(process.reference_share), database, gases, units)
            | {"tanbiao": kept},
        )
        for co_product in process.co_products:
            made = _activity(
                process, co_product.product, float(co_product.share), database, gases, units
            )
            yield (
                (database, co_product.product),
                made | {"tanbiao": {"co_product_of": process.id}},
            )


def _activity(
    process: Process,
    product: str,
    share: float,
    database: str,
    gases: str,
    units: Mapping[str, str],
) -> dict[str, Any]:
    """A process as the supplier of one of its products."""
    amounts = {process.id: process.reference_amount}
    amounts |= {co.product: co.amount for co in process.co_products}
    names = process.content.get("name")
    name = names.get("en", product) if isinstance(names, Mapping) else product
    exchanges: list[dict[str, Any]] = [
        {"input": (database, product), "amount": float(amounts[product]), "type": "production"}
    ]
    body: Any = process_body(process)
    for position, (exchange, text) in enumerate(zip(process.inputs, body["inputs"], strict=True)):
        factor = conversion_factor(exchange.unit, units[exchange.provider])
        exchanges.append(
            {
                "input": (database, exchange.provider),
                "amount": float(exchange.amount * factor) * share,
                "type": "technosphere",
                "tanbiao": {**text, "position": position, "factor": str(factor), "share": share},
            }
        )
    for position, (emission, text) in enumerate(
        zip(process.emissions, body["emissions"], strict=True)
    ):
        exchanges.append(
            {
                "input": (gases, str(emission.key)),
                "amount": float(emission.amount_kg) * share,
                "type": "biosphere",
                "tanbiao": {**text, "position": position, "factor": "1", "share": share},
            }
        )
    return {
        "name": name,
        "reference product": product,
        "unit": units[product],
        "location": process.location,
        "production amount": float(amounts[product]),
        "exchanges": exchanges,
    }


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
