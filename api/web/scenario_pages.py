"""What a study is made of, and what it might be: flows, emitters, and scenarios tried by a form.

Trying stores nothing, so the form is sent by GET: its answer can be kept as a bookmark.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError

from api.schemas.flow_filters import ALL_GROUPS, small_sankey
from api.schemas.scenarios import KINDS_SHOWN, ScenariosIn, ScenariosOut, shown_kind
from api.web.paths import PathId
from api.web.problem_views import ProblemView
from api.web.rendering import Drawing, sankey_drawing
from api.web.visits import SignedInVisit, Visit
from api.workflows.read_study_flows import read_emitters, read_sankey
from api.workflows.try_scenarios import tornado_of, try_scenarios
from api.workflows.view_scenarios import view_scenarios
from api.workflows.view_study import view_study

pages = APIRouter(include_in_schema=False)
Typed = Annotated[str, Query(max_length=200)]
ALL_OF = "dataset:"  # before the id of a dataset, where all its lines are meant


def study_drawing(visit: Visit, study_id: str) -> Drawing:
    """The Sankey of a study, small enough to be read beside everything else."""
    sankey = read_sankey(visit.context, visit.who.actor, study_id, small_sankey())
    return sankey_drawing(sankey, visit.language)


@pages.get("/studies/{study_id}/flows")
def get_flows(visit: SignedInVisit, study_id: PathId) -> Response:
    """The Sankey with its table, and who emits the study in four groupings."""
    who = visit.who.actor
    return visit.page(
        "study_flows.html",
        path=f"/studies/{study_id}/flows",
        view=view_study(visit.context, who, study_id),
        drawing=study_drawing(visit, study_id),
        emitters=read_emitters(visit.context, who, study_id, *ALL_GROUPS),
    )


@pages.get("/studies/{study_id}/scenarios")
def get_scenarios(
    visit: SignedInVisit,
    study_id: PathId,
    kind: Typed = "",
    line: Typed = "",
    to: Typed = "",
    how: Typed = "",
    number: Typed = "",
) -> Response:
    """The form of one kind, what the change it asks for would make, and the tornado.

    The kind is chosen by a link, so that the form has the fields of that kind alone; it was sent
    where it says which line it is for.
    """
    sent = {"kind": kind, "line": line, "to": to, "how": how, "number": number}
    asked = {name: text.strip() for name, text in sent.items()}
    if "line" not in visit.request.query_params:
        return _scenarios(visit, study_id, asked)

    def act() -> Response:
        return _scenarios(visit, study_id, asked, found=_tried(visit, study_id, asked))

    def refused(problem: ProblemView, status: int) -> Response:
        return _scenarios(visit, study_id, asked, problem=problem, status=status)

    return visit.submit(act, refused)


def _tried(visit: Visit, study_id: str, asked: dict[str, str]) -> ScenariosOut:
    """The change alone."""
    change = {name: asked[name] for name in ("kind", "to") if asked[name]}
    if asked["number"]:
        change["factor" if asked["how"] == "factor" else "value"] = asked["number"]
    if asked["line"].startswith(ALL_OF):
        change["dataset"] = asked["line"].removeprefix(ALL_OF)
    elif asked["line"]:
        change["assembly"], _, change["line"] = asked["line"].rpartition("/")
    try:
        body = ScenariosIn.model_validate({"scenarios": [{"name": "-", "changes": [change]}]})
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    found = try_scenarios(visit.context, visit.who.actor, study_id, body.to_core())
    return ScenariosOut.of(found.total_kg_co2e, found.results)


def _scenarios(
    visit: Visit,
    study_id: str,
    asked: dict[str, str],
    found: ScenariosOut | None = None,
    problem: ProblemView | None = None,
    status: int = 200,
) -> Response:
    actor = visit.who.actor
    view = view_study(visit.context, actor, study_id)
    return visit.page(
        "study_scenarios.html",
        status=status,
        path=f"/studies/{study_id}/scenarios",
        problem=problem,
        view=view,
        kinds=KINDS_SHOWN,
        choices=view_scenarios(visit.context, actor, study_id, shown_kind(asked["kind"])),
        asked=asked,
        found=found,
        swings=tornado_of(view.result),
    )
