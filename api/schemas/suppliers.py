"""A supplier's own footprint on the wire, with what is said of its verification."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Amount, Name, Strict, UnitText
from footprint import bom as core
from footprint.quantities import decimal_amount, unit_name


class SupplierVerificationIn(Strict):
    """Where the verification of a supplier's footprint can be checked."""

    verifier: Name
    statement: Annotated[Name, Field(description="Number of the verification statement")]
    document_sha256: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9a-f]{64}$"),
        Field(description="SHA-256 of the statement as it is filed with the evidence"),
    ]


class SupplierPartsIn(Strict):
    """What the figure is made of, kgCO2e per unit; the parts sum to it."""

    fossil: Amount
    land_use: Amount = "0"
    biogenic_non_co2: Amount = "0"
    aircraft: Amount = "0"


class SupplierUptakeIn(Strict):
    """Biogenic CO2 in the footprint; it must agree with the two totals."""

    removed_kg_co2_per_unit: Amount
    including_kg_co2e_per_unit: Amount
    biogenic_carbon_kg_per_unit: Amount = "0"


class SupplierFootprintIn(Strict):
    """A supplier's own cradle-to-gate footprint."""

    kg_co2e_per_unit: Annotated[
        Amount, Field(description="Without biogenic CO2 uptake (PACT: pcfExcludingBiogenicUptake)")
    ]
    unit: UnitText
    gwp_set: Literal["AR5", "AR6", "unstated"]
    document: Name
    is_verified: Annotated[
        bool, Field(strict=True, description="A claim; it counts only with `verification`")
    ] = False
    verification: SupplierVerificationIn | None = None
    primary_share: Amount = "0"
    parts: SupplierPartsIn | None = None
    uptake: SupplierUptakeIn | None = None


def core_supplier(
    supplier: SupplierFootprintIn | None, place: str
) -> core.SupplierFootprint | None:
    """The core value; its errors name the member below the line's ``place``."""
    if supplier is None:
        return None
    where = f"{place}/supplier_footprint"
    value = decimal_amount(supplier.kg_co2e_per_unit, f"{where}/kg_co2e_per_unit")
    return core.SupplierFootprint(
        kg_co2e_per_unit=value,
        unit=unit_name(supplier.unit, f"{where}/unit"),
        gwp_set=supplier.gwp_set,
        document=supplier.document,
        is_verified=supplier.is_verified,
        verification=_verification(supplier.verification),
        primary_share=decimal_amount(supplier.primary_share, f"{where}/primary_share"),
        parts=None
        if supplier.parts is None
        else core.SupplierParts(**_amounts(supplier.parts, f"{where}/parts")),
        uptake=None
        if supplier.uptake is None
        else core.SupplierUptake(**_amounts(supplier.uptake, f"{where}/uptake")),
    )


def _amounts(stated: Strict, where: str) -> dict[str, Decimal]:
    """The decimals of a member whose every text is an amount."""
    texts: dict[str, str] = stated.model_dump()
    return {name: decimal_amount(text, f"{where}/{name}") for name, text in texts.items()}


def _verification(reference: SupplierVerificationIn | None) -> core.SupplierVerification | None:
    if reference is None:
        return None
    return core.SupplierVerification(
        verifier=reference.verifier,
        statement=reference.statement,
        document_sha256=reference.document_sha256,
    )
