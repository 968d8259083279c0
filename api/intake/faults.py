"""Finds every fault of a bill of materials in one go, so that a person mends them all at once.

Checks stop where they cannot go on: a malformed amount hides the unknown dataset of the next line.
So what was found is put aside and the rest is examined again, until nothing new appears:

* A member at fault, of a line (amount, unit ...) or of the head (unit/amount, stages/use ...), is
  replaced by a stand-in, and the whole of it where that was in vain; a stage without lines gets one
  of ours. So the other cells of the row are examined too.
* A line no stand-in can help (its kind is unknown) is replaced by a silent one that keeps its ref.
* What only follows from such replacing (the stage such a line stood in is empty) is not reported.
* Rounds are limited; each one replaces at least one line or member, or is the last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.problems import Fault, Problem, problem_of
from api.schemas.bom import BomIn
from api.schemas.bom_core_lines import DEFAULT_STAGE
from footprint.errors import FootprintError
from labels.errors import LabelError

MOST_ROUNDS = 40
MOST_FAULTS = 1000
_LINE = re.compile(
    r"(?:/assemblies/(?P<assembly>[^/]+))?/lines/(?P<position>[0-9]+)(?:/(?P<member>.*))?"
)
_NAMES_A_LINE = re.compile(r"/(allocation/own_lines|electricity/[0-9]+/lines)/[0-9]+")
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# What follows from lines, amounts or units that were replaced, and what follows from parts of the
# head: with one of those replaced on which it rests, a fault says nothing any more.
_OF_FEWER_LINES = frozenset({"stage-without-lines", "stage-without-amounts"})
_OF_AMOUNTS = frozenset({"stage-without-amounts", "bom-without-amounts"})
_OF_UNITS = frozenset({"unit-wrong-dimension", "gas-volume-without-condition"})
_SAME_AMOUNT = frozenset({"unit", "supplier_footprint/unit"})
_OF_THE_HEAD: Mapping[str, tuple[str, ...]] = {  # and the member each is placed at
    "stage-required": ("boundary",),
    "stage-beyond-boundary": ("boundary",),
    "stage-without-reason": ("boundary", "stage_reasons"),
    "declared-unit-needs-partial": ("boundary",),
}
_TOGETHER = ("unit", "boundary", "stages")
_STAGES = ("raw-material", "manufacturing", "distribution", "use", "end-of-life")
_LEFT_OUT = object()  # instead of a stand-in: the member is not there
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
    **dict.fromkeys(("allocation", "electricity", "cuts", "mass_balance"), _LEFT_OUT),
}
_UNITS = {
    "unit": "kg",
    "mass_unit": "kg",
    "charge_unit": "kg",
    "load_unit": "t",
    "distance_unit": "km",
    "supplier_footprint/unit": "kg",
}
_OF_A_LINE: Mapping[str, object] = {
    **_UNITS,
    "name": "-",
    "note": "",
    "item": "",
    "activity_origin": "estimated",
    "dataset": "stand-in",
    "substance": "CO2",
    "origin": "fossil",
    "direction": "emission",
    **dict.fromkeys(
        ("amount", "mass", "distance", "amount_per_service", "services", "quantity", "charge"), "1"
    ),
    **dict.fromkeys(("load", "lifetime_years", "oxidation", "recovered_share"), "1"),
    **dict.fromkeys(("return_share", "yearly_rate", "fossil_carbon", "biogenic_carbon"), "0"),
    "evidence": "-",
    "share": "0",
    "loss/rate": "0",
    "supplier_footprint/kg_co2e_per_unit": "1",
    "supplier_footprint/primary_share": "0",
    "supplier_footprint/document": "-",
    "supplier_footprint/gwp_set": "AR6",
}
_GROUPS_LEFT_OUT = ("loss", "recycling", "supplier_footprint/verification")
_COUNTED = frozenset({"included", "partly-included"})
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
        faults += [fault for fault in found.faults if not reduced.is_echo(fault)]
        if not reduced.put_aside(found.faults) or len(faults) >= MOST_FAULTS:
            break
    return Examined(_unique(faults)[:MOST_FAULTS], None)


def _unique(faults: list[Fault]) -> tuple[Fault, ...]:
    seen: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        seen.setdefault((fault.code, fault.place), fault)
    return tuple(seen.values())


_Position = tuple[str, int]  # assembly ("" is the product itself), place among its lines


@dataclass
class _Reduced:
    """The document with stand-ins for what was found at fault; every line keeps its place.

    Attributes:
        silenced: Lines that were replaced as a whole.
        mended: Members of lines that were replaced, by path.
        stood_in: Members of the head that were replaced.
        filled: Stages that got a line of ours.
    """

    document: Mapping[str, Any]
    silenced: set[_Position] = field(default_factory=set)
    mended: dict[_Position, dict[str, object]] = field(default_factory=dict)
    stood_in: dict[str, object] = field(default_factory=dict)
    filled: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The document to examine next."""
        body = self._head()
        if isinstance(body.get("lines"), list):
            fillers = [_silent_line(f"stand-in-for-{stage}", stage) for stage in self.filled]
            body["lines"] = [*self._lines("", body["lines"]), *fillers]
        if isinstance(body.get("assemblies"), dict):
            body["assemblies"] = {
                name: self._assembly(str(name), assembly)
                for name, assembly in body["assemblies"].items()
            }
        return body

    def _head(self) -> dict[str, Any]:
        """The document with the members of its head that were replaced."""
        head = dict(self.document)
        for path, value in self.stood_in.items():
            _put(head, path.split("/"), value)
        return head

    def _assembly(self, name: str, assembly: Any) -> Any:
        if not isinstance(assembly, dict) or not isinstance(assembly.get("lines"), list):
            return assembly
        return {**assembly, "lines": self._lines(name, assembly["lines"])}

    def _lines(self, name: str, lines: list[Any]) -> list[Any]:
        return [self._line((name, position), line) for position, line in enumerate(lines)]

    def _line(self, at: _Position, line: Any) -> Any:
        mended = self.mended.get(at, {})
        if at in self.silenced:
            ref = mended.get("ref") or (line.get("ref") if isinstance(line, dict) else None)
            is_usable = isinstance(ref, str) and _REF.fullmatch(ref)
            return _silent_line(str(ref) if is_usable else _stand_in_ref(at), self._counted_stage())
        if not mended:
            return line
        changed = dict(line)
        for path, value in mended.items():
            _put(changed, path.split("/"), value)
        return changed

    def _counted_stage(self) -> str:
        """A stage that may have lines, as far as the document says of one."""
        stages = self._head().get("stages")
        said = stages if isinstance(stages, dict) else {}
        return next((s for s in _STAGES if said.get(s) in _COUNTED), "manufacturing")

    def is_echo(self, fault: Fault) -> bool:
        """Whether the fault only follows from what was left out or replaced."""
        found = _line_of(fault.place)
        if found is not None:
            return self._is_echo_in_line(fault, *found)
        if fault.code in _OF_FEWER_LINES:
            return self._has_changed(fault.place.rsplit("/", 1)[-1], fault.code in _OF_AMOUNTS)
        if fault.code in _OF_AMOUNTS and (self.silenced or self.mended):
            return True
        if fault.code == "assembly-unused" and self.silenced:
            return True
        if _NAMES_A_LINE.match(fault.place) and (self.silenced or self.mended):
            return True
        members = (fault.place.removeprefix("/"), *_OF_THE_HEAD.get(fault.code, ()))
        return any(_is_within(a, b) for a in members for b in self.stood_in)

    def _is_echo_in_line(self, fault: Fault, at: _Position, member: str) -> bool:
        mended = self.mended.get(at, {})
        if at in self.silenced:
            return fault.code != "line-ref-twice" or "ref" in mended
        if fault.code in _OF_UNITS and member in _SAME_AMOUNT and mended.keys() & _SAME_AMOUNT:
            return True
        if fault.code == "line-in-excluded-stage" and self._is_stood_in_stage(fault):
            return True
        if fault.code == "assembly-unknown":
            return "assemblies" in self.stood_in
        return member in mended

    def _is_stood_in_stage(self, fault: Fault) -> bool:
        stage = (fault.parameters or {}).get("stage", "")
        return any(_is_within(f"stages/{stage}", path) for path in self.stood_in)

    def _has_changed(self, stage: str, has_amounts: bool) -> bool:
        """Whether the stage, or a line that may have stood in it, was replaced.

        Args:
            stage: Which one.
            has_amounts: Whether amounts matter, and not only which lines are there.
        """
        if any(_is_within(f"stages/{stage}", path) for path in self.stood_in):
            return True
        moved = {at for at, mended in self.mended.items() if has_amounts or "stage" in mended}
        return any(self._stage_of(at) in ("", stage) for at in self.silenced | moved)

    def _stage_of(self, at: _Position) -> str:
        """The stage a line stands in as the document has it; "" where that is not to be known."""
        name, position = at
        assemblies = self.document.get("assemblies")
        part = assemblies.get(name) if name and isinstance(assemblies, dict) else self.document
        lines = part.get("lines") if isinstance(part, Mapping) else None
        line = lines[position] if isinstance(lines, list) and position < len(lines) else None
        said = line if isinstance(line, dict) else {}
        stage = said.get("stage") or DEFAULT_STAGE.get(str(said.get("kind")), "")
        return stage if isinstance(stage, str) and stage in _STAGES else ""

    def put_aside(self, faults: Sequence[Fault]) -> bool:
        """Replaces what is at fault; False when nothing is left to replace."""
        changes = [self._aside(fault) for fault in faults]
        return any(changes)

    def _aside(self, fault: Fault) -> bool:
        found = _line_of(fault.place)
        if found is not None:
            return self._mend(fault, *found)
        if fault.code in ("stage-without-lines", "stage-without-amounts"):
            return self._fill(fault.place.rsplit("/", 1)[-1])
        if fault.code == "bom-without-amounts":
            return self._fill(self._counted_stage())
        places = _TOGETHER if fault.code in _OF_THE_HEAD else (fault.place.removeprefix("/"),)
        changes = [self._stand_in(place) for place in places]
        return any(changes)

    def _mend(self, fault: Fault, at: _Position, member: str) -> bool:
        """Replaces the member of a line, or the line where that was in vain."""
        mended = self.mended.get(at, {})
        if at in self.silenced and (member != "ref" or "ref" in mended):
            return False
        path, stand_in = self._instead_of(fault, at, member)
        if not path or path in mended:
            self.silenced.add(at)
            return True
        self.mended.setdefault(at, {})[path] = stand_in
        return True

    def _instead_of(self, fault: Fault, at: _Position, member: str) -> tuple[str, object]:
        """Which member to replace by what; no member where only the whole line can be."""
        if member == "ref":
            return member, _stand_in_ref(at)
        if member == "stage" or fault.code == "line-in-excluded-stage":
            return "stage", self._counted_stage()
        if fault.code == "member-unknown":
            return member, _LEFT_OUT
        if member in _OF_A_LINE:
            return member, _OF_A_LINE[member]
        for group in _GROUPS_LEFT_OUT:
            if member == group or member.startswith(f"{group}/"):
                return group, _LEFT_OUT
        return "", _LEFT_OUT

    def _stand_in(self, place: str) -> bool:
        """Replaces a member of the head, once: that of a member first, then the whole of it."""
        member, _, inner = place.partition("/")
        if member not in _STAND_INS or member in self.stood_in:
            return False
        whole, said = _STAND_INS[member], self.document.get(member)
        inner = inner.split("/")[0]
        path = f"{member}/{inner}"
        is_inner = isinstance(whole, dict) and isinstance(said, dict) and inner in whole
        if is_inner and isinstance(whole, dict) and path not in self.stood_in:
            self.stood_in[path] = whole[inner]
            return True
        self.stood_in = {p: v for p, v in self.stood_in.items() if not _is_within(p, member)}
        self.stood_in[member] = whole
        return True

    def _fill(self, stage: str) -> bool:
        """Puts a line into a stage that has none, so that the lines of the others are examined."""
        if stage in self.filled or stage not in _STAGES:
            return False
        self.filled.append(stage)
        return True


