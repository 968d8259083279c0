"""Reads JSON that others wrote: bounded depth, no name twice, numbers exactly as written.

Rules (security.md, threats 16 and 17):

* A member is data and nothing else: ``@context`` is a name like any other, never fetched nor
  expanded, and no address in a file is ever asked for.
* Brackets are counted before anything is parsed, so that nesting cannot exhaust the reader.
* Numbers become decimals of the same digits; NaN and Infinity, which JSON does not have, are
  refused, and so is an object that says a name twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from lca_db.inventory.importers.amounts import read_amount
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.text import clean_text

# Possessive, and ending at the end of the text as well: linear, whatever the quotes are.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(rb"[][{}]")
_LONGEST_NUMBER = 80


def read_json(content: bytes, limits: ImportLimits, place: str) -> JsonObject:
    """The object a member holds.

    Raises:
        ImportRefused: ``json-not-utf8``, ``json-malformed``, ``json-duplicate-name``,
            ``json-too-deep``, ``import-number-malformed``.
    """
    _check_depth(content, limits, place)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused("json-not-utf8", place) from error

    def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) != len(pairs):
            raise ImportRefused("json-duplicate-name", place)
        return result

    def number(digits: str) -> Decimal:
        try:
            if len(digits) <= _LONGEST_NUMBER:
                return Decimal(digits)
        except InvalidOperation:
            pass
        raise ImportRefused("import-number-malformed", place, value=digits[:40])

    def constant(name: str) -> NoReturn:
        raise ImportRefused("import-number-malformed", place, value=name)

    try:
        value = json.loads(
            text,
            object_pairs_hook=without_duplicates,
            parse_float=number,
            parse_int=number,
            parse_constant=constant,
        )
    except (ValueError, RecursionError) as error:
        raise ImportRefused("json-malformed", place) from error
    if not isinstance(value, dict):
        raise ImportRefused("json-malformed", place)
    return JsonObject(value, limits, place)


def _check_depth(content: bytes, limits: ImportLimits, place: str) -> None:
    if content.count(b"[") + content.count(b"{") <= limits.depth:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", content)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > limits.depth:
            raise ImportRefused("json-too-deep", place)


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object of a JSON text, its members read by what they are expected to be.

    Where several names are given, the first one that the object has counts: formats rename.
    """

    members: Mapping[str, Any]
    limits: ImportLimits
    place: str

    def text(self, *names: str) -> str:
        """The text of a member, "" where it is absent or null.

        Raises:
            ImportRefused: ``import-text-expected``, ``import-text-too-long``.
        """
        name, value = self._first(names)
        return clean_text(value, self.limits, f"{self.place}/{name}")

    def texts(self, name: str) -> list[str]:
        """The texts of a list, none where it is absent or null.

        Raises:
            ImportRefused: ``json-malformed``, ``import-text-expected``, ``import-text-too-long``.
        """
        place = f"{self.place}/{name}"
        return [clean_text(value, self.limits, place) for value in self.items(name)]

    def flag(self, *names: str) -> bool:
        """The truth value of a member, False where it is absent or null.

        Raises:
            ImportRefused: ``import-choice-unknown``.
        """
        name, value = self._first(names)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ImportRefused("import-choice-unknown", f"{self.place}/{name}", value=str(value)[:40])

    def amount(self, name: str) -> Decimal:
        """The number of a member.

        Raises:
            ImportRefused: ``import-number-malformed``.
        """
        return read_amount(self.members.get(name), f"{self.place}/{name}")

    def part(self, name: str) -> JsonObject | None:
        """The object of a member, None where it is absent or null.

        Raises:
            ImportRefused: ``json-malformed``.
        """
        value = self.members.get(name)
        return None if value is None else self._object(value, f"{self.place}/{name}")

    def parts(self, name: str) -> Iterator[JsonObject]:
        """The objects of a list, none where it is absent or null.

        Raises:
            ImportRefused: ``json-malformed``.
        """
        for position, value in enumerate(self.items(name)):
            yield self._object(value, f"{self.place}/{name}/{position}")

    def items(self, name: str) -> list[Any]:
        """The values of a list, none where it is absent or null.

        Raises:
            ImportRefused: ``json-malformed``.
        """
        value = self.members.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise ImportRefused("json-malformed", f"{self.place}/{name}")
        return value

    def _first(self, names: tuple[str, ...]) -> tuple[str, Any]:
        for name in names:
            value = self.members.get(name)
            if value is not None:
                return name, value
        return names[0], None

    def _object(self, value: object, place: str) -> JsonObject:
        if not isinstance(value, dict):
            raise ImportRefused("json-malformed", place)
        return JsonObject(value, self.limits, place)
