"""On the wire: what comes of the declarations of a bill, beside the footprint itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.answers import DecimalText, Out
from footprint.allocation import AllocationMethod


class CoProductOut(Out):
    """A co-product: its share of what is common, or what it displaces."""

    name: str
    share: DecimalText
    displaced: Annotated[str, Field(description="The dataset it is credited with, or empty")]
    credit_kg_co2e: DecimalText


class AllocationAlternativeOut(Out):
    """The total under another method."""

    method: AllocationMethod
    share: DecimalText
    total_kg_co2e: DecimalText


class AllocationOut(Out):
    """How the burden of the process was shared among its products."""

    method: AllocationMethod
    reason: str
    share: Annotated[DecimalText, Field(description="Of the product of the study, 0 to 1")]
    shared_kg_co2e: Annotated[DecimalText, Field(description="What is shared, before it is")]
    co_products: list[CoProductOut]
    alternatives: list[AllocationAlternativeOut]
