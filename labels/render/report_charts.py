"""The charts of a study report, each with its reading and its table."""

from __future__ import annotations

from decimal import Decimal

from footprint.bom import COUNTED
from labels.locale import Translator, translator
from labels.render.charts import (
    Chart,
    Contribution,
    ranked_bars,
    share_base,
    share_of,
    share_text,
    stage_bars,
)
from labels.render.flow_chart import flow_chart
from labels.render.flow_layout import FlowLink, FlowNode
from labels.render.interval_chart import interval_chart
from labels.render.palette import stage_token
from labels.render.printed import three_figures
from labels.render.report_flows import merged_flows
from labels.render.report_twin import Json, Twin

MOST_FLOWS = 14
MOST_HOT_SPOTS = 10
TOTAL = "total"
WIDTH = 640.0


def report_charts(twin: Twin, language: str) -> dict[str, Chart]:
    """Stages, hot spots, the flow from lines to the total; merged flows and interval if any."""
    charts = {
        "stages": stage_bars(twin.stages, language, width=WIDTH),
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
    if twin.flows is not None:
        charts["sankey"] = merged_flows(twin.flows, language, width=WIDTH)
    spread = twin.spread
    if spread is not None:
        charts["interval"] = interval_chart(spread, language)
    return charts


def line_flows(twin: Twin, language: str) -> Chart:
    """From the largest lines through their stages to the total; the rest of a stage as one."""
    reader = translator(language)
    nodes, links = _line_nodes(twin, reader)
    used = {link.target for link in links}
    stages = [s for s in twin.result["stages"] if s["inclusion"] in COUNTED and s["stage"] in used]
    figures = [Decimal(stage["kg_co2e"]) for stage in stages]
    base = share_base(figures)
    total = FlowNode(
        id=TOTAL,
        name=reader.text("label.total"),
        kg_co2e=twin.total,
        token="jade",  # noqa: S106  a colour
    )
    between = []
    for stage, kg_co2e in zip((s["stage"] for s in stages), figures, strict=True):
        share = share_text(reader, share_of(kg_co2e, base))
        name = reader.text(f"stage.{stage}")
        between.append(
            FlowNode(id=stage, name=name, kg_co2e=kg_co2e, note=share, token=stage_token(stage))
        )
        links.append(FlowLink(source=stage, target=TOTAL, kg_co2e=kg_co2e))
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
        [total, *between, *nodes],
        links,
        language,
        title=reader.text("chart.flows_title"),
        reading=reading,
        width=WIDTH,
    )


def _line_nodes(twin: Twin, reader: Translator) -> tuple[list[FlowNode], list[FlowLink]]:
    """One node a shown line in the order of the stages, and one for what is left of each stage."""
    shown: list[Json] = list(twin.lines[:MOST_FLOWS])
    rest = twin.lines[MOST_FLOWS:]
    found: list[tuple[str, str, str, Decimal]] = []  # id, stage, name, figure
    for stage in (s["stage"] for s in twin.result["stages"]):
        found += [
            (f"line-{position}", stage, line["name"], Decimal(line["kg_co2e"]))
            for position, line in enumerate(shown)
            if line["stage"] == stage
        ]
        left = [Decimal(line["kg_co2e"]) for line in rest if line["stage"] == stage]
        name = reader.text("report.other_lines", count=len(left))
        found.append((f"rest-{stage}", stage, name, sum(left, Decimal(0))))
    flowing = [one for one in found if one[3]]
    nodes = [
        FlowNode(id=name_id, name=name, kg_co2e=kg_co2e, token=stage_token(stage))
        for name_id, stage, name, kg_co2e in flowing
    ]
    links = [
        FlowLink(source=name_id, target=stage, kg_co2e=kg_co2e)
        for name_id, stage, _, kg_co2e in flowing
    ]
    return nodes, links
