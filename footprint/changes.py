"""What a scenario can change on a line of a bill of materials, and how.

Rules:

* A change names one line by assembly and ref, or all lines of a dataset, or, where its kind says
  so, all lines it fits: energy (electricity consumed), mode (freight), lifetime (use).
* *place* puts the same product of another location in (:mod:`footprint.places`).
* *recycled content* splits a material in two lines, of its own and of the recycled dataset; its
  loss goes with both, because both are lost alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any

from footprint.bom import EnergyLine, Line, MaterialLine, TransportLine
from footprint.errors import FootprintError, QuantityError, ScenarioError, raise_all
from footprint.intensities import IntensityTable
from footprint.places import at_place
from footprint.quantities import Quantity, in_range

_EXACT = Context(prec=34)
_ACTIVITIES = ("quantity", "quantity_per_service", "distance", "charge", "mass")
_LIFETIMES = ("lifetime_years", "services")
_RECYCLING = ("recycled_dataset", "recycling_dataset", "displaced_dataset")
MAX_REF = 64

LineName = tuple[str, str]
"""Assembly ("" for the product itself) and ref."""


class ChangeKind(StrEnum):
    """What is changed.

    Attributes:
        DATASET: ``to`` in the place of the dataset.
        PLACE: The same product of the location ``to``.
        ENERGY: Electricity from ``to``.
        MODE: Freight by ``to``.
        RECYCLED_CONTENT: The share ``value`` from the recycled dataset ``to``.
        LIFETIME: ``value`` services (or years) over the lifetime, or ``factor`` times as many.
        AMOUNT: ``value`` in the line's own unit, or ``factor`` times as much.
        LOSS: The loss rate ``value``.
    """

    DATASET = "dataset"
    PLACE = "place"
    ENERGY = "energy"
    MODE = "mode"
    RECYCLED_CONTENT = "recycled-content"
    LIFETIME = "lifetime"
    AMOUNT = "amount"
    LOSS = "loss"


_ALL_LINES = frozenset({ChangeKind.ENERGY, ChangeKind.MODE, ChangeKind.LIFETIME})
_NUMBERED = frozenset({ChangeKind.LIFETIME, ChangeKind.AMOUNT})
_TAKES: Mapping[ChangeKind, frozenset[str]] = {
    ChangeKind.DATASET: frozenset({"to"}),
    ChangeKind.PLACE: frozenset({"to"}),
    ChangeKind.ENERGY: frozenset({"to"}),
    ChangeKind.MODE: frozenset({"to"}),
    ChangeKind.RECYCLED_CONTENT: frozenset({"to", "value"}),
    ChangeKind.LOSS: frozenset({"value"}),
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change.

    Attributes:
        line: The one line to change.
        dataset: Change every line of this dataset instead.
        to: The dataset or location to come.
        value, factor: The number to come, or what to multiply with.
        place: JSON Pointer of where it was asked for, for errors.

    Raises:
        FootprintErrors: ``scenario-member-missing``, ``scenario-member-not-taken``.
    """

    kind: ChangeKind
    line: LineName | None = None
    dataset: str = ""
    to: str = ""
    value: Decimal | None = None
    factor: Decimal | None = None
    place: str = ""

    def __post_init__(self) -> None:
        raise_all([*self._errors()])
        for member in ("value", "factor"):
            number = getattr(self, member)
            if number is not None:
                in_range(number, f"{self.place}/{member}")

    def _errors(self) -> Iterator[FootprintError]:
        given = {member for member in ("to", "value", "factor") if self._has(member)}
        takes = set(_TAKES.get(self.kind, ()))
        if self.kind in _NUMBERED:
            takes = {"factor"} if given == {"factor"} else {"value"}
        for member in sorted(takes - given):
            yield ScenarioError(
                "scenario-member-missing", f"{self.place}/{member}", kind=self.kind.value
            )
        for member in sorted(given - takes):
            yield ScenarioError(
                "scenario-member-not-taken", f"{self.place}/{member}", kind=self.kind.value
            )
        if self.line and self.dataset:
            yield ScenarioError(
                "scenario-member-not-taken", f"{self.place}/dataset", kind=self.kind.value
            )
        if not self.line and not self.dataset and self.kind not in _ALL_LINES:
            yield ScenarioError(
                "scenario-member-missing", f"{self.place}/line", kind=self.kind.value
            )

    def _has(self, member: str) -> bool:
        value = getattr(self, member)
        return value is not None and value != ""


Make = Callable[[Line, set[str]], tuple[Line, ...] | None]
"""What becomes of a line, None where the change is not for such a line."""


def datasets_of(line: Line) -> tuple[str, ...]:
    """The dataset of the line, what treats its loss, and those of its recycling."""
    found = [getattr(line, "dataset", None)]
    if isinstance(line, MaterialLine):
        found.append(line.loss.dataset if line.loss else None)
        found += [getattr(line.recycling, member) for member in _RECYCLING if line.recycling]
    return tuple(dataset for dataset in found if dataset)


def fits(kind: ChangeKind, line: Line) -> bool:
    """Whether a change of that kind can be for such a line: what a form offers.

    A line that fits is still refused where the release lacks what is to come.
    """
    match kind:
        case ChangeKind.DATASET | ChangeKind.PLACE:
            return bool(getattr(line, "dataset", None))
        case ChangeKind.ENERGY:
            return isinstance(line, EnergyLine) and _is_energy(line.quantity)
        case ChangeKind.MODE:
            return isinstance(line, TransportLine)
        case ChangeKind.RECYCLED_CONTENT:
            return isinstance(line, MaterialLine) and bool(line.dataset) and not line.recycling
        case ChangeKind.LOSS:
            return isinstance(line, MaterialLine) and line.loss is not None
        case ChangeKind.LIFETIME:
            return _counted_member(line, _LIFETIMES) is not None
        case ChangeKind.AMOUNT:
            return _counted_member(line, _ACTIVITIES) is not None


