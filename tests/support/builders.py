"""Builders of small inventories and bills of materials for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from api.schemas.bom import BomIn
from footprint.bom import BillOfMaterials
from footprint.calculate import calculate
from footprint.intensities import IntensityTable
from footprint.inventory import (
    CoProduct,
    DatasetKind,
    Direction,
    Emission,
    EmissionKey,
    Exchange,
    Origin,
    Process,
    ReviewStatus,
)
from footprint.methods import method_profile
from footprint.result import FootprintResult

ANY_SHA256 = "ab" * 32
ALL_STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")


def an_emission(
    substance: str = "CO2",
    amount_kg: str = "1",
    origin: Origin = Origin.FOSSIL,
    direction: Direction = Direction.EMISSION,
    is_aircraft: bool = False,
    gwp_set: str = "",
) -> Emission:
    key = EmissionKey(substance, origin, direction, is_aircraft, gwp_set)
    return Emission(key=key, amount_kg=Decimal(amount_kg), sources=("test",))


def an_input(provider: str, amount: str, unit: str, is_credit: bool = False) -> Exchange:
    return Exchange(
        provider=provider,
        amount=Decimal(amount),
        unit=unit,
        sources=("test",),
        is_credit=is_credit,
    )


def a_process(
    process_id: str,
    unit: str = "kg",
    inputs: Sequence[Exchange] = (),
    emissions: Sequence[Emission] = (),
    reference_amount: str = "1",
    co_products: Sequence[CoProduct] = (),
    review_status: ReviewStatus = ReviewStatus.REVIEWED,
    is_fuel_combustion: bool = False,
) -> Process:
    return Process(
        id=process_id,
        unit=unit,
        reference_amount=Decimal(reference_amount),
        location="CN",
        year="2024",
        kind=DatasetKind.UNIT_PROCESS,
        review_status=review_status,
        inputs=tuple(inputs),
        emissions=tuple(emissions),
        co_products=tuple(co_products),
        is_fuel_combustion=is_fuel_combustion,
    )


def a_material(
    ref: str, dataset: str, amount: str = "1", unit: str = "kg", **more: object
) -> dict[str, object]:
    return {
        "ref": ref,
        "kind": "material",
        "name": f"material {ref}",
        "dataset": dataset,
        "amount": amount,
        "unit": unit,
        **more,
    }


def an_energy(
    ref: str, dataset: str, amount: str = "1", unit: str = "kWh", **more: object
) -> dict[str, object]:
    return {**a_material(ref, dataset, amount, unit, **more), "kind": "energy"}


def a_bom_document(
    lines: Sequence[Mapping[str, object]],
    assemblies: Mapping[str, object] | None = None,
    boundary: str = "cradle-to-gate",
    unit_kind: str = "declared",
    stages: Mapping[str, str] | None = None,
    model: str = "M-1",
    stage_reasons: Mapping[str, str] | None = None,
    internal_loop: str | None = None,
) -> dict[str, object]:
    """A bill on the wire; stages with lines are included, the others not specified."""
    states = stages or {
        "raw-material": "included",
        "manufacturing": "included",
        "distribution": "not-specified",
        "use": "not-specified",
        "end-of-life": "not-specified",
    }
    return {
        "product": {
            "name": {"en": "Test product", "zh-Hans": "测试产品"},
            "model": model,
            "category": "cpc-00000",
        },
        "unit": {
            "kind": unit_kind,
            "amount": "1",
            "unit": "piece",
            "description": {"en": "1 piece", "zh-Hans": "1件"},
        },
        "boundary": boundary,
        "reference_period": {"from": "2024-01-01", "to": "2024-12-31"},
        "geography": "CN-GD",
        "method": "gbt24067-2024",
        "stages": dict(states),
        "stage_reasons": dict(stage_reasons or {}),
        "lines": [dict(line) for line in lines],
        "assemblies": dict(assemblies or {}),
        "internal_loop": internal_loop,
    }


def a_bom(
    lines: Sequence[Mapping[str, object]],
    assemblies: Mapping[str, object] | None = None,
    **more: object,
) -> BillOfMaterials:
    document = a_bom_document(lines, assemblies, **more)  # type: ignore[arg-type]
    return BomIn.model_validate(document).to_core()


def a_result(bom: BillOfMaterials, table: IntensityTable) -> FootprintResult:
    return calculate(bom, table, method_profile("gbt24067-2024"), bom_sha256=ANY_SHA256)
