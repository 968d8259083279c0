"""How a dataset is described beside its numbers: the industry it belongs to, and its pedigree.

The pedigree is the five data quality indicators of the field, each from 1 (best) to 5 (worst):
reliability of the source, completeness of the sample, and how far time, geography and technology
of the figures lie from what the dataset stands for.
"""

from __future__ import annotations

from enum import StrEnum

PEDIGREE = ("reliability", "completeness", "time", "geography", "technology")
BEST, WORST = 1, 5


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