def _line_of(place: str) -> tuple[_Position, str] | None:
    """The line a pointer leads into, and the path of the member within it."""
    found = _LINE.fullmatch(place)
    if found is None:
        return None
    name = (found["assembly"] or "").replace("~1", "/").replace("~0", "~")
    return (name, int(found["position"])), found["member"] or ""


def _put(line: dict[str, Any], path: Sequence[str], value: object) -> None:
    """Sets or leaves out a member at a path, in copies of what lies on the way."""
    *groups, last = path
    for group in groups:
        inner = line.get(group)
        line[group] = dict(inner) if isinstance(inner, dict) else {}
        line = line[group]
    if value is _LEFT_OUT:
        line.pop(last.replace("~1", "/").replace("~0", "~"), None)
    else:
        line[last] = value


def _is_within(one: str, other: str) -> bool:
    """Whether one path leads to the other, into it, or to something around it."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _stand_in_ref(at: _Position) -> str:
    """A name for a line whose own is at fault; unique within its assembly."""
    return f"stand-in-of-line-{at[1]}"


def _silent_line(ref: str, stage: str) -> dict[str, str]:
    """A line that every bill may have."""
    return {
        "ref": ref,
        "kind": "direct-emission",
        "name": "-",
        "substance": "CO2",
        "origin": "fossil",
        "amount": "1",
        "unit": "kg",
        "stage": stage,
    }
