"""Puts instruments in the place of grid power: each takes its share of the lines of its site.

A line fed from a site becomes several demands: one for each instrument, one for the grid that
carries it, and the rest on the dataset of the line itself. All stay with their line, so that lines
and stages sum as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Context, Decimal

from footprint.bom import BillOfMaterials
from footprint.declared_results import ElectricityResult, InstrumentResult, SiteResult
from footprint.errors import FootprintError, QuantityError, raise_all
from footprint.instruments import Instrument, SiteElectricity
from footprint.intensities import IntensityTable
from footprint.lines import EnergyLine
from footprint.quantities import conversion_factor
from footprint.system import BackgroundDemand, ProductSystem

_EXACT = Context(prec=34)
_Part = tuple[int, float]  # row, amount in its unit per kWh of the line


def covered(bom: BillOfMaterials, linked: ProductSystem, table: IntensityTable) -> ProductSystem:
    """The system with the instruments its sites declare; as it is where they declare none.

    Raises:
        FootprintErrors: Datasets of instruments that are unknown, or in the wrong unit.
    """
    sites = bom.declared.electricity
    if not sites:
        return linked
    errors: list[FootprintError] = []
    mixes = {
        name: (mix, 1.0 - float(_share(site, site.covered_mwh)))
        for site in sites
        for mix in (_mix(site, table, errors),)
        for name, _ in site.lines
    }
    raise_all(errors)
    demands: list[BackgroundDemand] = []
    for demand in linked.demands:
        occurrence = linked.lines[demand.line_index]
        found = mixes.get((occurrence.assembly, occurrence.line.ref))
        if found is None:
            demands.append(demand)
        else:
            demands += _split(demand, *found, table)
    return replace(linked, demands=tuple(demands))


def _share(site: SiteElectricity, mwh: Decimal) -> Decimal:
    return _EXACT.divide(mwh, site.consumption_mwh)


def _mix(site: SiteElectricity, table: IntensityTable, errors: list[FootprintError]) -> list[_Part]:
    """What one kWh of the site is made of, but for the rest."""
    parts: list[_Part] = []
    for instrument in site.instruments:
        try:
            parts += _parts(instrument, _share(site, instrument.mwh), table)
        except FootprintError as error:
            errors.append(error.at(instrument.place))
    return parts


def _parts(instrument: Instrument, share: Decimal, table: IntensityTable) -> Iterator[_Part]:
    members = {"dataset": instrument.dataset, "transmission_dataset": instrument.transmission}
    for member, dataset in members.items():
        if not dataset:
            continue
        row = table.row(dataset, f"/{member}")
        try:
            per_kwh = conversion_factor("kWh", table.products[row].unit)
        except QuantityError as error:
            raise error.at(f"/{member}") from None
        yield row, float(_EXACT.multiply(share, per_kwh))


def _split(
    demand: BackgroundDemand, parts: list[_Part], rest: float, table: IntensityTable
) -> Iterator[BackgroundDemand]:
    unit = table.products[demand.row].unit
    kwh = demand.amount * float(conversion_factor(unit, "kWh"))
    for row, per_kwh in parts:
        yield demand._replace(row=row, amount=kwh * per_kwh)
    if rest > 0:
        yield demand._replace(amount=demand.amount * rest)


def electricity_result(
    bom: BillOfMaterials, total_without_kg_co2e: float
) -> ElectricityResult | None:
    """Which instruments were used, and what stands for the rest.

    Args:
        bom: The bill.
        total_without_kg_co2e: The footprint with the dataset of each line alone.
    """
    if not bom.declared.electricity:
        return None
    lines = {
        (assembly, line.ref): line.dataset
        for assembly, _, held in bom.parts()
        for line in held
        if isinstance(line, EnergyLine)
    }
    return ElectricityResult(
        total_without_kg_co2e=total_without_kg_co2e,
        sites=tuple(
            SiteResult(
                site=site.site,
                consumption_mwh=float(site.consumption_mwh),
                covered_mwh=float(site.covered_mwh),
                rest_mwh=float(site.consumption_mwh - site.covered_mwh),
                rest_mix=site.rest_mix.value,
                rest_datasets=tuple(sorted({lines[name] for name, _ in site.lines})),
                instruments=tuple(_instrument_result(site, i) for i in site.instruments),
            )
            for site in bom.declared.electricity
        ),
    )


def _instrument_result(site: SiteElectricity, instrument: Instrument) -> InstrumentResult:
    certificates = instrument.certificates
    return InstrumentResult(
        kind=instrument.kind.value,
        dataset=instrument.dataset,
        transmission=instrument.transmission,
        mwh=float(instrument.mwh),
        share=float(_share(site, instrument.mwh)),
        serials=tuple(str(serials) for serials in certificates.serials) if certificates else (),
        vintage_year=str(certificates.vintage_year) if certificates else "",
    )
