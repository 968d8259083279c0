"""Lines of utilities and single materials, as our own template writes them, find their dataset.

And where an answer is near and not the thing itself, or is counted in another kind of unit, the
line is told so.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from footprint.quantities import unit_name
from lca_db.engine import open_engine
from lca_db.inventory.dataset_matching import match_line
from lca_db.inventory.matching.confidence import FITS_FROM, NEAR
from lca_db.inventory.matching.values import Question, Reason, Suggestion
from lca_db.schema import upgrade
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import SERVICE
from tests.support.matching_score import RELEASE_ID, with_shipped_release

LINES = {
    ("电", "度"): "electricity-grid-cn-2024",
    ("电", "kWh"): "electricity-grid-cn-2024",
    ("电 electricity", "kWh"): "electricity-grid-cn-2024",
    ("电力", "kWh"): "electricity-grid-cn-2024",
    ("天然气", "Nm3"): "natural-gas-burned-by-volume-cn",
    ("天然气", "m3"): "natural-gas-burned-by-volume-cn",
    ("柴油", "L"): "diesel-burned-by-mass-cn",
    ("diesel", "L"): "diesel-burned-by-mass-cn",
    ("汽油", "升"): "gasoline-burned-by-mass-cn",
    ("自来水", "t"): "water-tap-cn",
    ("自来水", "m3"): "water-tap-cn",
    ("生产用水", "t"): "water-tap-cn",
    ("水", "m3"): "water-tap-cn",
    ("水", "吨"): "water-tap-cn",
    ("污水", "t"): "wastewater-treatment-cn",
    ("钢", "kg"): "steel-hot-rolled-cn",
    ("铁", "kg"): "steel-hot-rolled-cn",
    ("铜", "kg"): "copper-cathode-cn",
    ("铝", "kg"): "aluminium-primary-cn",
    ("鋁", "kg"): "aluminium-primary-cn",
    ("纸", "kg"): "copy-paper-cn",
    ("煤", "t"): "coal-burned-by-mass-cn",
    ("天然气", "MJ"): "natural-gas-burned-cn",
    ("柴油", "MJ"): "diesel-burned-cn",
    ("锂电池 280Ah", "支"): "lfp-cell-cn",
    ("HS 7604.21 型材", "kg"): "aluminium-profile-primary-cn",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('lines') / 'lines.db'}")
    upgrade(engine)
    yield with_shipped_release(engine)
    engine.dispose()


def best(engine: Engine, text: str, unit: str) -> Suggestion:
    with UnitOfWork(engine, SERVICE, read_only=True) as uow:
        question = Question(text=text, unit=unit_name(unit))
        return match_line(uow.inventory, RELEASE_ID, question)[0]


def told(suggestion: Suggestion, reason: Reason) -> list[str]:
    return [because.value for because in suggestion.reasons if because.reason is reason]


@pytest.mark.parametrize(("text", "unit"), LINES)
def test_a_short_line_finds_its_dataset_and_says_that_it_fits(
    engine: Engine, text: str, unit: str
) -> None:
    found = best(engine, text, unit)
    assert found.candidate.dataset_id == LINES[text, unit]
    assert found.confidence >= FITS_FROM


@pytest.mark.parametrize(
    ("text", "unit", "how"),
    [
        ("柴油", "L", "1 L = 0.83 kg"),
        ("汽油", "L", "1 L = 0.748 kg"),
        ("自来水", "t", "1 t = 1 m3"),
        ("自来水", "kg", "1 kg = 0.001 m3"),
        ("纯水", "m3", "1 m3 = 998 kg"),
    ],
)
def test_a_unit_of_another_kind_is_told_by_density_first_of_all(
    engine: Engine, text: str, unit: str, how: str
) -> None:
    first = best(engine, text, unit).reasons[0]
    assert (first.reason, first.value) == (Reason.BY_DENSITY, how)


@pytest.mark.parametrize("text", ["天然气", "压缩空气"])
def test_a_cubic_metre_of_gas_is_asked_for_its_temperature(engine: Engine, text: str) -> None:
    assert best(engine, text, "m3").reasons[0].reason is Reason.GAS_VOLUME
    assert told(best(engine, text, "Nm3"), Reason.GAS_VOLUME) == []


@pytest.mark.parametrize("text", ["天然气", "柴油"])
def test_fuel_that_is_burnt_with_its_supply_is_not_taken_for_the_supply(
    engine: Engine, text: str
) -> None:
    assert "supply" not in told(best(engine, text, "MJ"), Reason.DIFFERS)
    assert best(engine, f"{text} 上游", "MJ").candidate.dataset_id.endswith("-supply-cn")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PC/ABS 外壳", Reason.BLEND),
        ("PC+ABS C2950", Reason.BLEND),
        ("电阻 0603 10k", Reason.STANDS_IN),
        ("PMMA", Reason.STANDS_IN),
        ("岩棉板", Reason.STANDS_IN),
        ("工作服", Reason.STANDS_IN),
    ],
)
def test_a_blend_and_a_stand_in_are_near_at_most(engine: Engine, text: str, reason: Reason) -> None:
    found = best(engine, text, "kg")
    assert found.reasons[0].reason is reason
    assert found.confidence <= NEAR


@pytest.mark.parametrize(
    "text",
    [
        *("PC料", "ABS PA-757", "PP料", "塑料件", "SUS304 2B", "PET切片"),
        *("PVC", "PVC料", "pvc颗粒", "塑胶", "plastic parts", "箱板纸", "成衣"),
    ],
)
def test_the_thing_itself_has_no_such_limit(engine: Engine, text: str) -> None:
    found = best(engine, text, "kg")
    assert not told(found, Reason.BLEND)
    assert not told(found, Reason.STANDS_IN)
    assert found.confidence > NEAR


@pytest.mark.parametrize("text", ["卡车运输", "lorry", "汽运", "truck", "公路运输"])
def test_an_average_truck_is_what_road_freight_is_called(engine: Engine, text: str) -> None:
    found = best(engine, text, "tkm")
    assert found.candidate.dataset_id == "freight-road-heavy-cn"
    assert not told(found, Reason.STANDS_IN)
    assert found.confidence > NEAR


def test_a_synonym_of_an_average_is_not_told_to_stand_in(engine: Engine) -> None:
    """Its confidence is low for want of a lead, and not because something stands in."""
    found = best(engine, "牛卡纸", "kg")
    assert found.candidate.dataset_id == "containerboard-cn"
    assert not told(found, Reason.STANDS_IN)


@pytest.mark.parametrize("text", ["xxncm532 正极", "zznca 电芯"])
def test_a_pattern_that_begins_inside_a_word_is_no_fault(engine: Engine, text: str) -> None:
    assert best(engine, text, "kg").candidate.dataset_id.startswith(("nmc", "nca"))
