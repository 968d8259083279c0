"""Imports of foreign inventories: upload, reports, what the gates find, and freezing a release."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.downloads import download
from api.problems import Problem
from api.schemas.inventory_imports import ReleaseIn, import_choices
from api.web.forms import FormSent, SentForm
from api.web.import_views import KINDS, counts_of, finding_rows, table_of
from api.web.paths import After, PathId
from api.web.problem_views import ProblemView
from api.web.visits import SignedInVisit, Visit
from api.workflows.ask_import import ask_import, list_formats
from api.workflows.read_imports import list_import_jobs, list_imports, read_import
from api.workflows.release_imports import check_imports, release_imports, would_be_public

pages = APIRouter(include_in_schema=False)
PATH = "/inventory-imports"
TICK = "import-"
ON_A_PAGE = 20
MOST_FINDINGS = 200
Kind = Annotated[str, Query(max_length=20)]


@pages.get(PATH)
def get_imports(visit: SignedInVisit, after: After = None) -> Response:
    """The imports there are, those under way, and the form for another one."""
    return _list(visit, after=after)


def _list(
    visit: Visit, problem: ProblemView | None = None, status: int = 200, after: str | None = None
) -> Response:
    actor = visit.who.actor
    page = list_imports(visit.context, actor, after=after, limit=ON_A_PAGE)
    jobs = list_import_jobs(visit.context, actor)
    return visit.page(
        "imports.html",
        status=status,
        path=PATH,
        problem=problem,
        imports=page.items,
        next_after=page.next_after,
        jobs=[(job, _why_failed(visit, job.problem)) for job in jobs],
        formats=[("", visit.say("imports.format_told")), *list_formats()],
    )


def _why_failed(visit: Visit, problem: object) -> str:
    """The sentence of a job that came to nothing, "" while it may still end well."""
    if not isinstance(problem, dict):
        return ""
    return visit.sentence(str(problem["code"]), problem.get("parameters") or {})


@pages.post(PATH)
def post_import(visit: SignedInVisit, form: FormSent) -> Response:
    """Keeps the file and promises its import; a job reads it."""

    def act() -> Response:
        file = form.needed_file()
        names = ("format", "prefix", "unlinked", "estimates", "licence")
        sent = {name: form.text(name) for name in names}
        for name in ("uses_map", "is_publishable"):
            sent[name] = "yes" if form.text(name) else "no"
        choices = import_choices(sent)
        ask_import(
            visit.context,
            visit.who.actor,
            file_name=file.name,
            content=file.content,
            options=choices.to_core(),
            terms=choices.terms(),
            once=form.once(lambda _: PATH),
        )
        return visit.go(PATH, "import-asked")

    return visit.submit(act, lambda problem, status: _list(visit, problem, status))


@pages.get(f"{PATH}/{{import_id}}")
def get_import(visit: SignedInVisit, import_id: PathId, kind: Kind = "") -> Response:
    """The report of an import: counts first, then the list of one kind."""
    view = read_import(visit.context, visit.who.actor, import_id)
    lists = {name: int(view.report[name]["count"]) for name in KINDS}
    filled = [name for name, count in lists.items() if count]
    if kind and kind not in KINDS:
        raise Problem(404, "not-found")
    shown = kind or next(iter(filled), "")
    refusal = view.report["refusal"]
    return visit.page(
        "import.html",
        view=view,
        refusal=refusal and visit.sentence(refusal["code"], refusal["parameters"]),
        counts=counts_of(visit, view.report),
        lists=lists,
        kind=shown,
        table=table_of(visit, view.report, shown) if shown else None,
    )


@pages.get(f"{PATH}/{{import_id}}/report.json")
def get_report(visit: SignedInVisit, import_id: PathId) -> Response:
    """The whole report as JSON."""
    report = read_import(visit.context, visit.who.actor, import_id).report
    content = json.dumps(report, ensure_ascii=False, indent=2).encode()
    return download(content, "application/json", f"{import_id}-report.json")


@pages.post(f"{PATH}/check")
def post_check(visit: SignedInVisit, form: FormSent) -> Response:
    """What the gates find in a release with the ticked imports; the button to freeze it."""

    def act() -> Response:
        chosen = [n.removeprefix(TICK) for n in form.fields if n.startswith(TICK)]
        asked = _asked(form, chosen)
        report = check_imports(visit.context, visit.who.actor, asked.imports)
        return visit.page(
            "import_release.html",
            is_public=would_be_public(visit.context, visit.who.actor, asked.imports),
            path=PATH,
            asked=asked,
            counts=report.counts(),
            examined=report.examined,
            is_blocked=bool(report.blocking),
            findings=finding_rows(visit, report.findings[:MOST_FINDINGS]),
            left_out=max(0, len(report.findings) - MOST_FINDINGS),
        )

    return visit.submit(act, lambda problem, status: _list(visit, problem, status))


@pages.post(f"{PATH}/release")
def post_release(visit: SignedInVisit, form: FormSent) -> Response:
    """Freezes what was checked."""

    def act() -> Response:
        asked = _asked(form, form.text("imports").split())
        if not form.text("confirmed"):
            raise Problem(422, "release-not-confirmed", "/confirmed")
        release_imports(
            visit.context,
            visit.who.actor,
            asked.imports,
            asked.note,
            form.once(lambda _: PATH),
        )
        return visit.go(PATH, "release-frozen")

    return visit.submit(act, lambda problem, status: _list(visit, problem, status))


def _asked(form: SentForm, import_ids: list[str]) -> ReleaseIn:
    """The release a form asks for.

    Raises:
        Problem: 422 ``imports-not-chosen``.
        ValidationError: What is wrong with the note or an id.
    """
    if not import_ids:
        raise Problem(422, "imports-not-chosen")
    return ReleaseIn.model_validate({"imports": import_ids, "note": form.text("note")})
