"""Reads EcoSpold 1 (ecoinvent 1 and 2, openLCA, USLCI): ``dataset`` elements.

Rules:

* The reference is the exchange of output group 0; of several, the one that the reference function
  names. A multi-output dataset (type 5) has often none: there the allocated product that the
  reference function names, or the first with an amount, is the reference and the others are
  co-products. Where no product is among the exchanges, the reference function itself states it.
* The share of a product is stated where its allocation fraction is the same for every exchange;
  fractions that differ from exchange to exchange are no share, and the details say so.
* A number identifies an exchange only inside its dataset in some files, a flow in all datasets in
  others; so the flow's identity is number and name together.
* Impact methods, elementary flows and impact categories written as datasets are faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
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

_KINDS: Mapping[tuple[str, str], FlowKind] = {
    ("inputGroup", "1"): FlowKind.PRODUCT_INPUT,  # materials, fuels
    ("inputGroup", "2"): FlowKind.PRODUCT_INPUT,  # electricity, heat
    ("inputGroup", "3"): FlowKind.PRODUCT_INPUT,  # services
    ("inputGroup", "4"): FlowKind.RESOURCE,
    ("inputGroup", "5"): FlowKind.PRODUCT_INPUT,
    ("outputGroup", "0"): FlowKind.REFERENCE,
    ("outputGroup", "1"): FlowKind.AVOIDED_PRODUCT,
    ("outputGroup", "2"): FlowKind.CO_PRODUCT,
    ("outputGroup", "3"): FlowKind.WASTE_OUTPUT,
    ("outputGroup", "4"): FlowKind.EMISSION,
}
_ELEMENTARY = frozenset({FlowKind.EMISSION, FlowKind.RESOURCE})
_PRODUCTS = frozenset({FlowKind.REFERENCE, FlowKind.CO_PRODUCT})
_SYSTEMS = frozenset({"0", "2"})  # dataset types: not terminated, terminated
_MULTI_OUTPUT = "5"
_TYPES = frozenset({"", "0", "1", "2", _MULTI_OUTPUT})
_DISTRIBUTIONS = {"1": "lognormal", "2": "normal", "3": "triangular", "4": "uniform"}
_SPREADS = ("standardDeviation95", "minValue", "maxValue", "mostLikelyValue")
_DATE = re.compile(r"([0-9]{4}(?:-[0-9]{2}){0,2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")


def read(path: Path, limits: ImportLimits) -> Iterator[RawProcess | RawFault]:
    """Every dataset of an EcoSpold 1 document, or of a zip archive of them.

    Raises:
        ImportRefused: Nothing of the file can be used.
    """
    return read_datasets(path, limits, _DIALECT)


def _title(dataset: etree._Element) -> str | None:
    function = child(dataset, "metaInformation", "processInformation", "referenceFunction")
    return None if function is None else function.get("name")


def _process(dataset: etree._Element, fields: Fields) -> RawProcess:
    information = child(dataset, "metaInformation", "processInformation")
    function = child(information, "referenceFunction")
    about = child(information, "dataSetInformation")
    period = child(information, "timePeriod")
    dataset_type = _dataset_type(about, fields)
    names = _names(function, about, fields)
    data = child(dataset, "flowData")
    numbered = [
        _exchange(element, fields.below("exchanges", position))
        for position, element in enumerate(exchange_elements(data, frozenset({"exchange"}), fields))
    ]
    shares, allocation = _allocation(data, numbered, fields)
    exchanges = [replace(e, share=shares.get(number)) for number, e in numbered]
    location = fields.attribute(child(information, "geography"), "location")
    categories = (fields.attribute(function, name) for name in ("category", "subCategory"))
    return RawProcess(
        id=fields.attribute(dataset, "number") or next(iter(names.values())),
        names=names,
        location=location,
        place=fields.place,
        exchanges=_with_reference(exchanges, function, location, dataset_type, fields),
        valid_from=_date(period, "start", fields),
        valid_until=_date(period, "end", fields),
        technology=fields.attribute(child(information, "technology"), "text"),
        comment=fields.attribute(function, "generalComment"),
        categories=tuple(category for category in categories if category),
        is_aggregated=dataset_type in _SYSTEMS,
        details=_details(dataset, fields) | allocation,
    )


def _dataset_type(about: etree._Element | None, fields: Fields) -> str:
    found = fields.attribute(about, "type")
    if found not in _TYPES:
        raise ImportRefused("import-choice-unknown", f"{fields.place}/type", value=found[:40])
    if fields.attribute(about, "impactAssessmentResult") in {"true", "1"}:
        place = f"{fields.place}/impactAssessmentResult"
        raise ImportRefused("import-choice-unknown", place, value="true")
    return found


def _names(
    function: etree._Element | None, about: etree._Element | None, fields: Fields
) -> dict[str, str]:
    name = fields.required(fields.attribute(function, "name"), "referenceFunction/name")
    local = fields.attribute(function, "localName")
    names = {language_of(fields.attribute(about, "languageCode")): name}
    if local:
        names.setdefault(language_of(fields.attribute(about, "localLanguageCode")), local)
    return names


def _exchange(element: etree._Element, fields: Fields) -> tuple[str, RawExchange]:
    """The number of an exchange, and the exchange."""
    kind = _kind(element, fields)
    is_elementary = kind in _ELEMENTARY
    name = fields.required(fields.attribute(element, "name"), "name")
    number = fields.attribute(element, "number")
    compartment = (fields.attribute(element, name) for name in ("category", "subCategory"))
    exchange = RawExchange(
        kind=kind,
        name=name,
        amount=read_amount(element.get("meanValue"), f"{fields.place}/meanValue"),
        unit=fields.attribute(element, "unit"),
        place=fields.place,
        flow_id=f"{number} {name}" if number else "",
        compartment=tuple(part for part in compartment if part) if is_elementary else (),
        cas=cas_of(fields.attribute(element, "CASNumber")),
        location=fields.attribute(element, "location"),
        uncertainty=_uncertainty(element, fields),
        comment=fields.attribute(element, "generalComment"),
    )
    return number, exchange


def _kind(element: etree._Element, fields: Fields) -> FlowKind:
    groups = [
        (name, fields.text(group))
        for name in ("inputGroup", "outputGroup")
        for group in children(element, name)
    ]
    kind = _KINDS.get(groups[0]) if len(groups) == 1 else None
    if kind is None:
        shown = ", ".join(f"{name} {value}" for name, value in groups)[:40]
        raise ImportRefused("import-choice-unknown", f"{fields.place}/group", value=shown)
    return kind


def _uncertainty(element: etree._Element, fields: Fields) -> dict[str, str]:
    stated = fields.attribute(element, "uncertaintyType")
    if stated in {"", "0"}:
        return {}
    spreads = {name: fields.attribute(element, name) for name in _SPREADS}
    return {"distribution": _DISTRIBUTIONS.get(stated, stated)} | {
        name: value for name, value in spreads.items() if value
    }


def _with_reference(
    exchanges: list[RawExchange],
    function: etree._Element | None,
    location: str,
    dataset_type: str,
    fields: Fields,
) -> tuple[RawExchange, ...]:
    """The exchanges with exactly one reference among them."""
    name = fields.attribute(function, "name")
    references = [e for e in exchanges if e.kind is FlowKind.REFERENCE]
    if not references:
        chosen = _allocated_product(exchanges, name, dataset_type)
        if chosen is None:
            return (
                _stated(function, name, location, fields.below("referenceFunction")),
                *exchanges,
            )
    else:
        named = [e for e in references if e.name == name] if len(references) > 1 else references
        if len(named) != 1:
            raise several_references(references, fields)
        chosen = named[0]
    return tuple(
        replace(e, kind=FlowKind.REFERENCE if e is chosen else FlowKind.CO_PRODUCT)
        if e.kind in _PRODUCTS
        else e
        for e in exchanges
    )


def _allocated_product(
    exchanges: Sequence[RawExchange], name: str, dataset_type: str
) -> RawExchange | None:
    products = [e for e in exchanges if e.kind is FlowKind.CO_PRODUCT]
    named = [e for e in products if e.name == name]
    if named or dataset_type != _MULTI_OUTPUT:
        return next(iter(named), None)
    return next((e for e in products if e.amount), None)


def _stated(
    function: etree._Element | None, name: str, location: str, fields: Fields
) -> RawExchange:
    """The reference as the reference function states it."""
    amount = None if function is None else function.get("amount")
    return RawExchange(
        kind=FlowKind.REFERENCE,
        name=name,
        amount=read_amount(amount, f"{fields.place}/amount"),
        unit=fields.attribute(function, "unit"),
        place=fields.place,
        location=location,
    )


def _allocation(
    data: etree._Element | None, numbered: Sequence[tuple[str, RawExchange]], fields: Fields
) -> tuple[dict[str, Decimal], dict[str, str]]:
    """Shares by the number of the product, and what the details say of them."""
    fractions: dict[str, set[Decimal]] = {}
    covered: dict[str, set[str]] = {}
    explanations: list[str] = []
    for position, element in enumerate(children(data, "allocation")):
        at = fields.below("allocations", position)
        product = at.attribute(element, "referenceToCoProduct")
        fraction = read_amount(element.get("fraction"), f"{at.place}/fraction")
        fractions.setdefault(product, set()).add(fraction.scaleb(-2))  # written in per cent
        covered.setdefault(product, set()).update(
            at.text(reference) for reference in children(element, "referenceToInputOutput")
        )
        explanations.append(at.attribute(element, "explanations"))
    products = [number for number, e in numbered if e.kind in _PRODUCTS]
    burdens = {number for number, e in numbered if e.kind not in _PRODUCTS}
    shares = {
        product: next(iter(found))
        for product, found in fractions.items()
        if len(found) == 1
        and products.count(product) == 1
        and (not covered[product] or burdens <= covered[product])
    }
    details = {"allocation": "\n".join(dict.fromkeys(filter(None, explanations)))}
    if len(shares) < len(fractions):
        details["allocation_by_exchange"] = "true"
    return shares, {name: value for name, value in details.items() if value}


def _date(period: etree._Element | None, end: str, fields: Fields) -> str:
    """A date, month or year as the file has it, without the time zone some writers add."""
    for name in (f"{end}Date", f"{end}YearMonth", f"{end}Year"):
        text = fields.text(child(period, name))
        if text:
            found = _DATE.fullmatch(text)
            return found[1] if found else text
    return ""


def _details(dataset: etree._Element, fields: Fields) -> dict[str, str]:
    information = child(dataset, "metaInformation", "processInformation")
    modelling = child(dataset, "metaInformation", "modellingAndValidation")
    publication = child(
        dataset, "metaInformation", "administrativeInformation", "dataGeneratorAndPublication"
    )
    function = child(information, "referenceFunction")
    representativeness = child(modelling, "representativeness")
    sources = (
        " ".join(
            part
            for name in ("firstAuthor", "year", "title")
            if (part := at.attribute(source, name))
        )
        for at, source in (
            (fields.below("sources", n), s) for n, s in enumerate(children(modelling, "source"))
        )
    )
    found = {
        "geography": fields.attribute(child(information, "geography"), "text"),
        "time": fields.attribute(child(information, "timePeriod"), "text"),
        "included": fields.attribute(function, "includedProcesses"),
        "infrastructure": fields.attribute(function, "infrastructureProcess"),
        "sampling": fields.attribute(representativeness, "samplingProcedure"),
        "extrapolations": fields.attribute(representativeness, "extrapolations"),
        "review": fields.attribute(child(modelling, "validation"), "proofReadingDetails"),
        "copyright": fields.attribute(publication, "copyright"),
        "access": fields.attribute(publication, "accessRestrictedTo"),
        "sources": "\n".join(filter(None, sources)),
    }
    return {name: value for name, value in found.items() if value}


_DIALECT = Dialect(
    expected="EcoSpold 1",
    namespace="http://www.EcoInvent.org/EcoSpold01",
    datasets=frozenset({"dataset"}),
    process=_process,
    title=_title,
)
