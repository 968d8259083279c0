"""Scenarios on the wire: changes by name and number, and the difference each makes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.bom_members import Amount, DatasetId, Name, Shown, Strict
from api.schemas.footprints import DecimalText, Out
from api.schemas.inventory import figure, optional_figure
from footprint.changes import Change, ChangeKind
from footprint.errors import FootprintError, raise_all
from footprint.quantities import decimal_amount
from footprint.scenarios import (
    MOST_CHANGES,
    Scenario,
    ScenarioResult,
    Swing,
    grid,
    one_at_a_time,
)

MOST_ASKED = 200
MOST_ROWS = 8
KINDS_SHOWN = (
    ChangeKind.AMOUNT,
    ChangeKind.DATASET,
    ChangeKind.PLACE,
    ChangeKind.ENERGY,
    ChangeKind.MODE,
    ChangeKind.RECYCLED_CONTENT,
    ChangeKind.LIFETIME,
    ChangeKind.LOSS,
)
RefText = Annotated[str, StringConstraints(min_length=1, max_length=64)]


def shown_kind(text: str) -> ChangeKind:
    """The kind of that name, the first of those shown where there is none."""
    return next((kind for kind in KINDS_SHOWN if kind == text), KINDS_SHOWN[0])


class ChangeIn(Strict):
    """One change of a line, of every line of a dataset, or of every line its kind fits.

    ``to`` is a dataset; for ``place`` a location such as ``CN-GD``. ``value`` is the number to
    come (amount, loss rate, recycled share, services), ``factor`` multiplies the present one.
    """

    kind: ChangeKind
    line: Annotated[RefText | None, Field(description="Ref of the line")] = None
    assembly: Annotated[
        str, StringConstraints(max_length=64), Field(description="Of the line; the product's own")
    ] = ""
    dataset: Annotated[
        DatasetId | None, Field(description="Every line of it, in the place of one line")
    ] = None
    to: DatasetId | None = None
    value: Amount | None = None
    factor: Amount | None = None

    def to_core(self, place: str) -> Change:
        """The core value, its errors placed where it was sent."""
        return Change(
            kind=self.kind,
            line=(self.assembly, self.line) if self.line is not None else None,
            dataset=self.dataset or "",
            to=self.to or "",
            value=None if self.value is None else decimal_amount(self.value, f"{place}/value"),
            factor=None if self.factor is None else decimal_amount(self.factor, f"{place}/factor"),
            place=place,
        )


class ScenarioIn(Strict):
    """Changes made together, under a name; none at all is the study as it stands."""

    name: Annotated[Name, Shown]
    changes: Annotated[list[ChangeIn], Field(max_length=MOST_CHANGES)]


class ScenariosIn(Strict):
    """What to try: scenarios as they are, each of their changes alone, or a grid of options.

    A ``grid`` has rows of options; every way of choosing one option of each row is tried.
    """

    scenarios: Annotated[tuple[ScenarioIn, ...], Field(max_length=MOST_ASKED)] = ()
    is_one_at_a_time: Annotated[
        bool, Field(description="Each change of the scenarios alone as well")
    ] = False
    grid: Annotated[
        tuple[Annotated[list[ScenarioIn], Field(min_length=1, max_length=MOST_ASKED)], ...],
        Field(max_length=MOST_ROWS),
    ] = ()

    def to_core(self) -> tuple[Scenario, ...]:
        """The scenarios, one change at a time where that is asked, then the grid.

        Raises:
            FootprintErrors: Every change that is none, with its place.
        """
        errors: list[FootprintError] = []
        asked = [_scenario(s, f"/scenarios/{i}", errors) for i, s in enumerate(self.scenarios)]
        rows = [
            [_scenario(s, f"/grid/{i}/{j}", errors) for j, s in enumerate(row)]
            for i, row in enumerate(self.grid)
        ]
        raise_all(errors)
        alone = one_at_a_time(asked) if self.is_one_at_a_time else ()
        return (*asked, *alone, *(grid(rows) if rows else ()))


def _scenario(sent: ScenarioIn, place: str, errors: list[FootprintError]) -> Scenario:
    changes = []
    for number, change in enumerate(sent.changes):
        try:
            changes.append(change.to_core(f"{place}/changes/{number}"))
        except FootprintError as error:
            errors += getattr(error, "errors", (error,))
    return Scenario(name=sent.name, changes=tuple(changes))


class StageChangeOut(Out):
    """The change of one stage."""

    stage: str
    change_kg_co2e: DecimalText


class ChangedLineOut(Out):
    """A line that a scenario changes."""

    assembly: str
    ref: str


class ScenarioOut(Out):
    """What a scenario makes of the footprint; the stages sum to the change."""

    name: str
    total_kg_co2e: DecimalText
    change_kg_co2e: DecimalText
    change_share: Annotated[str | None, Field(description="Of the base; null where it is nothing")]
    stages: list[StageChangeOut]
    lines: list[ChangedLineOut]

    @classmethod
    def from_core(cls, result: ScenarioResult, base: float) -> ScenarioOut:
        """From a result and the total it is compared with."""
        return cls(
            name=result.name,
            total_kg_co2e=figure(result.total_kg_co2e),
            change_kg_co2e=figure(result.change_kg_co2e),
            change_share=optional_figure(result.change_kg_co2e / base if base else None),
            stages=[
                StageChangeOut(stage=stage.value, change_kg_co2e=figure(change))
                for stage, change in result.stages.items()
            ],
            lines=[ChangedLineOut(assembly=a, ref=ref) for a, ref in result.changed],
        )


class ScenariosOut(Out):
    """The differences to one study; nothing is stored."""

    total_kg_co2e: Annotated[DecimalText, Field(description="Of the study as it stands")]
    results: list[ScenarioOut]

    @classmethod
    def of(cls, base: float, results: tuple[ScenarioResult, ...]) -> ScenariosOut:
        """From the workflow's answer."""
        return cls(
            total_kg_co2e=figure(base),
            results=[ScenarioOut.from_core(result, base) for result in results],
        )


class SwingOut(Out):
    """A line of the tornado: the total with a tenth less and a tenth more of it."""

    assembly: str
    ref: str
    name: str
    kg_co2e: DecimalText
    low_kg_co2e: DecimalText
    high_kg_co2e: DecimalText
    elasticity: Annotated[
        str | None, Field(description="Per cent of the total for one per cent more of the line")
    ]

    @classmethod
    def from_core(cls, swing: Swing) -> SwingOut:
        """From the core value."""
        return cls(
            assembly=swing.assembly,
            ref=swing.ref,
            name=swing.name,
            kg_co2e=figure(swing.kg_co2e),
            low_kg_co2e=figure(swing.low_kg_co2e),
            high_kg_co2e=figure(swing.high_kg_co2e),
            elasticity=optional_figure(swing.elasticity),
        )
