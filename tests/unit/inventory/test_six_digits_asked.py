"""Six digits in a search: a month of a year, or a customs code that a heading answers too."""

from __future__ import annotations

import pytest

from lca_db.inventory.asking import asked_for
from lca_db.inventory.dataset_search import holding


def question(asked: str) -> str:
    return str(holding("sqlite", "rel_1", asked_for(asked)).compile().params["question"])


@pytest.mark.parametrize("asked", ["202401", "199912"])
def test_a_month_is_searched_as_it_is(asked: str) -> None:
    assert f'"{asked}"' in question(asked)
    assert f'"{asked[:4]}"' not in question(asked)


@pytest.mark.parametrize("asked", ["760429", "190531", "200990", "190100", "210690"])
def test_a_customs_code_is_also_searched_by_its_heading(asked: str) -> None:
    """Chapters 19 and 20 are food: their codes begin as years do."""
    assert f'"{asked}"' in question(asked)
    assert f'"{asked[:4]}"' in question(asked)
