"""What a process of an openLCA package refers to: flows, categories, places and units.

Schema v1 (openLCA 1) and v2 (openLCA 2) differ in names, and in that v2 writes a category as a
path where v1 refers to it. A package need not hold everything it refers to: what a reference says
of itself then stands in for the member.

Sources: olca-schema (https://greendelta.github.io/olca-schema) and the upgrade from v1 to v2 in
olca-modules (``org.openlca.jsonld.upgrades.Upgrade2``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import Archive
from lca_db.inventory.importers.json_values import JsonObject, read_json
from lca_db.inventory.importers.limits import ImportLimits

_PROCESS = re.compile(r"(?P<root>(?:[^/]+/)?)processes/[^/]+\.json")
_PARTS_OF_A_PATH = 40
_VERSIONS = (
    ("olca-schema.json", "version"),
    ("openlca.json", "schemaVersion"),
    ("meta.info", "schemaVersion"),
)
PRODUCT, WASTE, ELEMENTARY = "PRODUCT_FLOW", "WASTE_FLOW", "ELEMENTARY_FLOW"


@dataclass(frozen=True, slots=True)
class Flow:
    """What is known of a flow, from its member or from the reference to it."""

    id: str
    name: str
    type: str
    categories: tuple[str, ...]
    cas: str
    property_id: str  # its reference quantity, "" where the member is missing
    unit: str  # its reference unit, where the reference to it says so (v2)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a unit group: so many of the group's reference unit."""

    name: str
    factor: Decimal
    reference: str


