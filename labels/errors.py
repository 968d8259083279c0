"""The errors of certification and labels: a permanent code with parameters, never a sentence."""

from __future__ import annotations

from collections.abc import Mapping


class LabelError(Exception):
    """Something the rules of certification, credentials or accounts do not allow.

    Attributes:
        code: Permanent kebab-case identifier, documented in docs/reference/errors.md.
        place: JSON Pointer to the offending member, "" where none applies.
        parameters: Values for the sentence, already as text.
    """

    def __init__(self, code: str, place: str = "", **parameters: str) -> None:
        self.code = code
        self.place = place
        self.parameters: Mapping[str, str] = dict(parameters)
        detail = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        super().__init__(f"{code} at {place or '/'}" + (f" ({detail})" if detail else ""))


class NotAllowed(LabelError):
    """This person may not do this here: wrong role, own work, or the same body."""


class WrongState(LabelError):
    """The case or label is in a state from which this step does not exist."""


class SchemeError(LabelError):
    """The scheme, rating model or arrangement does not fit what was asked."""


class CredentialError(LabelError):
    """A credential, proof, key, status list or trust list that must not be believed."""


class LedgerError(LabelError):
    """A posting that the books refuse."""
