"""A carbon label: exactly what is printed and signed, its number and its permanent address.

``LabelFacts`` is the one source of the mark, the certificate, the public page and the signed
credential: each shows these values and nothing computed again. ``labels/label_facts.py`` makes
them from a granted case; the states of a label are in ``labels/label_status.py``.

Rules:

* The number stays for life, the version counts: ``TB-2026-000123:001``, then ``:002``.
* The address never changes: ``HTTPS://HOST/01/GTIN/21/SERIAL`` for makers with a GTIN, else
  ``HTTPS://HOST/L/SERIAL``; upper case, so that the QR code stays in its alphanumeric mode. SERIAL
  is 26 base32 characters of 128 random bits and says nothing about the number. A GTIN is checked
  and never made up. Plain http only on loopback, for a demonstration.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from urllib.parse import urlsplit

from footprint.bom import Boundary
from labels.errors import LabelError

LocalText = Mapping[str, str]  # language tag (zh-Hans, zh-Hant, en, pt) -> text
NUMBER_PREFIX = "TB"
LARGEST_SEQUENCE = 999_999
LARGEST_VERSION = 999
SERIAL_BYTES = 16
FULL_NUMBER = re.compile(r"[A-Z]{2,6}-[0-9]{4}-[0-9]{6}:[0-9]{3}")
_SERIAL = re.compile(r"[A-Z2-7]{26}")
_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


@dataclass(frozen=True, kw_only=True)
class Party:
    """A body or maker named on the label."""

    id: str
    name: LocalText
    legal_id: str
    region: str  # CN-GD, HK, MO
    accreditation: str = ""


@dataclass(frozen=True, kw_only=True)
class LabelledProduct:
    """The product the label stands on."""

    name: LocalText
    model: str
    category: str
    gtin: str | None
    manufacturer: Party
    plant: str


@dataclass(frozen=True, kw_only=True)
class StageShare:
    """One life-cycle stage as printed: inclusion state and its unrounded figure."""

    stage: str
    inclusion: str
    kg_co2e: str


@dataclass(frozen=True, kw_only=True)
class PrintedRating:
    """How good the data are: 1 (best) to 5, and the share of the impact that is rated (0..1)."""

    rating: str
    rated_share: str


@dataclass(frozen=True, kw_only=True)
class PrintedInterval:
    """Where the figure lies with that probability, kgCO2e: by the uncertainty of the data alone."""

    probability: str  # "0.95"
    lower: str
    upper: str
    draws: int


@dataclass(frozen=True, kw_only=True)
class PowerShare:
    """What supplies a part of the electricity the bill's lines take, and how much (0..1)."""

    supply: str  # on-site | direct-line | certificate | residual-mix | consumption-mix
    share: str


@dataclass(frozen=True, kw_only=True)
class PrintedElectricity:
    """What supplies the electricity, and the figure without any instrument, in kgCO2e.

    Three significant figures each: exact shares would tell what a site consumes.
    """

    supplies: tuple[PowerShare, ...]
    without_instruments: str


@dataclass(frozen=True, kw_only=True)
class PrintedFootprint:
    """The certified figure and what it means; every number is a decimal string.

    What a study may know or not is None where it does not: nothing stands in its place.
    """

    value: str  # three significant figures, kgCO2e
    value_unrounded: str
    unit: str  # "kgCO2e"
    per: LocalText  # "1 kWh of ..." in each language
    unit_kind: str  # functional | declared
    unit_amount: str  # "1"
    unit_name: str  # canonical unit: kWh, kWp, t
    boundary: str
    stages: tuple[StageShare, ...]
    partition: Mapping[str, str]  # fossil, aircraft, biogenic_emissions, ... -> kgCO2e
    biogenic_co2_emitted: str  # kg CO2, counted in the partition on the including basis alone
    biogenic_co2_removed: str
    uptake_basis: str  # including-uptake | excluding-uptake: the basis of the value
    including_uptake: str  # kgCO2e with biogenic CO2 uptake and release, whichever is certified
    excluding_uptake: str  # kgCO2e without them
    method: str
    gwp_set: str
    period_from: date
    period_to: date
    geography: str
    primary_data_share: str
    draft_share: str
    unswitchable_share: str
    data_quality: PrintedRating | None
    interval: PrintedInterval | None
    biogenic_carbon_kg: str | None  # kg C in the product
    packaging_biogenic_carbon_kg: str | None  # kg C in its packaging
    electricity: PrintedElectricity | None  # None where no instrument is declared
    bom_sha256: str
    result_sha256: str
    release_sha256: str

    @property
    def is_partial(self) -> bool:
        """It leaves part of the life out: for business partners, whatever its unit is called."""
        return self.boundary != Boundary.CRADLE_TO_GRAVE


