"""The labelled bill-of-materials texts are many, decided, spread, and not names of datasets."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

from footprint.inventory import Process
from footprint.quantities import conversion_factor
from lca_db.inventory.reference_files import load_reference
from tests.support.bom_texts import BOM_TEXTS, COLUMNS, half_of, read_bom_texts

TEXTS = read_bom_texts()


@lru_cache
def datasets() -> dict[str, Process]:
    return {process.id: process for process in load_reference()[0].processes}


def folded(text: str) -> str:
    """Without what hides that two texts are the same: width, case, blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def own_names() -> set[str]:
    """Every name and synonym of every dataset, folded."""
    found: set[str] = set()
    for process in datasets().values():
        names, synonyms = process.content["name"], process.content["synonyms"]
        assert isinstance(names, dict)
        assert isinstance(synonyms, list)
        found |= {folded(name) for name in (*names.values(), *synonyms)}
    return found


def test_the_file_has_the_columns_and_at_least_450_texts() -> None:
    header = BOM_TEXTS.read_text(encoding="utf-8").splitlines()[0]

    assert header == ",".join(COLUMNS)
    assert len(TEXTS) >= 450


def test_every_text_is_written_and_has_no_blanks_around_it() -> None:
    assert [line for line in TEXTS if not line.text or line.text != line.text.strip()] == []


def test_no_text_stands_twice_whatever_its_width_case_and_blanks() -> None:
    counted = Counter(folded(line.text) for line in TEXTS)

    assert [text for text, times in counted.items() if times > 1] == []


def test_every_label_is_a_shipped_dataset() -> None:
    unknown = [(line.text, i) for line in TEXTS for i in line.right if i not in datasets()]

    assert unknown == []


def test_no_dataset_is_right_twice_for_one_text() -> None:
    assert [line.text for line in TEXTS if len(set(line.right)) < len(line.right)] == []


def test_every_unit_converts_to_that_of_every_right_dataset() -> None:
    for line in TEXTS:
        for identity in line.right:
            assert conversion_factor(line.unit, datasets()[identity].unit) > 0, line.text


def test_the_halves_follow_the_hash_of_the_text_and_are_both_large() -> None:
    sizes = Counter(line.half for line in TEXTS)

    assert [line.text for line in TEXTS if line.half != half_of(line.text)] == []
    assert min(sizes["tuning"], sizes["test"]) >= 200


def test_every_industry_of_ten_datasets_has_ten_texts_and_no_industry_is_left_out() -> None:
    shipped = Counter(process.content["industry"] for process in datasets().values())
    written = Counter(datasets()[line.dataset].content["industry"] for line in TEXTS)

    few = {i: written[i] for i, count in shipped.items() if written[i] < min(count, 10)}
    assert few == {}


def test_no_dataset_is_the_answer_of_more_than_one_text_in_fifty() -> None:
    answers = Counter(line.dataset for line in TEXTS)

    assert [i for i, count in answers.items() if count * 50 > len(TEXTS)] == []


def test_at_most_one_text_in_twenty_is_merely_a_name_or_synonym() -> None:
    names = own_names()
    equal = [line.text for line in TEXTS if folded(line.text) in names]

    assert len(equal) * 20 <= len(TEXTS), equal
