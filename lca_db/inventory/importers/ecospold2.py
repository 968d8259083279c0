"""Reads EcoSpold 2 (ecoinvent 3, openLCA, USLCI): ``activityDataset`` and ``childActivityDataset``.

Rules:

* The reference is the exchange of output group 0. Of several, as in files after allocation where
  all but one are zero, the one with an amount, and the others are co-products; several with an
  amount, or none at all, are a fault: this format states no other reference.
* An addition to stock (output group 5) is a product that stays in use: a co-product.
* A provider is named by its activity (``activityLinkId``); after allocation several datasets share
  an activity's identity, and only it and the product together name one.
* Production volumes, properties, parameters and formulas are not read: amounts are the file's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from lxml import etree

from lca_db.inventory.importers.amounts import read_amount
from lca_db.inventory.importers.ecospold import (
    Dialect,
    Fields,
    cas_of,
    child,
    children,
    exchange_elements,
    language_of,
    read_datasets,
    several_references,
)
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess
from lca_db.inventory.importers.xml import local_name

_INTERMEDIATE = "intermediateExchange"
_ELEMENTARY = "elementaryExchange"
_KINDS: Mapping[tuple[str, str, str], FlowKind] = {
    (_INTERMEDIATE, "inputGroup", "1"): FlowKind.PRODUCT_INPUT,  # materials, fuels
    (_INTERMEDIATE, "inputGroup", "2"): FlowKind.PRODUCT_INPUT,  # electricity, heat
    (_INTERMEDIATE, "inputGroup", "3"): FlowKind.PRODUCT_INPUT,  # services
    (_INTERMEDIATE, "inputGroup", "5"): FlowKind.PRODUCT_INPUT,
    (_INTERMEDIATE, "outputGroup", "0"): FlowKind.REFERENCE,
    (_INTERMEDIATE, "outputGroup", "2"): FlowKind.CO_PRODUCT,
    (_INTERMEDIATE, "outputGroup", "3"): FlowKind.WASTE_OUTPUT,
    (_INTERMEDIATE, "outputGroup", "5"): FlowKind.CO_PRODUCT,
    (_ELEMENTARY, "inputGroup", "4"): FlowKind.RESOURCE,
    (_ELEMENTARY, "outputGroup", "4"): FlowKind.EMISSION,
}
_SYSTEM = "2"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(path: Path, limits: ImportLimits) -> Iterator[RawProcess | RawFault]:
    """Every dataset of an EcoSpold 2 document, or of a zip archive of them.

    Raises:
        ImportRefused: Nothing of the file can be used.
    """
    return read_datasets(path, limits, _DIALECT)


def _title(dataset: etree._Element) -> str | None:
    name = child(dataset, "activityDescription", "activity", "activityName")
    return None if name is None else name.text


def _process(dataset: etree._Element, fields: Fields) -> RawProcess:
    description = child(dataset, "activityDescription")
    activity = child(description, "activity")
    names = _words(activity, "activityName", fields)
    fields.required(_in_english(names), "activityName")
    period = child(description, "timePeriod")
    found = exchange_elements(
        child(dataset, "flowData"), frozenset({_INTERMEDIATE, _ELEMENTARY}), fields
    )
    exchanges = [
        _exchange(element, fields.below("exchanges", position))
        for position, element in enumerate(found)
    ]
    return RawProcess(
        id=fields.attribute(activity, "id") or _in_english(names),
        names=names,
        location=_in_english(_words(child(description, "geography"), "shortname", fields)),
        place=fields.place,
        exchanges=_with_reference(exchanges, _in_english(names), fields),
        valid_from=fields.attribute(period, "startDate"),
        valid_until=fields.attribute(period, "endDate"),
        technology=_comment(child(description, "technology"), "comment", fields),
        comment=_comment(activity, "generalComment", fields),
        categories=_categories(description, fields),
        is_aggregated=fields.attribute(activity, "type") == _SYSTEM,
        details=_details(dataset, fields),
    )


def _exchange(element: etree._Element, fields: Fields) -> RawExchange:
    kind = _kind(element, fields)
    is_elementary = local_name(element) == _ELEMENTARY
    compartment = child(element, "compartment")
    parts = (
        _in_english(_words(compartment, name, fields)) for name in ("compartment", "subcompartment")
    )
    identity = "elementaryExchangeId" if is_elementary else "intermediateExchangeId"
    return RawExchange(
        kind=kind,
        name=fields.required(_in_english(_words(element, "name", fields)), "name"),
        amount=read_amount(element.get("amount"), f"{fields.place}/amount"),
        unit=_in_english(_words(element, "unitName", fields)),
        place=fields.place,
        flow_id=fields.attribute(element, identity),
        compartment=tuple(part for part in parts if part),
        cas=cas_of(fields.attribute(element, "casNumber")),
        provider_id=fields.attribute(element, "activityLinkId"),
        uncertainty=_uncertainty(child(element, "uncertainty"), fields),
        comment=_in_english(_words(element, "comment", fields)),
    )


def _kind(element: etree._Element, fields: Fields) -> FlowKind:
    groups = [
        (name, fields.text(group))
        for name in ("inputGroup", "outputGroup")
        for group in children(element, name)
    ]
    kind = _KINDS.get((local_name(element), *groups[0])) if len(groups) == 1 else None
    if kind is None:
        shown = ", ".join(f"{name} {value}" for name, value in groups)[:40]
        raise ImportRefused("import-choice-unknown", f"{fields.place}/group", value=shown)
    return kind


def _with_reference(
    exchanges: list[RawExchange], name: str, fields: Fields
) -> tuple[RawExchange, ...]:
    references = [e for e in exchanges if e.kind is FlowKind.REFERENCE]
    if not references:
        raise ImportRefused("import-without-reference", fields.place, name=name[:200])
    if len(references) == 1:
        return tuple(exchanges)
    filled = [e for e in references if e.amount]
    if len(filled) != 1:
        raise several_references(filled or references, fields)
    return tuple(
        replace(e, kind=FlowKind.CO_PRODUCT)
        if e.kind is FlowKind.REFERENCE and e is not filled[0]
        else e
        for e in exchanges
    )


def _uncertainty(element: etree._Element | None, fields: Fields) -> dict[str, object]:
    """The distribution by its name and the values as written, with the pedigree beside them."""
    found: dict[str, object] = {}
    for part in () if element is None else element:
        name = local_name(part)
        values = {str(key): fields.below(name).attribute(part, str(key)) for key in part.attrib}
        if name == "pedigreeMatrix":
            found["pedigreeMatrix"] = values
        elif name != "comment":
            found |= {"distribution": name} | values
    return found


def _words(element: etree._Element | None, name: str, fields: Fields) -> dict[str, str]:
    """The texts of the children of a name, by language; of two in one language the first."""
    words: dict[str, str] = {}
    for found in children(element, name):
        text = fields.text(found)
        if text:
            words.setdefault(language_of(found.get(_LANGUAGE)), text)
    return words


def _in_english(words: Mapping[str, str]) -> str:
    """The English text, or whatever there is."""
    return words.get("en") or next(iter(words.values()), "")


def _comment(element: etree._Element | None, name: str, fields: Fields) -> str:
    """The paragraphs of a comment, in one language, in the order of their index."""
    paragraphs: dict[str, list[tuple[int, str]]] = {}
    for paragraph in children(child(element, name), "text"):
        text = fields.text(paragraph)
        if text:
            index = fields.attribute(paragraph, "index")
            place = int(index) if index.isascii() and index.isdigit() and len(index) < 9 else 0
            language = language_of(paragraph.get(_LANGUAGE))
            paragraphs.setdefault(language, []).append((place, text))
    ordered = {
        language: "\n".join(text for _, text in sorted(found, key=lambda each: each[0]))
        for language, found in paragraphs.items()
    }
    return _in_english(ordered)


def _categories(description: etree._Element | None, fields: Fields) -> tuple[str, ...]:
    found = (
        _in_english(_words(classification, "classificationValue", fields))
        for classification in children(description, "classification")
    )
    return tuple(value for value in found if value)


def _details(dataset: etree._Element, fields: Fields) -> dict[str, str]:
    description = child(dataset, "activityDescription")
    activity = child(description, "activity")
    modelling = child(dataset, "modellingAndValidation", "representativeness")
    publication = child(dataset, "administrativeInformation", "dataGeneratorAndPublication")
    source = ("publishedSourceFirstAuthor", "publishedSourceYear", "publishedSourceTitle")
    found = {
        "geography": _comment(child(description, "geography"), "comment", fields),
        "time": _comment(child(description, "timePeriod"), "comment", fields),
        "included_from": _in_english(_words(activity, "includedActivitiesStart", fields)),
        "included_until": _in_english(_words(activity, "includedActivitiesEnd", fields)),
        "allocation": _comment(activity, "allocationComment", fields),
        "synonyms": "\n".join(fields.text(s) for s in children(activity, "synonym")),
        "scenario": _in_english(
            _words(child(description, "macroEconomicScenario"), "name", fields)
        ),
        "system_model": _in_english(_words(modelling, "systemModelName", fields)),
        "sampling": _in_english(_words(modelling, "samplingProcedure", fields)),
        "extrapolations": _in_english(_words(modelling, "extrapolations", fields)),
        "copyright": fields.attribute(publication, "isCopyrightProtected"),
        "access": fields.attribute(publication, "accessRestrictedTo"),
        "sources": " ".join(filter(None, (fields.attribute(publication, n) for n in source))),
    }
    return {name: value for name, value in found.items() if value}


_DIALECT = Dialect(
    expected="EcoSpold 2",
    namespace="http://www.EcoInvent.org/EcoSpold02",
    datasets=frozenset({"activityDataset", "childActivityDataset"}),
    process=_process,
    title=_title,
)
