"""What processes of an openLCA package refer to: flows, units, places, sources, data quality."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from footprint.inventory import DatasetSource, EmissionKey, Process
from footprint.pedigree import BEST, INDICATORS, WORST
from lca_db.inventory.exports.emission_names import emission_name
from lca_db.inventory.exports.openlca_ids import OpenLcaUnit, identity, place_identity, units
from lca_db.inventory.importers.raw import FlowKind

VERSION = "01.00.000"
PEDIGREE_SYSTEM = identity("dq-system", "pedigree")
_YEAR = re.compile(r"[0-9]{4}")
_MEDIA = {
    "air": "Elementary flows/Emission to air",
    "soil": "Elementary flows/Emission to soil",
    "resource": "Elementary flows/Resource",
}
_SCORES = range(BEST, WORST + 1)


def entity(kind: str, uuid: str, name: str, **members: object) -> dict[str, object]:
    """An object of its own, members without a value left out."""
    filled = {member: value for member, value in members.items() if value not in (None, "", [])}
    return {"@type": kind, "@id": uuid, "name": name, **filled, "version": VERSION}


def flow_reference(uuid: str, name: str, kind: str, unit: str) -> dict[str, object]:
    """As an exchange refers to a flow."""
    return {"@type": "Flow", "@id": uuid, "name": name, "flowType": kind, "refUnit": unit}


def product_flow_id(product: str) -> str:
    """The flow of one of our products."""
    return identity("product", product)


def emission_flow_id(key: EmissionKey) -> str:
    """The flow of an emission key."""
    return identity("emission", str(key))


def product_flow(process: Process, product: str, name: str, unit: str) -> dict[str, object]:
    """The flow of a product; the further names and codes of a dataset are of its reference."""
    is_reference = product == process.id
    return entity(
        "Flow",
        product_flow_id(product),
        name,
        flowType="PRODUCT_FLOW",
        category=category_of(process),
        synonyms="; ".join(_other_names(process)) if is_reference else product,
        description=_codes(process) if is_reference else "",
        cas=_cas(process) if is_reference else "",
        flowProperties=_measured(units()[unit]),
    )


def emission_flow(key: EmissionKey) -> dict[str, object]:
    """The elementary flow of an emission key."""
    name = emission_name(key)
    medium, *particular = name.compartment
    folder = "/".join([_MEDIA[medium], *(particular or ["unspecified"])])
    said = f"Tanbiao emission key {key}"
    if key.is_pseudo_flow:
        said += "; mass of CO2 equivalents, known only as their sum"
    return entity(
        "Flow",
        emission_flow_id(key),
        name.name,
        flowType="ELEMENTARY_FLOW",
        category=folder,
        description=said,
        cas=name.cas,
        flowProperties=_measured(units()["kg"]),
    )


def is_taken(key: EmissionKey) -> bool:
    """Whether the flow of a key goes into the process: what is taken out of nature."""
    return emission_name(key).kind is FlowKind.RESOURCE


def unit_group(group: Sequence[OpenLcaUnit]) -> dict[str, object]:
    """A group of units; the one of factor 1 is its reference."""
    first = group[0]
    return entity(
        "UnitGroup",
        first.group_id,
        first.group,
        category="Technical unit groups",
        defaultFlowProperty=first.property_reference(),
        units=[
            {
                "@id": unit.id,
                "name": unit.name,
                "conversionFactor": float(unit.factor),
                "isRefUnit": unit.is_reference,
            }
            for unit in group
        ],
    )


def flow_property(unit: OpenLcaUnit) -> dict[str, object]:
    """What is measured in the units of a group."""
    return entity(
        "FlowProperty",
        unit.property_id,
        unit.property,
        category="Technical flow properties",
        flowPropertyType="PHYSICAL_QUANTITY",
        unitGroup={"@type": "UnitGroup", "@id": unit.group_id, "name": unit.group},
    )


def location(code: str) -> dict[str, object]:
    """A place; its code is its name, and nothing is said of where it lies."""
    return entity("Location", place_identity(code), code, code=code)


def source(of: DatasetSource) -> dict[str, object]:
    """Where a figure was read, with its licence."""
    return entity(
        "Source",
        identity("source", of.id),
        f"{of.document} [{of.id}]" if of.document else of.id,
        textReference=", ".join(filter(None, (of.issuing_body, of.year, of.table_or_row))),
        year=int(of.year) if _YEAR.fullmatch(of.year) else None,
        description=f"licence: {of.licence}; confidence: {of.confidence}" if of.licence else "",
    )


def pedigree_system() -> dict[str, object]:
    """The five indicators of the pedigree, each from 1 (best) to 5."""
    return entity(
        "DQSystem",
        PEDIGREE_SYSTEM,
        "Pedigree (reliability; completeness; time; geography; technology)",
        hasUncertainties=False,
        indicators=[
            {
                "name": name,
                "position": position,
                "scores": [{"position": s, "label": str(s)} for s in _SCORES],
            }
            for position, name in enumerate(INDICATORS, start=1)
        ],
    )


def category_of(process: Process) -> str:
    """The folder of a dataset and its product: its industry."""
    industry = process.content.get("industry")
    return f"Tanbiao/{industry}" if industry else "Tanbiao"


def _measured(unit: OpenLcaUnit) -> list[dict[str, object]]:
    return [
        {
            "isRefFlowProperty": True,
            "flowProperty": unit.property_reference(),
            "conversionFactor": 1.0,
        }
    ]


def _other_names(process: Process) -> list[str]:
    names, synonyms = process.content.get("name"), process.content.get("synonyms")
    others = [str(v) for k, v in names.items() if k != "en"] if isinstance(names, Mapping) else []
    more = [str(s) for s in synonyms] if isinstance(synonyms, list | tuple) else []
    return list(dict.fromkeys((*others, *more)))


def _codes(process: Process) -> str:
    codes = process.content.get("codes")
    if not isinstance(codes, Mapping):
        return ""
    return "; ".join(f"{system} {', '.join(map(str, found))}" for system, found in codes.items())


def _cas(process: Process) -> str:
    codes = process.content.get("codes")
    found = codes.get("CAS") if isinstance(codes, Mapping) else None
    return str(found[0]) if isinstance(found, list | tuple) and found else ""
