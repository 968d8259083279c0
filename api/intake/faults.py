"""Finds every fault of a bill of materials in one go, so that a person mends them all at once.

Checks stop where they cannot go on: a malformed amount hides the unknown dataset of the next line.
So what was found is put aside and the rest is examined again, until nothing new appears:

* A line at fault is left out of the next round; a member of the head at fault (unit, stages ...)
  is replaced by a stand-in, and a stage without lines gets one that emits nothing. Pointers always
  name the places of the document as it was given.
* What only follows from leaving something out (a stage without lines) is not reported.
* Rounds are limited; each one leaves out at least one line or member, or is the last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.problems import Fault, Problem, problem_of
from api.schemas.bom import BomIn
from footprint.errors import FootprintError, pointer
from labels.errors import LabelError

MOST_ROUNDS = 40
MOST_FAULTS = 1000
_LINE = re.compile(r"(?:/assemblies/(?P<assembly>[^/]+))?/lines/(?P<position>[0-9]+)(?P<rest>/.*)?")
# What follows from lines that were left out, and what follows from parts of the head that do not
# go together: with one of those replaced, the others say nothing any more.
_OF_FEWER_LINES = frozenset({"stage-without-lines", "stage-required", "assembly-unused"})
_OF_THE_HEAD = frozenset(
    {
        "stage-required",
        "stage-beyond-boundary",
        "stage-without-reason",
        "declared-unit-needs-partial",
    }
)
_TOGETHER = ("unit", "boundary", "stages")
_STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")
_STAND_INS: Mapping[str, object] = {
    "product": {"name": {"en": "-"}, "model": "-", "category": "-"},
    "unit": {"kind": "functional", "amount": "1", "unit": "kg", "description": {"en": "-"}},
    "boundary": "cradle-to-grave",
    "reference_period": {"from": "2024-01-01", "to": "2024-12-31"},
    "geography": "CN",
    "method": "gbt24067-2024",
    "stages": dict.fromkeys(_STAGES, "included"),
    "stage_reasons": {},
    "assemblies": {},
    "assumptions": ["-"],
    "cut_offs": [],
}
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Examined(Generic[Answer]):
    """What examining a document gave: its faults, or the answer when it has none."""

    faults: tuple[Fault, ...]
    answer: Answer | None


def examine(document: Mapping[str, Any], use: Callable[[BomIn], Answer]) -> Examined[Answer]:
    """Every fault of a document, or what ``use`` makes of it.

    Args:
        document: The bill of materials as it was read, nothing checked yet.
        use: What the bill is for; raises ``FootprintError`` or ``LabelError``.
    """
    reduced = _Reduced(document)
    faults: list[Fault] = []
    for _ in range(MOST_ROUNDS):
        try:
            answer = use(BomIn.model_validate(reduced.body()))
        except ValidationError as error:
            found = problem_of(RequestValidationError(error.errors()))
        except (FootprintError, LabelError, Problem) as error:
            found = problem_of(error)
        else:
            return Examined(tuple(faults), None if faults else answer)
        placed = reduced.original(found.faults)
        faults += [fault for fault in placed if not reduced.is_echo(fault)]
        if not reduced.put_aside(placed) or len(faults) >= MOST_FAULTS:
            break
    return Examined(_unique(faults)[:MOST_FAULTS], None)


def _unique(faults: list[Fault]) -> tuple[Fault, ...]:
    seen: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        seen.setdefault((fault.code, fault.place), fault)
    return tuple(seen.values())


@dataclass
class _Reduced:
    """The document without what was found at fault, and the way back to its own places.

    Attributes:
        dropped: Positions left out, by assembly ("" is the product itself).
        stood_in: Members of the head that were replaced.
        filled: Stages that got a line of ours.
    """

    document: Mapping[str, Any]
    dropped: dict[str, set[int]] = field(default_factory=dict)
    stood_in: dict[str, object] = field(default_factory=dict)
    filled: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The document to examine next."""
        body = {**self.document, **self.stood_in}
        if isinstance(body.get("lines"), list):
            fillers = [_silent_line(stage) for stage in self.filled]
            body["lines"] = [*self._kept("", body["lines"]), *fillers]
        if isinstance(body.get("assemblies"), dict):
            body["assemblies"] = {
                name: self._assembly(str(name), assembly)
                for name, assembly in body["assemblies"].items()
            }
        return body

    def _assembly(self, name: str, assembly: Any) -> Any:
        if not isinstance(assembly, dict) or not isinstance(assembly.get("lines"), list):
            return assembly
        return {**assembly, "lines": self._kept(name, assembly["lines"])}

    def _kept(self, name: str, lines: list[Any]) -> list[Any]:
        gone = self.dropped.get(name, set())
        return [line for position, line in enumerate(lines) if position not in gone]

    def original(self, faults: tuple[Fault, ...]) -> list[Fault]:
        """The faults at the places of the document as it was given."""
        return [Fault(f.code, self._original_place(f.place), f.parameters) for f in faults]

    def _original_place(self, place: str) -> str:
        found = self._line(place)
        if found is None:
            return place
        name, position, rest = found
        prefix = pointer("assemblies", name, "lines") if name else "/lines"
        return f"{prefix}/{self._given_position(name, position)}{rest}"

    def _given_position(self, name: str, position: int) -> int:
        """Where the line of the reduced document stands in the given one."""
        gone = self.dropped.get(name, set())
        given = -1
        for _ in range(position + 1):
            given += 1
            while given in gone:
                given += 1
        return given

    def _line(self, place: str) -> tuple[str, int, str] | None:
        found = _LINE.fullmatch(place)
        if found is None:
            return None
        name = (found["assembly"] or "").replace("~1", "/").replace("~0", "~")
        return name, int(found["position"]), found["rest"] or ""

    def is_echo(self, fault: Fault) -> bool:
        """Whether the fault only follows from what was left out or replaced."""
        if _LINE.fullmatch(fault.place):
            return fault.code == "assembly-unknown" and "assemblies" in self.stood_in
        if fault.code in _OF_FEWER_LINES and self.dropped:
            return True
        if fault.code in _OF_THE_HEAD and any(name in self.stood_in for name in _TOGETHER):
            return True
        return _member(fault) in self.stood_in

    def put_aside(self, faults: list[Fault]) -> bool:
        """Leaves out or replaces what is at fault; False when nothing is left to put aside."""
        changes = [self._aside(fault) for fault in faults]
        return any(changes)

    def _aside(self, fault: Fault) -> bool:
        found = self._line(fault.place)
        if found is not None:
            gone = self.dropped.setdefault(found[0], set())
            is_new = found[1] not in gone
            gone.add(found[1])
            return is_new
        if fault.code == "stage-without-lines":
            return self._fill(fault.place.rsplit("/", 1)[-1])
        members = _TOGETHER if fault.code in _OF_THE_HEAD else (_member(fault),)
        changes = [self._stand_in(member) for member in members]
        return any(changes)

    def _stand_in(self, member: str) -> bool:
        """Replaces a member of the head, once."""
        if member not in _STAND_INS or member in self.stood_in:
            return False
        self.stood_in[member] = _STAND_INS[member]
        return True

    def _fill(self, stage: str) -> bool:
        """Puts a line into a stage that has none, so that the lines of the others are examined."""
        if stage in self.filled or stage not in _STAGES:
            return False
        self.filled.append(stage)
        return True


def _member(fault: Fault) -> str:
    """The member of the document a pointer leads into."""
    return fault.place.split("/")[1] if fault.place.startswith("/") else ""


def _silent_line(stage: str) -> dict[str, str]:
    """A line that changes nothing, after all lines of the document."""
    return {
        "ref": f"stand-in-for-{stage}",
        "kind": "direct-emission",
        "name": "-",
        "substance": "CO2",
        "origin": "fossil",
        "amount": "0",
        "unit": "kg",
        "stage": stage,
    }
