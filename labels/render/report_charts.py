"""The charts of a study report, each with its reading and its table."""

from __future__ import annotations

from decimal import Decimal

from footprint.bom import COUNTED
from labels.locale import Translator, translator
from labels.render.charts import (
    Chart,
    Contribution,
    ranked_bars,
    share_of,
    share_text,
    stage_bars,
)
from labels.render.flow_chart import FlowLink, FlowNode, flow_chart
from labels.render.interval_chart import interval_chart
from labels.render.palette import stage_token
from labels.render.printed import three_figures
from labels.render.report_twin import Json, Twin

MOST_FLOWS = 14
MOST_HOT_SPOTS = 10
TOTAL = "total"


def report_charts(twin: Twin, language: str) -> dict[str, Chart]:
    """Stages, hot spots, the flow from lines to the total and, where there is one, the interval."""
    charts = {
        "stages": stage_bars(twin.stages, language, width=640),
        "hot_spots": ranked_bars(
            [
                Contribution(line["name"], Decimal(line["kg_co2e"]), line["stage"])
                for line in twin.lines
            ],
            language,
            chart_id="hot-spots",
            limit=MOST_HOT_SPOTS,
        ),
        "flows": line_flows(twin, language),
    }
    spread = twin.spread
    if spread is not None:
        charts["interval"] = interval_chart(spread, language)
    return charts


def line_flows(twin: Twin, language: str) -> Chart:
    """From the largest lines through their stages to the total; the rest of a stage as one."""
    reader = translator(language)
    nodes, links = _line_nodes(twin, reader)
    stages = [s for s in twin.result["stages"] if s["inclusion"] in COUNTED]
    used = {link.target for link in links}
    for stage in stages:
        if stage["stage"] in used:
            name = reader.text(f"stage.{stage['stage']}")
            nodes.append(FlowNode(stage["stage"], name, 1, stage_token(stage["stage"])))
            links.append(FlowLink(stage["stage"], TOTAL, Decimal(stage["kg_co2e"])))
    nodes.append(FlowNode(TOTAL, reader.text("label.total"), 2, "jade"))
    largest = twin.lines[0] if twin.lines else None
    reading = reader.text("chart.flows_title")
    if largest is not None:
        reading = reader.text(
            "chart.flows_reading",
            name=largest["name"],
            stage=reader.text(f"stage.{largest['stage']}"),
            figure=three_figures(largest["kg_co2e"], reader),
            share=share_text(reader, share_of(Decimal(largest["kg_co2e"]), twin.absolute)),
        )
    return flow_chart(
        nodes, links, language, title=reader.text("chart.flows_title"), reading=reading
    )


def _line_nodes(twin: Twin, reader: Translator) -> tuple[list[FlowNode], list[FlowLink]]:
    """One node a shown line in the order of the stages, and one for what is left of each stage."""
    shown: list[Json] = list(twin.lines[:MOST_FLOWS])
    rest = twin.lines[MOST_FLOWS:]
    nodes, links = [], []
    for stage in (s["stage"] for s in twin.result["stages"]):
        of_stage = [(n, line) for n, line in enumerate(shown) if line["stage"] == stage]
        for position, line in of_stage:
            kg_co2e = Decimal(line["kg_co2e"])
            if kg_co2e:
                nodes.append(FlowNode(f"line-{position}", line["name"], 0, stage_token(stage)))
                links.append(FlowLink(f"line-{position}", stage, kg_co2e))
        left = [Decimal(line["kg_co2e"]) for line in rest if line["stage"] == stage]
        if sum(left):
            name = reader.text("report.other_lines", count=len(left))
            nodes.append(FlowNode(f"rest-{stage}", name, 0, stage_token(stage)))
            links.append(FlowLink(f"rest-{stage}", stage, sum(left, Decimal(0))))
    return nodes, links