@dataclass(frozen=True, kw_only=True)
class LabelFacts:
    """Everything a label says."""

    number: str  # TB-2026-000123
    version: int  # 1 -> ":001"
    serial: str  # 26 base32 characters, the address
    url: str  # HTTPS://HOST/01/GTIN/21/SERIAL or HTTPS://HOST/L/SERIAL
    scheme: str  # tanbiao-reference
    scheme_version: str
    level: str  # disclosed
    is_specimen: bool
    product: LabelledProduct
    footprint: PrintedFootprint
    verification_body: Party
    certification_body: Party
    statement_number: str
    statement_on: date
    assurance_level: str  # limited | reasonable
    unmet_criteria: tuple[str, ...]  # of the scheme: not met, and disclosed
    unassessed_criteria: tuple[str, ...]  # of the scheme: not assessed, and disclosed
    issued_on: date
    valid_until: date

    @property
    def full_number(self) -> str:
        """Number and version as printed."""
        return full_number(self.number, self.version)


def full_number(number: str, version: int) -> str:
    """Number and version as printed: ``TB-2026-000123:001``."""
    return f"{number}:{version:03d}"


def label_number(year: int, sequence: int) -> str:
    """The number of a label: ``TB-2026-000123``; the sequence runs from 1 within the year.

    Raises:
        LabelError: ``label-number-out-of-range``.
    """
    if not 1 <= sequence <= LARGEST_SEQUENCE or not 2000 <= year <= 9999:
        raise LabelError("label-number-out-of-range", year=str(year), sequence=str(sequence))
    return f"{NUMBER_PREFIX}-{year}-{sequence:06d}"


def serial(random_bytes: bytes) -> str:
    """The 26 upper-case base32 characters of 128 random bits.

    Raises:
        LabelError: ``serial-malformed`` when these are not 16 bytes.
    """
    if len(random_bytes) != SERIAL_BYTES:
        raise LabelError("serial-malformed")
    return base64.b32encode(random_bytes).decode("ascii").rstrip("=")


def checked_gtin(text: str) -> str:
    """The GTIN itself (8, 12, 13 or 14 digits) when its check digit is right.

    Source: GS1 General Specifications, check digit calculation.

    Raises:
        LabelError: ``gtin-malformed`` or ``gtin-check-digit``.
    """
    if not _GTIN.fullmatch(text):
        raise LabelError("gtin-malformed", "/gtin", gtin=text[:20])
    digits = [int(digit) for digit in text.zfill(14)]
    weighted = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits[:13]))
    if (10 - weighted % 10) % 10 != digits[13]:
        raise LabelError("gtin-check-digit", "/gtin", gtin=text)
    return text


def gtin_forms(text: str) -> frozenset[str]:
    """The GTINs of every length that name the product ``text`` names; none when it is no GTIN.

    A shorter GTIN is the longer one without its leading zeros (GS1 General Specifications).
    """
    if not _GTIN.fullmatch(text):
        return frozenset()
    digits = text.lstrip("0")
    return frozenset(digits.zfill(length) for length in (8, 12, 13, 14) if length >= len(digits))


def label_url(base_url: str, label_serial: str, gtin: str | None) -> str:
    """The permanent address of a label, in upper case.

    Args:
        base_url: Where the register is reached: ``https://host`` with an optional port, or
            ``http://`` on loopback.
        label_serial: From :func:`serial`.
        gtin: The maker's GTIN for the product, None where there is none.

    Raises:
        LabelError: ``serial-malformed``, ``gtin-malformed``, ``gtin-check-digit``,
            ``label-host-malformed`` or ``label-host-insecure``.
    """
    if not _SERIAL.fullmatch(label_serial):
        raise LabelError("serial-malformed")
    host = _origin(base_url).upper()
    if gtin is None:
        return f"{host}/L/{label_serial}"
    return f"{host}/01/{checked_gtin(gtin).zfill(14)}/21/{label_serial}"


def _origin(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise LabelError("label-host-malformed", "", url=base_url[:100]) from None
    is_bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("https", "http") or not is_bare or not _HOST.fullmatch(host):
        raise LabelError("label-host-malformed", "", url=base_url[:100])
    if parts.scheme == "http" and not _is_loopback(host):
        raise LabelError("label-host-insecure", "", host=host)
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
