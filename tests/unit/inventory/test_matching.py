"""Ranking of the datasets a line may be: each reason counts, and nothing fits is possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields, replace

import pytest

from lca_db.inventory.matching.atoms import atoms
from lca_db.inventory.matching.confidence import FITS_FROM, confidence
from lca_db.inventory.matching.knowledge import facets, meanings
from lca_db.inventory.matching.ranking import WEIGHTS, Scored, Weights, converts, rank
from lca_db.inventory.matching.reading import read_line
from lca_db.inventory.matching.retrieval import MOST_CANDIDATES, retrieved, terms_of
from lca_db.inventory.matching.suggesting import suggestions
from lca_db.inventory.matching.values import Candidate, Question, Reason


def a_candidate(dataset_id: str, zh: str, en: str, *synonyms: str, **more: object) -> Candidate:
    plain = Candidate(
        dataset_id=dataset_id,
        names={"zh-Hans": zh, "en": en},
        synonyms=synonyms,
        unit="kg",
        location="CN",
        year="2024",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


STEEL = a_candidate("stainless-cn", "304不锈钢卷", "Stainless steel 304", "不锈钢", "SUS304")
TUBE = a_candidate("pipe-cn", "焊接钢管", "Welded steel pipe", "钢管", "方管")
PLATE = a_candidate("plate-cn", "热轧钢板卷", "Hot rolled steel coil", "热轧钢板", "Q235")
PET = a_candidate("pet-cn", "聚对苯二甲酸乙二醇酯", "PET resin", "PET", "PET切片")
PE = a_candidate("pe-cn", "聚乙烯", "Polyethylene", "PE", "PE料")
ALL = (STEEL, TUBE, PLATE, PET, PE)


def ranked(
    text: str,
    candidates: Iterable[Candidate] = ALL,
    *,
    weights: Weights = WEIGHTS,
    confirmed: Iterable[str] = (),
    unit: str = "",
    location: str = "",
    category: str = "",
) -> tuple[Scored, ...]:
    known = tuple(candidates)
    frequencies = Counter(gram for candidate in known for gram in candidate.grams)
    question = Question(text=text, unit=unit, location=location, category=category)
    return rank(question, known, frequencies, confirmed, weights)


def best(
    text: str,
    candidates: Iterable[Candidate] = ALL,
    *,
    unit: str = "",
    location: str = "",
    category: str = "",
) -> str:
    found = ranked(text, candidates, unit=unit, location=location, category=category)
    return found[0].candidate.dataset_id


def reasons(scored: Scored) -> dict[Reason, float]:
    return {because.reason: because.weight for because in scored.reasons}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("SUS304", ("sus", "304")),
        ("sus-304", ("sus", "304")),
        ("ＳＵＳ　３０４不鏽鋼", ("sus", "304", "不", "锈", "钢")),
        ("água 0.5", ("agua", "0", "5")),
        ("", ()),
    ],
)
def test_a_text_is_cut_into_characters_letters_and_figures(
    text: str, written: tuple[str, ...]
) -> None:
    assert atoms(text).parts == written


@pytest.mark.parametrize(
    ("text", "name", "at"),
    [
        ("PET切片", "PE", -1),
        ("3040 板", "304", -1),
        ("SUS304板", "304", 1),
        ("A级 钢管", "钢管", 2),
        ("钢管", "", -1),
    ],
)
def test_a_name_stands_in_a_text_with_its_parts_whole(text: str, name: str, at: int) -> None:
    assert atoms(text).find(atoms(name)) == at


def test_the_longer_name_wins_and_pe_is_not_pet() -> None:
    assert best("PET 切片 纤维级") == "pet-cn"
    assert best("PE料 中空") == "pe-cn"


AVERAGE = ("保温材料平均（代用数据）", "Insulation, average (proxy)")


@pytest.mark.parametrize(
    ("names", "text", "is_told"),
    [
        (AVERAGE, "隔热毡", False),
        (AVERAGE, "岩棉", True),
        (("聚氯乙烯，中国平均（草稿）", "Polyvinyl chloride, China average"), "岩棉", False),
        (("组件（英国IT设备代用数据）", "Parts, as IT equipment"), "隔热毡", True),
    ],
)
def test_a_synonym_names_an_average_unless_it_is_one_kind_of_the_group(
    names: tuple[str, str], text: str, is_told: bool
) -> None:
    found = ranked(text, [a_candidate("group-cn", *names, "隔热毡", "岩棉")])[0]
    assert (Reason.STANDS_IN in reasons(found)) is is_told


def test_what_a_grade_stands_for_is_found_without_its_name() -> None:
    assert best("SS400 t6.0") == "plate-cn"
    assert Reason.TRADE_WORD in reasons(ranked("SS400 t6.0")[0])


def test_a_grade_says_what_it_is_made_of_and_a_name_what_it_is() -> None:
    without = ranked("焊接钢管 SS400", weights=replace(WEIGHTS, grade=3.0))
    assert best("焊接钢管 SS400") == "pipe-cn"
    assert without[0].candidate.dataset_id == "plate-cn"


def test_a_slip_of_the_pen_is_forgiven() -> None:
    found = ranked("polyethilene granules")[0]
    assert found.candidate.dataset_id == "pe-cn"
    assert Reason.CLOSE_NAME in reasons(found)


def test_a_name_that_only_says_what_it_is_for_counts_less() -> None:
    paste = a_candidate("paste-cn", "银浆", "Paste", "银浆")
    assert best("银浆 不锈钢用", [STEEL, paste]) == "paste-cn"
    assert best("不锈钢 银浆用", [STEEL, paste]) == "stainless-cn"


def test_a_name_inside_a_longer_one_counts_less() -> None:
    gold = a_candidate("gold-cn", "黄金", "Gold", "金锭")
    magnesium = a_candidate("magnesium-cn", "镁", "Magnesium", "镁合金锭")
    alone, beside = ranked("镁合金锭", [gold])[0], ranked("镁合金锭", [gold, magnesium])[1]
    assert beside.score < alone.score


def test_a_unit_of_another_kind_rules_a_dataset_out_all_but() -> None:
    by_piece = replace(STEEL, dataset_id="a-by-piece", unit="piece")
    assert best("SUS304", [by_piece, STEEL], unit="t") == "stainless-cn"
    assert best("SUS304", [by_piece, STEEL], unit="piece") == "a-by-piece"
    assert converts("t", "kg")
    assert not converts("Nm3", "m3")


def test_place_decides_between_equals() -> None:
    here = replace(STEEL, dataset_id="z-here", location="CN-GD")
    assert best("SUS304", [STEEL, here]) == "stainless-cn"
    assert best("SUS304", [STEEL, here], location="CN-GD") == "z-here"


def test_industry_and_codes_count() -> None:
    other = replace(STEEL, dataset_id="z-other", industry="electronics")
    assert best("SUS304", [STEEL, other], category="electronics") == "z-other"
    coded = replace(STEEL, dataset_id="z-coded", codes={"HS": ("7219.33",)})
    assert best("SUS304", [STEEL, coded], category="7219.33") == "z-coded"
    assert best("SUS304 HS 7219.33", [STEEL, coded]) == "z-coded"
    assert best("SUS304 17219.33", [STEEL, coded]) == "stainless-cn"


def test_the_year_that_is_named_decides_else_the_newer() -> None:
    old = a_candidate("grid-2023", "电网电力", "Grid", "市电", year="2023", unit="kWh")
    new = replace(old, dataset_id="grid-2024", year="2024")
    assert best("市电", [old, new]) == "grid-2024"
    assert best("市电 2023", [old, new]) == "grid-2023"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PE料 再生 PCR", "recycled"),
        ("PE料", "primary"),
        ("PE膜 废料 焚烧", "burnt"),
        ("PE料 注塑加工费 外发", "service"),
    ],
)
def test_facets_tell_goods_from_services_waste_and_recyclate(text: str, expected: str) -> None:
    kinds = [
        a_candidate("primary", "聚乙烯", "Polyethylene", "PE料", "PE膜"),
        a_candidate("recycled", "再生聚乙烯", "Recycled polyethylene", "再生PE料"),
        a_candidate("burnt", "焚烧，聚乙烯", "Incineration of polyethylene", "PE膜焚烧"),
        a_candidate("service", "PE加工服务", "Moulding, service", "注塑加工", "PE料加工"),
    ]
    assert best(text, kinds) == expected


def test_what_was_confirmed_before_comes_first_unless_its_unit_cannot_fit() -> None:
    assert ranked("SUS304", confirmed=["pe-cn"])[0].candidate.dataset_id == "pe-cn"
    piece = replace(PE, unit="piece")
    found = ranked("SUS304", [STEEL, piece], confirmed=["pe-cn"], unit="kg")
    assert found[0].candidate.dataset_id == "stainless-cn"


def test_nothing_fits_is_said_by_a_low_confidence() -> None:
    assert suggestions(ranked("玩具公仔 公司货"), 3)[0].confidence < FITS_FROM
    assert suggestions(ranked("SUS304 2B", unit="kg"), 3)[0].confidence > FITS_FROM
    assert suggestions((), 3) == ()


def test_confidence_grows_with_score_and_lead_and_stays_a_share() -> None:
    assert confidence(3.0, 1.0) < confidence(4.0, 2.0)
    assert confidence(4.0, 3.9) < confidence(4.0, 1.0)
    assert 0.0 < confidence(-1e9, 1e9) < confidence(1e9, None) <= 1.0


def test_the_confidences_of_one_line_do_not_exceed_certainty() -> None:
    first, second, *_ = suggestions(ranked("SUS304 焊接钢管 方管", unit="kg"), 5)
    assert first.confidence + second.confidence <= 1.0


def test_the_reasons_add_up_to_the_score() -> None:
    for scored in ranked("SUS304 方管 焊接", unit="kg", location="CN"):
        assert scored.score == pytest.approx(sum(b.weight for b in scored.reasons))


def test_a_rare_word_outweighs_a_common_one_among_candidates() -> None:
    terms = [("common", False), ("rare", False), ("everywhere", False)]
    hits = [("a", "b", "c"), ("z",), ("a", "b", "c", "d")]
    found = retrieved(terms, hits, most_hits=3)
    assert found.dataset_ids == ("z", "a", "b", "c")
    assert found.frequencies == {"common": 3, "rare": 1, "everywhere": 4}


def test_candidates_are_limited() -> None:
    ids = tuple(f"d{n}" for n in range(300))
    assert len(retrieved([("w", False)], [ids], 300).dataset_ids) == MOST_CANDIDATES


def test_the_index_is_asked_for_pairs_words_and_what_trade_words_stand_for() -> None:
    terms = terms_of(read_line("鋁錠 SPCC aluminium"))
    assert {("铝锭", False), ("spcc", False), ("alumi", True), ("冷轧", False)} <= set(terms)


def test_every_row_of_the_tables_can_be_read_and_has_a_reason() -> None:
    assert all(meaning.means and meaning.reason for meaning in meanings())
    assert all(m.written.parts for m in meanings() if m.pattern is None)
    assert len({facet.name for facet in facets()}) == len(facets())
    assert {f.name for f in fields(Weights)} >= {"name", "words", "facets", "unit"}
