"""Parts of addresses, checked before anything is looked up."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from api.problems import Problem

_ID = re.compile(r"[a-z]{2,4}_[0-9a-z]{26}")
_DATASET_ID = re.compile(r"[a-z0-9]+(-[a-z0-9.]+)*")
_RELEASE_ID = re.compile(r"rel_[0-9a-z]{26}")
LONGEST_DATASET_ID = 120


def _is_id(text: str) -> str:
    """The id itself; anything else leads nowhere, as an id that does not exist."""
    if not _ID.fullmatch(text):
        raise Problem(404, "not-found")
    return text


def _is_dataset_id(text: str) -> str:
    if len(text) > LONGEST_DATASET_ID or not _DATASET_ID.fullmatch(text):
        raise Problem(404, "not-found")
    return text


def _is_release_id(text: str) -> str:
    if not _RELEASE_ID.fullmatch(text):
        raise Problem(404, "not-found")
    return text


PathId = Annotated[str, AfterValidator(_is_id)]
DatasetId = Annotated[str, AfterValidator(_is_dataset_id)]
ReleaseId = Annotated[str, AfterValidator(_is_release_id)]
After = Annotated[str | None, Query(max_length=60, pattern=r"^[a-z0-9_]+$")]
AfterDataset = Annotated[
    str | None, Query(max_length=LONGEST_DATASET_ID, pattern=r"^[a-z0-9][a-z0-9.-]*$")
]
CSV = "text/csv; charset=utf-8"
