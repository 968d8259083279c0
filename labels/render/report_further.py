"""What else clause 7 asks for: each item as the study states it, or that it does not.

A sentence here repeats the study or says that it is silent; whether a period or a grid is
representative is nothing that software could judge.
"""

from __future__ import annotations

from decimal import Decimal

from footprint.bom import COUNTED
from labels.locale import Translator
from labels.render.printed import three_figures
from labels.render.report_twin import Twin


def further_rows(twin: Twin, reader: Translator) -> list[tuple[str, str]]:
    """Items of the clause that no section of their own answers, each with its answer."""
    silent = reader.text("report.not_stated")
    answers = {
        "modified_scope": _modified_scope(twin, reader),
        "alternatives": _alternatives(twin, reader),
        "period_fit": _period(twin, reader),
        "product_rules": "",
        "supplementary": "",
        "tracking": "",
        "grid_limits": _grid(twin, reader),
    }
    return [(reader.text(f"report.{name}"), said or silent) for name, said in answers.items()]


def _modified_scope(twin: Twin, reader: Translator) -> str:
    """The stages that were left out, each with the reason that was given."""
    said = []
    for stage in twin.result["stages"]:
        if stage["inclusion"] not in COUNTED:
            name = reader.text(f"stage.{stage['stage']}")
            reason = stage["reason"] or reader.text("report.no_reason")
            said.append(reader.text("scan.stage_note", stage=name, note=reason))
    return "; ".join(said)


def _alternatives(twin: Twin, reader: Translator) -> str:
    """How far the stored choices of another dataset move the total."""
    totals = [Decimal(choice["total_kg_co2e"]) for choice in twin.result["sensitivities"]]
    if not totals:
        return ""
    return reader.text(
        "report.alternatives_text",
        count=len(totals),
        least=three_figures(min(totals), reader),
        most=three_figures(max(totals), reader),
    )


def _period(twin: Twin, reader: Translator) -> str:
    """How long the period is and of which years the datasets are; their fit is not stated."""
    first, last = twin.period
    years = sorted(str(dataset["year"]) for dataset in twin.datasets.values() if dataset["year"])
    said = [reader.text("report.period_days", days=(last - first).days + 1)]
    if years:
        said.append(reader.text("report.period_years", first=years[0], last=years[-1]))
    said.append(reader.text("report.period_fit_not_stated"))
    return ("" if reader.language.startswith("zh") else " ").join(said)


def _grid(twin: Twin, reader: Translator) -> str:
    """The mix that stands for what no instrument covers; limits of the grid are not stated."""
    power = twin.optional("electricity")
    if power is None:
        return ""
    mixes = sorted({site["rest_mix"] for site in power["sites"]})
    names = "; ".join(reader.text(f"rest_mix.{mix}") for mix in mixes)
    return reader.text("report.grid_rest", mixes=names)
