"""Refusals as they go through the pipe between the spawned child and its parent."""

from __future__ import annotations

from typing import Any

from footprint.errors import BomError, FootprintError
from labels.errors import LabelError


def refusal_of(error: FootprintError | LabelError) -> dict[str, Any]:
    """What is written of a refusal."""
    return {"code": error.code, "place": error.place, "parameters": dict(error.parameters)}


def refused(refusal: dict[str, Any]) -> FootprintError:
    """The refusal that was written, to be raised."""
    return BomError(refusal["code"], refusal["place"], **refusal["parameters"])
