"""What an import ends in: how much came in, what became of every exchange, and why.

Rules:

* Every exchange of every process that was read has exactly one :class:`Fate`; their counts add up
  to the exchanges read.
* Lists are bounded, and so is every text in them (``shortened``); ``count`` counts all. Beyond
  ``MOST_KEPT`` different entries each further occurrence counts as an entry of its own.
* Reasons are codes with parameters, as errors are; a sentence is made at the edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from footprint.errors import FootprintError

MOST_LISTED = 1_000
MOST_KEPT = 10_000  # different entries of one list that are told apart
MOST_CHARACTERS = 300


class Fate(StrEnum):
    """What became of one exchange of the file."""

    PRODUCT = "product"  # the reference or a co-product of a dataset
    EMISSION = "emission"  # a greenhouse gas, emitted or taken up
    IGNORED = "ignored"  # an elementary flow that is no greenhouse gas
    ZERO = "zero"  # an amount of nothing, or below 1e-15
    LINKED_INSIDE = "linked-inside"  # to another process of the file
    LINKED_BY_ID = "linked-by-id"  # to the dataset of the shipped inventory that the file names
    LINKED_BY_MAPPING = "linked-by-mapping"  # to a dataset of the shipped inventory
    CUT_OFF = "cut-off"  # left out, with an estimate of its emission, and said so
    REFUSED = "refused"  # with the whole process it belongs to


@dataclass(frozen=True, slots=True)
class Listed:
    """A bounded list and how long it really is."""

    count: int = 0
    shown: tuple[Mapping[str, object], ...] = ()

    def to_json(self) -> dict[str, object]:
        """As plain JSON values."""
        return {"count": self.count, "shown": [dict(one) for one in self.shown]}


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """The whole story of one import.

    Attributes:
        options: What the caller chose: prefix, policy for unlinked flows, estimates, mapping.
        processes: ``read``, ``unreadable``, ``refused``, ``came_in`` and, of these,
            ``treatments`` (turned from a negative reference) and ``products`` they supply.
        exchanges: Count by :class:`Fate`, and ``read``.
        conversions: Units turned into ours, by unit and factor.
        mapped: Links to the shipped inventory, by foreign name or by its ids.
        unlinked: Product flows without a supplier, by name, with the reason and the candidates.
        cut_offs: What came in without such a flow, each with amount and estimate.
        refused: Processes that did not come in, with the reason.
        ignored: Elementary flows that are no greenhouse gas, by name.
        findings: What a person should look at.
        refusal: Why nothing of the file could be used.
    """

    file_name: str
    sha256: str
    byte_count: int
    format: str
    limits: Mapping[str, int]
    options: Mapping[str, object]
    processes: Mapping[str, int] = field(default_factory=dict)
    exchanges: Mapping[str, int] = field(default_factory=dict)
    conversions: Listed = Listed()
    mapped: Listed = Listed()
    unlinked: Listed = Listed()
    cut_offs: Listed = Listed()
    refused: Listed = Listed()
    ignored: Listed = Listed()
    findings: Listed = Listed()
    refusal: Mapping[str, object] | None = None

    @property
    def came_in(self) -> int:
        """How many datasets came in."""
        return self.processes.get("came_in", 0)

    def to_json(self) -> dict[str, object]:
        """The report as plain JSON values."""
        lists = ("conversions", "mapped", "unlinked", "cut_offs", "refused", "ignored", "findings")
        return {
            "file": {"name": self.file_name, "sha256": self.sha256, "bytes": self.byte_count},
            "format": self.format,
            "limits": dict(self.limits),
            "options": dict(self.options),
            "processes": dict(self.processes),
            "exchanges": dict(self.exchanges),
            **{name: getattr(self, name).to_json() for name in lists},
            "refusal": None if self.refusal is None else dict(self.refusal),
        }


def shortened(text: str) -> str:
    """The text as a report has it: a hostile file must not fill one with a single name."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def reason(error: FootprintError) -> dict[str, object]:
    """An error as plain JSON values: code, place and parameters, none longer than a report may."""
    return reason_of(error.code, error.place, error.parameters)


def reason_of(code: str, place: str, parameters: Mapping[str, str]) -> dict[str, object]:
    """The same of its parts."""
    short = {name: shortened(value) for name, value in parameters.items()}
    return {"code": code, "place": shortened(place), "parameters": short}
