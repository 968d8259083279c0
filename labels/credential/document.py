"""Signed documents as bytes: strict reading, canonical writing, typed members.

Rules:

* UTF-8, at most ``limit_bytes`` long, at most ``DEPTH_LIMIT`` levels deep.
* No member twice, no floating-point number, no integer beyond 2**53 - 1, no lone surrogate.
  Quantities are decimal strings, so a document has one meaning in every language.
* Canonical form is RFC 8785 (JCS). A signed document must already be in that form: the stored
  bytes, the served bytes, the hashed bytes and the signed bytes are the same bytes.
* A member nobody expects is refused, never ignored: nothing unread is ever signed or believed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TypeAlias

import rfc8785

from labels.errors import CredentialError

JsonValue: TypeAlias = "str | int | bool | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]

DOCUMENT_LIMIT_BYTES = 64 * 1024
DEPTH_LIMIT = 12
TEXT_LIMIT_CHARACTERS = 2000
_INTEGER_LIMIT = 2**53 - 1
_INTEGER_DIGITS = 17  # a sign and the 16 digits of 2**53 - 1
_SHOWN_CHARACTERS = 40

LANGUAGES = ("zh-Hans", "zh-Hant", "en", "pt")

INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SHA256 = re.compile(r"[0-9a-f]{64}")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode categories Cc and Cs
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,119}")


def canonical_bytes(value: JsonValue) -> bytes:
    """The canonical form of a JSON value (RFC 8785).

    Raises:
        CredentialError: ``document-not-json`` for a value JSON cannot carry.
    """
    try:
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        raise CredentialError("document-not-json") from error


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def parse_document(
    data: bytes, *, limit_bytes: int = DOCUMENT_LIMIT_BYTES, canonical: bool = True
) -> JsonObject:
    """Read bytes into a JSON object under the rules of this module.

    Args:
        data: The bytes as received.
        limit_bytes: Longest document accepted.
        canonical: Whether the bytes must already be in canonical form.

    Raises:
        CredentialError: One of the ``document-...`` codes.
    """
    if len(data) > limit_bytes:
        raise CredentialError("document-too-large", limit=str(limit_bytes))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CredentialError("document-not-utf8") from error
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_object_without_repeats,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_small_integer,
        )
    except RecursionError as error:
        raise CredentialError("document-too-deep", limit=str(DEPTH_LIMIT)) from error
    except ValueError as error:
        raise CredentialError("document-not-json") from error
    _check_depth(value, DEPTH_LIMIT)
    if not isinstance(value, dict):
        raise CredentialError("document-not-an-object")
    canonical_form = canonical_bytes(value)  # also finds lone surrogates
    if canonical and canonical_form != data:
        raise CredentialError("document-not-canonical")
    return value


def _object_without_repeats(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise CredentialError("document-member-twice", member=repeated[:_SHOWN_CHARACTERS])
    return members


def _refuse_number(text: str) -> JsonValue:
    raise CredentialError("document-number-refused", number=text[:_SHOWN_CHARACTERS])


def _small_integer(text: str) -> int:
    if len(text) > _INTEGER_DIGITS or abs(int(text)) > _INTEGER_LIMIT:
        raise CredentialError("document-number-refused", number=text[:_SHOWN_CHARACTERS])
    return int(text)


def _check_depth(value: JsonValue, remaining: int) -> None:
    if remaining == 0:
        raise CredentialError("document-too-deep", limit=str(DEPTH_LIMIT))
    if isinstance(value, dict):
        for child in value.values():
            _check_depth(child, remaining - 1)
    elif isinstance(value, list):
        for child in value:
            _check_depth(child, remaining - 1)


def instant_text(at: datetime) -> str:
    """A moment as it stands in documents: UTC, whole seconds, ``2026-11-21T08:00:00Z``.

    Raises:
        ValueError: The moment has no time zone; every moment in the product has one.
    """
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def whole_second(at: datetime) -> datetime:
    """The moment as a document can hold it: UTC, fractions of a second dropped."""
    return at.astimezone(UTC).replace(microsecond=0)


class Members:
    """The members of one JSON object, each read once, by name and by form.

    ``finish`` refuses members that nobody read, so every reader ends with it.
    """

    def __init__(self, value: JsonValue, place: str = "") -> None:
        if not isinstance(value, dict):
            name = place.rpartition("/")[2]
            raise CredentialError("document-member-invalid", place, member=name, expected="object")
        self._members = dict(value)
        self.place = place

    def _take(self, name: str) -> JsonValue:
        if name not in self._members:
            raise CredentialError("document-member-missing", f"{self.place}/{name}", member=name)
        return self._members.pop(name)

    def _invalid(self, name: str, expected: str) -> CredentialError:
        return CredentialError(
            "document-member-invalid", f"{self.place}/{name}", member=name, expected=expected
        )

    def has(self, name: str) -> bool:
        """Whether the member is there and still unread."""
        return name in self._members

    def as_json(self) -> JsonObject:
        """The members not yet read, as a new object."""
        return dict(self._members)

    def value(self, name: str) -> JsonValue:
        """A member of any form, for a reader further down."""
        return self._take(name)

    def text(self, name: str, form: re.Pattern[str] | None = None, *, empty: bool = False) -> str:
        """A string without control characters, matching ``form`` where one is given."""
        value = self._take(name)
        if not isinstance(value, str) or not is_plain_text(value, empty=empty):
            raise self._invalid(name, "text")
        if form is not None and form.fullmatch(value) is None:
            raise self._invalid(name, form.pattern)
        return value

    def long_text(self, name: str, form: re.Pattern[str]) -> str:
        """A string whose form bounds its length."""
        value = self._take(name)
        if not isinstance(value, str) or form.fullmatch(value) is None:
            raise self._invalid(name, form.pattern)
        return value

    def optional_text(self, name: str, form: re.Pattern[str] | None = None) -> str | None:
        """Like ``text``, but the member may be JSON null."""
        if self.has(name) and self._members[name] is None:
            self._members.pop(name)
            return None
        return self.text(name, form)

    def absent_or_text(self, name: str, form: re.Pattern[str]) -> str | None:
        """Like ``text``, but the member may be missing; null is refused: absence has one form."""
        return self.text(name, form) if self.has(name) else None

    def exactly(self, name: str, expected: JsonValue) -> None:
        """A member that has one legal value."""
        if canonical_bytes(self._take(name)) != canonical_bytes(expected):
            raise self._invalid(name, canonical_bytes(expected).decode())

    def integer(self, name: str, *, least: int, most: int = _INTEGER_LIMIT) -> int:
        """A whole number within bounds; true and false are no numbers."""
        value = self._take(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self._invalid(name, f"integer {least} to {most}")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise self._invalid(name, "true or false")
        return value

    def instant(self, name: str) -> datetime:
        """A moment in UTC, whole seconds."""
        text = self.text(name, INSTANT)
        try:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise self._invalid(name, "moment in UTC") from error

    def optional_instant(self, name: str) -> datetime | None:
        """Like ``instant``, but the member may be JSON null."""
        if self.has(name) and self._members[name] is None:
            self._members.pop(name)
            return None
        return self.instant(name)

    def day(self, name: str) -> date:
        """A calendar day."""
        text = self.text(name, DAY)
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise self._invalid(name, "calendar day") from error

    def items(self, name: str, *, least: int = 0, most: int = 1000) -> list[JsonValue]:
        """A list of bounded length."""
        value = self._take(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise self._invalid(name, f"list of {least} to {most}")
        return value

    def texts(
        self, name: str, form: re.Pattern[str], *, least: int = 0, most: int = 1000
    ) -> tuple[str, ...]:
        """A list of different strings of one form."""
        items = self.items(name, least=least, most=most)
        texts = [item for item in items if isinstance(item, str) and form.fullmatch(item)]
        if len(texts) != len(items) or len(set(texts)) != len(texts):
            raise self._invalid(name, f"list of {form.pattern}")
        return tuple(texts)

    def each(self, name: str, *, least: int = 0, most: int = 1000) -> tuple[Members, ...]:
        """A list of objects, each with its own place."""
        return tuple(
            Members(item, f"{self.place}/{name}/{index}")
            for index, item in enumerate(self.items(name, least=least, most=most))
        )

    def object(self, name: str) -> Members:
        """A nested object."""
        return Members(self._take(name), f"{self.place}/{name}")

    def optional_object(self, name: str) -> Members | None:
        """Like ``object``, but the member may be missing; null is refused."""
        return self.object(name) if self.has(name) else None

    def local_text(self, name: str) -> dict[str, str]:
        """A text in one or more of the four languages."""
        inner = self.object(name)
        texts = {tag: inner.text(tag) for tag in LANGUAGES if inner.has(tag)}
        inner.finish()
        if not texts:
            raise self._invalid(name, "text in at least one language")
        return texts

    def local_texts(self, name: str) -> tuple[dict[str, str], ...]:
        """A list of texts, each in one or more of the four languages."""
        items = self.items(name, most=100)
        numbered = Members(
            {str(index): item for index, item in enumerate(items)}, f"{self.place}/{name}"
        )
        return tuple(numbered.local_text(str(index)) for index in range(len(items)))

    def text_map(self, name: str, keys: re.Pattern[str], form: re.Pattern[str]) -> dict[str, str]:
        """An object of strings whose names and values each have one form."""
        inner = self.object(name)
        names = tuple(inner._members)
        if any(keys.fullmatch(key) is None for key in names):
            raise self._invalid(name, f"names of {keys.pattern}")
        return {key: inner.text(key, form) for key in names}

    def finish(self) -> None:
        """Refuse what was not read."""
        if self._members:
            name = min(self._members)
            raise CredentialError(
                "document-member-unknown",
                f"{self.place}/{name}"[:TEXT_LIMIT_CHARACTERS],
                member=name[:_SHOWN_CHARACTERS],
            )


def is_plain_text(text: str, *, empty: bool = False) -> bool:
    """Whether a string is short enough, not empty, and free of control characters."""
    return (
        (empty or text != "")
        and len(text) <= TEXT_LIMIT_CHARACTERS
        and _CONTROL.search(text) is None
    )


def local_text_json(text: Mapping[str, str]) -> JsonObject:
    """A text in several languages as a JSON object."""
    return {tag: text[tag] for tag in sorted(text)}
