"""A bill of materials with changes made to it, one after the other.

Rules:

* A change is for the line it names, or for every line of its dataset, or for every line it fits.
* What cannot be changed is refused with the place of the change, never left out without a word.
* The bill that comes out is checked like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from footprint.bom import BillOfMaterials, Line
from footprint.changes import Change, ChangeKind, LineName, Make, datasets_of, maker
from footprint.errors import FootprintError, FootprintErrors, ScenarioError, pointer, raise_all
from footprint.intensities import IntensityTable

_MEMBERS = frozenset({"/line", "/to", "/value", "/factor"})


@dataclass(frozen=True, kw_only=True)
class ChangedBill:
    """The bill with the changes made.

    Attributes:
        lines: What each changed line became, in more than one line where it was split.
        by: Which change touched a line last, by its position.
    """

    changes: tuple[Change, ...]
    bom: BillOfMaterials
    lines: Mapping[LineName, tuple[Line, ...]]
    by: Mapping[LineName, int]


def changed_bill(
    bom: BillOfMaterials, changes: Sequence[Change], table: IntensityTable
) -> ChangedBill:
    """The bill with the changes made one after the other.

    Raises:
        FootprintErrors: Every change that cannot be made, at its own place, or else at
            ``/changes/<its position>``.
    """
    lines: dict[LineName, tuple[Line, ...]] = {}
    by: dict[LineName, int] = {}
    errors: list[FootprintError] = []
    names = _named_lines(bom)
    for position, change in enumerate(changes):
        place = place_of(change, position)
        try:
            made = _made(change, names, lines, table)
            _check_whole(bom, change, made)
        except FootprintError as error:
            errors += errors_at(error, place)
            continue
        lines |= made
        by |= dict.fromkeys(made, position)
    raise_all(errors)
    try:
        changed = _with_lines(bom, lines)
    except FootprintError as error:
        raise_all(errors_at(error, changes[-1].place or "/changes"))
        raise
    return ChangedBill(changes=tuple(changes), bom=changed, lines=lines, by=by)


def place_of(change: Change, position: int) -> str:
    """Where the change was asked for, or its position among the changes."""
    return change.place or pointer("changes", position)


def errors_at(error: FootprintError, place: str) -> list[FootprintError]:
    """The errors at the change that caused them, whatever member of the bill they are in."""
    errors = error.errors if isinstance(error, FootprintErrors) else (error,)
    return [
        type(each)(
            each.code, place + (each.place if each.place in _MEMBERS else ""), **each.parameters
        )
        for each in errors
    ]


def _check_whole(
    bom: BillOfMaterials, change: Change, made: Mapping[LineName, tuple[Line, ...]]
) -> None:
    """Nothing unless a line is split that is given to a co-product: its new part would not be."""
    if change.kind is not ChangeKind.RECYCLED_CONTENT or bom.declared.allocation is None:
        return
    for own in bom.declared.allocation.own_lines:
        if own.line in made:
            raise ScenarioError(
                "scenario-line-unfit", "/line", kind=change.kind.value, ref=own.line[1]
            )


def _named_lines(bom: BillOfMaterials) -> Mapping[LineName, Line]:
    return {(name, line.ref): line for name, _, lines in bom.parts() for line in lines}


def _made(
    change: Change,
    names: Mapping[LineName, Line],
    before: Mapping[LineName, tuple[Line, ...]],
    table: IntensityTable,
) -> dict[LineName, tuple[Line, ...]]:
    """What becomes of every line the change is for.

    Raises:
        FootprintError: It is for none, or for one that it does not fit.
    """
    make = maker(change, table)
    if change.line is not None:
        if change.line not in names:
            assembly, ref = change.line
            raise ScenarioError(
                "scenario-line-unknown", "/line", assembly=assembly[:64], ref=ref[:64]
            )
        chosen: Mapping[LineName, Line] = {change.line: names[change.line]}
    else:
        chosen = names
    taken: set[str] = set()
    if change.kind is ChangeKind.RECYCLED_CONTENT:
        taken = {line.ref for line in names.values()}
        taken |= {line.ref for lines in before.values() for line in lines}
    made: dict[LineName, tuple[Line, ...]] = {}
    for name, line in chosen.items():
        parts = before.get(name, (line,))
        after = tuple(new for part in parts for new in _one(change, make, part, taken))
        if change.line is not None or any(a is not b for a, b in zip(after, parts, strict=False)):
            made[name] = after
    if not made:
        raise ScenarioError(
            "scenario-nothing-to-change", "", kind=change.kind.value, dataset=change.dataset[:80]
        )
    return made


def _one(change: Change, make: Make, line: Line, taken: set[str]) -> tuple[Line, ...]:
    """The line after the change; the line itself where the change is not for it."""
    if change.dataset and change.dataset not in datasets_of(line):
        return (line,)
    after = make(line, taken)
    if after is not None:
        return tuple(_unplaced(new) for new in after)
    if change.line is not None:
        raise ScenarioError("scenario-line-unfit", "/line", kind=change.kind.value, ref=line.ref)
    return (line,)


def _unplaced(line: Line) -> Line:
    """Without the place of the document it no longer stands in."""
    return replace(line, place="")


def _with_lines(
    bom: BillOfMaterials, lines: Mapping[LineName, tuple[Line, ...]]
) -> BillOfMaterials:
    """The bill with other lines in the place of some."""

    def put(assembly: str, own: Sequence[Line]) -> tuple[Line, ...]:
        return tuple(new for line in own for new in lines.get((assembly, line.ref), (line,)))

    touched = {assembly for assembly, _ in lines}
    return replace(
        bom,
        lines=put("", bom.lines) if "" in touched else bom.lines,
        assemblies={
            name: replace(held, lines=put(name, held.lines)) if name in touched else held
            for name, held in bom.assemblies.items()
        },
    )
