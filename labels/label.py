"""A carbon label: exactly what is printed and signed, its number and address, its states.

``LabelFacts`` is the one source of the mark, the certificate, the public page and the signed
credential: each shows these values and nothing computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

LocalText = Mapping[str, str]  # language tag (zh-Hans, zh-Hant, en, pt) -> text


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
class PrintedFootprint:
    """The certified figure and what it means; every number is a decimal string."""

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
    biogenic_uptake_included: str
    method: str
    gwp_set: str
    period_from: date
    period_to: date
    geography: str
    primary_data_share: str
    draft_share: str
    unswitchable_share: str
    uncertainty: str  # "not assessed" or an interval
    bom_sha256: str
    result_sha256: str
    release_sha256: str


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
    assurance_level: str  # limited | reasonable
    issued_on: date
    valid_until: date

    @property
    def full_number(self) -> str:
        """Number and version as printed: ``TB-2026-000123:001``."""
        return f"{self.number}:{self.version:03d}"
