"""A case in the reader's words: criteria with readable figures, the timeline, findings by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.web.rendering import two_figures
from api.web.visits import Visit
from api.workflows.view_case import CaseView, TimelineEntry

_SHARES = frozenset(
    {"draft-share", "unswitchable-share", "own-process-primary-data", "completeness"}
)
MILLIGRAM = Decimal("0.000001")  # in kilograms
_SAID = ("text", "reason", "note", "agreement", "number")


@dataclass(frozen=True)
class CriterionRow:
    """A criterion of the scheme as the table shows it."""

    name: str
    outcome: str
    outcome_words: str
    measured: str
    limit: str
    effect: str
    source: str
    is_blocking: bool
    is_confirmed: bool


@dataclass(frozen=True)
class TimelineRow:
    """An event as the timeline shows it."""

    at: str
    what: str
    who: str
    note: str


def criterion_rows(view: CaseView, visit: Visit) -> list[CriterionRow]:
    """Every criterion; what blocks first, then what is not met, then the rest."""
    rows = [
        CriterionRow(
            name=visit.say(f"criterion.{found.criterion.value}"),
            outcome=found.outcome.value,
            outcome_words=visit.say(f"criterion_outcome.{found.outcome.value}"),
            measured=_readable(visit, found.criterion.value, found.measured),
            limit=_readable(visit, found.criterion.value, found.limit, is_limit=True),
            effect=visit.say(f"effect.{found.effect.value}"),
            source=found.source,
            is_blocking=found.is_blocking,
            is_confirmed=found.is_confirmed,
        )
        for found in view.criteria
    ]
    return sorted(rows, key=lambda row: (not row.is_blocking, row.outcome == "met"))


def _readable(visit: Visit, criterion: str, text: str, *, is_limit: bool = False) -> str:
    """A measured value or limit as a person reads it."""
    if not text:
        return ""
    if criterion in _SHARES:
        shown = visit.percent(text)
        sign = {"completeness": "≥", "own-process-primary-data": ">"}.get(criterion, "≤")
        return f"{sign} {shown}" if is_limit else shown
    listed = text.split(", ")
    match criterion:
        case "boundary-accepted":
            return ", ".join(visit.say(f"boundary.{name}") for name in listed)
        case "evidence-complete":
            return ", ".join(visit.say(f"evidence_kind.{name}") for name in listed)
        case "reference-period" if is_limit:
            return visit.say("case.months_at_least", months=text)
        case "reference-period" | "scheme-in-force":
            return " – ".join(visit.day(date.fromisoformat(day)) for day in text.split("/"))
        case "stages-sum-to-total":
            return f"{_tiny(visit, text, is_limit=is_limit)} kg CO₂e"
        case _:
            return text


def _tiny(visit: Visit, text: str, *, is_limit: bool) -> str:
    """A difference that is nearly nothing: two figures, or less than a milligram."""
    value = Decimal(text)
    if Decimal(0) < value < MILLIGRAM:
        return f"< {visit.number(MILLIGRAM)}"
    return f"{'≤ ' if is_limit else ''}{visit.number(two_figures(value))}"


def timeline_rows(view: CaseView, visit: Visit) -> list[TimelineRow]:
    """The history of the case, newest first."""
    return [
        TimelineRow(
            at=visit.moment(entry.at),
            what=visit.say(f"case_event.{entry.kind}"),
            who=", ".join(filter(None, (entry.person, visit.local(entry.organisation)))),
            note=_note(visit, entry),
        )
        for entry in view.events
    ]


def _note(visit: Visit, entry: TimelineEntry) -> str:
    if entry.kind == "attempt-refused":
        return visit.sentence(entry.details.get("code", ""), entry.details)
    return next((entry.details[name] for name in _SAID if entry.details.get(name)), "")


def findings_by_place(view: CaseView) -> dict[str, list[object]]:
    """Findings by the line they are about, to be shown beside it."""
    found: dict[str, list[object]] = {}
    for finding in view.case.findings:
        found.setdefault(finding.place, []).append(finding)
    return found
