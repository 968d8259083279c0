"""A finding: what a check has to say about one dataset, and how serious it is.

Rules (docs/inventory.md, Quality gates):

* A finding has the code, place and parameters of an :class:`InventoryError`: its sentence stands in
  the same catalogue, and a blocking finding is that error when a release is refused.
* *Blocking* stops a release, a *warning* is for its reviewer, a *note* says what was not examined.
* A blocking finding explained in writing becomes a warning that carries the explanation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from footprint.errors import InventoryError


class Severity(StrEnum):
    """How serious a finding is; the order of the members is the order of a report."""

    BLOCKING = "blocking"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found.

    Attributes:
        code: Of the sentence, as of an error.
        dataset: The dataset it is about, "" where it is about the inventory as a whole.
        place: JSON Pointer: the dataset and the member of it.
        parameters: Values for the sentence, already as text.
        size: By how much a balance is missed, kg per unit of the product; 0 for what has no size.
        explanation: Why it may stand, in words; "" without any.
    """

    code: str
    severity: Severity
    dataset: str
    place: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    size: float = 0.0
    explanation: str = ""

    def error(self) -> InventoryError:
        """The finding as the refusal of a release."""
        return InventoryError(self.code, self.place, **self.parameters)

    def body(self) -> dict[str, object]:
        """The finding as plain JSON values."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "dataset": self.dataset,
            "place": self.place,
            "parameters": dict(self.parameters),
            "explanation": self.explanation,
        }


def finding_of(body: Mapping[str, Any]) -> Finding:
    """The finding of a body, without the size, which only a run needs."""
    return Finding(
        code=body["code"],
        severity=Severity(body["severity"]),
        dataset=body["dataset"],
        place=body["place"],
        parameters=body["parameters"],
        explanation=body["explanation"],
    )


def found(severity: Severity, dataset: str, error: InventoryError, *, size: float = 0.0) -> Finding:
    """A finding made of the error it would be where it blocks."""
    return Finding(
        code=error.code,
        severity=severity,
        dataset=dataset,
        place=error.place,
        parameters=error.parameters,
        size=size,
    )
