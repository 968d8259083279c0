"""Portfolio runs: asking for one, how far it is, and what moved and why."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from api.downloads import attachment
from api.schemas.portfolio import PortfolioRunIn, PortfolioRunOut
from api.web.forms import FormSent
from api.web.paths import CSV, After, PathId
from api.web.problem_views import ProblemView
from api.web.visits import SignedInVisit, Visit
from api.workflows.ask_portfolio_run import ask_portfolio_run
from api.workflows.cancel_portfolio_run import cancel_portfolio_run
from api.workflows.export_portfolio_results import export_portfolio_results
from api.workflows.read_portfolio_runs import list_portfolio_runs, read_portfolio_run
from api.workflows.read_releases import list_releases

pages = APIRouter(include_in_schema=False)
PATH = "/portfolio-runs"
ON_A_PAGE = 20
SEES_ALL = ("regulator", "administrator")


@pages.get(PATH)
def get_portfolio_runs(visit: SignedInVisit, after: After = None) -> Response:
    """The runs there are, and the form for another one."""
    return _list(visit, after=after)


def _list(
    visit: Visit, problem: ProblemView | None = None, status: int = 200, after: str | None = None
) -> Response:
    page = list_portfolio_runs(visit.context, visit.who.actor, after=after, limit=ON_A_PAGE)
    releases = list_releases(visit.context, limit=ON_A_PAGE).items
    scopes = ["organisation", *(["register"] if visit.who.role in SEES_ALL else [])]
    return visit.page(
        "portfolio_runs.html",
        status=status,
        path=PATH,
        problem=problem,
        runs=page.items,
        next_after=page.next_after,
        releases=[(r.id, f"{visit.moment(r.created_at)} · {r.note}") for r in releases],
        scopes=[(name, visit.say(f"portfolio.scope_{name}")) for name in scopes],
    )


@pages.post(PATH)
def post_portfolio_run(visit: SignedInVisit, form: FormSent) -> Response:
    """Asks for a run."""

    def act() -> Response:
        asked = {"release_id": form.text("release_id"), "scope": form.text("scope")}
        sent = PortfolioRunIn.model_validate(asked)
        run = ask_portfolio_run(
            visit.context,
            visit.who.actor,
            release_id=sent.release_id,
            scope=sent.portfolio_scope,
            once=form.once(lambda run: f"{PATH}/{run.id}"),
        )
        return visit.go(f"{PATH}/{run.id}", "portfolio-asked")

    return visit.submit(act, lambda problem, status: _list(visit, problem, status))


@pages.get(f"{PATH}/{{run_id}}")
def get_portfolio_run(visit: SignedInVisit, run_id: PathId) -> Response:
    """One run: its progress and, at its end, what moved and why."""
    return _run(visit, run_id)


def _run(
    visit: Visit, run_id: str, problem: ProblemView | None = None, status: int = 200
) -> Response:
    found = read_portfolio_run(visit.context, visit.who.actor, run_id)
    run = PortfolioRunOut.from_core(found.run, found.summary)
    why = run.problem and visit.sentence(str(run.problem["code"]), run.problem["parameters"])
    refused = [
        (failure.study, visit.sentence(failure.code, failure.parameters))
        for failure in (run.summary.failures if run.summary else [])
    ]
    return visit.page(
        "portfolio_run.html",
        status=status,
        path=f"{PATH}/{run_id}",
        problem=problem,
        run=run,
        why=why,
        refused=refused,
        can_open=visit.who.role != "administrator",
        is_own=found.run.organisation_id == visit.who.actor.organisation_id,
    )


@pages.get(f"{PATH}/{{run_id}}/results.csv")
def get_results(visit: SignedInVisit, run_id: PathId) -> Response:
    """Every study of the run as a table."""
    pieces = export_portfolio_results(visit.context, visit.who.actor, run_id)
    headers = {
        "Content-Disposition": attachment(f"{run_id}.csv"),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(pieces, media_type=CSV, headers=headers)


@pages.post(f"{PATH}/{{run_id}}/cancel")
def post_cancel(visit: SignedInVisit, run_id: PathId) -> Response:
    """Cancels a run that has not ended."""

    def act() -> Response:
        cancel_portfolio_run(visit.context, visit.who.actor, run_id)
        return visit.go(f"{PATH}/{run_id}", "portfolio-cancelled")

    return visit.submit(act, lambda problem, status: _run(visit, run_id, problem, status))
