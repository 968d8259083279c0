"""A release as a package of openLCA: JSON-LD of schema version 2 in a zip archive, streamed.

Rules:

* The same snapshot and sources give the same members; identities are those of ``openlca_ids.py``.
* A process is the supplier of all its products, whose shares are factors of physical allocation.
  Every input names its supplier. A credit is an avoided product of positive amount.
* What the schema has no member for stands in ``tanbiao/<process>.json`` (``own_part.py``), which
  openLCA passes over; ``tanbiao.json`` names the release, and the licences of the sources.
* The factors of the method profile are an impact method of the package (``openlca_method.py``).
* The pedigree is the data quality of the process; no uncertainty is stated, for the inventory has
  none.

Source: olca-schema (https://greendelta.github.io/olca-schema), classes and package layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from footprint.inventory import DatasetSource, EmissionKey, InventorySnapshot
from footprint.methods import method_profile
from lca_db.inventory.exports.exact_json import exact_json
from lca_db.inventory.exports.openlca_entities import (
    emission_flow,
    flow_property,
    location,
    pedigree_system,
    product_flow,
    source,
    unit_group,
)
from lca_db.inventory.exports.openlca_ids import all_units, identity
from lca_db.inventory.exports.openlca_method import impact_categories, impact_method
from lca_db.inventory.exports.openlca_process import Products, flow_ids, process_entity
from lca_db.inventory.exports.own_part import own_part
from lca_db.inventory.exports.source_list import licences, sources_of
from lca_db.inventory.exports.zip_stream import zipped

SCHEMA = 2
METHOD = method_profile("gbt24067-2024")
LANGUAGES = ("en",)
OWN_FOLDER = "tanbiao"
MANIFEST = "tanbiao.json"


def openlca_package(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[bytes]:
    """The bytes of the archive, as they come.

    Args:
        snapshot: What to export.
        sources: By id; one that is not there is exported under its id alone.
    """
    return zipped(_members(snapshot, sources))


def _members(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> Iterator[tuple[str, bytes]]:
    yield "olca-schema.json", exact_json({"version": SCHEMA})
    yield MANIFEST, exact_json(_manifest(snapshot, sources))
    known = sources_of(snapshot, sources)
    products = Products(snapshot)
    keys = sorted({e.key for p in snapshot.processes for e in p.emissions})
    entities: dict[str, Iterable[Mapping[str, object]]] = {
        "dq_systems": [pedigree_system()],
        "flow_properties": _flow_properties(),
        "flows": _flows(snapshot, products, keys),
        "lcia_categories": impact_categories(METHOD, keys),
        "lcia_methods": [impact_method(METHOD)],
        "locations": [location(code) for code in sorted({p.location for p in snapshot.processes})],
        "sources": [source(each) for each in known.values()],
        "unit_groups": _unit_groups(),
    }
    for folder, found in entities.items():
        yield from _filed(folder, found)
    for process in snapshot.processes:
        uuid = identity("process", process.id)
        content = exact_json(process_entity(process, products, known))
        yield f"processes/{uuid}.json", content
        own = own_part(process, LANGUAGES, flow_ids(process))
        yield f"{OWN_FOLDER}/{uuid}.json", exact_json(own)


def _manifest(
    snapshot: InventorySnapshot, sources: Mapping[str, DatasetSource]
) -> dict[str, object]:
    return {
        "snapshot_sha256": snapshot.sha256(),
        "datasets": len(snapshot.processes),
        "licences": licences(snapshot, sources),
    }


def _filed(folder: str, entities: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, bytes]]:
    for entity in sorted(entities, key=lambda each: str(each["@id"])):
        yield f"{folder}/{entity['@id']}.json", exact_json(entity)


def _flows(
    snapshot: InventorySnapshot, products: Products, keys: Sequence[EmissionKey]
) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = [emission_flow(key) for key in keys]
    for process in snapshot.processes:
        for product, unit in (
            (process.id, process.unit),
            *((c.product, c.unit) for c in process.co_products),
        ):
            found.append(product_flow(process, product, products.names[product], unit))
    return found


def _unit_groups() -> list[Mapping[str, object]]:
    groups = dict.fromkeys(unit.group_id for unit in all_units())
    return [unit_group([u for u in all_units() if u.group_id == group]) for group in groups]


def _flow_properties() -> Sequence[Mapping[str, object]]:
    return [flow_property(unit) for unit in all_units() if unit.is_reference]
