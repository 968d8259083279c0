"""Reads packages of ILCD and of its TIDAS profile: a zip archive of XML, or of TIDAS' JSON.

Rules:

* Reminder flows are no part of the inventory: they are named in the details and left out.
* A process with several reference flows stands for the first; the others are co-products.
* A process is refused alone, with the reason; only an archive over its bounds ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.faults import fault_of
from lca_db.inventory.importers.files import open_archive
from lca_db.inventory.importers.ilcd_dataset import Element
from lca_db.inventory.importers.ilcd_exchanges import exchange_of, with_shares
from lca_db.inventory.importers.ilcd_package import Package, full_names, in_levels
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess

_INFORMATION = "processInformation/dataSetInformation"
_METHOD = "modellingAndValidation/LCIMethodAndAllocation"
_OWNERSHIP = "administrativeInformation/publicationAndOwnership"
_AGGREGATED = "LCI result"


def read(path: Path, limits: ImportLimits) -> Iterator[RawProcess | RawFault]:
    """The processes of a package, in the order of their members' names.

    Raises:
        ImportRefused: What opening an archive raises; ``import-format-unexpected`` for an archive
            without processes, ``import-rows-too-many``.
    """
    with open_archive(path, limits) as archive:
        package = Package(archive, limits)
        if len(package.processes) > limits.processes:
            raise ImportRefused("import-rows-too-many", "", most=str(limits.processes))
        for member in package.processes:
            yield _read_member(package, member, limits)


def _read_member(package: Package, member: str, limits: ImportLimits) -> RawProcess | RawFault:
    name = stem = member.rpartition("/")[2].rpartition(".")[0]
    try:
        process = package.dataset(member, "processes")
        about = process.first(_INFORMATION) or Element(limits, process.place)
        names = full_names(about) or {"en": stem}
        name = names.get("en") or next(iter(names.values()))
        return _read_process(process, about, names, about.text_of("UUID") or stem, package)
    except ImportRefused as error:
        return fault_of(error, name, "/" + member)


def _read_process(
    process: Element, about: Element, names: dict[str, str], identity: str, package: Package
) -> RawProcess:
    exchanges, allocation, reminders = _exchanges(process, package)
    if sum(exchange.kind is FlowKind.REFERENCE for exchange in exchanges) != 1:
        name = next(iter(names.values()))
        raise ImportRefused("import-without-reference", process.place, name=name)
    time = "processInformation/time/"
    where = process.first("processInformation/geography/locationOfOperationSupplyOrProduction")
    kind = process.text_of(_METHOD + "/typeOfDataSet")
    if not any(exchange.kind is FlowKind.CO_PRODUCT for exchange in exchanges):
        allocation = ""
    return RawProcess(
        id=identity,
        names=names,
        location=where.attribute("location") if where else "",
        place=process.place,
        exchanges=exchanges,
        valid_from=process.text_of(time + "referenceYear"),
        valid_until=process.text_of(time + "dataSetValidUntil"),
        technology=process.reading(
            "processInformation/technology/technologyDescriptionAndIncludedProcesses"
        ),
        comment=about.reading("generalComment"),
        categories=in_levels(about.all("classificationInformation/classification/class")),
        is_aggregated=kind == _AGGREGATED,
        details={
            key: value
            for key, value in (
                *_details(process),
                ("dataset_type", kind),
                ("allocation_without_share", allocation),
                ("reminder_flows", "; ".join(reminders)),
            )
            if value
        },
    )


def _exchanges(
    process: Element, package: Package
) -> tuple[tuple[RawExchange, ...], str, Sequence[str]]:
    """The exchanges, why their products have no shares, and the flows only mentioned."""
    elements = process.all("exchanges/exchange")
    if len(elements) > process.limits.exchanges:
        most = str(process.limits.exchanges)
        raise ImportRefused("import-process-too-large", process.place, most=most)
    references = [
        one.text
        for one in process.all("processInformation/quantitativeReference/referenceToReferenceFlow")
    ]
    counted = [one for one in elements if not one.text_of("functionType")]
    reminders = [
        one.reading("referenceToFlowDataSet/shortDescription") or one.place
        for one in elements
        if one.text_of("functionType")
    ]
    exchanges = [
        exchange_of(one, package, references[0] if references else "", frozenset(references))
        for one in counted
    ]
    shared, reason = with_shares(counted, exchanges)
    return shared, reason, reminders


def _details(process: Element) -> Iterator[tuple[str, str]]:
    short = "/shortDescription"
    yield "version", process.text_of(_OWNERSHIP + "/dataSetVersion")
    yield "restrictions", process.reading(_OWNERSHIP + "/accessRestrictions")
    yield "licence", process.text_of(_OWNERSHIP + "/licenseType")
    yield "copyright", process.text_of(_OWNERSHIP + "/copyright")
    yield "owner", process.reading(_OWNERSHIP + "/referenceToOwnershipOfDataSet" + short)
    yield "principle", process.text_of(_METHOD + "/LCIMethodPrinciple")
    yield "approaches", "; ".join(one.text for one in process.all(_METHOD + "/LCIMethodApproaches"))
    treatment = "modellingAndValidation/dataSourcesTreatmentAndRepresentativeness/"
    sources = process.all(treatment + "referenceToDataSource")
    yield "sources", "; ".join(one.reading("shortDescription") for one in sources)
    reviews = process.all("modellingAndValidation/validation/review")
    reviewers = [
        person.reading("shortDescription")
        for review in reviews
        for person in review.all("referenceToNameOfReviewerAndInstitution")
    ]
    yield "reviewers", "; ".join(reviewers)
    yield "review", "\n".join(filter(None, (one.reading("reviewDetails") for one in reviews)))
    relations = process.all("processInformation/mathematicalRelations/variableParameter")
    yield "parameters", "; ".join(one.attribute("name") for one in relations)
    references = process.all("processInformation/quantitativeReference/referenceToReferenceFlow")
    if len(references) > 1:
        yield "reference_flows", "; ".join(one.text for one in references)
