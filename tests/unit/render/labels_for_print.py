"""Labels to render: a full battery label and a partial aluminium one, both fictional."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from labels.label import (
    LabelFacts,
    LabelledProduct,
    Party,
    PowerShare,
    PrintedElectricity,
    PrintedFootprint,
    PrintedInterval,
    PrintedRating,
    StageShare,
)

BATTERY_URL = "HTTPS://LABEL.TANBIAO.EXAMPLE/01/09521234543213/21/K7Q2M5XWZ4T6R3PJ2BVDNHCY5A"

_MAKER = Party(
    id="org_maker",
    name={
        "zh-Hans": "南沙示范电池有限公司",
        "zh-Hant": "南沙示範電池有限公司",
        "en": "Nansha Demonstration Battery Ltd",
        "pt": "Nansha Demonstration Battery Ltd",
    },
    legal_id="91440101DEMO00001X",
    region="CN-GD",
)
_VERIFIER = Party(
    id="org_verifier",
    name={
        "zh-Hans": "珠江示范核查有限公司",
        "zh-Hant": "珠江示範核查有限公司",
        "en": "Pearl River Demonstration Verification Ltd",
        "pt": "Pearl River Demonstration Verification Ltd",
    },
    legal_id="91440101DEMO00002X",
    region="CN-GD",
    accreditation="DEMO-V-0012",
)
_CERTIFIER = Party(
    id="org_certifier",
    name={
        "zh-Hans": "岭南示范认证中心",
        "zh-Hant": "嶺南示範認證中心",
        "en": "Lingnan Demonstration Certification Centre",
        "pt": "Centro de Certificação Lingnan (demonstração)",
    },
    legal_id="91440101DEMO00003X",
    region="CN-GD",
    accreditation="DEMO-C-0007",
)
STAGES = (
    StageShare(stage="raw-material", inclusion="included", kg_co2e="55.2317004"),
    StageShare(stage="manufacturing", inclusion="included", kg_co2e="14.8821"),
    StageShare(stage="distribution", inclusion="included", kg_co2e="0.812"),
    StageShare(stage="use", inclusion="included", kg_co2e="21.4402"),
    StageShare(stage="end-of-life", inclusion="partly-included", kg_co2e="1.204"),
)
_BATTERY = LabelledProduct(
    name={
        "zh-Hans": "磷酸铁锂储能电池系统",
        "zh-Hant": "磷酸鐵鋰儲能電池系統",
        "en": "LFP energy storage battery system",
        "pt": "Sistema de baterias LFP para armazenamento",
    },
    model="NS-ESS-100",
    category="cpc-46420",
    gtin="09521234543213",
    manufacturer=_MAKER,
    plant="中国广东省广州市南沙区 Nansha, Guangzhou",
)
_BATTERY_FOOTPRINT = PrintedFootprint(
    value="93.6",
    value_unrounded="93.5700004",
    unit="kgCO2e",
    per={
        "zh-Hans": "1 kWh 电池系统标称容量",
        "zh-Hant": "1 kWh 電池系統標稱容量",
        "en": "1 kWh of nominal capacity",
        "pt": "1 kWh de capacidade nominal",
    },
    unit_kind="functional",
    unit_amount="1",
    unit_name="kWh",
    boundary="cradle-to-grave",
    stages=STAGES,
    partition={
        "fossil": "92.5101",
        "aircraft": "0",
        "biogenic_emissions": "0.3411",
        "biogenic_removals": "-0.1102",
        "land_use": "0.0290004",
        "unspecified": "0.8",
    },
    biogenic_co2_emitted="0.3411",
    biogenic_co2_removed="0.1102",
    uptake_basis="including-uptake",
    including_uptake="93.5703",
    excluding_uptake="93.6805",
    method="gbt24067-2024",
    gwp_set="AR6",
    period_from=date(2025, 1, 1),
    period_to=date(2025, 12, 31),
    geography="CN-GD",
    primary_data_share="0.18",
    draft_share="0.312",
    unswitchable_share="0.55",
    data_quality=PrintedRating(rating="2.143", rated_share="0.97"),
    interval=PrintedInterval(probability="0.95", lower="85.06", upper="104.2", draws=1000),
    biogenic_carbon_kg="1.2345",
    packaging_biogenic_carbon_kg="0.31",
    electricity=PrintedElectricity(
        supplies=(
            PowerShare(supply="on-site", share="0.120"),
            PowerShare(supply="certificate", share="0.480"),
            PowerShare(supply="consumption-mix", share="0.400"),
        ),
        without_instruments="96.2",
    ),
    bom_sha256="1" * 64,
    result_sha256="2" * 64,
    release_sha256="3" * 64,
)


def a_battery_label() -> LabelFacts:
    """1 kWh LFP battery system, cradle to grave, a specimen."""
    return LabelFacts(
        number="TB-2026-000123",
        version=1,
        serial="K7Q2M5XWZ4T6R3PJ2BVDNHCY5A",
        url=BATTERY_URL,
        scheme="tanbiao-reference",
        scheme_version="2026-11",
        level="disclosed",
        is_specimen=True,
        product=_BATTERY,
        footprint=_BATTERY_FOOTPRINT,
        verification_body=_VERIFIER,
        certification_body=_CERTIFIER,
        statement_number="VS-2026-0042",
        statement_on=date(2026, 11, 18),
        assurance_level="limited",
        unmet_criteria=("draft-share",),
        unassessed_criteria=("completeness",),
        issued_on=date(2026, 11, 21),
        valid_until=date(2027, 11, 20),
    )


def a_label_of_a_study_that_knows_little() -> LabelFacts:
    """Its data have no scores, nothing was drawn, no carbon is stated, no instrument declared."""
    battery = a_battery_label()
    footprint = replace(
        battery.footprint,
        data_quality=None,
        interval=None,
        biogenic_carbon_kg=None,
        packaging_biogenic_carbon_kg=None,
        electricity=None,
    )
    return replace(battery, footprint=footprint)


def an_aluminium_label() -> LabelFacts:
    """1 t aluminium extrusion, declared unit, two stages, no GTIN; not a specimen."""
    battery = a_battery_label()
    stages = (
        StageShare(stage="raw-material", inclusion="included", kg_co2e="15120.5"),
        StageShare(stage="manufacturing", inclusion="included", kg_co2e="1084.3"),
        StageShare(stage="distribution", inclusion="not-specified", kg_co2e="0"),
        StageShare(stage="use", inclusion="not-applicable", kg_co2e="0"),
        StageShare(stage="end-of-life", inclusion="not-specified", kg_co2e="0"),
    )
    name = {
        "zh-Hans": "建筑用铝合金挤压型材 6063-T5",
        "zh-Hant": "建築用鋁合金擠壓型材 6063-T5",
        "en": "Aluminium extrusion 6063-T5 for buildings",
        "pt": "Perfil extrudido de alumínio 6063-T5 para construção",
    }
    per = {
        "zh-Hans": "1 t 铝型材",
        "zh-Hant": "1 t 鋁型材",
        "en": "1 t of extrusion",
        "pt": "1 t de perfil",
    }
    footprint = replace(
        battery.footprint,
        value="16200",
        value_unrounded="16204.8",
        per=per,
        unit_kind="declared",
        unit_name="t",
        boundary="cradle-to-gate",
        stages=stages,
    )
    product = replace(battery.product, name=name, model="6063-T5", gtin=None)
    return replace(
        battery,
        number="TB-2026-000124",
        version=2,
        url="HTTPS://LABEL.TANBIAO.EXAMPLE/L/K7Q2M5XWZ4T6R3PJ2BVDNHCY5A",
        is_specimen=False,
        product=product,
        footprint=footprint,
    )
