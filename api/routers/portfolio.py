"""/v1/portfolio-runs: many studies recomputed against a release, what moved and why."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from api.downloads import FILE_ANSWER, attachment, download
from api.routers.doors import (
    ActorDep,
    After,
    ContextDep,
    KeyHeader,
    Limit,
    PathId,
    answer,
    once_of,
    router,
    with_next,
)
from api.schemas.portfolio import PortfolioRunIn, PortfolioRunOut
from api.workflows.ask_portfolio_run import ask_portfolio_run
from api.workflows.cancel_portfolio_run import cancel_portfolio_run
from api.workflows.export_portfolio_results import (
    export_portfolio_parquet,
    export_portfolio_results,
)
from api.workflows.read_portfolio_runs import list_portfolio_runs, read_portfolio_run

routes = router("portfolio")


@routes.post("/v1/portfolio-runs", status_code=202, response_model=PortfolioRunOut)
def post_portfolio_run(
    sent: PortfolioRunIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Has all studies recomputed against a release; nothing stored about them is changed."""
    run = ask_portfolio_run(
        context,
        actor,
        release_id=sent.release_id,
        scope=sent.portfolio_scope,
        once=once_of(key, request, sent, PortfolioRunOut.from_core, 202),
    )
    return answer(PortfolioRunOut.from_core(run), 202)


@routes.get("/v1/portfolio-runs")
def get_portfolio_runs(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[PortfolioRunOut]:
    """Runs of one's organisation, newest first, without their summaries."""
    page = list_portfolio_runs(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [PortfolioRunOut.from_core(run) for run in page.items]


@routes.get("/v1/portfolio-runs/{run_id}")
def get_portfolio_run(run_id: PathId, context: ContextDep, actor: ActorDep) -> PortfolioRunOut:
    """One run: its progress and, once it has ended well, what moved and why."""
    found = read_portfolio_run(context, actor, run_id)
    return PortfolioRunOut.from_core(found.run, found.summary)


@routes.get(
    "/v1/portfolio-runs/{run_id}/results.csv",
    response_class=StreamingResponse,
    responses=FILE_ANSWER,
)
def get_portfolio_results(run_id: PathId, context: ContextDep, actor: ActorDep) -> Response:
    """Every study of a run that ended well: before, after, and what moved it."""
    pieces = export_portfolio_results(context, actor, run_id)
    headers = {
        "Content-Disposition": attachment(f"{run_id}.csv"),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)


@routes.get("/v1/portfolio-runs/{run_id}/results.parquet", responses=FILE_ANSWER)
def get_portfolio_parquet(run_id: PathId, context: ContextDep, actor: ActorDep) -> Response:
    """The same as Parquet, where the instance has the extra ``[batch]``; else 501."""
    content = export_portfolio_parquet(context, actor, run_id)
    return download(content, "application/vnd.apache.parquet", f"{run_id}.parquet")


@routes.post("/v1/portfolio-runs/{run_id}/cancel")
def post_portfolio_cancel(run_id: PathId, context: ContextDep, actor: ActorDep) -> PortfolioRunOut:
    """Cancels a run of one's organisation that has not ended."""
    return PortfolioRunOut.from_core(cancel_portfolio_run(context, actor, run_id))
