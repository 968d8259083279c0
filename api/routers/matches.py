"""/v1/datasets/match and /v1/dataset-matches: which datasets lines are, and what was confirmed."""

from __future__ import annotations

from fastapi import Request, Response

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
from api.schemas.matches import ConfirmedMatchOut, ConfirmIn, LineMatchesOut, MatchIn
from api.workflows.confirm_match import confirm_match
from api.workflows.forget_match import forget_match
from api.workflows.match_datasets import match_datasets
from api.workflows.read_matches import list_matches

routes = router("inventory")


@routes.post("/v1/datasets/match")
def post_match(lines: MatchIn, context: ContextDep, actor: ActorDep) -> list[LineMatchesOut]:
    """For each line the most likely datasets with reasons; nothing is stored or linked."""
    found = match_datasets(context, actor, lines.to_core(), limit=lines.limit)
    return [LineMatchesOut.from_core(matches) for matches in found]


@routes.post("/v1/dataset-matches", status_code=201, response_model=ConfirmedMatchOut)
def post_confirmed_match(
    confirmed: ConfirmIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Confirms which dataset a text stands for in one's own organisation."""
    once = once_of(key, request, confirmed, ConfirmedMatchOut.from_core)
    kept = confirm_match(context, actor, confirmed.to_core(), confirmed.dataset_id, once)
    return answer(ConfirmedMatchOut.from_core(kept), 201)


@routes.get("/v1/dataset-matches")
def get_confirmed_matches(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[ConfirmedMatchOut]:
    """What one's own organisation confirmed, newest first."""
    page = list_matches(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [ConfirmedMatchOut.from_core(match) for match in page.items]


@routes.delete("/v1/dataset-matches/{match_id}", status_code=204)
def delete_confirmed_match(match_id: PathId, context: ContextDep, actor: ActorDep) -> None:
    """Forgets a confirmed match."""
    forget_match(context, actor, match_id)
