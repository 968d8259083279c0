"""What the shipped electricity datasets hold: a mix, power at a plant or delivered, or the grid.

All of them are of the one family of life-cycle factors (electricity carbon footprint factors). The
other official family, generation CO2 by province, has no dataset and no word here, so that nothing
can mix the two. A dataset that is not in the table (imported, a supplier's own) is of no known
kind: what is made of it must say whether transmission is in it.
"""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

_TABLE = files("footprint") / "data" / "electricity_supply.csv"


class Supply(StrEnum):
    """What a kilowatt-hour of a dataset is.

    Attributes:
        MIX: Delivered from the grid as it comes, transmission and its losses in it.
        PLANT: As it leaves the plant, without transmission.
        DELIVERED: One kind of plant, with transmission and its losses.
        TRANSMISSION: The grid alone, for one kilowatt-hour delivered.
        UNKNOWN: Nobody says.
    """

    MIX = "mix"
    PLANT = "plant"
    DELIVERED = "delivered"
    TRANSMISSION = "transmission"
    UNKNOWN = "unknown"


@lru_cache(maxsize=1)
def _supplies() -> dict[str, tuple[Supply, str]]:
    with _TABLE.open(encoding="utf-8") as lines:
        return {
            row["dataset"]: (Supply(row["supply"]), row["transmission"])
            for row in csv.DictReader(lines)
        }


def known_datasets() -> frozenset[str]:
    """The datasets of the table."""
    return frozenset(_supplies())


def supply_of(dataset: str) -> Supply:
    """What is known of a dataset of electricity."""
    return _supplies().get(dataset, (Supply.UNKNOWN, ""))[0]


def transmission_for(dataset: str) -> str:
    """The dataset of the grid that carries power of a plant; "" where none is known or needed."""
    return _supplies().get(dataset, (Supply.UNKNOWN, ""))[1]
