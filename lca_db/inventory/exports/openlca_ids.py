"""Identities in openLCA: its own for units and places, UUIDs of version 5 of ours for the rest.

Sources: ``openlca_units.csv`` has the units, unit groups and flow properties of openLCA's reference
data (package olca-schema 2.4.0, CC0-1.0; reference units and factors as USLCI's JSON-LD of FY17 Q4
has them). Units of ours that openLCA does not have carry a UUID of our own. A place has the UUID
that openLCA gives every code: version 3 of the code in small letters, without name space.
"""

from __future__ import annotations

import csv
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

NAME_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "inventory.tanbiao.org")


def identity(kind: str, name: str) -> str:
    """The UUID of something of ours: the same wherever and whenever it is exported."""
    return str(uuid.uuid5(NAME_SPACE, f"{kind}/{name}"))


def place_identity(code: str) -> str:
    """The UUID of a location, as openLCA makes it."""
    digest = hashlib.md5(code.lower().encode(), usedforsecurity=False).digest()
    return str(uuid.UUID(bytes=digest, version=3))


@dataclass(frozen=True, slots=True)
class OpenLcaUnit:
    """A unit as openLCA has it.

    Attributes:
        unit: Ours; "" for a reference unit that we do not have.
        factor: How many of its group's reference unit it is, as text.
    """

    unit: str
    name: str
    id: str
    is_reference: bool
    factor: str
    group: str
    group_id: str
    property: str
    property_id: str

    def reference(self) -> dict[str, object]:
        """As an exchange refers to it."""
        return {"@type": "Unit", "@id": self.id, "name": self.name}

    def property_reference(self) -> dict[str, object]:
        """As a flow or an exchange refers to what is measured."""
        return {"@type": "FlowProperty", "@id": self.property_id, "name": self.property}


@lru_cache(maxsize=1)
def all_units() -> Sequence[OpenLcaUnit]:
    """Every unit, group by group."""
    file = resources.files("lca_db.inventory.exports") / "openlca_units.csv"
    with file.open(encoding="utf-8") as lines:
        return tuple(_unit(row) for row in csv.DictReader(lines))


@lru_cache(maxsize=1)
def units() -> Mapping[str, OpenLcaUnit]:
    """Ours -> openLCA's."""
    return {unit.unit: unit for unit in all_units() if unit.unit}


def _unit(row: Mapping[str, str]) -> OpenLcaUnit:
    return OpenLcaUnit(
        unit=row["unit"],
        name=row["name"],
        id=row["unit_id"] or identity("unit", row["name"]),
        is_reference=row["is_reference"] == "yes",
        factor=row["factor"],
        group=row["group"],
        group_id=row["group_id"] or identity("unit-group", row["group"]),
        property=row["property"],
        property_id=row["property_id"] or identity("flow-property", row["property"]),
    )
