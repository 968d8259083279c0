"""The base of every answer on the wire, and how it writes a decimal."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

DecimalText = Annotated[str, Field(description="A decimal as a string", examples=["16.0"])]


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="ignore", frozen=True)
