"""/v1/organisations and /v1/invitations: who takes part, for the administrator."""

from __future__ import annotations

from api.routers.doors import ActorDep, ContextDep, PathId, router
from api.schemas.administration import (
    BodyEventOut,
    BodyOut,
    BodyScopeIn,
    InvitationIn,
    InvitationOut,
    OrganisationIn,
    OrganisationKind,
    OrganisationOut,
)
from api.workflows.add_organisation import add_organisation
from api.workflows.invite_person import invite_person
from api.workflows.read_bodies import list_body_history, read_body
from api.workflows.read_organisations import list_organisations
from api.workflows.set_body_scope import set_body_scope

routes = router("administration")
public = router("public")


@routes.post("/v1/organisations", status_code=201)
def post_organisation(
    organisation: OrganisationIn, context: ContextDep, actor: ActorDep
) -> OrganisationOut:
    """Adds an organisation."""
    added = add_organisation(
        context,
        actor,
        kind=organisation.kind,
        names={str(tag): name for tag, name in organisation.names.items()},
        legal_id=organisation.legal_id,
        region=organisation.region,
    )
    return OrganisationOut.from_core(added)


@public.get("/v1/organisations")
def get_organisations(
    context: ContextDep, kind: OrganisationKind | None = None
) -> list[OrganisationOut]:
    """Who takes part: makers, verification and certification bodies, banks, authorities."""
    return [OrganisationOut.from_core(o) for o in list_organisations(context, kind)]


@public.get("/v1/organisations/{organisation_id}/body")
def get_body(organisation_id: PathId, context: ContextDep) -> BodyOut:
    """What a verification or certification body is accredited for, and how it stands today."""
    return BodyOut.from_core(read_body(context, organisation_id))


@routes.get("/v1/organisations/{organisation_id}/body/history")
def get_body_history(
    organisation_id: PathId, context: ContextDep, actor: ActorDep
) -> list[BodyEventOut]:
    """Everything that was ever entered of a body, newest first: what, when and by whom."""
    found = list_body_history(context, actor, organisation_id)
    return [BodyEventOut.from_core(each) for each in found]


@routes.put("/v1/organisations/{organisation_id}/body", status_code=204)
def put_body(
    organisation_id: PathId, scope: BodyScopeIn, context: ContextDep, actor: ActorDep
) -> None:
    """Enters what a verification or certification body is accredited for.

    Suspension, group and contact stay as they are where the request does not name them. Who says
    how many changes they have seen is refused where somebody else has made one more.
    """
    body = scope.to_core(organisation_id)
    contact = scope.contact or ""
    set_body_scope(
        context,
        actor,
        body,
        scope.accreditation,
        contact,
        kept=scope.left_out,
        seen=scope.seen,
    )


@routes.post("/v1/invitations", status_code=201)
def post_invitation(
    invitation: InvitationIn, context: ContextDep, actor: ActorDep
) -> InvitationOut:
    """A one-time link with which one person makes an account."""
    token = invite_person(
        context,
        actor,
        invitation.organisation_id,
        invitation.roles,
        invitation.document(),
    )
    return InvitationOut(url=f"{context.settings.public_base_url}/invitation?token={token}")
