"""Calculates a footprint on a frozen release, and recalculates a stored study bit for bit."""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from api.context import Context
from api.schemas.bom import BomIn
from api.strict_json import strict_loads
from footprint.bom import BillOfMaterials, check_amounts
from footprint.calculate import calculate
from footprint.canonical import canonical_json
from footprint.errors import InventoryError
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import method_profile
from footprint.result import FootprintResult, Provenance
from footprint.sampled_tables import SampledTables
from labels.access import Scope
from labels.product_names import checked_product_name
from lca_db.errors import Conflict
from lca_db.inventory.snapshots import read_snapshot
from lca_db.inventory.values import Release
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ExactBom:
    """A bill of materials with the bytes it is hashed, stored and read again by."""

    bom: BillOfMaterials
    content: bytes
    sha256: str


def exact_bom(document: BomIn) -> ExactBom:
    """The bill in canonical bytes (RFC 8785): the same wherever and by whomever it is calculated.

    Raises:
        FootprintError: What the bill says that cannot be.
        LabelError: A product name that could be taken for another.
    """
    for tag, name in document.product.name.items():
        checked_product_name(name, f"/product/name/{tag}")
    body = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    content = canonical_json(body)
    bom = BomIn.model_validate_json(content).to_core()  # as anybody later reads it again
    check_amounts(bom)
    return ExactBom(bom, content, hashlib.sha256(content).hexdigest())


@dataclass(frozen=True, kw_only=True)
class Calculation:
    """A footprint with the exact bytes it was calculated from."""

    bom: BillOfMaterials
    bom_bytes: bytes
    bom_sha256: str
    result: FootprintResult
    provenance: Provenance


def calculate_footprint(context: Context, document: BomIn) -> Calculation:
    """The footprint of a bill of materials on the current release.

    Raises:
        FootprintError: Everything in the bill that cannot be used, with its place.
        InventoryError: ``release-missing`` where nothing was frozen yet.
    """
    release = current_release(context)
    return _calculated(context, document, release)


def recalculate_study(context: Context, study: Study, bom_bytes: bytes) -> Calculation:
    """The stored study again from its own bill and release, equal to the last byte.

    Raises:
        Conflict: ``result-not-reproduced`` where the bytes differ.
    """
    scope = Scope.everything("recalculate study")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        release = uow.inventory.get_release(study.release_id)
    document = BomIn.model_validate(strict_loads(bom_bytes))
    calculation = _calculated(context, document, release)
    if calculation.result.sha256() != study.result_sha256:
        raise Conflict("result-not-reproduced", study=study.id)
    return calculation


def current_release(context: Context) -> Release:
    """The newest frozen release.

    Raises:
        InventoryError: ``release-missing``.
    """
    scope = Scope.everything("read release")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        release = uow.inventory.current_release()
    if release is None:
        raise InventoryError("release-missing")
    return release


def open_table(context: Context, release: Release) -> IntensityTable:
    """The release's intensity table, memory-mapped and kept."""
    if release.id not in context.tables:
        values = np.load(
            context.files.path(release.table_sha256), mmap_mode="r", allow_pickle=False
        )
        index = context.files.get(release.index_sha256)
        context.tables[release.id] = IntensityTable.from_artefacts(index, values)
    return context.tables[release.id]


def open_snapshot(context: Context, release: Release) -> InventorySnapshot:
    """What the release was frozen from, its hash checked."""
    return read_snapshot(context.files.get(release.snapshot_sha256), release.snapshot_sha256)


def open_sampled(context: Context, release: Release) -> SampledTables | None:
    """The release's sampled tables, memory-mapped and kept; None where it was not sampled."""

    def opened(sha256: str) -> NDArray[np.float32]:
        values: NDArray[np.float32] = np.load(
            context.files.path(sha256), mmap_mode="r", allow_pickle=False
        )
        return values

    key = release.sampling_sha256
    if key is None:
        return None
    if key not in context.sampled:
        context.sampled[key] = SampledTables.from_artefacts(context.files.get(key), opened)
    return context.sampled[key]


@cache
def engine_version() -> str:
    """Of this installation, read once: it stands in a file among those of all packages."""
    return importlib.metadata.version("tanbiao")


def _calculated(context: Context, document: BomIn, release: Release) -> Calculation:
    exact = exact_bom(document)
    method = method_profile(document.method, document.gwp_set or "")
    table = open_table(context, release)
    result = calculate(
        exact.bom,
        table,
        method,
        bom_sha256=exact.sha256,
        sampled=open_sampled(context, release),
    )
    provenance = Provenance(
        engine_version=engine_version(),
        release_id=release.id,
        table_sha256=release.table_sha256,
        method_version=method.version,
        method_sha256=method.sha256,
        calculated_at=context.now(),
    )
    return Calculation(
        bom=exact.bom,
        bom_bytes=exact.content,
        bom_sha256=exact.sha256,
        result=result,
        provenance=provenance,
    )
