"""Confirmed matches: one for each text of an organisation, seen and forgotten by itself alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from labels.access import Scope
from lca_db.errors import NotFound, StorageError
from lca_db.inventory.matching.text_key import text_sha256
from lca_db.records.matches.values import ConfirmedMatch
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import a_match as any_match
from tests.database.world import OTHER_MAKER, OTHERS, OWN, SERVICE, found
from tests.support.cases import MAKER, NOW


def a_match(**changes: Any) -> ConfirmedMatch:
    return any_match(**({"text_sha256": text_sha256("白料 A 级")} | changes))


@pytest.fixture
def engine(database: Engine) -> Engine:
    found(database)
    with UnitOfWork(database, OWN) as uow:
        uow.matches.confirm(a_match())
        uow.commit()
    return database


def kept(engine: Engine, scope: Scope = OWN) -> list[tuple[str, str]]:
    with UnitOfWork(engine, scope, read_only=True) as uow:
        return [(match.text, match.dataset_id) for match in uow.matches.list_().items]


@pytest.mark.parametrize("text", ["白料 A 级", "白料a级", "白料　Ａ級", " 白料-A-級 "])
def test_a_text_is_the_same_in_either_script_width_and_spacing(engine: Engine, text: str) -> None:
    with UnitOfWork(engine, OWN, read_only=True) as uow:
        confirmed = uow.matches.confirmed_for(
            MAKER,
            [
                text_sha256(t)
                for t in (
                    text,
                    "another",
                )
            ],
        )
    assert {key: match.dataset_id for key, match in confirmed.items()} == {
        text_sha256("白料 A 级"): "pp-cn"
    }


def test_a_later_choice_takes_the_place_of_the_earlier(engine: Engine) -> None:
    later = a_match(
        id="mtc_2",
        text="白料A級",
        text_sha256=text_sha256("白料A級"),
        dataset_id="abs-cn",
        confirmed_at=NOW + timedelta(days=1),
    )
    with UnitOfWork(engine, OWN) as uow:
        stored = uow.matches.confirm(later)
        uow.commit()
    assert (stored.id, stored.dataset_id) == ("mtc_1", "abs-cn")
    assert kept(engine) == [("白料A級", "abs-cn")]


def test_another_organisations_choice_is_not_there(engine: Engine) -> None:
    with UnitOfWork(engine, OTHERS) as uow:
        assert uow.matches.confirmed_for(MAKER, [text_sha256("白料 A 级")]) == {}
        assert uow.matches.confirmed_for(OTHER_MAKER, [text_sha256("白料 A 级")]) == {}
        with pytest.raises(NotFound):
            uow.matches.forget("mtc_1")
    with (
        pytest.raises(StorageError, match="scope-violated"),
        UnitOfWork(engine, OTHERS) as uow,
    ):
        uow.matches.confirm(a_match(dataset_id="abs-cn"))
    assert kept(engine) == [("白料 A 级", "pp-cn")]


def test_who_sees_everything_still_asks_for_one_organisation(engine: Engine) -> None:
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        assert uow.matches.confirmed_for(OTHER_MAKER, [text_sha256("白料 A 级")]) == {}
        assert len(uow.matches.confirmed_for(MAKER, [text_sha256("白料 A 级")])) == 1


def test_two_organisations_choose_differently_for_one_text(engine: Engine) -> None:
    with UnitOfWork(engine, OTHERS) as uow:
        uow.matches.confirm(a_match(id="mtc_2", organisation_id=OTHER_MAKER, dataset_id="tdi-cn"))
        uow.commit()
    assert kept(engine) == [("白料 A 级", "pp-cn")]
    assert kept(engine, OTHERS) == [("白料 A 级", "tdi-cn")]


def test_a_forgotten_choice_is_gone(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        uow.matches.forget("mtc_1")
        uow.commit()
    assert kept(engine) == []
    with pytest.raises(NotFound), UnitOfWork(engine, OWN) as uow:
        uow.matches.forget("mtc_1")
