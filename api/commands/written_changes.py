"""A change of a scenario as one word of the shell: ``KIND[:TARGET]=VALUE``.

* KIND is one of :class:`footprint.changes.ChangeKind`.
* TARGET is REF or ASSEMBLY/REF of a line, or @DATASET for every line of it; none for all lines the
  kind fits.
* VALUE is a dataset or location; a number, or xNUMBER for a factor; NUMBER@DATASET where a share
  comes from another dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import ValidationError

from api.problems import Problem
from api.schemas.scenarios import ChangeIn
from footprint.changes import ChangeKind

_CHANGE = re.compile(r"(?P<kind>[a-z-]+)(:(?P<target>[^=]+))?=(?P<value>.+)")
_NAMED = frozenset({ChangeKind.DATASET, ChangeKind.PLACE, ChangeKind.ENERGY, ChangeKind.MODE})


def change_of(text: str) -> ChangeIn:
    """The change that is written.

    Raises:
        Problem: 422 ``scenario-change-unreadable``.
    """
    found = _CHANGE.fullmatch(text.strip())
    if found is None:
        raise _unreadable(text)
    members = {"kind": found["kind"], **dict(_target(found["target"] or ""))}
    try:
        return ChangeIn.model_validate(members | dict(_value(found["kind"], found["value"])))
    except ValidationError as error:
        raise _unreadable(text) from error


def _unreadable(text: str) -> Problem:
    kinds = ", ".join(ChangeKind)
    parameters = {"change": text[:120], "kinds": kinds}
    return Problem(422, "scenario-change-unreadable", parameters=parameters)


def _target(target: str) -> Iterator[tuple[str, str]]:
    if target.startswith("@"):
        yield "dataset", target[1:]
    elif target:
        assembly, _, ref = target.rpartition("/")
        yield "assembly", assembly
        yield "line", ref


def _value(kind: str, value: str) -> Iterator[tuple[str, str]]:
    if kind in _NAMED:
        yield "to", value
        return
    number, _, dataset = value.partition("@")
    yield ("factor", number[1:]) if number.startswith("x") else ("value", number)
    if dataset:
        yield "to", dataset