class Package:
    """The members of a package, read when a process asks for them and kept in brief."""

    def __init__(self, archive: Archive, limits: ImportLimits) -> None:
        self._archive = archive
        self._limits = limits
        found = [match for name in archive.names if (match := _PROCESS.fullmatch(name))]
        if not found:
            raise ImportRefused("import-format-unexpected", "", expected="openLCA JSON-LD")
        self._root = found[0]["root"]
        self.processes: Sequence[str] = [m[0] for m in found if m["root"] == self._root]
        self._flows: dict[str, Flow] = {}
        self._paths: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, str] = {}
        self._properties: dict[str, str] = {}
        self._units: Mapping[str, Unit] | None = None
        self._reference_units: dict[str, str] = {}  # by unit group

    def read(self, member: str) -> JsonObject:
        """The object a member holds."""
        return read_json(self._archive.read(member), self._limits, "/" + member)

    def find(self, folder: str, identity: str) -> JsonObject | None:
        """A member by the identity of what it describes."""
        member = f"{self._root}{folder}/{identity}.json"
        return self.read(member) if member in self._archive else None

    @cached_property
    def schema_version(self) -> str:
        """What the package says of its schema; "" in v1, which says nothing."""
        for name, member in _VERSIONS:
            if self._root + name in self._archive:
                try:
                    version = self.read(self._root + name).members.get(member)
                except ImportRefused:
                    return "unreadable"  # it concerns no process: they are read by their own names
                return "" if version is None else str(version)[:40]
        return ""

    def flow(self, reference: JsonObject) -> Flow:
        """The flow of a reference.

        Raises:
            ImportRefused: ``import-member-missing`` where neither the package nor the reference
                says what kind of flow it is; ``import-choice-unknown`` for another kind.
        """
        identity = reference.text("@id")
        if identity not in self._flows:
            self._flows[identity] = self._read_flow(identity, reference)
        return self._flows[identity]

    def _read_flow(self, identity: str, reference: JsonObject) -> Flow:
        member = self.find("flows", identity)
        flow = member or reference
        kind = flow.text("flowType")
        if not kind and member is None:
            name = f"flows/{identity}.json"
            raise ImportRefused("import-member-missing", reference.place, member=name[:200])
        if kind not in {PRODUCT, WASTE, ELEMENTARY}:
            place = flow.place + "/flowType"
            raise ImportRefused("import-choice-unknown", place, value=kind[:40])
        return Flow(
            id=identity,
            name=flow.text("name") or reference.text("name") or identity,
            type=kind,
            categories=self.categories(flow),
            cas=flow.text("cas"),
            property_id=_reference_property(flow),
            unit=reference.text("refUnit"),
        )

    def categories(self, entity: JsonObject) -> tuple[str, ...]:
        """Where an entity is filed, from the general to the particular."""
        if isinstance(entity.members.get("category"), str):
            return _parts(entity.text("category").split("/"))
        category = entity.part("category")
        if category is not None:
            return self._path(category)
        return _parts(entity.texts("categoryPath"))

    def _path(self, reference: JsonObject) -> tuple[str, ...]:
        identity = reference.text("@id")
        if identity not in self._paths:
            names: list[str] = []
            seen: set[str] = set()
            step: JsonObject | None = reference
            while step is not None and step.text("@id") not in seen:
                seen.add(step.text("@id"))
                names.insert(0, step.text("name"))
                member = self.find("categories", step.text("@id"))
                if member is None:
                    names[:0] = step.texts("categoryPath")
                step = member.part("category") if member else None
            self._paths[identity] = _parts(names)
        return self._paths[identity]

    def place_code(self, reference: JsonObject | None) -> str:
        """The code of a location, its name where it has none, "" for None."""
        if reference is None:
            return ""
        identity = reference.text("@id")
        if identity not in self._places:
            member = self.find("locations", identity)
            code = member.text("code") or member.text("name") if member else ""
            self._places[identity] = code or reference.text("name", "code")
        return self._places[identity]

    def unit(self, exchange: JsonObject, flow: Flow) -> str:
        """The name of an exchange's unit: its own, or the reference unit of what is measured.

        Raises:
            ImportRefused: ``import-member-missing`` where no member names it.
        """
        unit = exchange.part("unit")
        if unit is not None and unit.text("name"):
            return unit.text("name")
        if unit is not None:
            known = self.units.get(unit.text("@id"))
            name = known.name if known else ""
        else:
            measured = exchange.part("flowProperty")
            property_id = measured.text("@id") if measured else flow.property_id
            name = self._unit_of_property(property_id) or ("" if measured else flow.unit)
        if not name:
            raise ImportRefused(
                "import-member-missing", exchange.place + "/unit", member="unit_groups"
            )
        return name

    def _unit_of_property(self, identity: str) -> str:
        if identity not in self._properties:
            member = self.find("flow_properties", identity)
            group = member.part("unitGroup") if member else None
            self._properties[identity] = group.text("@id") if group else ""
        return self._reference_units.get(self._properties[identity], "") if self.units else ""

    @property
    def units(self) -> Mapping[str, Unit]:
        """Every unit of the package by its identity; a unit group that cannot be read has none."""
        if self._units is None:
            units: dict[str, Unit] = {}
            folder = self._root + "unit_groups/"
            for name in self._archive.names:
                if name.startswith(folder) and name.endswith(".json"):
                    try:
                        self._read_unit_group(self.read(name), units)
                    except ImportRefused as error:
                        if error.code == "import-archive-too-large":
                            raise
            self._units = units
        return self._units

    def _read_unit_group(self, group: JsonObject, units: dict[str, Unit]) -> None:
        found = list(group.parts("units"))
        reference = next((u for u in found if u.flag("isRefUnit", "referenceUnit")), None)
        if reference is None:
            return
        self._reference_units[group.text("@id")] = reference.text("name")
        for unit in found:
            units[unit.text("@id")] = Unit(
                unit.text("name"), unit.amount("conversionFactor"), reference.text("name")
            )


def _parts(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in names if name.strip())[:_PARTS_OF_A_PATH]


def _reference_property(flow: JsonObject) -> str:
    for factor in flow.parts("flowProperties"):
        if factor.flag("isRefFlowProperty", "referenceFlowProperty"):
            measured = factor.part("flowProperty")
            return measured.text("@id") if measured else ""
    return ""
