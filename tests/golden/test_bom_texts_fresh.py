"""The fresh texts follow the rules of the old, repeat none, and are spread as the inventory is."""

from __future__ import annotations

from collections import Counter

from footprint.quantities import conversion_factor
from tests.golden.test_bom_texts import TEXTS, datasets, folded, own_names
from tests.support.bom_texts import COLUMNS, FRESH_TEXTS, read_bom_texts

FRESH = read_bom_texts(FRESH_TEXTS)


def test_the_fresh_file_has_the_columns_of_the_old_and_at_least_240_texts() -> None:
    header = FRESH_TEXTS.read_text(encoding="utf-8").splitlines()[0]

    assert header == ",".join(COLUMNS)
    assert len(FRESH) >= 240
    assert {line.half for line in FRESH} == {"fresh"}


def test_no_fresh_text_is_an_old_one_or_stands_twice_whatever_its_width_case_and_blanks() -> None:
    counted = Counter(folded(line.text) for line in (*FRESH, *TEXTS))

    assert [line.text for line in FRESH if counted[folded(line.text)] > 1] == []


def test_no_fresh_text_is_merely_a_name_or_synonym() -> None:
    names = own_names()

    assert [line.text for line in FRESH if folded(line.text) in names] == []


def test_every_fresh_label_is_a_shipped_dataset_whose_unit_the_text_is_counted_in() -> None:
    for line in FRESH:
        assert line.text == line.text.strip() != ""
        assert len(set(line.right)) == len(line.right), line.text
        for identity in line.right:
            assert conversion_factor(line.unit, datasets()[identity].unit) > 0, line.text


def test_fresh_texts_are_spread_over_the_industries_in_proportion_to_their_datasets() -> None:
    shipped = Counter(process.content["industry"] for process in datasets().values())
    written = Counter(datasets()[line.dataset].content["industry"] for line in FRESH)
    due = {i: len(FRESH) * count / len(datasets()) for i, count in shipped.items()}

    assert {i: written[i] for i in shipped if abs(written[i] - due[i]) > 2} == {}


def test_no_dataset_is_the_answer_of_more_than_one_fresh_text_in_fifty() -> None:
    answers = Counter(line.dataset for line in FRESH)

    assert [i for i, count in answers.items() if count * 50 > len(FRESH)] == []
