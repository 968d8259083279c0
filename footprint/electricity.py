"""Puts instruments in the place of grid power: each takes its share of the lines of its site.

A line fed from a site becomes several demands: one for each instrument, one for the grid that
carries it, and the rest on the dataset of the line itself. All stay with their line, so that lines
and stages sum as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Context, Decimal

from footprint.bom import BillOfMaterials
from footprint.declared_results import ElectricityResult, InstrumentResult, SiteResult, SupplyResult
from footprint.errors import FootprintError, QuantityError, raise_all
from footprint.instruments import Instrument, InstrumentKind, RestMix, SiteElectricity
from footprint.intensities import IntensityTable
from footprint.lines import EnergyLine
from footprint.power_supply import Supply, supply_of
from footprint.quantities import conversion_factor
from footprint.system import BackgroundDemand, ProductSystem

UNDECLARED = "undeclared"  # electricity of a line that no site declares
_POWER = frozenset({Supply.MIX, Supply.PLANT, Supply.DELIVERED})
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
    bom: BillOfMaterials,
    without: ProductSystem,
    table: IntensityTable,
    total_without_kg_co2e: float,
) -> ElectricityResult | None:
    """Which instruments were used, and what stands for the rest.

    Args:
        bom: The bill.
        without: The system of the product alone, with the dataset of each line.
        table: The release.
        total_without_kg_co2e: The footprint of that system.
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
        supplies=_supplies(bom.declared.electricity, without, table),
    )


def _supplies(
    sites: Iterable[SiteElectricity], without: ProductSystem, table: IntensityTable
) -> tuple[SupplyResult, ...]:
    """kWh of all electricity lines by what supplies them, lines of no site among them.

    A line of no site is electricity where the inventory knows its dataset as such.
    """
    of_line = {name: site for site in sites for name, _ in site.lines}
    kwh = dict.fromkeys([*InstrumentKind, *RestMix, UNDECLARED], 0.0)
    for demand in without.demands:
        occurrence = without.lines[demand.line_index]
        site = of_line.get((occurrence.assembly, occurrence.line.ref))
        product = table.products[demand.row]
        is_known = isinstance(occurrence.line, EnergyLine) and supply_of(product.id) in _POWER
        if demand.amount <= 0 or (site is None and not is_known):
            continue  # what a co-product displaces is taken by nobody
        taken = demand.amount * float(conversion_factor(product.unit, "kWh"))
        if site is None:
            kwh[UNDECLARED] += taken
            continue
        for instrument in site.instruments:
            kwh[instrument.kind] += taken * float(_share(site, instrument.mwh))
        kwh[site.rest_mix] += taken * (1.0 - float(_share(site, site.covered_mwh)))
    return tuple(SupplyResult(supply=str(s), kwh=v) for s, v in kwh.items() if v > 0)


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
