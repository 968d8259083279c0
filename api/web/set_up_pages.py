"""One-time links, the administrator's page, error pages by code, and the API reference."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.problems import Problem
from api.schemas.administration import (
    PASSPORT_ISSUERS,
    IdentityIn,
    IdentityKind,
    InvitationIn,
    OrganisationIn,
)
from api.security.authentication import account_of
from api.web.forms import FormSent, SentForm
from api.web.paths import After
from api.web.problem_views import ProblemView
from api.web.visits import AnyVisit, SignedInVisit, Visit
from api.workflows.accept_invitation import accept_invitation
from api.workflows.add_organisation import add_organisation
from api.workflows.invite_person import invite_person
from api.workflows.read_accounts import list_accounts
from api.workflows.read_bodies import list_bodies
from api.workflows.read_organisations import list_organisations

pages = APIRouter(include_in_schema=False)
_CODE = re.compile(r"[a-z0-9-]{1,80}")
KINDS = ("manufacturer", "verification-body", "certification-body", "bank", "authority")
REGIONS = ("CN-GD", "HK", "MO")
ROLES = (
    "manufacturer",
    "verifier",
    "reviewer",
    "certifier",
    "bank",
    "regulator",
    "administrator",
)


@pages.get("/invitation")
def get_invitation(visit: AnyVisit, request: Request) -> Response:
    """The form a one-time link opens."""
    return _invitation(visit, request.query_params.get("token", ""))


@pages.post("/invitation")
def post_invitation(visit: AnyVisit, form: FormSent) -> Response:
    """Makes the account; the link then no longer works."""

    def act() -> Response:
        accept_invitation(
            visit.context,
            form.text("token"),
            name=form.text("name"),
            email=form.text("email"),
            password=form.text("password"),
            identity=shown.document() if (shown := _shown_document(form)) else None,
            signed_in=account_of(visit.context, visit.request),
        )
        return visit.go("/sign-in", "account-made")

    return visit.submit(
        act,
        lambda problem, status: _invitation(
            visit, form.text("token"), problem, status, form.fields
        ),
    )


def _invitation(
    visit: Visit,
    token: str,
    problem: ProblemView | None = None,
    status: int = 200,
    sent: Mapping[str, str] | None = None,
) -> Response:
    return visit.page(
        "invitation.html",
        status=status,
        problem=problem,
        query={"token": token} if token else None,
        token=token,
        identity=_offered(),
        sent=sent or {},  # the template shows all of it again but the password
    )


def _shown_document(form: SentForm) -> IdentityIn | None:
    """The document somebody shows; None where the form names none at all."""
    typed = _typed_document(form)
    return IdentityIn.model_validate(typed) if any(typed.values()) else None


def _typed_document(form: SentForm) -> dict[str, str]:
    names = ("identity_kind", "identity_issuer", "identity_number")
    return {name: form.text(name) for name in names}


def _offered() -> dict[str, Sequence[str]]:
    """What the forms offer for an identity document."""
    return {"kinds": tuple(IdentityKind), "issuers": PASSPORT_ISSUERS}


@pages.get("/administration")
def get_administration(visit: SignedInVisit, after: After = None) -> Response:
    """Organisations and accounts, and forms to add one, to invite a person, to disable."""
    return administration_page(visit, after=after)


@pages.post("/administration/organisations")
def post_organisation(visit: SignedInVisit, form: FormSent) -> Response:
    """Adds an organisation."""

    def act() -> Response:
        names = {"zh-Hans": form.text("name_zh"), "en": form.text("name_en")}
        sent = OrganisationIn.model_validate(
            {
                "kind": form.text("kind"),
                "names": {tag: name for tag, name in names.items() if name},
                "legal_id": form.text("legal_id"),
                "region": form.text("region"),
            }
        )
        add_organisation(
            visit.context,
            visit.who.actor,
            kind=sent.kind,
            names={str(tag): name for tag, name in sent.names.items()},
            legal_id=sent.legal_id,
            region=sent.region,
        )
        return visit.go("/administration", "organisation-added")

    return visit.submit(act, lambda problem, status: administration_page(visit, problem, status))


@pages.post("/administration/invitations")
def post_person(visit: SignedInVisit, form: FormSent) -> Response:
    """Shows a one-time link, once."""

    def act() -> Response:
        sent = InvitationIn.model_validate(
            {
                "organisation_id": form.text("organisation_id"),
                "roles": [form.text("role")],
                **_typed_document(form),
            }
        )
        token = invite_person(
            visit.context,
            visit.who.actor,
            sent.organisation_id,
            sent.roles,
            sent.document(),
        )
        base = visit.context.settings.public_base_url
        return administration_page(visit, link=f"{base}/invitation?token={token}")

    return visit.submit(act, lambda problem, status: administration_page(visit, problem, status))


def administration_page(
    visit: Visit,
    problem: ProblemView | None = None,
    status: int = 200,
    link: str = "",
    after: str | None = None,
) -> Response:
    """The administrator's page; for anybody else there is none."""
    if visit.who.role != "administrator":
        raise Problem(404, "not-found")
    accounts = list_accounts(visit.context, visit.who.actor, after=after)
    return visit.page(
        "administration.html",
        status=status,
        path="/administration",
        problem=problem,
        link=link,
        identity=_offered(),
        organisations=list_organisations(visit.context),
        bodies=list_bodies(visit.context),
        accounts=accounts.items,
        next_after=accounts.next_after,
        kinds=[(kind, visit.say(f"organisation_kind.{kind}")) for kind in KINDS],
        regions=[(region, visit.say(f"region.{region}")) for region in REGIONS],
        roles=[(role, visit.say(f"role.{role}")) for role in ROLES],
    )


@pages.get("/problems/{code}")
def get_problem(code: str, visit: AnyVisit) -> Response:
    """What an error code means: the address every problem document names as its type."""
    if not _CODE.fullmatch(code) or visit.sentence(code, {}) == code:
        raise Problem(404, "not-found")
    return visit.page("problem_code.html", code=code, sentence=visit.sentence(code, {}))


@pages.get("/developers")
def get_developers(visit: AnyVisit, request: Request) -> Response:
    """The API reference, made from the OpenAPI document by a template of our own."""
    document = request.app.openapi()
    operations = [
        (method.upper(), path, operation)
        for path, methods in sorted(document["paths"].items())
        for method, operation in methods.items()
    ]
    return visit.page("developers.html", operations=operations)
