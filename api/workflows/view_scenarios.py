"""Shows what can be tried on a stored study: lines, datasets, places that fit a kind of change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.context import Context
from api.workflows.link_study import StoredBill, read_stored_bill
from footprint.bom import Line
from footprint.changes import ChangeKind, LineName, datasets_of, fits, fits_all_lines
from footprint.places import other_places
from labels.access import Actor, Scope
from labels.label import LocalText
from lca_db.unit_of_work import UnitOfWork

MOST_OFFERED = 1_000


@dataclass(frozen=True, kw_only=True)
class LineChoice:
    """A line that the change may be for."""

    assembly: str
    ref: str
    name: str


@dataclass(frozen=True, kw_only=True)
class DatasetChoice:
    """A dataset by id and name."""

    id: str
    names: LocalText


@dataclass(frozen=True, kw_only=True)
class ScenarioChoices:
    """What a form of one kind of change offers.

    Attributes:
        takes_all: Whether the change may be for all lines it fits.
        lines: Those it fits.
        used: The datasets of these lines: all lines of one may be changed together.
        offered: Datasets that may come in the place of theirs: those in the same units.
        places: Locations at which one of the datasets is there as well.
    """

    kind: ChangeKind
    takes_all: bool
    lines: tuple[LineChoice, ...]
    used: tuple[DatasetChoice, ...]
    offered: tuple[DatasetChoice, ...]
    places: tuple[str, ...]


def view_scenarios(
    context: Context, actor: Actor, study_id: str, kind: ChangeKind
) -> ScenarioChoices:
    """What a change of that kind can be made to in the study of that id.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study here.
    """
    stored = read_stored_bill(context, actor, study_id)
    lines = _fitting(stored, kind)
    used = sorted({d for line in lines.values() for d in datasets_of(line)})
    offered = _offered(stored, kind, lines.values())
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        names = uow.inventory.names_of(stored.release.id, {*used, *offered})
    return ScenarioChoices(
        kind=kind,
        takes_all=fits_all_lines(kind) and bool(lines),
        lines=tuple(
            LineChoice(assembly=assembly, ref=ref, name=line.name)
            for (assembly, ref), line in lines.items()
        ),
        used=_named(used, names),
        offered=_named(offered, names),
        places=_places(stored, lines.values()) if kind is ChangeKind.PLACE else (),
    )


def _fitting(stored: StoredBill, kind: ChangeKind) -> dict[LineName, Line]:
    """The lines that fit; for another place only those that the release has elsewhere too."""
    return {
        (assembly, line.ref): line
        for assembly, _, lines in stored.bom.parts()
        for line in lines
        if fits(kind, line) and (kind is not ChangeKind.PLACE or _places(stored, [line]))
    }


def _places(stored: StoredBill, lines: Iterable[Line]) -> tuple[str, ...]:
    own = {getattr(line, "dataset", None) for line in lines}
    return tuple(sorted({p for d in own if d for p in other_places(d, stored.table)}))


def _offered(stored: StoredBill, kind: ChangeKind, lines: Iterable[Line]) -> Sequence[str]:
    """Ids in the units of the lines' own datasets, not more than a page can hold."""
    if kind in (ChangeKind.PLACE, ChangeKind.LIFETIME, ChangeKind.AMOUNT, ChangeKind.LOSS):
        return ()
    table = stored.table
    units = {table.products[table.row(d)].unit for line in lines for d in datasets_of(line)}
    return [p.id for p in table.products if p.unit in units][:MOST_OFFERED]


def _named(ids: Iterable[str], names: dict[str, LocalText]) -> tuple[DatasetChoice, ...]:
    return tuple(DatasetChoice(id=each, names=names.get(each, {})) for each in ids)
