"""The merged flows of the studies that are described by hand, a loop among them."""

from __future__ import annotations

from typing import Any


def _node(node_id: str, kind: str, kg_co2e: str, **members: object) -> dict[str, object]:
    return {
        "id": node_id,
        "kind": kind,
        "name": {},
        "kg_co2e": kg_co2e,
        "share": None,
        "direct_kg_co2e": "0",
        "rest_kg_co2e": "0",
        "rest_count": 0,
        "amount": None,
        "unit": None,
        "is_closed": False,
        **members,
    }


def some_flows() -> dict[str, Any]:
    """Steel is made with electricity, and a little of the steel goes back into electricity."""
    links = [
        ("raw-material", "study", "95"),
        ("manufacturing", "study", "25.5"),
        ("steel-bof-cn", "raw-material", "90"),
        ("electricity-grid-cn-2024", "manufacturing", "25.5"),
        ("electricity-grid-cn-2024", "steel-bof-cn", "61.25"),
        ("steel-bof-cn", "electricity-grid-cn-2024", "1.75"),
    ]
    power = {"name": {"zh-Hans": "电力", "en": "Electricity, grid"}, "direct_kg_co2e": "85"}
    return {
        "cutoff": "0.03",
        "most_datasets": 10,
        "total_kg_co2e": "120.5",
        "nodes": [
            _node("study", "study", "120.5"),
            _node("raw-material", "stage", "95", direct_kg_co2e="5"),
            _node("manufacturing", "stage", "25.5"),
            _node("steel-bof-cn", "dataset", "91.75", rest_kg_co2e="30.5", rest_count=3),
            _node("electricity-grid-cn-2024", "dataset", "86.75", **power),
        ],
        "links": [{"source": s, "target": t, "kg_co2e": kg} for s, t, kg in links],
    }
