"""Reads the shipped inventory: readable YAML datasets and the one table of their sources.

Rules (method.md 3; docs/inventory.md):

* ``datasets/<industry>.yaml`` is a list of datasets; ``sources.csv`` has one line per figure used.
* Every exchange names at least one source, and every source named exists. A dataset has a unit, a
  location, and its name in the four languages. Unknown members are refused, never ignored.
* Amounts are quoted decimal strings: a bare YAML number would already have been a float.
* A figure of confidence ``b`` (unconfirmed) keeps its dataset at *draft*. Only a dataset's own
  figures count: a dataset that links to a draft is not a draft, the engine reports the share.
* A proxy is a draft: a dataset that says so in its words or under ``proxy``, or that takes one
  product in the place of another (``stands_for``).
* A derivation may only use sources the exchange lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import yaml

from footprint.errors import FootprintError, FootprintErrors, InventoryError
from footprint.inventory import (
    CoProduct,
    CutOff,
    DatasetKind,
    DatasetSource,
    Direction,
    Emission,
    EmissionKey,
    Exchange,
    InventorySnapshot,
    Origin,
    Process,
    ReviewStatus,
)
from footprint.pedigree import BEST, INDICATORS, WORST
from footprint.quantities import Quantity, decimal_amount
from lca_db.inventory.description import Industry
from lca_db.inventory.evidence import SAYS_PROXY
from lca_db.inventory.product_codes import with_cpc
from lca_db.inventory.reference_sources import UNCONFIRMED, SourceLine, read_sources, reference_text

CODE_FORMS = {
    "HS": re.compile(r"[0-9]{4}(\.[0-9]{2}){0,3}"),
    "CPC": re.compile(r"[0-9]{2,5}"),
    "CAS": re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]"),
}
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "pt")
_SAYING = ("name", "synonyms", "technology", "comment")
SOURCE_IN_DERIVATION = re.compile(r"\{([^{}]*)\}")

_DATASET_MEMBERS = frozenset(
    {
        "id", "name", "synonyms", "location", "year", "technology", "kind", "review_status",
        "is_fuel_combustion", "product", "inputs", "emissions", "co_products", "cut_offs",
        "comment", "proxy", "alternatives", "industry", "codes", "pedigree", "is_refrigerated",
    }
)  # fmt: skip
_NOTES = frozenset({"source", "derivation", "note"})
_INPUT_MEMBERS = frozenset({"dataset", "amount", "unit", "is_credit", "stands_for"}) | _NOTES
_EMISSION_MEMBERS = (
    frozenset({"substance", "origin", "direction", "aircraft", "gwp_set", "amount", "unit"})
    | _NOTES
)
_CO_PRODUCT_MEMBERS = frozenset({"product", "amount", "unit", "share"}) | _NOTES
_CUT_OFF_MEMBERS = frozenset({"flow", "reason"})

T = TypeVar("T")


def load_reference(
    root: Traversable | Path | None = None,
) -> tuple[InventorySnapshot, Mapping[str, DatasetSource]]:
    """The shipped inventory, linked and checked, and its sources by id.

    Args:
        root: Folder with ``datasets/`` and ``sources.csv``; the shipped one by default.

    Raises:
        InventoryError: One fault, with file, dataset and member as its place.
        FootprintErrors: Several faults, all of them.
    """
    folder = root if root is not None else resources.files("lca_db.inventory.reference")
    lines = read_sources(folder)
    faults: list[FootprintError] = []
    processes: list[Process] = []
    for file_name, position, body in read_datasets(folder):
        process = _collect(faults, lambda: _process(file_name, position, body, lines))  # noqa: B023
        if process is not None:
            processes.append(process)
    _raise(faults)
    return InventorySnapshot.of(processes), MappingProxyType(
        {source_id: line.source for source_id, line in lines.items()}
    )


def read_datasets(root: Traversable | Path) -> Iterator[tuple[str, int, object]]:
    """(file name, position, raw body) of every dataset, files in name order.

    Raises:
        InventoryError: ``reference-file-malformed``.
    """
    try:
        files = [f for f in root.joinpath("datasets").iterdir() if f.name.endswith(".yaml")]
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise InventoryError("reference-file-malformed", "/datasets", reason=reason) from error
    for file in sorted(files, key=lambda f: f.name):
        try:
            text = reference_text(file, f"/{file.name}")
            bodies = yaml.load(text, Loader=_StrictLoader)  # noqa: S506
        except yaml.YAMLError as error:
            reason = str(error).replace("\n", " ")[:200]
            place = f"/{file.name}"
            raise InventoryError("reference-file-malformed", place, reason=reason) from error
        if not isinstance(bodies, list):
            raise InventoryError("reference-file-malformed", f"/{file.name}", reason="not a list")
        for position, body in enumerate(bodies):
            yield file.name, position, body


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe YAML loader, refusing a member written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """The mapping of a node, its keys unique."""
        keys = [key.value for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(f"written twice: {sorted(twice)} {node.start_mark}")
        result: dict[object, object] = super().construct_mapping(node, deep=deep)
        return result


class _Node:
    """A mapping of the file and its place; every access is checked."""

    def __init__(self, body: object, place: str, members: frozenset[str]) -> None:
        if not isinstance(body, dict):
            raise InventoryError("reference-file-malformed", place, reason="not a mapping")
        self.body: dict[object, object] = body
        self.place = place
        for member in body:
            if member not in members:
                where = f"{place}/{member}"
                raise InventoryError("dataset-member-unknown", where, member=str(member)[:60])

    def text(self, member: str, default: str | None = None) -> str:
        """A non-empty text member; numbers are refused, because YAML made floats of them."""
        value = self.body.get(member, default)
        where = f"{self.place}/{member}"
        if value is None or (value == "" and default is None):
            raise InventoryError("dataset-member-missing", where, member=member)
        if not isinstance(value, str):
            raise InventoryError("dataset-value-not-text", where, value=str(value)[:60])
        return value.strip()

    def flag(self, member: str) -> bool:
        """A boolean member, false by default."""
        value = self.body.get(member, False)
        if not isinstance(value, bool):
            where = f"{self.place}/{member}"
            raise InventoryError("dataset-choice-unknown", where, value=str(value)[:60])
        return value

    def choice(self, member: str, read: Callable[[str], T], default: str | None = None) -> T:
        """A text member that must be one of an enumeration's values."""
        value = self.text(member, default)
        try:
            return read(value)
        except ValueError:
            where = f"{self.place}/{member}"
            raise InventoryError("dataset-choice-unknown", where, value=value[:60]) from None

    def texts(self, member: str) -> tuple[str, ...]:
        """A list of texts, empty by default."""
        values = self.body.get(member, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            where = f"{self.place}/{member}"
            raise InventoryError("dataset-value-not-text", where, value=str(values)[:60])
        return tuple(values)

    def nodes(self, member: str, members: frozenset[str]) -> Iterator[_Node]:
        """A list of mappings, empty by default."""
        values = self.body.get(member, [])
        if not isinstance(values, list):
            where = f"{self.place}/{member}"
            raise InventoryError("reference-file-malformed", where, reason="not a list")
        for position, value in enumerate(values):
            yield _Node(value, f"{self.place}/{member}/{position}", members)

    def quantity(self) -> Quantity:
        """``amount`` and ``unit`` of this node."""
        return Quantity.parse(self.text("amount"), self.text("unit"), self.place)


def _process(
    file_name: str, position: int, body: object, lines: Mapping[str, SourceLine]
) -> Process:
    node = _Node(body, f"/{file_name}/{position}", _DATASET_MEMBERS)
    node.place = f"/{file_name}/{node.text('id')}"
    for member in ("unit", "location"):
        _require(node, member)
    product = _Node(node.body["product"], f"{node.place}/product", frozenset({"amount", "unit"}))
    reference = product.quantity()
    review_status = node.choice("review_status", ReviewStatus)
    exchanges = list(node.nodes("inputs", _INPUT_MEMBERS))
    gases = list(node.nodes("emissions", _EMISSION_MEMBERS))
    products = list(node.nodes("co_products", _CO_PRODUCT_MEMBERS))
    for exchange in (*exchanges, *gases, *products):
        _check_sources(exchange, lines, review_status)
    if review_status is not ReviewStatus.DRAFT:
        _refuse_proxy(node, exchanges)
    return Process(
        id=node.text("id"),
        unit=reference.unit,
        reference_amount=reference.amount,
        location=node.text("location"),
        year=node.text("year"),
        kind=node.choice("kind", DatasetKind),
        review_status=review_status,
        is_fuel_combustion=node.flag("is_fuel_combustion"),
        alternatives=node.texts("alternatives"),
        inputs=tuple(_exchange(exchange) for exchange in exchanges),
        emissions=tuple(_emission(gas) for gas in gases),
        co_products=tuple(_co_product(product) for product in products),
        cut_offs=tuple(
            CutOff(flow=cut.text("flow"), reason=cut.text("reason"))
            for cut in node.nodes("cut_offs", _CUT_OFF_MEMBERS)
        ),
        content=_content(node, (*exchanges, *gases, *products)),
    )


def _require(node: _Node, member: str) -> None:
    """A dataset without unit or location is refused under the code the engine itself uses."""
    dataset = node.text("id")
    if member == "location" and not node.body.get("location"):
        raise InventoryError("dataset-without-location", f"{node.place}/location", dataset=dataset)
    product = node.body.get("product")
    if member == "unit" and not (isinstance(product, dict) and product.get("unit")):
        raise InventoryError("dataset-without-unit", f"{node.place}/product", dataset=dataset)


def _check_sources(node: _Node, lines: Mapping[str, SourceLine], status: ReviewStatus) -> None:
    ids = node.texts("source")
    where = f"{node.place}/source"
    if not ids:
        raise InventoryError("dataset-without-source", where)
    for source_id in ids:
        if source_id not in lines:
            raise InventoryError("source-unknown", where, source=source_id[:60])
        confidence = lines[source_id].source.confidence
        if confidence == UNCONFIRMED and status is not ReviewStatus.DRAFT:
            raise InventoryError("unconfirmed-figure-in-dataset", where, source=source_id)
    for source_id in SOURCE_IN_DERIVATION.findall(node.text("derivation", "")):
        if source_id not in ids:
            place = f"{node.place}/derivation"
            raise InventoryError("derivation-source-unlisted", place, source=source_id[:60])


def _refuse_proxy(node: _Node, inputs: Sequence[_Node]) -> None:
    """Nothing for a dataset that stands for itself and takes what its processes take."""
    dataset = node.text("id")
    for one in inputs:
        if one.text("stands_for", ""):
            raise InventoryError("proxy-not-draft", f"{one.place}/stands_for", dataset=dataset)
    words = str([node.body.get(member, "") for member in (*_SAYING, "inputs", "emissions")])
    if node.text("proxy", "") or SAYS_PROXY.search(words):
        raise InventoryError("proxy-not-draft", f"{node.place}/review_status", dataset=dataset)


def _exchange(node: _Node) -> Exchange:
    quantity = node.quantity()
    return _placed(
        node,
        lambda: Exchange(
            provider=node.text("dataset"),
            amount=quantity.amount,
            unit=quantity.unit,
            sources=node.texts("source"),
            is_credit=node.flag("is_credit"),
        ),
    )


def _emission(node: _Node) -> Emission:
    return _placed(
        node,
        lambda: Emission(
            key=EmissionKey(
                substance=node.text("substance"),
                origin=node.choice("origin", Origin),
                direction=node.choice("direction", Direction, "emission"),
                is_aircraft=node.flag("aircraft"),
                gwp_set=node.text("gwp_set", ""),
            ),
            amount_kg=node.quantity().to("kg").amount,
            sources=node.texts("source"),
        ),
    )


def _co_product(node: _Node) -> CoProduct:
    quantity = node.quantity()
    share = decimal_amount(node.text("share"), f"{node.place}/share")
    return CoProduct(
        product=node.text("product"), amount=quantity.amount, unit=quantity.unit, share=share
    )


def _content(node: _Node, exchanges: tuple[_Node, ...]) -> Mapping[str, object]:
    """What a page shows and the arithmetic does not need; every value is plain JSON."""
    names = _Node(node.body.get("name"), f"{node.place}/name", frozenset(LANGUAGES))
    notes = []
    for exchange in exchanges:
        derivation, note = exchange.text("derivation", ""), exchange.text("note", "")
        stands_for = exchange.text("stands_for", "") if "dataset" in exchange.body else ""
        if derivation or note or stands_for or "product" in exchange.body:
            notes.append(
                {
                    "member": exchange.place.removeprefix(node.place),
                    "derivation": derivation,
                    "note": note,
                    "stands_for": stands_for,
                    "sources": list(exchange.texts("source")),
                }
            )
    return {
        "name": {language: names.text(language) for language in LANGUAGES},
        "synonyms": list(node.texts("synonyms")),
        "technology": node.text("technology"),
        "comment": node.text("comment", ""),
        "proxy": node.text("proxy", ""),
        "derivations": notes,
        **_described(node),
    }


def _described(node: _Node) -> dict[str, object]:
    """Industry, codes, pedigree and cooling of a dataset, those it has."""
    found: dict[str, object] = {"is_refrigerated": True} if node.flag("is_refrigerated") else {}
    if "industry" in node.body:
        found["industry"] = node.choice("industry", Industry).value
    if "codes" in node.body:
        codes = _Node(node.body["codes"], f"{node.place}/codes", frozenset(CODE_FORMS))
        given = {str(system): list(_codes(codes, system)) for system in codes.body}
        found["codes"] = with_cpc(given)
    if "pedigree" in node.body:
        scores = _Node(node.body["pedigree"], f"{node.place}/pedigree", frozenset(INDICATORS))
        found["pedigree"] = {indicator: _score(scores, indicator) for indicator in INDICATORS}
    return found


def _codes(node: _Node, system: object) -> tuple[str, ...]:
    codes = node.texts(str(system))
    for code in codes:
        if not CODE_FORMS[str(system)].fullmatch(code):
            where = f"{node.place}/{system}"
            raise InventoryError("dataset-choice-unknown", where, value=code[:60])
    return codes


def _score(node: _Node, indicator: str) -> int:
    value = node.body.get(indicator)
    if isinstance(value, bool) or not isinstance(value, int) or not BEST <= value <= WORST:
        where = f"{node.place}/{indicator}"
        raise InventoryError("dataset-choice-unknown", where, value=str(value)[:60])
    return value


def _placed(node: _Node, make: Callable[[], T]) -> T:
    """``make()``, its error moved to this node's place."""
    try:
        return make()
    except FootprintError as error:
        raise error if error.place.startswith(node.place) else error.at(node.place) from error


def _collect(faults: list[FootprintError], make: Callable[[], T]) -> T | None:
    """``make()``, or None with its error kept for the one report at the end."""
    try:
        return make()
    except FootprintError as error:
        faults.append(error)
        return None


def _raise(faults: list[FootprintError]) -> None:
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise FootprintErrors(tuple(faults))
