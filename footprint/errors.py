"""The errors of the engine: a permanent code with parameters, never a sentence.

A sentence in the reader's language is made at the edge from the code and its parameters
(``labels/locale``). ``place`` is a JSON Pointer (RFC 6901) into the bill of materials or
dataset that was given, so that a person can find the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MOST_ERRORS = 1_000  # in one report: nobody mends more at a time


class FootprintError(Exception):
    """Something the engine cannot calculate from, with the place and the parameters of the cure.

    Attributes:
        code: Permanent kebab-case identifier, documented in docs/reference/errors.md.
        place: JSON Pointer to the offending member, "" for the whole document.
        parameters: Values for the sentence, already as text.
    """

    def __init__(self, code: str, place: str = "", **parameters: str) -> None:
        self.code = code
        self.place = place
        self.parameters: Mapping[str, str] = dict(parameters)
        detail = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        super().__init__(f"{code} at {place or '/'}" + (f" ({detail})" if detail else ""))

    def at(self, prefix: str) -> FootprintError:
        """The same error, its place moved below ``prefix``."""
        return type(self)(self.code, prefix + self.place, **self.parameters)


class QuantityError(FootprintError):
    """An amount or unit that cannot be used."""


class BomError(FootprintError):
    """A bill of materials that is impossible: cycle, depth, missing stage, bad share."""


class LinkError(FootprintError):
    """A line that names a dataset the release does not hold, or in the wrong dimension."""


class InventoryError(FootprintError):
    """A dataset or release that is not fit to calculate with."""


class MethodError(FootprintError):
    """A method profile that is unknown or cannot be applied to this study."""


class ScenarioError(FootprintError):
    """A change of a scenario that cannot be made on this bill."""


class FootprintErrors(FootprintError):
    """Several errors found in one pass, so that all can be mended at once."""

    def __init__(self, errors: tuple[FootprintError, ...]) -> None:
        super().__init__("several-errors", "", count=str(len(errors)))
        self.errors = errors
        self.args = ("; ".join(str(error) for error in errors[:20]),)

    def at(self, prefix: str) -> FootprintErrors:
        """The same errors, each place moved below ``prefix``."""
        return FootprintErrors(tuple(error.at(prefix) for error in self.errors))


def pointer(*members: str | int) -> str:
    """The JSON Pointer (RFC 6901) of nested members, ``~`` and ``/`` in their names escaped."""
    return "".join("/" + str(m).replace("~", "~0").replace("/", "~1") for m in members)


def raise_all(errors: Sequence[FootprintError]) -> None:
    """Nothing without errors; one error as itself, the first thousand of several together.

    Raises:
        FootprintError: The one, or :class:`FootprintErrors`.
    """
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise FootprintErrors(tuple(errors[:MOST_ERRORS]))
