"""Reads packages of openLCA: JSON-LD in a zip archive, schema v1 and v2.

Rules:

* JSON-LD is not processed: members are read by the names openLCA gives them, contexts are inert.
* Members are read when a process refers to them; a broken one concerns the processes that do.
* A process is refused alone, with the reason; only an archive over its bounds ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.faults import fault_of
from lca_db.inventory.importers.files import open_archive
from lca_db.inventory.importers.json_values import JsonObject
from lca_db.inventory.importers.jsonld_exchanges import Allocation, exchange_of
from lca_db.inventory.importers.jsonld_package import Package
from lca_db.inventory.importers.language_tags import language_of_text
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.raw import FlowKind, RawExchange, RawFault, RawProcess

_TYPES = frozenset({"UNIT_PROCESS", "LCI_RESULT", ""})


def read(path: Path, limits: ImportLimits) -> Iterator[RawProcess | RawFault]:
    """The processes of a package, in the order of their identities.

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
    name = stem = member.rpartition("/")[2].removesuffix(".json")
    try:
        process = package.read(member)
        name = process.text("name") or stem
        return _read_process(process, process.text("@id") or stem, name, package, limits)
    except ImportRefused as error:
        return fault_of(error, name, "/" + member)


def _read_process(
    process: JsonObject, identity: str, name: str, package: Package, limits: ImportLimits
) -> RawProcess:
    kind = process.text("processType")
    if process.text("@type") != "Process" or kind not in _TYPES:
        value = f"{process.text('@type')} {kind}".strip()
        raise ImportRefused("import-choice-unknown", process.place, value=value[:80])
    if len(process.items("exchanges")) > limits.exchanges:
        raise ImportRefused("import-process-too-large", process.place, most=str(limits.exchanges))
    allocation = Allocation.of(process)
    exchanges = tuple(
        exchange_of(exchange, package, allocation) for exchange in process.parts("exchanges")
    )
    if sum(exchange.kind is FlowKind.REFERENCE for exchange in exchanges) != 1:
        raise ImportRefused("import-without-reference", process.place, name=name)
    about = process.part("processDocumentation") or JsonObject({}, limits, process.place)
    return RawProcess(
        id=identity,
        names={language_of_text(name): name},
        location=package.place_code(process.part("location")),
        place=process.place,
        exchanges=exchanges,
        valid_from=_day(about.text("validFrom")),
        valid_until=_day(about.text("validUntil")),
        technology=about.text("technologyDescription"),
        comment=process.text("description"),
        categories=package.categories(process),
        is_aggregated=kind == "LCI_RESULT",
        details={
            key: value
            for key, value in (
                *_details(process, about),
                *_details_of_allocation(allocation, exchanges),
                ("schema_version", package.schema_version),
                ("units", _conversions(process, package)),
            )
            if value
        },
    )


def _details(process: JsonObject, about: JsonObject) -> Iterator[tuple[str, str]]:
    yield "version", process.text("version")
    yield "last_change", process.text("lastChange")
    yield "data_quality", process.text("dqEntry")
    yield "restrictions", about.text("restrictionsDescription")
    yield "geography", about.text("geographyDescription")
    yield "time", about.text("timeDescription")
    yield "sources", _names(list(about.parts("sources")))
    for role, key in (
        ("publication", "publication"),
        ("dataSetOwner", "owner"),
        ("dataGenerator", "generator"),
    ):
        person = about.part(role)
        yield key, person.text("name") if person else ""
    reviewer = about.part("reviewer")  # v1; v2 has a list of reviews
    reviews = list(about.parts("reviews"))
    people = [r for review in reviews for r in review.parts("reviewers")]
    yield "reviewers", _names([*people, *([reviewer] if reviewer else [])])
    notes = [about.text("reviewDetails"), *(review.text("details") for review in reviews)]
    yield "review", "\n".join(note for note in notes if note)
    yield "parameters", _names(list(process.parts("parameters")))
    formulas = sum(bool(e.text("amountFormula")) for e in process.parts("exchanges"))
    yield "amounts_from_formulas", str(formulas or "")


def _details_of_allocation(
    allocation: Allocation, exchanges: Sequence[RawExchange]
) -> Iterator[tuple[str, str]]:
    yield "allocation_method", allocation.method
    yield "allocation_factors_of", ", ".join(allocation.methods_with_factors)
    if any(exchange.kind is FlowKind.CO_PRODUCT for exchange in exchanges):
        yield "allocation_without_share", allocation.without_share


def _conversions(process: JsonObject, package: Package) -> str:
    """How the units of the process relate to those their groups refer to."""
    found: set[str] = set()
    for exchange in process.parts("exchanges"):
        reference = exchange.part("unit")
        unit = package.units.get(reference.text("@id")) if reference else None
        if unit is not None and unit.name != unit.reference:
            found.add(f"1 {unit.name} = {unit.factor} {unit.reference}")
    return "; ".join(sorted(found))


def _names(entities: Sequence[JsonObject]) -> str:
    return "; ".join(name for entity in entities if (name := entity.text("name")))


def _day(moment: str) -> str:
    """The day of a time stamp; v1 writes the time of day and the zone as well."""
    return moment.partition("T")[0]
