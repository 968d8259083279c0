"""What lines of a bill may be whose dataset is missing or not in the release: found by their words.

The text is the name of the line with its note; the place of use is the geography of the bill. A
person confirms a suggestion; ``fill_bom.py`` puts what was confirmed into the file when asked to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from api.context import Context
from api.problems import Fault
from api.views import LineMatches
from api.workflows.match_datasets import match_datasets
from footprint.errors import QuantityError
from footprint.quantities import unit_name
from labels.access import Actor
from lca_db.inventory.matching.values import Question

MOST_SUGGESTED_LINES = 50
_MOST_EACH = 3
_OF_A_LINE = re.compile(r"(?P<line>(?:/assemblies/[^/]+)?/lines/[0-9]+)/dataset")


def suggest_datasets(
    context: Context, actor: Actor, document: Mapping[str, Any], faults: Sequence[Fault]
) -> dict[str, LineMatches]:
    """Suggestions by the place of the fault, a JSON Pointer, for at most 50 lines."""
    every = questions_of(document, faults)
    asked = dict(islice(every.items(), MOST_SUGGESTED_LINES))
    if not asked:
        return {}
    matches = match_datasets(context, actor, tuple(asked.values()), limit=_MOST_EACH)
    return dict(zip(asked, matches, strict=True))


def questions_of(document: Mapping[str, Any], faults: Sequence[Fault]) -> dict[str, Question]:
    """What is asked for each line whose dataset is at fault, by the place of the fault."""
    asked: dict[str, Question] = {}
    for fault in faults:
        found = _OF_A_LINE.fullmatch(fault.place)
        line = _line(document, found["line"]) if found else None
        if line is not None:
            question = _question(document, line)
            if question.text:
                asked.setdefault(fault.place, question)
    return asked


def _line(document: Mapping[str, Any], pointer: str) -> Mapping[str, Any] | None:
    """The member a JSON Pointer names, where it is an object."""
    member: Any = document
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        try:
            member = member[int(name)] if isinstance(member, list) else member[name]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return member if isinstance(member, dict) else None


def _question(document: Mapping[str, Any], line: Mapping[str, Any]) -> Question:
    said = [line.get("name"), line.get("note")]
    text = " ".join(part for part in said if isinstance(part, str)).strip()
    place = document.get("geography")
    return Question(
        text=text,
        unit=_unit(line.get("unit")),
        location=place if isinstance(place, str) else "",
    )


def _unit(written: object) -> str:
    """The canonical name; "" where the line's unit is at fault itself."""
    try:
        return unit_name(written) if isinstance(written, str) else ""
    except QuantityError:
        return ""
