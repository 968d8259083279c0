"""A supplier's own footprint on the wire, with what is said of its verification."""

from __future__ import annotations

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


class SupplierFootprintIn(Strict):
    """A supplier's own cradle-to-gate footprint."""

    kg_co2e_per_unit: Amount
    unit: UnitText
    gwp_set: Literal["AR5", "AR6", "unstated"]
    document: Name
    is_verified: Annotated[
        bool, Field(strict=True, description="A claim; it counts only with `verification`")
    ] = False
    verification: SupplierVerificationIn | None = None
    primary_share: Amount = "0"


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
    )


def _verification(reference: SupplierVerificationIn | None) -> core.SupplierVerification | None:
    if reference is None:
        return None
    return core.SupplierVerification(
        verifier=reference.verifier,
        statement=reference.statement,
        document_sha256=reference.document_sha256,
    )
