"""What datasets are looked for by, as it stands in an address: the same for API and pages."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from fastapi import Depends, Query

from api.schemas.numbers import WholeNumber
from footprint.supply_chain import TreeLimits
from lca_db.inventory.values import DatasetQuery

Status: TypeAlias = Literal["", "draft", "reviewed", "official"]
Kind: TypeAlias = Literal["", "unit-process", "aggregated"]
AskedChange = Annotated[
    Literal["", "added", "removed", "changed", "moved"], Query(description="Only such changes")
]
CodeText = Annotated[
    str,
    Query(
        max_length=20,
        pattern=r"^[0-9.-]*$",
        description="Beginning of an HS, CPC or CAS code, with or without dots; of the eight or ten"
        " digits of a customs form the first six are asked for",
        examples=["7606.11"],
    ),
]


def dataset_query(
    q: Annotated[str, Query(max_length=200, description="Words in any of the languages")] = "",
    industry: Annotated[
        str, Query(max_length=60, pattern=r"^[a-z0-9-]*$", description="Key of an industry")
    ] = "",
    review_status: Annotated[Status, Query(description="How far it was examined")] = "",
    location: Annotated[str, Query(max_length=60, description="Exactly this place")] = "",
    year: Annotated[str, Query(max_length=20, description="Exactly this year")] = "",
    kind: Annotated[Kind, Query(description="Unit process or aggregated system")] = "",
    code: CodeText = "",
) -> DatasetQuery:
    """The query of an address; a parameter left out or empty asks for nothing."""
    return DatasetQuery(
        text=q.strip(),
        industry=industry,
        review_status=review_status,
        location=location,
        year=year,
        kind=kind,
        code=code,
    )


AskedDatasets = Annotated[DatasetQuery, Depends(dataset_query)]


def tree_limits(
    cutoff: Annotated[
        str,
        Query(
            max_length=12,
            pattern=r"^[0-9]+(\.[0-9]+)?$",
            description="Smallest share of the total that is shown, 0 to 1",
        ),
    ] = "0.01",
    depth: Annotated[WholeNumber, Query(description="Levels below the product, 0 to 20")] = 6,
) -> TreeLimits:
    """The limits of a tree in an address.

    Raises:
        InventoryError: ``supply-chain-limit``.
    """
    return TreeLimits(cutoff=float(cutoff), depth=depth)


AskedTree = Annotated[TreeLimits, Depends(tree_limits)]