def _is_energy(quantity: Quantity) -> bool:
    """Whether it is an amount of energy: a bill books water among what a site consumes, too."""
    try:
        quantity.to("kWh")
    except QuantityError:
        return False
    return True


def fits_all_lines(kind: ChangeKind) -> bool:
    """Whether a change of that kind may be for all lines it fits, without naming any."""
    return kind in _ALL_LINES


def maker(change: Change, table: IntensityTable) -> Make:
    """How the change is made; datasets that are not there are found at once."""
    if change.kind not in (ChangeKind.PLACE, ChangeKind.LIFETIME, ChangeKind.AMOUNT):
        _known(change, table)
    return {
        ChangeKind.DATASET: lambda line, _: _swapped(line, change, change.to),
        ChangeKind.PLACE: lambda line, _: _placed(line, change, table),
        ChangeKind.ENERGY: lambda line, _: _powered(line, change, table),
        ChangeKind.MODE: lambda line, _: _moved(line, change),
        ChangeKind.RECYCLED_CONTENT: lambda line, taken: _mixed(line, change, taken),
        ChangeKind.LIFETIME: lambda line, _: _counted(line, change, _LIFETIMES),
        ChangeKind.AMOUNT: lambda line, _: _counted(line, change, _ACTIVITIES),
        ChangeKind.LOSS: lambda line, _: _lost(line, change),
    }[change.kind]


def _known(change: Change, table: IntensityTable) -> None:
    if change.to:
        table.row(change.to, "/to")


def _swapped(line: Line, change: Change, to: str) -> tuple[Line, ...] | None:
    """The line on another dataset: its own, and with all lines of one what else takes that."""
    own = getattr(line, "dataset", None)
    swap: dict[str, Any] = {}
    if own and change.dataset in ("", own):
        swap["dataset"] = to
    if isinstance(line, MaterialLine) and change.dataset:
        if line.loss and line.loss.dataset == change.dataset:
            swap["loss"] = replace(line.loss, dataset=to)
        same = [m for m in _RECYCLING if getattr(line.recycling, m, "") == change.dataset]
        if line.recycling and same:
            members: dict[str, Any] = dict.fromkeys(same, to)
            swap["recycling"] = replace(line.recycling, **members)
    return (replace(line, **swap),) if swap else None


def _placed(line: Line, change: Change, table: IntensityTable) -> tuple[Line, ...] | None:
    dataset = change.dataset or getattr(line, "dataset", None)
    return _swapped(line, change, at_place(dataset, change.to, table)) if dataset else None


def _powered(line: Line, change: Change, table: IntensityTable) -> tuple[Line, ...] | None:
    """A line of energy whose dataset is delivered in the unit of the new one: never a fuel."""
    if not isinstance(line, EnergyLine) or line.dataset not in table.rows:
        return None
    unit, new = (table.products[table.row(d)].unit for d in (line.dataset, change.to))
    return (replace(line, dataset=change.to),) if unit == new else None


def _moved(line: Line, change: Change) -> tuple[Line, ...] | None:
    return (replace(line, dataset=change.to),) if isinstance(line, TransportLine) else None


def _mixed(line: Line, change: Change, taken: set[str]) -> tuple[Line, ...] | None:
    """Two lines: what stays on its dataset, and the recycled share."""
    if not isinstance(line, MaterialLine) or not line.dataset or line.recycling:
        return None
    share = change.value or Decimal(0)
    if not 0 <= share <= 1:
        raise ScenarioError("scenario-share-out-of-range", "/value", share=str(share))
    ref = _new_ref(line.ref, taken)
    return (
        replace(line, quantity=line.quantity.times(1 - share)),
        replace(line, ref=ref, quantity=line.quantity.times(share), dataset=change.to),
    )


def _new_ref(ref: str, taken: set[str]) -> str:
    """A ref that nobody has yet, and that is taken from now on."""
    number, name = 1, f"{ref[: MAX_REF - 9]}-recycled"
    while name in taken:
        number += 1
        name = f"{ref[: MAX_REF - 15]}-recycled-{number}"
    taken.add(name)
    return name


def _counted_member(line: Line, members: Sequence[str]) -> str | None:
    """The first of the members that the line has."""
    own = {each.name for each in fields(line)}
    return next(
        (m for m in members if m in own and isinstance(getattr(line, m), (Quantity, Decimal))), None
    )


def _counted(line: Line, change: Change, members: Sequence[str]) -> tuple[Line, ...] | None:
    """The first of the members that the line has, set or multiplied."""
    member = _counted_member(line, members)
    if member is None:
        return None
    before = getattr(line, member)
    if isinstance(before, Quantity):
        after: Any = Quantity(_number(before.amount, change), before.unit)
    else:
        after = _number(before, change)
    return (replace(line, **{member: after}),)


def _number(before: Decimal, change: Change) -> Decimal:
    if change.value is not None:
        return change.value
    return _EXACT.multiply(before, change.factor or Decimal(0))


def _lost(line: Line, change: Change) -> tuple[Line, ...] | None:
    if not isinstance(line, MaterialLine) or line.loss is None:
        return None
    return (replace(line, loss=replace(line.loss, rate=change.value or Decimal(0))),)
