"""Laws of matching: script, width and the order of candidates change nothing; it never fails."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from lca_db.inventory.matching.ranking import rank
from lca_db.inventory.matching.reading import read_line
from lca_db.inventory.matching.retrieval import terms_of
from lca_db.inventory.matching.suggesting import suggestions
from lca_db.inventory.matching.text_key import text_sha256
from lca_db.inventory.matching.values import Candidate, Question
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.values import dataset_entry
from tests.support.matching_score import texts_of


@cache
def candidates() -> tuple[Candidate, ...]:
    """One shipped dataset in twelve."""
    entries = [dataset_entry(process) for process in load_reference()[0].processes[::12]]
    return tuple(
        Candidate(
            dataset_id=entry.dataset_id,
            names=dict(entry.names),
            synonyms=entry.synonyms,
            unit=entry.unit,
            location=entry.location,
            year=entry.year,
            industry=entry.industry,
        )
        for entry in entries
    )


LINES = st.sampled_from([line.text for line in texts_of("tuning")])
TO_TRADITIONAL = OpenCC("s2t")


def ranking(text: str, known: tuple[Candidate, ...]) -> list[tuple[str, float]]:
    return [
        (scored.candidate.dataset_id, round(scored.score, 9))
        for scored in rank(Question(text=text, unit="kg"), known, {})
    ]


@given(LINES)
def test_both_scripts_give_the_same_terms_and_ranking(text: str) -> None:
    traditional = TO_TRADITIONAL.convert(text)
    simplified = OpenCC("t2s").convert(traditional)
    assert terms_of(read_line(traditional)) == terms_of(read_line(simplified))
    assert ranking(traditional, candidates()) == ranking(simplified, candidates())
    assert text_sha256(traditional) == text_sha256(simplified)


@given(LINES, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(text: str, random: object) -> None:
    shuffled = list(candidates())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranking(text, tuple(shuffled)) == ranking(text, candidates())


@given(LINES)
def test_case_and_width_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert ranking(text.upper(), candidates()) == ranking(text.lower(), candidates())
    assert ranking(wide, candidates()) == ranking(text, candidates())


@given(st.text(max_size=600), st.sampled_from(["", "kg", "kWh", "piece"]))
def test_any_text_is_answered(text: str, unit: str) -> None:
    found = suggestions(rank(Question(text=text, unit=unit), candidates(), {}), 5)
    assert len(found) == 5
    assert all(0.0 <= suggestion.confidence <= 1.0 for suggestion in found)
    assert all(word for word, _ in terms_of(read_line(text)))
