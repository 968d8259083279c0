"""The datasets of ILCD as one kind of tree, whether XML or the JSON that TIDAS writes for it.

TIDAS (TianGong) is ILCD with JSON in the place of XML: the same elements, attributes as members
that begin with ``@``, text as ``#text``, and a single element where a list could stand. Prefixes
of namespaces say nothing here and are dropped: no local name has two meanings in the format.

Sources: ILCD format 1.1 (eplca.jrc.ec.europa.eu/LCDN), TIDAS schemas (tiangong-lca/tidas-tools).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.json_values import read_json
from lca_db.inventory.importers.language_tags import language_of_tag
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.text import clean_text
from lca_db.inventory.importers.xml import elements, local_name


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a dataset; names are local, texts are cleaned when they are asked for."""

    limits: ImportLimits
    place: str
    content: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, tuple[Element, ...]] = field(default_factory=dict)

    def all(self, path: str) -> tuple[Element, ...]:
        """Every element of a path of names (``exchanges/exchange``), in the order of the file."""
        found: tuple[Element, ...] = (self,)
        for name in path.split("/"):
            found = tuple(child for one in found for child in one.children.get(name, ()))
        return found

    def first(self, path: str) -> Element | None:
        """The first element of a path."""
        return next(iter(self.all(path)), None)

    @property
    def text(self) -> str:
        """Its text.

        Raises:
            ImportRefused: ``import-text-too-long``.
        """
        return clean_text(self.content, self.limits, self.place)

    def text_of(self, path: str) -> str:
        """The text of the first element of a path, "" where there is none."""
        found = self.first(path)
        return found.text if found else ""

    def attribute(self, name: str) -> str:
        """The text of an attribute, "" where it is absent."""
        return clean_text(self.attributes.get(name), self.limits, f"{self.place}/@{name}")

    def texts(self, path: str) -> dict[str, str]:
        """The texts of a path by language; the first of a language counts."""
        found: dict[str, str] = {}
        for one in self.all(path):
            if one.text:
                found.setdefault(language_of_tag(one.attributes.get("lang", "")), one.text)
        return found

    def reading(self, path: str) -> str:
        """The text of a path in English, or in the first language there is."""
        texts = self.texts(path)
        return texts.get("en") or next(iter(texts.values()), "")


def read_dataset(content: bytes, root: str, member: str, limits: ImportLimits) -> Element:
    """The dataset of a member, its root element of that name.

    Raises:
        ImportRefused: ``import-format-unexpected`` where there is no such element,
            ``import-text-expected``, ``json-too-deep`` and what reading XML and JSON raises.
    """
    place = "/" + member
    if member.endswith(".json"):
        value = read_json(content, limits, place).members.get(root)
        if not isinstance(value, dict):
            raise ImportRefused("import-format-unexpected", place, expected=root)
        return _of_json(value, place, limits)
    for element in elements(io.BytesIO(content), root, limits, place):
        if element.getparent() is None:
            return _of_xml(element, place, limits, 0)
    raise ImportRefused("import-format-unexpected", place, expected=root)


def _of_xml(element: etree._Element, place: str, limits: ImportLimits, depth: int) -> Element:
    if depth > limits.depth:
        line = str(element.sourceline or "")
        raise ImportRefused("import-xml-malformed", place, line=line)
    children: dict[str, list[Element]] = {}
    for child in element:
        name = local_name(child)
        same = children.setdefault(name, [])
        same.append(_of_xml(child, f"{place}/{name}/{len(same)}", limits, depth + 1))
    return Element(
        limits,
        place,
        element.text or "",
        {str(name).rpartition("}")[2]: str(value) for name, value in element.attrib.items()},
        {name: tuple(found) for name, found in children.items()},
    )


def _of_json(value: object, place: str, limits: ImportLimits) -> Element:
    """Reading JSON has bounded the depth already."""
    if not isinstance(value, dict):
        return Element(limits, place, _scalar(value, place))
    attributes: dict[str, str] = {}
    children: dict[str, tuple[Element, ...]] = {}
    for key, member in value.items():
        name = _local(key)
        if key.startswith("@"):
            attributes[name] = _scalar(member, f"{place}/{key}")
        elif key != "#text":
            found = tuple(_children(member, f"{place}/{name}", limits))
            children[name] = children.get(name, ()) + found
    return Element(limits, place, _scalar(value.get("#text"), place), attributes, children)


def _children(member: object, place: str, limits: ImportLimits) -> Iterator[Element]:
    for position, one in enumerate(member if isinstance(member, list) else [member]):
        if one is not None:
            yield _of_json(one, f"{place}/{position}", limits)


def _scalar(value: object, place: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | Decimal):
        return str(value)
    raise ImportRefused("import-text-expected", place, value=str(value)[:40])


def _local(key: str) -> str:
    return key.removeprefix("@").rpartition(":")[2]
