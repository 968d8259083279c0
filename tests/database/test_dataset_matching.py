"""Matching a line with the datasets of a release: the same answers from both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from lca_db.inventory.dataset_matching import match_line
from lca_db.inventory.dataset_search import MOST_HITS
from lca_db.inventory.matching.values import Question, Suggestion
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import OWN, SERVICE, a_dataset, a_release

DATASETS = (
    a_dataset("abs-cn", "ABS树脂", "ABS resin", "ABS塑胶料"),
    a_dataset("aluminium-profile-cn", "铝型材", "Aluminium profile", "6063"),
    a_dataset("pet-cn", "聚对苯二甲酸乙二醇酯", "PET resin", "PET切片"),
    a_dataset("stainless-steel-cn", "304不锈钢卷", "Stainless steel 304", "不锈钢", "SUS304"),
    a_dataset("steel-cold-rolled-cn", "冷轧钢板卷", "Cold rolled steel", "冷轧钢板"),
)


@pytest.fixture
def engine(database: Engine) -> Engine:
    with UnitOfWork(database, SERVICE) as uow:
        uow.inventory.add_release(a_release(), DATASETS)
        uow.inventory.add_release(a_release("rel_0"), [a_dataset("old-cn", "不锈钢", "Steel")])
        uow.commit()
    return database


def matched(engine: Engine, text: str, unit: str = "kg", **more: str) -> tuple[Suggestion, ...]:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        return match_line(uow.inventory, "rel_1", Question(text=text, unit=unit, **more))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SUS 304 2B 1.0t", "stainless-steel-cn"),
        ("不鏽鋼板 304", "stainless-steel-cn"),
        ("6063-T5 鋁型材 L=1200", "aluminium-profile-cn"),
        ("perfil de alumínio 6063", "aluminium-profile-cn"),
        ("SPCC 冲压件 t1.6", "steel-cold-rolled-cn"),
        ("ＡＢＳ PA-757 黑", "abs-cn"),
        ("stainles steel sheet", "stainless-steel-cn"),
    ],
)
def test_a_line_finds_its_dataset(engine: Engine, text: str, expected: str) -> None:
    assert matched(engine, text)[0].candidate.dataset_id == expected


@pytest.mark.parametrize("text", ["", "   ", "xyzzy", "?!*\"'\\ & | :*", "玩具公仔"])
def test_a_line_of_unknown_words_has_no_suggestion(engine: Engine, text: str) -> None:
    assert matched(engine, text) == ()


def test_only_the_release_that_is_asked_is_read(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        found = match_line(uow.inventory, "rel_0", Question(text="SUS304 不锈钢"))
        assert [s.candidate.dataset_id for s in found] == ["old-cn"]
        assert uow.inventory.hits("rel_2", [("304", False)]) == ((),)
        assert uow.inventory.hits('it\'s "one" & \\ |', [("304", False)]) == ((),)


def test_words_are_found_whole_or_by_their_beginning_as_asked(engine: Engine) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        whole, beginning, pair = uow.inventory.hits(
            "rel_1", [("stainl", False), ("stainl", True), ("铝型", False)]
        )
    assert whole == ()
    assert beginning == ("stainless-steel-cn",)
    assert pair == ("aluminium-profile-cn",)


def test_a_word_that_too_many_carry_is_followed_no_further(database: Engine) -> None:
    many = [a_dataset(f"thing-{n}-cn", "东西", "Thing") for n in range(MOST_HITS + 5)]
    with UnitOfWork(database, SERVICE) as uow:
        uow.inventory.add_release(a_release(), [*many, a_dataset("rare-cn", "稀土", "Rare")])
        uow.commit()
    with UnitOfWork(database, OWN, read_only=True) as uow:
        (hits,) = uow.inventory.hits("rel_1", [("thing", False)])
    assert len(hits) == MOST_HITS + 1
    assert matched(database, "thing") == ()
    assert matched(database, "rare thing")[0].candidate.dataset_id == "rare-cn"
