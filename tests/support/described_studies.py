"""Studies as the JSON document their report is drawn from, written by hand or changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import rfc8785

from tests.support.boms import a_bom_of_every_kind
from tests.support.described_flows import some_flows

STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")
FACTS = {
    "names": {"zh-Hans": "电力", "en": "Electricity, grid"},
    "unit": "kWh",
    "location": "CN",
    "year": "2024",
    "kind": "aggregated",
    "review_status": "official",
    "industry": "electricity",
    "technology": "",
    "proxy": "",
    "pedigree": {},
    "co_products": [{"product": "heat", "amount": "1", "unit": "MJ", "share": "0.25"}],
    "cut_offs": [],
    "sources": ["grid-factor"],
}
RELEASE = {
    "id": "rel_" + "0" * 26,
    "created_at": "2026-11-19T00:00:00+00:00",
    "snapshot_sha256": "cd" * 32,
    "dataset_count": 545,
    "note": "",
}
SOURCE = {
    "document": "Notice on factors",
    "issuing_body": "Ministry",
    "year": "2025",
    "table_or_row": "Table 1",
    "licence": "OGL-3.0",
    "confidence": "a",
}


def _line(ref: str, stage: str, kg_co2e: str, **members: str) -> dict[str, str]:
    return {
        "assembly": "",
        "ref": ref,
        "part": "line",
        "name": f"{ref} line",
        "stage": stage,
        "dataset": "electricity-grid-cn-2024",
        "held_count": "1",
        "verification": "no-supplier",
        "kg_co2e": kg_co2e,
        "primary_share": "0",
        "draft_share": "0",
        **members,
    }


def a_result() -> dict[str, Any]:
    """A result with a credit: 100 kgCO2e of steel, 25.5 of electricity, -5 at the end of life."""
    figures = {"raw-material": "100", "manufacturing": "25.5", "end-of-life": "-5"}
    return {
        "unit": {"kind": "functional", "amount": "1", "unit": "kg", "description": {"en": "1 kg"}},
        "boundary": "cradle-to-grave",
        "geography": "CN-GD",
        "method": "gbt24067-2024",
        "profile": {"version": "1", "status": "in-force", "unconfirmed": ["valid_from"]},
        "gwp_set": "AR6",
        "basis": "including-uptake",
        "total_kg_co2e": "120.5",
        "including_uptake_kg_co2e": "120.5",
        "excluding_uptake_kg_co2e": "121.75",
        "certified_value": "120",
        "stages": [
            {
                "stage": stage,
                "inclusion": "included" if stage in figures else "cut",
                "reason": "" if stage in figures else f"why not {stage}",
                "kg_co2e": figures.get(stage, "0"),
            }
            for stage in STAGES
        ],
        "lines": [
            _line("steel", "raw-material", "100", dataset="steel-bof-cn"),
            _line("power", "manufacturing", "25.5"),
            _line("scrap", "end-of-life", "-5", dataset="waste-landfill-cn"),
        ],
        "gases": [
            {"key": "CO2:fossil:emission", "mass_kg": "90.7", "kg_co2e": "90.7"},
            {"key": "CH4:fossil:emission", "mass_kg": "1", "kg_co2e": "29.8"},
            {"key": "CO2e:unspecified:emission:gwp=unstated", "mass_kg": "0", "kg_co2e": "0"},
        ],
        "partition": {
            "fossil": "118.25",
            "aircraft": "1.25",
            "biogenic_emissions": "2.5",
            "biogenic_removals": "-3.5",
            "land_use": "1.5",
            "unspecified": "0.5",
        },
        "biogenic_co2": {"emitted_kg": "2.25", "removed_kg": "3.5"},
        "primary_data_share": "0.125",
        "draft_share": "0.25",
        "unswitchable_share": "0.375",
        "is_over_unswitchable_limit": False,
        "sensitivities": [
            {
                "dataset": "electricity-grid-cn-2024",
                "alternative": "electricity-hydro-cn",
                "total_kg_co2e": "98.6",
                "change_kg_co2e": "-21.9",
            }
        ],
        "uncertainty": "not assessed",
        "bom_sha256": "ab" * 32,
        "release_sha256": "cd" * 32,
    }


def _allocation() -> dict[str, Any]:
    """A fifth of what is common goes to slag."""
    return {
        "method": "mass",
        "reason": "Both are sold by weight.",
        "share": "0.8",
        "shared_kg_co2e": "156.875",
        "co_products": [{"name": "Slag", "share": "0.2", "displaced": "", "credit_kg_co2e": "0"}],
        "alternatives": [
            {"method": "mass", "share": "0.8", "total_kg_co2e": "120.5"},
            {"method": "economic", "share": "0.95", "total_kg_co2e": "144.25"},
        ],
    }


def _mass_balance() -> dict[str, Any]:
    """More goes in than comes out, over a tolerance nobody confirmed."""
    return {
        "inputs": [
            {"kind": "materials", "mass_kg": "12.5"},
            {"kind": "uptake", "mass_kg": "0"},
        ],
        "outputs": [{"kind": "product", "mass_kg": "11.75"}],
        "input_kg": "12.5",
        "output_kg": "11.75",
        "difference_kg": "0.75",
        "difference_share": "0.06",
        "tolerance": "0.05",
        "is_tolerance_confirmed": False,
        "is_over_tolerance": True,
        "not_weighed": [{"assembly": "", "ref": "gas", "name": "Gas", "why": "fuel"}],
    }


def _completeness() -> dict[str, Any]:
    """One cut with an estimate, over its limit, and one in words alone."""
    return {
        "share": "0.975",
        "is_at_most": True,
        "counted_kg_co2e": "130.5",
        "estimated_kg_co2e": "3.25",
        "single_limit": "0.01",
        "together_limit": "0.05",
        "are_limits_confirmed": True,
        "cuts": [
            {
                "flow": "Screws",
                "basis": "emission",
                "reason": "Too few.",
                "is_over_limit": True,
                "kg_co2e": "3.25",
                "emission_share": "0.0243",
            },
            {"flow": "Glue", "basis": "", "reason": "", "is_over_limit": False},
        ],
        "together": [{"basis": "emission", "share": "0.0243", "is_over_limit": False}],
    }


def _electricity() -> dict[str, Any]:
    """Three quarters of the works by certificates of wind."""
    certificates = {"serials": ["GEC CN-1-10", "GEC CN-21-30"], "vintage_year": "2025"}
    return {
        "total_without_kg_co2e": "133.25",
        "sites": [
            {
                "site": "The works",
                "consumption_mwh": "40",
                "covered_mwh": "30",
                "rest_mwh": "10",
                "rest_mix": "consumption-mix",
                "rest_datasets": ["electricity-grid-cn-2024"],
                "instruments": [
                    {
                        "kind": "certificate",
                        "dataset": "electricity-wind-cn-2024",
                        "transmission": "electricity-transmission-cn-2024",
                        "mwh": "30",
                        "share": "0.75",
                        **certificates,
                    }
                ],
            }
        ],
        "supplies": [
            {"supply": "certificate", "kwh": "15"},
            {"supply": "consumption-mix", "kwh": "5"},
            {"supply": "undeclared", "kwh": "2.5"},
        ],
    }


def a_whole_declaration() -> dict[str, Any]:
    """What comes of co-products, a mass balance, cuts and instruments, in a result."""
    return {
        "allocation": _allocation(),
        "mass_balance": _mass_balance(),
        "completeness": _completeness(),
        "electricity": _electricity(),
    }


def a_described_study(change: Callable[[dict[str, Any]], None] | None = None) -> bytes:
    """A study with a bill of every kind, as ``api.workflows.describe_study`` writes it.

    Args:
        change: What is to be different in it.
    """
    bill = a_bom_of_every_kind()
    for line in (*bill["lines"], *bill["assemblies"]["cell"]["lines"]):
        line["activity_origin"] = "estimated"
    bill |= {"assumptions": ["Two shifts a day."], "cut_offs": ["Screws, 0.1 %."]}
    body: dict[str, Any] = {
        "format": "tanbiao-study",
        "format_version": "1",
        "study": {
            "id": "std_" + "0" * 26,
            "product_id": "prd_" + "0" * 26,
            "version": 2,
            "plant": "Works, Foshan",
            "is_specimen": False,
            "bom_sha256": "ab" * 32,
            "result_sha256": "ef" * 32,
        },
        "commissioner": {"names": {"en": "Maker Ltd"}, "legal_id": "USCC-1", "region": "CN-GD"},
        "practitioner": "Lin Haiju",
        "bill": bill,
        "result": a_result(),
        "line_amounts": ["10 kg", "3 kWh", "10 kg × 0.5"],
        "flows": some_flows(),
        "provenance": {
            "engine_version": "0.1.0",
            "release_id": "rel_" + "0" * 26,
            "table_sha256": "12" * 32,
            "method_version": "1",
            "method_sha256": "34" * 32,
            "calculated_at": "2026-11-20T08:30:00+00:00",
        },
        "method": {
            "id": "gbt24067-2024",
            "title": {"en": "GB/T 24067-2024"},
            "valid_from": "2024-10-01",
            "scope": "life-cycle",
            "substances": [],
            "unswitchable_share_limit": "0.95",
            "sources": ["the standard"],
            "is_as_applied": True,
        },
        "release": dict(RELEASE),
        "datasets": {"electricity-grid-cn-2024": dict(FACTS)},
        "sources": {"grid-factor": dict(SOURCE)},
        "evidence": [],
        "critical_review": None,
    }
    if change is not None:
        change(body)
    return rfc8785.dumps(body)


def read(content: bytes) -> Mapping[str, Any]:
    """The document of such bytes."""
    found: Mapping[str, Any] = json.loads(content)
    return found
