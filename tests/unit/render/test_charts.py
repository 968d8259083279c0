"""A chart says in words and in its table everything that it draws."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.label import StageShare
from labels.locale import LANGUAGES, translator
from labels.render.charts import Chart, Contribution, ranked_bars, stage_bars, stage_stack
from tests.unit.render.labels_for_print import STAGES, an_aluminium_label
from tests.unit.render.svg_rules import SVG, check_drawing, words


def bars(chart: Chart, token: str) -> list[float]:
    return [
        float(rect.get("width", "0"))
        for rect in check_drawing(chart.svg).iter(f"{SVG}rect")
        if rect.get("class") == token
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("draw", [stage_bars, stage_stack])
def test_stage_charts_have_title_description_and_table_in_every_language(
    draw: type, language: str
) -> None:
    chart: Chart = draw(STAGES, language)
    root = check_drawing(chart.svg)
    assert (root[0].text, root[1].text) == (chart.title, chart.reading)
    assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}"
    assert len(chart.rows) == 5
    assert all(len(row) == len(chart.columns) for row in chart.rows)
    assert translator(language).text("stage.raw-material") in chart.reading


@pytest.mark.parametrize("draw", [stage_bars, stage_stack])
@pytest.mark.parametrize("values", [("0", "0"), ("2.5", "-2.5")])
def test_no_stage_accounts_for_a_share_of_zero(draw: type, values: tuple[str, str]) -> None:
    stages = [
        replace(stage, kg_co2e=value, inclusion="included")
        for stage, value in zip(STAGES[:2], values, strict=True)
    ]
    for language in LANGUAGES:
        chart: Chart = draw(stages, language)
        assert translator(language).text("stage.raw-material") not in chart.reading
        assert "%" not in chart.reading
    assert draw(stages, "en").reading == "The stages counted add up to 0 kg CO₂e."


def test_bars_are_as_long_as_their_figures() -> None:
    chart = stage_bars(STAGES, "en", width=400)
    longest = bars(chart, "stage-raw-material")[0]
    assert longest == pytest.approx(400)
    ratio = bars(chart, "stage-use")[0] / longest
    assert ratio == pytest.approx(21.4402 / 55.2317004, abs=1e-3)


def test_stacked_segments_fill_the_bar_in_proportion() -> None:
    chart = stage_stack(STAGES, "en", width=640)
    total = sum(float(s.kg_co2e) for s in STAGES)
    for stage in STAGES:
        drawn = bars(chart, f"stage-{stage.stage}")[0]
        assert drawn == pytest.approx(max(float(stage.kg_co2e) / total * 640 - 1, 1), abs=0.02)


def test_stages_that_are_not_counted_are_hatched_and_named_with_their_reason() -> None:
    chart = stage_bars(an_aluminium_label().footprint.stages, "en")
    assert len(bars(chart, "not-counted")) == 3
    assert bars(chart, "stage-use") == []
    said = words(check_drawing(chart.svg))
    assert "Use" in said
    assert "Not applicable" in said
    assert chart.rows[3] == ("Use", "Not applicable", "–", "–")


def test_a_credit_lies_left_of_zero_and_shares_are_of_absolute_contributions() -> None:
    stages = (*STAGES[:4], replace(STAGES[4], inclusion="included", kg_co2e="-12.5"))
    chart = stage_bars(stages, "en", width=400)
    rects = {r.get("class"): r for r in check_drawing(chart.svg).iter(f"{SVG}rect")}
    credit, burden = rects["stage-end-of-life"], rects["stage-use"]
    end = float(credit.get("x", "0")) + float(credit.get("width", "0"))
    assert end == pytest.approx(float(burden.get("x", "0")), abs=0.02)
    assert chart.rows[4][2:] == ("−12.5", "−12%")


def test_a_partly_included_stage_says_so_beside_its_name() -> None:
    assert "End of life (Partly included)" in words(check_drawing(stage_bars(STAGES, "en").svg))


amounts = st.decimals(-1000, 1000, places=3)


@given(st.lists(amounts, min_size=5, max_size=5))
def test_any_five_figures_can_be_drawn(values: list[Decimal]) -> None:
    stages = tuple(replace(s, kg_co2e=str(v)) for s, v in zip(STAGES, values, strict=True))
    for chart in (stage_bars(stages, "pt"), stage_stack(stages, "zh-Hant")):
        for rect in check_drawing(chart.svg).iter(f"{SVG}rect"):
            assert 0 <= float(rect.get("width", "0")) <= 640


def test_stages_without_any_figure_are_drawn_without_failing() -> None:
    nothing = tuple(replace(s, kg_co2e="0") for s in STAGES)
    cut = tuple(StageShare(stage=s.stage, inclusion="cut", kg_co2e="0") for s in STAGES)
    for stages in (nothing, cut):
        for draw in (stage_bars, stage_stack):
            check_drawing(draw(stages, "en").svg)


def test_ranked_bars_show_the_largest_and_sum_the_rest() -> None:
    items = [Contribution(f"line {i}", Decimal(i)) for i in range(1, 21)]
    chart = ranked_bars(items, "en", limit=5)
    assert [row[0] for row in chart.rows] == [
        "line 20", "line 19", "line 18", "line 17", "line 16", "Others",
    ]  # fmt: skip
    assert chart.rows[5][1] == "120"
    assert chart.reading.startswith("line 20 is the largest")


def test_names_in_ranked_bars_are_escaped_and_shortened() -> None:
    hostile = "<img src=x onerror=alert(1)> " + "长" * 400
    chart = ranked_bars([Contribution(hostile, Decimal(3), "use")], "zh-Hans")
    drawn = words(check_drawing(chart.svg))
    assert "<img src=x" in drawn
    assert "…" in drawn
    assert chart.rows[0][0] == hostile


def test_two_charts_on_one_page_share_no_id() -> None:
    first = check_drawing(stage_bars(STAGES, "en", chart_id="a").svg)
    second = check_drawing(stage_bars(STAGES, "en", chart_id="b").svg)
    ids = [{e.get("id") for e in root.iter() if e.get("id")} for root in (first, second)]
    assert ids[0].isdisjoint(ids[1])


def test_a_stage_is_named_in_full_where_its_figure_leaves_no_room_beside_it() -> None:
    stages = [StageShare(stage="raw-material", inclusion="included", kg_co2e="9560")]
    drawing = stage_bars(stages, "pt", width=300).svg
    assert "Obtenção de matérias-primas" in drawing
    assert "…" not in drawing
    name, figure = re.findall(r'<text[^>]* y="([0-9.]+)"', drawing)[:2]
    assert float(figure) > float(name)
