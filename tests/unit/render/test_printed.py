"""What a label says of its uncertainty, in the words of a reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labels.locale import translator
from labels.render.printed import uncertainty_text
from tests.unit.render.labels_for_print import a_battery_label


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
    label = a_battery_label()
    assessed = replace(label, footprint=replace(label.footprint, uncertainty="85.06/104.2"))
    assert uncertainty_text(assessed, translator(language)) == words


def test_what_another_body_wrote_of_uncertainty_is_shown_as_it_is() -> None:
    label = a_battery_label()
    foreign = replace(label, footprint=replace(label.footprint, uncertainty="plus or minus 10 %"))
    assert uncertainty_text(foreign, translator("en")) == "plus or minus 10 %"
    assert uncertainty_text(label, translator("en")) == "Not assessed"
