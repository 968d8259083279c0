"""Compares two JSON values member by member: what of a result, a bill or a dataset differs.

A list whose members have a name (``ref`` of lines, ``provider`` of inputs, ``key`` of emissions) is
compared by name, so that one line put in does not move all that follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footprint.errors import pointer

_NAMES = ("ref", "provider", "key", "product", "stage", "flow")
_SHOWN = 120


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One member that is not what it was; "" where one side lacks it."""

    place: str
    before: str
    after: str


def differences(before: object, after: object, place: str = "") -> Iterator[Difference]:
    """Every member that differs, by its place."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_members(before, after, place)
    elif _is_list(before) and _is_list(after):
        yield from _of_members(_by_name(before), _by_name(after), place)
    elif before != after:
        yield Difference(place=place, before=_shown(before), after=_shown(after))


def _of_members(
    before: Mapping[str, object], after: Mapping[str, object], place: str
) -> Iterator[Difference]:
    for name in [*before, *(name for name in after if name not in before)]:
        where = place + pointer(name)
        if name not in after:
            yield Difference(place=where, before=_shown(before[name]), after="")
        elif name not in before:
            yield Difference(place=where, before="", after=_shown(after[name]))
        else:
            yield from differences(before[name], after[name], where)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _by_name(values: object) -> Mapping[str, object]:
    """The members of a list by their name, or by their position where they have none."""
    assert isinstance(values, Sequence)  # as the caller found  # noqa: S101
    named: dict[str, object] = {}
    for position, value in enumerate(values):
        name, twin = _name_of(value) or str(position), 1
        key = name
        while key in named:
            twin += 1
            key = f"{name} ({twin})"
        named[key] = value
    return named


def _name_of(value: object) -> str:
    if not isinstance(value, Mapping):
        return ""
    return next((str(value[name]) for name in _NAMES if name in value), "")


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
