"""Inventory releases and the search for datasets: the same answers from both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from lca_db.errors import Conflict, NotFound
from lca_db.inventory.values import DatasetQuery, dataset_entry
from lca_db.inventory.words import index_words, search_terms
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import OWN, SERVICE, a_dataset, a_release
from tests.support.builders import a_process
from tests.support.cases import NOW

DATASETS = (
    a_dataset("aluminium-primary-cn", "原铝（电解铝）", "Aluminium, primary ingot", "铝锭"),
    a_dataset("aluminium-secondary-cn", "再生铝", "Aluminium, secondary"),
    a_dataset("electricity-hydro-cn-2024", "水电", "Electricity, hydropower", "água"),
    a_dataset("steel-bof-cn", "转炉钢材", "Steel, basic oxygen furnace"),
    a_dataset("steel-eaf-cn", "电炉钢", "Steel, electric arc furnace"),
    a_dataset("solar-glass-cn", "光伏玻璃", "Solar glass", "GLASS 100% \"quoted\" 'a' & b | !c"),
)


@pytest.fixture
def engine(database: Engine) -> Engine:
    with UnitOfWork(database, SERVICE) as uow:
        uow.inventory.add_release(a_release(), DATASETS)
        uow.inventory.add_release(
            a_release("rel_0", NOW - timedelta(days=1)), [a_dataset("steel-old", "钢材", "Steel")]
        )
        uow.commit()
    return database


def searched(uow: UnitOfWork, release_id: str, wanted: str, limit: int = 50) -> list[str]:
    page = uow.inventory.find(release_id, DatasetQuery(text=wanted), limit=limit)
    return [entry.dataset_id for entry in page.items]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("电解铝", ["aluminium-primary-cn"]),
        ("铝", ["aluminium-primary-cn", "aluminium-secondary-cn"]),
        ("钢材", ["steel-bof-cn"]),
        ("钢", ["steel-eaf-cn", "steel-bof-cn"]),
        ("steel", ["steel-eaf-cn", "steel-bof-cn"]),
        ("STEEL furn", ["steel-eaf-cn", "steel-bof-cn"]),
        ("ｓｔｅｅｌ arc", ["steel-eaf-cn"]),
        ("steel-bof-cn", ["steel-bof-cn"]),
        ("agua", ["electricity-hydro-cn-2024"]),
        ("Água 水电", ["electricity-hydro-cn-2024"]),
        ("alumin 铝锭", ["aluminium-primary-cn"]),
        ("材钢", []),
        ("nothing like it", []),
        ("  %_* \"'\\ ", []),
        ("glass' OR 1=1 --", []),
        ('"quoted" & b | !c', ["solar-glass-cn"]),
    ],
)
def test_a_dataset_is_found_by_its_words(engine: Engine, wanted: str, expected: list[str]) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        found = searched(uow, "rel_1", wanted)
    assert found == expected


def test_the_first_of_many_are_the_first_of_all(database: Engine) -> None:
    """The index picks them before the rows are read; the limit must not change who comes first."""
    entries = [
        a_dataset(
            f"bolt-{n:03d}", "螺栓", "Bolt " + " ".join(f"w{n}x{i}" for i in range(n * 7 % 40))
        )
        for n in range(150)
    ]
    with UnitOfWork(database, SERVICE) as uow:
        uow.inventory.add_release(a_release(), entries)
        uow.inventory.add_release(a_release("rel_2"), [a_dataset("bolt", "螺栓", "Bolt")])
        uow.commit()
    everyone = sorted(
        (word_count, e.dataset_id)
        for e in entries
        for words in [index_words((e.dataset_id, *e.names.values(), e.location, e.year))]
        for word_count in [words.count(" ")]
    )
    last = everyone[-1][1]
    with UnitOfWork(database, SERVICE, read_only=True) as uow:
        found = searched(uow, "rel_1", "bolt", limit=30)
        assert found == [dataset_id for _, dataset_id in everyone[:30]]
        assert searched(uow, "rel_1", last.upper(), limit=1) == [last]


def test_a_search_stays_within_its_release_and_its_limit(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert searched(uow, "rel_0", "steel") == ["steel-old"]
        assert len(searched(uow, "rel_1", "cn", limit=2)) == 2
        assert len(searched(uow, "rel_1", "cn", limit=10**9)) == len(DATASETS)


def test_a_very_long_question_is_cut_and_not_an_error(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        wanted = " ".join(["钢材", *["steel"] * 9999])
        assert searched(uow, "rel_1", wanted) == ["steel-bof-cn"]
        assert searched(uow, "rel_1", " ".join(f"w{n}" for n in range(9999))) == []
        assert searched(uow, "rel_1", "w" * 99_999) == []


def test_a_release_comes_back_as_it_was(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        assert uow.inventory.current_release() == a_release()
        assert uow.inventory.get_release("rel_0").created_at == NOW - timedelta(days=1)
        assert [r.id for r in uow.inventory.list_releases().items] == ["rel_1", "rel_0"]
        assert uow.inventory.get_dataset("rel_1", "steel-bof-cn") == DATASETS[3]
        assert {e.dataset_id for e in uow.inventory.find("rel_1", DatasetQuery()).items} == {
            entry.dataset_id for entry in DATASETS
        }
        with pytest.raises(NotFound):
            uow.inventory.get_release("rel_9")
        with pytest.raises(NotFound):
            uow.inventory.get_dataset("rel_0", "steel-bof-cn")


def test_a_release_is_added_once(engine: Engine) -> None:
    with pytest.raises(Conflict, match="conflict"), UnitOfWork(engine, SERVICE) as uow:
        uow.inventory.add_release(a_release(), DATASETS)


def test_an_empty_database_has_no_release(database: Engine) -> None:
    with UnitOfWork(database, OWN, read_only=True) as uow:
        assert uow.inventory.current_release() is None


def test_a_process_gives_an_entry_with_its_names() -> None:
    steel = replace(
        a_process("steel"), content={"name": {"en": "Steel", "pt": "Aço"}, "synonyms": ["x"]}
    )
    entries = [dataset_entry(process) for process in (a_process("bare"), steel)]
    assert [(e.dataset_id, e.names, e.synonyms) for e in entries] == [
        ("bare", {}, ()),
        ("steel", {"en": "Steel", "pt": "Aço"}, ("x",)),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("电解铝", "电解 解铝 铝"),
        ("水", "水"),
        ("Aço AÇO", "aco"),
        ("PP-R 20%", "pp r 20"),
        ("1kWh锂电池", "1kwh 1 kwh 锂电 电池 池"),
        ("SUS304", "sus304 sus 304"),
        ("嶺鋁", "岭铝 铝"),
        ("", ""),
    ],
)
def test_words_are_pairs_of_chinese_and_whole_words_of_the_rest(text: str, words: str) -> None:
    assert index_words([text]) == words


def test_every_word_of_a_text_is_found_by_the_terms_of_its_parts() -> None:
    """Whoever types a piece of a name asks for beginnings that the name's words have."""
    name = "单晶硅光伏组件 Mono-Si module 550 W"
    words = index_words([name]).split()
    for start in range(len(name)):
        for end in range(start + 1, len(name) + 1):
            if start == 0 or not name[start - 1].isascii():  # Latin words from their beginning
                terms = search_terms(name[start:end])
                assert all(any(word.startswith(term) for word in words) for term in terms)
