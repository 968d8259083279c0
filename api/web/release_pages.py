"""Frozen releases of the inventory: the list, one release, its findings, and two compared."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.downloads import download, workbook_download
from api.inventory_views import StudyMoves
from api.schemas.dataset_filters import AskedChange
from api.schemas.numbers import WholeNumber
from api.security.policy import Action, can
from api.web.dataset_pages import AfterDataset
from api.web.paths import CSV, After, ReleaseId
from api.web.rendering import csv_bytes
from api.web.visits import SignedInVisit, Visit
from api.workflows.compare_releases import compare_datasets, compare_studies
from api.workflows.read_releases import (
    list_releases,
    read_dataset_names,
    read_findings,
    read_release,
)
from api.workflows.readable_release import may_have_whole
from api.workflows.search_datasets import find_release

pages = APIRouter(include_in_schema=False)
PAGE_SIZE = 100
MOST_RELEASES = 200
Severity = Annotated[Literal["", "blocking", "warning", "note"], Query()]
AskedRelease = Annotated[str, Query(pattern=r"^rel_[0-9a-z]{26}$")]


@pages.get("/releases")
def get_releases(visit: SignedInVisit, after: After = None) -> Response:
    """All frozen releases, newest first, and the form that compares two."""
    page = list_releases(visit.context, after=after, limit=PAGE_SIZE)
    return visit.page(
        "releases.html",
        page=page,
        choices=list_releases(visit.context, limit=MOST_RELEASES).items,
        is_first=after is None,
    )


@pages.get("/releases/compare")
def get_comparison(visit: SignedInVisit, before: AskedRelease, after: AskedRelease) -> Response:
    """On to the address of the comparison that a form asks for."""
    return visit.go(f"/releases/{before}/diff/{after}")


@pages.get("/releases/{release_id}")
def get_release(visit: SignedInVisit, release_id: ReleaseId) -> Response:
    """What a release holds, what it was made of, and how it may be downloaded."""
    choices = list_releases(visit.context, limit=MOST_RELEASES).items
    return visit.page(
        "release.html",
        view=read_release(visit.context, release_id),
        choices=choices,
        is_current=choices[0].id == release_id,
        can_export=may_have_whole(visit.who.actor),
        previous=next((r for r in choices if r.id < release_id), None),
    )


@pages.get("/releases/{release_id}/findings")
def get_findings(
    visit: SignedInVisit,
    release_id: ReleaseId,
    severity: Severity = "",
    after: Annotated[WholeNumber, Query(le=10**9)] = 0,
) -> Response:
    """What the checks found when it was frozen."""
    page = read_findings(visit.context, release_id, severity=severity, after=after, limit=PAGE_SIZE)
    names = read_dataset_names(visit.context, (f.dataset for f in page.items), release_id)
    return visit.page(
        "release_findings.html",
        release=find_release(visit.context, release_id),
        page=page,
        severity=severity,
        names=names,
        said=[
            visit.named_sentence(f.code, f.parameters, f.dataset, names.get(f.dataset, {}))
            for f in page.items
        ],
    )


@pages.get("/releases/{before_id}/diff/{after_id}")
def get_diff(
    visit: SignedInVisit,
    before_id: ReleaseId,
    after_id: ReleaseId,
    change: AskedChange = "",
    after: AfterDataset = "",
) -> Response:
    """What differs between two releases, and the own products that would move."""
    diff = compare_datasets(visit.context, before_id, after_id)
    shown, next_after = diff.page(change, after, PAGE_SIZE)
    return visit.page(
        "release_diff.html",
        diff=diff,
        changes=shown,
        change=change,
        next_after=next_after,
        names=read_dataset_names(visit.context, (c.dataset_id for c in shown), before_id, after_id),
        studies=_studies(visit, before_id, after_id),
    )


def _studies(visit: Visit, before_id: str, after_id: str) -> StudyMoves | None:
    """The moves of the studies that the reader may read; None where the role reads none."""
    actor = visit.who.actor
    if not can(actor, Action.READ_STUDIES):
        return None
    return compare_studies(visit.context, actor, before_id, after_id)


@pages.get("/releases/{before_id}/diff/{after_id}/datasets.csv")
def get_diff_csv(visit: SignedInVisit, before_id: ReleaseId, after_id: ReleaseId) -> Response:
    """Every dataset that differs, for a spreadsheet."""
    columns, rows = _differences(visit, before_id, after_id)
    return download(csv_bytes(columns, rows), CSV, "releases-diff.csv")


@pages.get("/releases/{before_id}/diff/{after_id}/datasets.xlsx")
def get_diff_xlsx(visit: SignedInVisit, before_id: ReleaseId, after_id: ReleaseId) -> Response:
    """The same as a workbook."""
    columns, rows = _differences(visit, before_id, after_id)
    title = visit.say("releases.diff_datasets")
    return workbook_download(title, columns, rows, "releases-diff.xlsx")


def _differences(
    visit: Visit, before_id: str, after_id: str
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Headings and rows of everything that differs."""
    diff = compare_datasets(visit.context, before_id, after_id)
    wanted = (change.dataset_id for change in diff.changes)
    names = read_dataset_names(visit.context, wanted, before_id, after_id)
    columns = [
        visit.say("datasets.id"),
        visit.say("datasets.name"),
        visit.say("releases.change"),
        visit.say("datasets.unit"),
        visit.say("releases.before"),
        visit.say("releases.after"),
    ]
    rows: list[tuple[object, ...]] = [
        (
            change.dataset_id,
            visit.local(names.get(change.dataset_id, {})),
            visit.say(f"change_kind.{change.kind.value}"),
            change.unit,
            "" if change.before is None else change.before,
            "" if change.after is None else change.after,
        )
        for change in diff.changes
    ]
    return columns, rows
