"""What becomes of one thing at its end, over all lines of a bill: never more than the thing.

Rules (docs/methodology.md):

* The shares of what becomes of one thing sum to at most one; what its material line has recycled
  counts with them where the treatments name that line as their item.
* One material is recycled by one approach throughout a bill. By another on the next line, its
  recycled content would be credited there and its recycling at the end here.
* What a closed loop makes is no material of another line: that line would take for its recycled
  content what the loop has had the credit for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from footprint.errors import BomError, QuantityError
from footprint.lifecycle_lines import TreatedLine
from footprint.lines import Line, MaterialLine
from footprint.quantities import Quantity
from footprint.recycling import RecyclingApproach

Part = tuple[str, str, Sequence[Line]]  # assembly, place, lines


def end_of_life_errors(parts: Sequence[Part]) -> Iterator[BomError]:
    """Everything that is treated more than once, and materials of two approaches."""
    for _name, place, lines in parts:
        yield from _share_errors(place, lines)
    yield from _approach_errors(parts)
    yield from _loop_errors(parts)


def _share_errors(place: str, lines: Sequence[Line]) -> Iterator[BomError]:
    """Treatments of one thing that add up to more than the thing."""
    totals: dict[tuple[str, str], Decimal] = {
        (line.ref, ""): line.recycling.recycling_rate
        for line in lines
        if isinstance(line, MaterialLine) and line.recycling
    }
    for position, line in enumerate(lines):
        if not isinstance(line, TreatedLine):
            continue
        thing = (line.item, "" if line.item else _mass_key(line.mass))
        before = totals.get(thing, Decimal(0))
        totals[thing] = before + line.share
        if totals[thing] > 1 >= before:
            total = f"{totals[thing].normalize():f}"
            where = f"{_place(line, place, position)}/share"
            yield BomError("end-of-life-shares-over-one", where, total=total)


def _mass_key(mass: Quantity) -> str:
    """The same text for the same mass in whatever unit of mass."""
    try:
        mass = mass.to("kg")
    except QuantityError:
        return f"{mass.amount.normalize()} {mass.unit}"  # refused with its line when it is linked
    return f"{mass.amount.normalize()} kg"


def _approach_errors(parts: Sequence[Part]) -> Iterator[BomError]:
    """Lines whose virgin material another line recycles by another approach."""
    first: dict[str, str] = {}
    for _name, place, lines in parts:
        for position, line in enumerate(lines):
            if not isinstance(line, MaterialLine) or line.recycling is None:
                continue
            dataset, approach = line.dataset or "", line.recycling.approach.value
            other = first.setdefault(dataset, approach)
            if other != approach:
                where = f"{_place(line, place, position)}/recycling/approach"
                yield BomError(
                    "recycling-approaches-mixed", where, dataset=dataset[:80], other=other
                )


def _loop_errors(parts: Sequence[Part]) -> Iterator[BomError]:
    """Lines that buy what a closed loop of the bill has made of its material."""
    loop = RecyclingApproach.CLOSED_LOOP
    made = {
        line.recycling.recycling_dataset
        for _name, _, lines in parts
        for line in lines
        if isinstance(line, MaterialLine) and line.recycling and line.recycling.approach is loop
    } - {None}
    if not made:
        return
    bought = (
        (line, _place(line, place, position))
        for _name, place, lines in parts
        for position, line in enumerate(lines)
        if isinstance(line, MaterialLine)
    )
    for line, where in bought:
        taken = {"dataset": line.dataset}
        if line.recycling and line.recycling.approach is RecyclingApproach.CUT_OFF:
            taken["recycling/recycled_dataset"] = line.recycling.recycled_dataset
        for member, dataset in taken.items():
            if dataset in made:
                yield BomError("recycling-credited-twice", f"{where}/{member}", approach=loop.value)


def _place(line: Line, place: str, position: int) -> str:
    return line.place or f"{place}/lines/{position}"
