"""The merged Sankey of a study report: every dataset once, loops corrected, with its table.

A page is narrow: a name begins with its number, which is what a shortened label shows, and which
the table spells out.
"""

from __future__ import annotations

from decimal import Decimal

from labels.locale import Translator, translator
from labels.render.charts import Chart, share_text
from labels.render.flow_chart import flow_chart
from labels.render.flow_layout import FlowLink, FlowNode
from labels.render.palette import stage_token
from labels.render.printed import three_figures
from labels.render.report_twin import Json

_TOKENS = {"study": "jade", "dataset": "ink-soft"}


def merged_flows(flows: Json, language: str, *, width: float) -> Chart:
    """The Sankey as the document has it, the product on the right.

    Args:
        flows: ``flows`` of a study's document.
        language: The reader's.
        width: Of the drawing.
    """
    reader = translator(language)
    datasets = (node["id"] for node in flows["nodes"] if node["kind"] == "dataset")
    numbers = {name: f"{position}. " for position, name in enumerate(datasets, start=1)}
    nodes = [
        FlowNode(
            id=node["id"],
            name=numbers.get(node["id"], "") + _name(node, reader),
            kg_co2e=Decimal(node["kg_co2e"]),
            direct_kg_co2e=Decimal(node["direct_kg_co2e"]),
            rest_kg_co2e=Decimal(node["rest_kg_co2e"]),
            rest_count=node["rest_count"],
            token=stage_token(node["id"]) if node["kind"] == "stage" else _TOKENS[node["kind"]],
        )
        for node in flows["nodes"]
    ]
    links = [
        FlowLink(source=link["source"], target=link["target"], kg_co2e=Decimal(link["kg_co2e"]))
        for link in flows["links"]
    ]
    return flow_chart(
        nodes,
        links,
        language,
        title=reader.text("report.sankey"),
        reading=_reading(flows, reader),
        chart_id="sankey",
        width=width,
    )


def _name(node: Json, reader: Translator) -> str:
    if node["kind"] == "stage":
        return reader.text(f"stage.{node['id']}")
    if node["kind"] == "study":
        return reader.text("flow.study")
    return reader.local(node["name"]) or str(node["id"])


def _reading(flows: Json, reader: Translator) -> str:
    """The dataset that most flows through, where any is shown."""
    shown = [node for node in flows["nodes"] if node["kind"] == "dataset"]
    if not shown:
        return reader.text("flow.reading")
    largest = max(shown, key=lambda node: abs(Decimal(node["kg_co2e"])))
    total = abs(Decimal(flows["total_kg_co2e"]))
    share = abs(Decimal(largest["kg_co2e"])) / total if total else Decimal(0)
    return reader.text(
        "report.sankey_reading",
        name=_name(largest, reader),
        figure=three_figures(largest["kg_co2e"], reader),
        share=share_text(reader, share),
    )
