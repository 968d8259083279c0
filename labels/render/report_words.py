"""What a study report concludes: sentences made of figures of the study, and its limitations.

Nothing is judged here: a sentence says what carries the result, or what the study does not know.
"""

from __future__ import annotations

from decimal import Decimal

from footprint.bom import COUNTED
from footprint.inventory import CO2E
from labels.locale import Translator
from labels.render.charts import share_text
from labels.render.printed import three_figures
from labels.render.report_twin import Twin

MOST_OF_RESULT = Decimal("0.8")


def findings(twin: Twin, reader: Translator) -> list[str]:
    """What carries the result, in order of importance."""
    said = []
    if twin.lines and twin.absolute:
        said += [_largest_stage(twin, reader), _largest_line(twin, reader), _few(twin, reader)]
    said += _largest_gas(twin, reader)
    said.append(_strongest_choice(twin, reader))
    return said


def _largest_gas(twin: Twin, reader: Translator) -> list[str]:
    """What of the result has no gas, and the gas that counts most of the rest."""
    sizes: dict[str, Decimal] = {}
    for gas in twin.result["gases"]:
        name = gas["key"].split(":")[0]
        sizes[name] = sizes.get(name, Decimal(0)) + abs(Decimal(gas["kg_co2e"]))
    scale = sum(sizes.values(), Decimal(0))
    unsplit = sizes.pop(CO2E, Decimal(0))
    said = []
    if unsplit:
        share = share_text(reader, unsplit / scale)
        said.append(reader.text("report.finding_unsplit", share=share))
    if any(sizes.values()):
        name = max(sizes, key=lambda gas: sizes[gas])
        share = share_text(reader, sizes[name] / scale)
        said.append(reader.text("report.finding_gas", gas=name, share=share))
    return said


def _largest_stage(twin: Twin, reader: Translator) -> str:
    counted = [s for s in twin.result["stages"] if s["inclusion"] in COUNTED]
    scale = sum((abs(Decimal(s["kg_co2e"])) for s in counted), Decimal(0))
    largest = max(counted, key=lambda s: abs(Decimal(s["kg_co2e"])))
    value = Decimal(largest["kg_co2e"])
    return reader.text(
        "report.finding_stage",
        stage=reader.text(f"stage.{largest['stage']}"),
        figure=three_figures(value, reader),
        share=share_text(reader, abs(value) / scale if scale else Decimal(0)),
    )


def _largest_line(twin: Twin, reader: Translator) -> str:
    line = twin.lines[0]
    return reader.text(
        "report.finding_line",
        name=line["name"],
        figure=three_figures(line["kg_co2e"], reader),
        share=share_text(reader, twin.share(line["kg_co2e"])),
    )


def _few(twin: Twin, reader: Translator) -> str:
    """How few lines make most of the result."""
    reached, count = Decimal(0), 0
    for line in twin.lines:
        if reached >= MOST_OF_RESULT:
            break
        reached += twin.share(line["kg_co2e"])
        count += 1
    share = share_text(reader, reached)
    return reader.text("report.finding_few", count=count, all=len(twin.lines), share=share)


def _strongest_choice(twin: Twin, reader: Translator) -> str:
    choices = twin.result["sensitivities"]
    if not choices:
        return reader.text("report.finding_no_choice")
    strongest = max(choices, key=lambda c: abs(Decimal(c["change_kg_co2e"])))
    change = Decimal(strongest["change_kg_co2e"])
    return reader.text(
        "report.finding_choice",
        alternative=twin.dataset_name(strongest["alternative"], reader),
        dataset=twin.dataset_name(strongest["dataset"], reader),
        change=three_figures(change, reader),
        share=share_text(reader, change / abs(twin.total) if twin.total else Decimal(0)),
    )


def unconfirmed_rules(twin: Twin, reader: Translator) -> str:
    """The rules of the method that nobody has confirmed, in words."""
    rules = twin.result["profile"]["unconfirmed"]
    return "; ".join(reader.text(f"method_rule.{rule}") for rule in rules)


def limitations(twin: Twin, reader: Translator) -> list[str]:
    """What the study does not say, each with what it means."""
    result = twin.result
    said = [reader.text("report.limit_one_impact"), reader.text("report.limit_comparison")]
    if twin.is_partial:
        said.append(reader.text("report.limit_partial"))
    left_out = [s["stage"] for s in result["stages"] if s["inclusion"] not in COUNTED]
    if left_out:
        names = _listed([reader.text(f"stage.{stage}") for stage in left_out], reader)
        said.append(reader.text("report.limit_stages", stages=names))
    if result["profile"]["status"] == "draft":
        said.append(reader.text("report.limit_draft_profile"))
    if result["profile"]["unconfirmed"]:
        said.append(reader.text("report.limit_unconfirmed", rules=unconfirmed_rules(twin, reader)))
    said += _limits_of_data(twin, reader)
    missing = [
        reader.text(f"report_member.{name}")
        for name in ("uncertainty", "data_quality_rating", "completeness", "mass_balance")
        if twin.optional(name) is None
    ]
    if missing:
        names = _listed(missing, reader)
        said.append(reader.text("report.limit_not_assessed", names=names))
    said.append(reader.text("report.limit_not_modelled"))
    if twin.body["critical_review"] is None:
        said.append(reader.text("report.limit_no_review"))
    if twin.study["is_specimen"]:
        said.append(reader.text("label.specimen_note"))
    return said


def _listed(names: list[str], reader: Translator) -> str:
    return ("、" if reader.language.startswith("zh") else ", ").join(names)


def _limits_of_data(twin: Twin, reader: Translator) -> list[str]:
    result = twin.result
    said = []
    for name in ("draft_share", "unswitchable_share"):
        share = Decimal(result[name])
        if share:
            key = "report.limit_draft" if name == "draft_share" else "report.limit_unswitchable"
            said.append(reader.text(key, share=share_text(reader, share)))
    if result["is_over_unswitchable_limit"]:
        said.append(reader.text("report.limit_over"))
    return said
