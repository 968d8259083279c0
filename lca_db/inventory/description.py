"""How a dataset is described beside its numbers: its industry, its pedigree, and what follows.

The pedigree is the five data quality indicators of the field, each from 1 (best) to 5 (worst):
reliability of the source, completeness of the sample, and how far time, geography and technology
of the figures lie from what the dataset stands for. The distribution of every amount follows from
it (``footprint/uncertainty.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from footprint.errors import InventoryError
from footprint.inventory import EmissionKey
from footprint.uncertainty import Lognormal, emission_uncertainty, input_uncertainty


@dataclass(frozen=True)
class Uncertainty:
    """The distribution of every amount of a dataset, in the order of its exchanges."""

    inputs: tuple[Lognormal, ...]
    emissions: tuple[Lognormal, ...]


def uncertainty_of(body: Mapping[str, Any]) -> Uncertainty | None:
    """The distributions of a stored dataset; None where it has no pedigree to derive them from.

    Args:
        body: The dataset as ``footprint.inventory.process_body`` gives it.

    Raises:
        InventoryError: ``pedigree-malformed``.
    """
    pedigree = body["content"].get("pedigree")
    if pedigree is None:
        return None
    return Uncertainty(
        inputs=tuple(input_uncertainty(each["unit"], pedigree) for each in body["inputs"]),
        emissions=tuple(
            emission_uncertainty(EmissionKey.parse(each["key"]).substance, pedigree)
            for each in body["emissions"]
        ),
    )


def check_pedigree(pedigree: object, place: str) -> None:
    """Nothing for the pedigree of a dataset, or for none.

    Raises:
        InventoryError: ``pedigree-malformed`` where a score is missing, too much or out of range.
    """
    if pedigree is None:
        return
    try:
        input_uncertainty("kg", pedigree if isinstance(pedigree, Mapping) else {})
    except InventoryError as error:
        raise InventoryError(error.code, place, **error.parameters) from None


class Industry(StrEnum):
    """The key industries of the local inventory (method.md 3), and what all of them draw on."""

    ELECTRICITY = "electricity"
    FUELS_AND_HEAT = "fuels-and-heat"
    WATER = "water"
    TRANSPORT = "transport"
    WASTE_AND_RECYCLING = "waste-and-recycling"
    STEEL = "steel"
    ALUMINIUM = "aluminium"
    COPPER_AND_OTHER_METALS = "copper-and-other-metals"
    CEMENT_AND_CONCRETE = "cement-and-concrete"
    GLASS = "glass"
    CERAMICS = "ceramics"
    PLASTICS = "plastics"
    CHEMICALS = "chemicals"
    PAPER_AND_BOARD = "paper-and-board"
    PACKAGING = "packaging"
    WOOD_AND_FURNITURE = "wood-and-furniture"
    TEXTILES = "textiles"
    ELECTRONICS = "electronics"
    BATTERIES = "batteries"
    PHOTOVOLTAICS = "photovoltaics"
    APPLIANCES = "appliances"
    FOOD_AND_AGRICULTURE = "food-and-agriculture"
