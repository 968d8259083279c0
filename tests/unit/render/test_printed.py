"""What a label says of its data, its carbon and its electricity, in the words of a reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labels.label import PowerShare, PrintedElectricity
from labels.locale import translator
from labels.render.printed import biogenic_carbon_texts, supply_texts, uncertainty_text
from tests.unit.render.labels_for_print import (
    a_battery_label,
    a_label_of_a_study_that_knows_little,
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "95% interval 85.06 to 104.2 kg CO₂e"),
        ("zh-Hans", "95% 区间 85.06 至 104.2 kg CO₂e"),
        ("zh-Hant", "95% 區間 85.06 至 104.2 kg CO₂e"),
        ("pt", "intervalo de 95% de 85,06 a 104,2 kg CO₂e"),
    ],
)
def test_the_interval_of_a_label_is_read_in_words(language: str, words: str) -> None:
    assert uncertainty_text(a_battery_label(), translator(language)) == words


def test_a_label_of_a_study_without_interval_says_so() -> None:
    label, reader = a_label_of_a_study_that_knows_little(), translator("en")
    assert uncertainty_text(label, reader) == "Not assessed"
    assert uncertainty_text(label, reader, is_sentence=True) == (
        "Not assessed: no interval was calculated for this study."
    )


def test_the_carbon_of_a_packaging_is_told_only_where_it_is_known() -> None:
    label, reader = a_battery_label(), translator("en")
    assert [mass for _, mass in biogenic_carbon_texts(label, reader)] == [
        "1.23\N{NO-BREAK SPACE}kg\N{NO-BREAK SPACE}C",
        "0.310\N{NO-BREAK SPACE}kg\N{NO-BREAK SPACE}C",
    ]
    little = biogenic_carbon_texts(a_label_of_a_study_that_knows_little(), reader)
    assert little == (("Biogenic carbon in the product", "Not stated"),)


def test_a_supply_another_body_names_in_its_own_word_is_shown_as_it_is() -> None:
    label = a_battery_label()
    power = PrintedElectricity(
        supplies=(PowerShare(supply="tidal-barge", share="1"),), without_instruments="99"
    )
    foreign = replace(label, footprint=replace(label.footprint, electricity=power))
    assert supply_texts(foreign, translator("en")) == (("tidal-barge", "100%"),)
