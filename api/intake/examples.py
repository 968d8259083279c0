"""The example rows of the template: one filled line of each kind, which no bill takes in.

An example is recognised by being exactly as it was shipped, so it may stay in a filled-in file. A
row that somebody changed is theirs: its line number ``例1`` is refused until they write their own,
and nothing that was filled in gets lost.
"""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: tuple[Mapping[str, str], ...] = (
    {
        "ref": "例1",
        "kind": "material",
        "name": "铝锭 aluminium ingot",
        "dataset": "aluminium-primary-cn",
        "amount": "2.1",
        "unit": "kg",
        "loss_rate": "0.05",
        "loss_route": "waste-treatment",
        "loss_dataset": "scrap-metal-recycling-cutoff",
        "activity_origin": "measured",
        "note": "领料单 stores records",
    },
    {
        "ref": "例2",
        "kind": "material",
        "name": "螺钉 screws",
        "amount": "0.1",
        "unit": "kg",
        "supplier_kg_co2e": "2.4",
        "supplier_gwp_set": "AR6",
        "supplier_document": "供应商碳足迹报告 supplier report 17",
        "supplier_primary_share": "0.6",
        "activity_origin": "design",
    },
    {
        "ref": "例3",
        "kind": "packaging",
        "name": "纸箱 cardboard box",
        "dataset": "corrugated-board-cn",
        "amount": "0.2",
        "unit": "kg",
        "activity_origin": "measured",
    },
    {
        "ref": "例4",
        "kind": "energy",
        "name": "电 electricity",
        "dataset": "electricity-grid-cn-2024",
        "amount": "1.5",
        "unit": "kWh",
        "activity_origin": "measured",
    },
    {
        "ref": "例5",
        "kind": "direct-emission",
        "name": "焊接用气 welding gas",
        "amount": "0.01",
        "unit": "kg",
        "substance": "CO2",
        "origin": "fossil",
        "direction": "emission",
        "activity_origin": "calculated",
    },
    {
        "ref": "例6",
        "kind": "transport",
        "name": "送货 delivery by lorry",
        "dataset": "freight-road-heavy-cn",
        "amount": "2.4",
        "unit": "kg",
        "distance": "300",
        "stage": "distribution",
        "activity_origin": "estimated",
    },
    {
        "ref": "例7",
        "kind": "use",
        "name": "使用用电 electricity in use",
        "dataset": "electricity-grid-cn-2024",
        "amount": "0.02",
        "unit": "kWh",
        "services": "500",
        "activity_origin": "design",
    },
    {
        "ref": "例8",
        "kind": "end-of-life",
        "name": "填埋 landfill",
        "dataset": "waste-landfill-cn",
        "amount": "0.2",
        "unit": "kg",
        "share": "0.7",
        "item": "铝型材 profile",
        "activity_origin": "estimated",
    },
    {
        "ref": "例9",
        "kind": "assembly",
        "name": "外壳 housing",
        "dataset": "外壳 housing",
        "amount": "1",
        "activity_origin": "design",
    },
    {
        "part": "外壳 housing",
        "ref": "例10",
        "kind": "material",
        "name": "钢板 steel sheet",
        "dataset": "steel-hot-rolled-cn",
        "amount": "0.3",
        "unit": "kg",
        "activity_origin": "design",
    },
)


def is_example(cells: Mapping[str, str]) -> bool:
    """Whether the filled cells of a row, by column, are those of a shipped example."""
    return cells in EXAMPLES
