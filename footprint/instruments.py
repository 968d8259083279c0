"""Electricity that is covered by an instrument: on site, by a direct line, or by certificates.

Rules (ISO 14067:2018, 6.4.9.4; GB/T 24067-2024; docs/methodology.md):

* A site states what it consumed in the period, and which lines of the bill are fed from it; the
  lines take the instruments in the shares the site has them.
* One megawatt-hour backs one claim: no serial twice, never more than was consumed.
* A certificate is of the reference period, and retired for this site.
* Power of the site's own plant or of a direct line keeps its attributes (no certificate of it is
  sold), and no transmission is added. What the grid delivers has it, in the dataset or beside it.
* The rest is the residual mix where one is published, else the consumption mix; which one is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from footprint.allocation import LineName
from footprint.errors import BomError, FootprintError, QuantityError
from footprint.lines import EnergyLine, Line
from footprint.power_supply import Supply, supply_of, transmission_for
from footprint.quantities import in_range
from footprint.serials import SerialRange
from footprint.texts import check_text

MOST_INSTRUMENTS = 200
MOST_RANGES = 1_000


class InstrumentKind(StrEnum):
    """Where the power comes from, or what stands for it."""

    ON_SITE = "on-site"
    DIRECT_LINE = "direct-line"
    CERTIFICATE = "certificate"


class RestMix(StrEnum):
    """What stands for the power no instrument covers."""

    RESIDUAL = "residual-mix"
    CONSUMPTION = "consumption-mix"


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """Certificates that were retired: which, of what year, and for whom."""

    serials: tuple[SerialRange, ...]
    vintage_year: int
    retired_for: str


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """So many megawatt-hours of the site's consumption, and the dataset that stands for them.

    Attributes:
        transmission_dataset: The grid, where it is to be added by name; "" else.
        includes_transmission: The maker says that the dataset holds it.
        keeps_attributes: No certificate of this power went to anybody else.
    """

    kind: InstrumentKind
    dataset: str
    mwh: Decimal
    transmission_dataset: str = ""
    includes_transmission: bool = False
    keeps_attributes: bool = False
    certificates: Certificates | None = None
    place: str = ""

    @property
    def transmission(self) -> str:
        """The dataset of the grid to be added to it; "" for none."""
        is_grid = self.kind is InstrumentKind.CERTIFICATE
        if not is_grid or self.includes_transmission:
            return ""
        return self.transmission_dataset or transmission_for(self.dataset)

    def errors(self, site: str, period: tuple[date, date]) -> Iterator[FootprintError]:
        """Everything of this instrument that cannot be."""
        if in_range(self.mwh, f"{self.place}/mwh") <= 0:
            yield BomError("instrument-amount-not-positive", f"{self.place}/mwh")
        if (self.kind is InstrumentKind.CERTIFICATE) != (self.certificates is not None):
            where = f"{self.place}/certificates"
            yield BomError("instrument-certificates-mismatch", where, kind=self.kind.value)
        if self.kind is not InstrumentKind.CERTIFICATE and not self.keeps_attributes:
            where = f"{self.place}/keeps_attributes"
            yield BomError("instrument-attributes-not-kept", where, kind=self.kind.value)
        yield from self._dataset_errors()
        if self.certificates is not None:
            yield from self._certificate_errors(self.certificates, site, period)

    def _dataset_errors(self) -> Iterator[FootprintError]:
        """A dataset of the wrong kind; transmission that is missing or counted twice."""
        supply = supply_of(self.dataset)
        is_grid = self.kind is InstrumentKind.CERTIFICATE
        fitting = {Supply.PLANT, Supply.UNKNOWN} | ({Supply.DELIVERED} if is_grid else set())
        added, where = self.transmission_dataset, f"{self.place}/transmission_dataset"
        if supply not in fitting:
            place = f"{self.place}/dataset"
            yield BomError(
                "instrument-dataset-unfit", place, dataset=self.dataset, kind=self.kind.value
            )
        elif added and (not is_grid or self.includes_transmission or supply is Supply.DELIVERED):
            yield BomError("transmission-counted-twice", where, dataset=self.dataset)
        elif added and supply_of(added) not in (Supply.TRANSMISSION, Supply.UNKNOWN):
            yield BomError("instrument-dataset-unfit", where, dataset=added, kind=self.kind.value)
        elif is_grid and supply is Supply.PLANT and self.includes_transmission:
            place = f"{self.place}/includes_transmission"
            yield BomError("transmission-not-included", place, dataset=self.dataset)
        elif is_grid and supply is Supply.UNKNOWN and not (added or self.includes_transmission):
            yield BomError("transmission-not-stated", where, dataset=self.dataset[:80])

    def _certificate_errors(
        self, certificates: Certificates, site: str, period: tuple[date, date]
    ) -> Iterator[FootprintError]:
        """Certificates of another year, for another site, or too few."""
        where = f"{self.place}/certificates"
        first, last = (day.year for day in period)
        if not first <= certificates.vintage_year <= last:
            yield BomError(
                "certificate-vintage-outside",
                f"{where}/vintage_year",
                vintage=str(certificates.vintage_year),
                first=str(first),
                last=str(last),
            )
        if _same_words(certificates.retired_for) != _same_words(site):
            other = certificates.retired_for[:80]
            place = f"{where}/retired_for"
            yield BomError("certificate-retired-elsewhere", place, retired_for=other, site=site)
        count = sum(serials.count for serials in certificates.serials)
        if count < self.mwh:
            mwh = f"{self.mwh.normalize():f}"
            place = f"{where}/serials"
            yield BomError("certificate-serials-too-few", place, count=str(count), mwh=mwh)


@dataclass(frozen=True, kw_only=True)
class SiteElectricity:
    """What a site consumed in the period, what covers it, and the lines fed from it."""

    site: str
    consumption_mwh: Decimal
    lines: tuple[tuple[LineName, str], ...]
    instruments: tuple[Instrument, ...]
    rest_mix: RestMix = RestMix.CONSUMPTION
    place: str = ""

    def __post_init__(self) -> None:
        check_text(self.site, f"{self.place}/site")
        if in_range(self.consumption_mwh, f"{self.place}/consumption_mwh") <= 0:
            raise BomError("electricity-not-consumed", f"{self.place}/consumption_mwh")

    @property
    def covered_mwh(self) -> Decimal:
        """The sum of its instruments."""
        return sum((instrument.mwh for instrument in self.instruments), Decimal(0))

    def errors(
        self, period: tuple[date, date], lines: Mapping[LineName, Line]
    ) -> Iterator[FootprintError]:
        """Everything of this site that cannot be."""
        for instrument in self.instruments:
            yield from instrument.errors(self.site, period)
        if self.covered_mwh > self.consumption_mwh:
            yield BomError(
                "electricity-over-covered",
                f"{self.place}/instruments",
                covered=f"{self.covered_mwh.normalize():f}",
                consumption=f"{self.consumption_mwh.normalize():f}",
            )
        for name, place in self.lines:
            line = lines.get(name)
            if line is None:
                yield BomError("declared-line-unknown", place, ref=name[1][:64])
            elif not isinstance(line, EnergyLine) or not _is_electricity(line):
                yield BomError("electricity-line-unfit", place, ref=line.ref)
            elif self.covered_mwh < self.consumption_mwh:
                yield from self._rest_errors(line, place)

    def _rest_errors(self, line: EnergyLine, place: str) -> Iterator[FootprintError]:
        """What the rest is must be a mix, and the mix it is called."""
        supply = supply_of(line.dataset)
        if supply not in (Supply.MIX, Supply.UNKNOWN):
            yield BomError("electricity-rest-not-a-mix", place, dataset=line.dataset)
        elif self.rest_mix is RestMix.RESIDUAL and supply is Supply.MIX:
            where = f"{self.place}/rest_mix"
            yield BomError("electricity-not-a-residual-mix", where, dataset=line.dataset)


def site_errors(
    sites: Sequence[SiteElectricity], period: tuple[date, date], lines: Mapping[LineName, Line]
) -> Iterator[FootprintError]:
    """Everything of all sites that cannot be; a line or a serial that two of them name."""
    seen: set[LineName] = set()
    for site in sites:
        yield from site.errors(period, lines)
        for name, place in site.lines:
            if name in seen:
                yield BomError("declared-line-twice", place, ref=name[1][:64])
            seen.add(name)
    held = [
        (serials, f"{instrument.place}/certificates/serials/{position}")
        for site in sites
        for instrument in site.instruments
        if instrument.certificates
        for position, serials in enumerate(instrument.certificates.serials)
    ]
    held.sort(key=lambda pair: pair[0])
    for (before, _), (after, place) in itertools.pairwise(held):
        if before.overlaps(after):
            yield BomError("certificate-serial-twice", place, serial=str(after))


def claimed_serials(sites: Sequence[SiteElectricity]) -> tuple[SerialRange, ...]:
    """Every certificate a study claims, sorted."""
    return tuple(
        sorted(
            serials
            for site in sites
            for instrument in site.instruments
            if instrument.certificates
            for serials in instrument.certificates.serials
        )
    )


def _same_words(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_electricity(line: EnergyLine) -> bool:
    try:
        line.quantity.to("kWh")
    except QuantityError:
        return False
    return True
