"""What a process of an ILCD package refers to: flows, and through them quantities and units.

Datasets lie in folders by kind (``ILCD/flows/``, ``data/flows/`` or ``flows/``); the name of a
file holds the identity, often with the version. A reference names identity, version and a path;
the path is only compared with names of the archive, never opened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import Archive
from lca_db.inventory.importers.ilcd_dataset import Element, read_dataset
from lca_db.inventory.importers.limits import ImportLimits

_MEMBER = re.compile(
    r"(?:.*/)?(?P<folder>processes|flows|flowproperties|unitgroups)/(?P<stem>[^/]+)\.(?:xml|json)",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOST_BYTES = 30_000_000  # of one dataset: the tree of a document is many times its bytes
_ROOTS = {
    "processes": "processDataSet",
    "flows": "flowDataSet",
    "flowproperties": "flowPropertyDataSet",
    "unitgroups": "unitGroupDataSet",
}
_PARTS_OF_A_NAME = (
    "baseName",
    "treatmentStandardsRoutes",
    "mixAndLocationTypes",
    "functionalUnitFlowProperties",
)
# Units of quantities that packages refer to without including them: openLCA's reference data, as
# the US Life Cycle Inventory (2017, JSON-LD) includes it.
UNITS_OF_KNOWN_QUANTITIES = {
    "93a60a56-a3c8-11da-a746-0800200b9a66": "kg",  # mass
    "93a60a56-a3c8-11da-a746-0800200c9a66": "MJ",  # net calorific value
    "93a60a56-a3c8-14da-a746-0800200c9a66": "MJ",  # gross calorific value
    "f6811440-ee37-11de-8a39-0800200c9a66": "MJ",  # energy
    "93a60a56-a3c8-22da-a746-0800200c9a66": "m3",  # volume
    "93a60a56-a3c8-19da-a746-0800200c9a66": "m2",  # area
    "93a60a56-a3c8-21da-a746-0800200c9a66": "m2*a",  # area and time
    "93a60a56-a3c8-17da-a746-0800200c9a66": "kBq",  # radioactivity
    "838aaa23-0117-11db-92e3-0800200c9a66": "m",  # length
    "838aaa20-0117-11db-92e3-0800200c9a66": "t*km",  # goods transport
    "01846770-4cfe-4a25-8ad9-919d8d378345": "Item(s)",  # number of items
}
PRODUCT, WASTE, ELEMENTARY = "Product flow", "Waste flow", "Elementary flow"


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow as its dataset describes it."""

    id: str
    name: str
    type: str
    compartment: tuple[str, ...]
    cas: str
    unit: str  # the reference unit of its reference quantity, "" where nobody says what it is


