"""/v1/cases: applications, the steps of verification and certification, the decision, the label."""

from __future__ import annotations

from fastapi import Request, Response

from api.downloads import FILE_ANSWER, download
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
from api.schemas.cases import (
    AnyStepIn,
    ApplicationIn,
    CaseEventOut,
    CaseEvidenceOut,
    CaseOut,
    DecisionIn,
)
from api.schemas.footprints import EvidenceOut
from api.schemas.labels import LabelOut
from api.workflows.decide_certification import decide_certification
from api.workflows.issue_label import issue_label
from api.workflows.open_case import Application, open_case
from api.workflows.read_cases import list_cases, read_case, read_case_events, read_case_evidence
from api.workflows.read_documents import read_agreement
from api.workflows.take_case_step import take_case_step

routes = router("certification")


@routes.post("/v1/cases", status_code=201, response_model=CaseOut)
def post_case(
    application: ApplicationIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Applies for a label on one study version."""
    asked = Application(
        study_id=application.study_id,
        verification_body_id=application.verification_body_id,
        certification_body_id=application.certification_body_id,
        scheme_id=application.scheme,
        consultancies=tuple(c.to_core() for c in application.consultancies),
    )
    once = once_of(key, request, application, CaseOut.from_core)
    return answer(CaseOut.from_core(open_case(context, actor, asked, once)), 201)


@routes.get("/v1/cases")
def get_cases(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[CaseOut]:
    """Cases one's organisation takes part in, newest first."""
    page = list_cases(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [CaseOut.from_core(case) for case in page.items]


@routes.get("/v1/cases/{case_id}")
def get_case(case_id: PathId, context: ContextDep, actor: ActorDep) -> CaseOut:
    """One case; ``seen`` is to be sent back with the next step."""
    return CaseOut.from_core(read_case(context, actor, case_id))


@routes.get("/v1/cases/{case_id}/events")
def get_case_events(case_id: PathId, context: ContextDep, actor: ActorDep) -> list[CaseEventOut]:
    """The private history of a case, refused attempts included."""
    return [CaseEventOut.from_core(e) for e in read_case_events(context, actor, case_id)]


@routes.get("/v1/cases/{case_id}/evidence")
def get_case_evidence(
    case_id: PathId, context: ContextDep, actor: ActorDep
) -> list[CaseEvidenceOut]:
    """The documents behind a case; after the statement only those it names count."""
    return [
        CaseEvidenceOut(evidence=EvidenceOut.from_core(evidence), standing=standing)
        for evidence, standing in read_case_evidence(context, actor, case_id)
    ]


@routes.get("/v1/cases/{case_id}/agreement", response_class=Response, responses=FILE_ANSWER)
def get_case_agreement(case_id: PathId, context: ContextDep, actor: ActorDep) -> Response:
    """The file of the agreement, to be saved, for the parties of the case."""
    found = read_agreement(context, actor, case_id)
    return download(found.content, found.media_type, found.file_name)


@routes.post("/v1/cases/{case_id}/steps", response_model=CaseOut)
def post_step(
    case_id: PathId,
    step: AnyStepIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Takes one step; who may take which stands in docs/certification-cycle.md."""
    once = once_of(key, request, step, CaseOut.from_core, 200)
    return answer(CaseOut.from_core(take_case_step(context, actor, case_id, step, once)))


@routes.post("/v1/cases/{case_id}/decision", response_model=CaseOut)
def post_decision(
    case_id: PathId,
    decision: DecisionIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """The certification decision."""
    case = decide_certification(
        context,
        actor,
        case_id,
        seen=decision.seen.to_core(),
        is_granted=decision.is_granted,
        reason=decision.reason,
        once=once_of(key, request, decision, CaseOut.from_core, 200),
    )
    return answer(CaseOut.from_core(case))


@routes.post("/v1/cases/{case_id}/label", status_code=201, response_model=LabelOut)
def post_label(
    case_id: PathId, request: Request, context: ContextDep, actor: ActorDep, key: KeyHeader = None
) -> Response:
    """Issues the label of a granted case; certificate and marks follow as a job."""
    once = once_of(key, request, b"", LabelOut.from_core)
    return answer(LabelOut.from_core(issue_label(context, actor, case_id, once)), 201)
