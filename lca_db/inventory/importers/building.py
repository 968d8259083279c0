"""Builds one dataset of our inventory from a prepared process, its links and what is cut off.

The content says in words what the numbers cannot: names, technology, where the dataset comes from,
what it takes for what, and what is missing. Every dataset built here is a draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from footprint.inventory import (
    CO2E,
    UNSTATED,
    CoProduct,
    CutOff,
    DatasetKind,
    Emission,
    EmissionKey,
    Exchange,
    Origin,
    Process,
    ReviewStatus,
)
from footprint.quantities import decimal_string, in_range
from lca_db.inventory.importers.preparing import Demand, Prepared
from lca_db.inventory.importers.raw import RawProcess
from lca_db.inventory.importers.units import EXACT

NO_PLACE = "unspecified"
_YEAR = re.compile(r"[0-9]{4}")
_CAS = re.compile(r"0*([1-9][0-9]{1,6}-[0-9]{2}-[0-9])")
_ESTIMATED = EmissionKey(CO2E, Origin.UNSPECIFIED, gwp_set=UNSTATED)
_MOST_NAMED = 12
_WHY = {
    "import-input-unlinked": "no supplier found",
    "import-input-ambiguous": "several suppliers, none preferred",
    "import-provider-unknown": "no dataset has the id of its provider",
    "import-input-of-itself": "the process would use up its own product",
    "import-provider-refused": "its supplier could not be imported",
    "unit-wrong-dimension": "its supplier is measured otherwise",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where datasets come from, as each of them says."""

    file_name: str
    sha256: str
    format: str


@dataclass(frozen=True, slots=True)
class Link:
    """An input: ``amount`` ``unit`` of a product; ``stands_for`` where that is a proxy."""

    provider: str
    amount: Decimal
    unit: str
    stands_for: str = ""


@dataclass(frozen=True, slots=True)
class CutFlow:
    """A flow without supplier: why, and its estimated emission."""

    demand: Demand
    code: str
    estimate_kg_co2e: Decimal


def built(
    process: Prepared, links: Sequence[Link], cuts: Sequence[CutFlow], source: Source
) -> Process:
    """The dataset of a process.

    Raises:
        FootprintError: Amounts out of range.
    """
    raw, reference = process.raw, process.products[0]
    shares = zip(process.products[1:], process.shares, strict=True)
    return Process(
        id=process.id,
        unit=reference.unit,
        reference_amount=reference.amount,
        location=raw.location or NO_PLACE,
        year=_year(raw),
        kind=DatasetKind.AGGREGATED if raw.is_aggregated else DatasetKind.UNIT_PROCESS,
        review_status=ReviewStatus.DRAFT,
        inputs=tuple(_exchange(link) for link in links),
        emissions=_emissions(process.emissions, cuts),
        co_products=tuple(
            CoProduct(product=p.id, amount=p.amount, unit=p.unit, share=share)
            for p, share in shares
        ),
        cut_offs=(*(_cut_off(cut) for cut in cuts), *_from_nature(process.resources)),
        content=_content(process, links, cuts, source),
    )


def _exchange(link: Link) -> Exchange:
    return Exchange(
        provider=link.provider, amount=link.amount, unit=link.unit, is_credit=link.amount < 0
    )


def _emissions(
    masses_kg: Mapping[EmissionKey, Decimal], cuts: Sequence[CutFlow]
) -> tuple[Emission, ...]:
    known = dict(masses_kg)
    for cut in cuts:
        if cut.estimate_kg_co2e:
            known[_ESTIMATED] = EXACT.add(known.get(_ESTIMATED, Decimal(0)), cut.estimate_kg_co2e)
    return tuple(Emission(key=key, amount_kg=in_range(known[key])) for key in sorted(known))


def _cut_off(cut: CutFlow) -> CutOff:
    demand = cut.demand
    place = f" ({demand.location})" if demand.location else ""
    amount = decimal_string(demand.amount.normalize())
    estimate = decimal_string(cut.estimate_kg_co2e.normalize())
    return CutOff(
        flow=f"{demand.name}{place}",
        reason=f"{_WHY[cut.code]}; {amount} {demand.unit}, estimated at {estimate} kgCO2e",
    )


def _from_nature(names: Sequence[str]) -> tuple[CutOff, ...]:
    """That ore, water, air and land are left out, where the file has any: mass comes in by them."""
    different = sorted({name[:80] for name in names})
    if not different:
        return ()
    more = len(different) - _MOST_NAMED
    named = "; ".join(different[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
    return (CutOff(flow="resources from nature", reason=f"no climate effect, not kept: {named}"),)


def cut_entry(process: Prepared, cut: CutFlow) -> Mapping[str, object]:
    """A cut-off as a line of the report."""
    return {
        "dataset": process.id,
        "flow": cut.demand.name[:200],
        "location": cut.demand.location,
        "amount": str(cut.demand.amount),
        "unit": cut.demand.unit,
        "estimate_kg_co2e": format(cut.estimate_kg_co2e, "f"),
        "code": cut.code,
        "place": cut.demand.place,
    }


def _content(
    process: Prepared, links: Sequence[Link], cuts: Sequence[CutFlow], source: Source
) -> Mapping[str, object]:
    raw = process.raw
    estimate = sum((cut.estimate_kg_co2e for cut in cuts), Decimal(0))
    proxies = sorted(
        {f"{link.provider} for {link.stands_for}" for link in links if link.stands_for}
    )
    content: dict[str, object] = {
        "name": dict(raw.names),
        "synonyms": [],
        "technology": raw.technology,
        "comment": raw.comment,
        "proxy": "; ".join(proxies),
        "categories": list(raw.categories),
        "details": dict(raw.details),
        "imported": {
            "file": source.file_name,
            "sha256": source.sha256,
            "format": source.format,
            "process": raw.id,
            "place": raw.place,
            "valid_from": raw.valid_from,
            "valid_until": raw.valid_until,
            "takes_waste": process.is_treatment,
            "cut_off": len(cuts),
            "estimate_kg_co2e": decimal_string(estimate.normalize()),
        },
    }
    cas = _CAS.fullmatch(process.products[0].cas.strip())
    if cas is not None:
        content["codes"] = {"CAS": [cas[1]]}
    if len(process.products) > 1:
        content["products"] = {product.id: product.name for product in process.products}
    return content


def _year(raw: RawProcess) -> str:
    """The year the data end in, else the one they begin in, else ""."""
    for text in (raw.valid_until, raw.valid_from):
        found = _YEAR.search(text)
        if found is not None:
            return found[0]
    return ""