class Package:
    """The datasets of a package, read when a process asks for them and kept in brief."""

    def __init__(self, archive: Archive, limits: ImportLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._by_identity: dict[tuple[str, str], list[str]] = {}
        self._by_file: dict[tuple[str, str], str] = {}
        processes = []
        for name in archive.names:
            if match := _MEMBER.fullmatch(name):
                folder, stem = match["folder"].lower(), match["stem"]
                self._by_file.setdefault((folder, stem.lower()), name)
                if identity := _UUID.search(stem):
                    self._by_identity.setdefault((folder, identity[0].lower()), []).append(name)
                if folder == "processes":
                    processes.append(name)
        if not processes:
            raise ImportRefused("import-format-unexpected", "", expected="ILCD")
        self.processes: Sequence[str] = processes
        self._flows: dict[str, Flow] = {}
        self._units: dict[str, str] = {}  # by member of the flow property

    def dataset(self, member: str, folder: str) -> Element:
        """The dataset of a member.

        Raises:
            ImportRefused: ``import-process-too-large`` and what reading a dataset raises.
        """
        content = self._archive.read(member)
        if len(content) > _MOST_BYTES:
            raise ImportRefused("import-process-too-large", "/" + member, most=f"{_MOST_BYTES}")
        return read_dataset(content, _ROOTS[folder], member, self._limits)

    def find(self, folder: str, reference: Element | None) -> str:
        """The member a reference means, in its version if the package has it; "" for none."""
        if reference is None:
            return ""
        identity = reference.attribute("refObjectId").lower()
        known = self._by_identity.get((folder, identity), [])
        version = reference.attribute("version")
        exact = [name for name in known if version and f"_{version}." in name]
        if known:
            return (exact or known)[-1]
        stem = reference.attribute("uri").rpartition("/")[2].rpartition(".")[0]
        return self._by_file.get((folder, stem.lower()), "")

    def flow(self, reference: Element) -> Flow:
        """The flow of a reference.

        Raises:
            ImportRefused: ``import-member-missing``, ``import-choice-unknown`` for a flow that is
                neither product nor waste nor elementary, and what reading a dataset raises.
        """
        member = self.find("flows", reference)
        if not member:
            name = f"flows/{reference.attribute('refObjectId')}"
            raise ImportRefused("import-member-missing", reference.place, member=name[:200])
        if member not in self._flows:
            self._flows[member] = self._read_flow(self.dataset(member, "flows"), reference)
        return self._flows[member]

    def _read_flow(self, dataset: Element, reference: Element) -> Flow:
        kind = dataset.text_of("modellingAndValidation/LCIMethod/typeOfDataSet")
        if kind not in {PRODUCT, WASTE, ELEMENTARY}:
            raise ImportRefused("import-choice-unknown", dataset.place, value=kind[:40])
        about = dataset.first("flowInformation/dataSetInformation")
        identity = about.text_of("UUID") if about else ""
        names = full_names(about)
        filed = "classificationInformation/elementaryFlowCategorization/category"
        return Flow(
            id=identity or reference.attribute("refObjectId"),
            name=names.get("en")
            or next(iter(names.values()), "")
            or reference.reading("shortDescription")
            or identity,
            type=kind,
            compartment=in_levels(about.all(filed)) if about and kind == ELEMENTARY else (),
            cas=about.text_of("CASNumber") if about else "",
            unit=self._unit(dataset),
        )

    def _unit(self, flow: Element) -> str:
        position = flow.text_of(
            "flowInformation/quantitativeReference/referenceToReferenceFlowProperty"
        )
        for measured in flow.all("flowProperties/flowProperty"):
            if measured.attribute("dataSetInternalID") == position:
                reference = measured.first("referenceToFlowPropertyDataSet")
                if member := self.find("flowproperties", reference):
                    if member not in self._units:
                        self._units[member] = self._unit_of_property(member)
                    return self._units[member]
                identity = reference.attribute("refObjectId").lower() if reference else ""
                return UNITS_OF_KNOWN_QUANTITIES.get(identity, "")
        return ""

    def _unit_of_property(self, member: str) -> str:
        reference = self.dataset(member, "flowproperties").first(
            "flowPropertiesInformation/quantitativeReference/referenceToReferenceUnitGroup"
        )
        group = self.find("unitgroups", reference)
        if not group:
            return ""
        dataset = self.dataset(group, "unitgroups")
        position = dataset.text_of(
            "unitGroupInformation/quantitativeReference/referenceToReferenceUnit"
        )
        for unit in dataset.all("units/unit"):
            if unit.attribute("dataSetInternalID") == position:
                return unit.text_of("name")
        return ""


def full_names(about: Element | None) -> dict[str, str]:
    """The name of a dataset by language: its base name and what specifies it, by semicolons."""
    name = about.first("name") if about else None
    if name is None:
        return {}
    parts = [name.texts(part) for part in _PARTS_OF_A_NAME]
    return {
        language: "; ".join(part[language] for part in parts if language in part)
        for language in parts[0]
    }


def in_levels(classes: Sequence[Element]) -> tuple[str, ...]:
    """The names of classes, from the general to the particular as their levels say."""
    found = [(one.attribute("level"), one.text) for one in classes if one.text]
    return tuple(text for _, text in sorted(found, key=lambda pair: pair[0]))
