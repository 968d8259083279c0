"""What an address asks of a study's flows: where the Sankey ends, what emitters are added up by."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from api.schemas.numbers import WholeNumber
from footprint.emitters import EmitterGroup
from footprint.sankey import MOST_DATASETS, SankeyLimits

ALL_GROUPS = tuple(EmitterGroup)
DEFAULT_GROUP = EmitterGroup.PROCESS


def sankey_limits(
    cutoff: Annotated[
        str,
        Query(
            max_length=12,
            pattern=r"^[0-9]+(\.[0-9]+)?$",
            description="Smallest flow that is opened, of the sum of absolute impacts, 0 to 1",
        ),
    ] = "0.01",
    datasets: Annotated[
        WholeNumber, Query(description=f"How many at most, 0 to {MOST_DATASETS}")
    ] = 40,
) -> SankeyLimits:
    """The limits of a Sankey in an address.

    Raises:
        InventoryError: ``supply-chain-limit``.
    """
    return SankeyLimits(cutoff=float(cutoff), datasets=datasets)


def small_sankey() -> SankeyLimits:
    """The limits of a Sankey that is drawn on a page."""
    return SankeyLimits(cutoff=0.02, datasets=14)


AskedSankey = Annotated[SankeyLimits, Depends(sankey_limits)]
AskedGroup = Annotated[EmitterGroup, Query(description="What to add up by")]
