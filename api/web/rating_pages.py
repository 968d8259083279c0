"""Ratings: an enterprise's own with its consents, and what a bank reads under one of them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.downloads import download
from api.schemas.ratings import ConsentIn
from api.schemas.readings import ReadingIn
from api.web.forms import FormSent
from api.web.paths import CSV, PathId
from api.web.problem_views import ProblemView
from api.web.rendering import csv_bytes
from api.web.visits import SignedInVisit, Visit
from api.workflows.give_consent import give_consent, revoke_consent
from api.workflows.rate_enterprise import rate_for_bank
from api.workflows.view_enterprises import view_enterprises
from api.workflows.view_rating import view_rating

pages = APIRouter(include_in_schema=False)
END_OF_DAY = "T23:59:59+08:00"  # a consent given until a day lasts to its end in Guangdong


@pages.get("/rating")
def get_rating(visit: SignedInVisit) -> Response:
    """The enterprise's own rating as of now, with every indicator and reading."""
    return _rating(visit)


def _rating(visit: Visit, problem: ProblemView | None = None, status: int = 200) -> Response:
    view = view_rating(visit.context, visit.who.actor)
    return visit.page("rating.html", status=status, path="/rating", problem=problem, view=view)


@pages.get("/rating/indicators.csv")
def get_indicators(visit: SignedInVisit) -> Response:
    """The indicators for a spreadsheet."""
    names = (
        "indicator", "value", "from", "to", "source", "verified", "counts", "evidence",
        "received_at",
    )  # fmt: skip
    view = view_rating(visit.context, visit.who.actor)
    columns = [visit.say(f"rating.{name}") for name in names]
    rows = [
        (
            visit.say(f"indicator.{i.kind}"),
            i.value,
            i.period_from,
            i.period_to,
            i.source,
            visit.say("page.yes" if i.is_verified else "page.no"),
            visit.say("page.yes" if i.id in view.counting else "page.no"),
            i.evidence_sha256,
            i.received_at,
        )
        for i in view.indicators
    ]
    return download(csv_bytes(columns, rows), CSV, "indicators.csv")


@pages.post("/rating/consents")
def post_consent(visit: SignedInVisit, form: FormSent) -> Response:
    """Lets one bank read for one purpose, to the end of a day."""

    def act() -> Response:
        consent = ConsentIn.model_validate(
            {
                "bank_id": form.text("bank_id"),
                "purpose": form.text("purpose"),
                "expires_at": form.text("expires_on") + END_OF_DAY,
            }
        )
        give_consent(
            visit.context,
            visit.who.actor,
            bank_id=consent.bank_id,
            purpose=consent.purpose,
            expires_at=consent.expires_at,
            once=form.once(lambda _: "/rating"),
        )
        return visit.go("/rating", "consent-given")

    return visit.submit(act, lambda problem, status: _rating(visit, problem, status))


@pages.post("/rating/consents/{consent_id}/revocation")
def post_revocation(visit: SignedInVisit, consent_id: PathId) -> Response:
    """Takes a consent back."""

    def act() -> Response:
        revoke_consent(visit.context, visit.who.actor, consent_id)
        return visit.go("/rating", "consent-revoked")

    return visit.submit(act, lambda problem, status: _rating(visit, problem, status))


@pages.get("/enterprises")
def get_enterprises(visit: SignedInVisit) -> Response:
    """A bank's list: who has consented to what."""
    return _enterprises(visit)


def _enterprises(visit: Visit, problem: ProblemView | None = None, status: int = 200) -> Response:
    found = view_enterprises(visit.context, visit.who.actor)
    return visit.page(
        "enterprises.html", status=status, path="/enterprises", problem=problem, found=found
    )


@pages.post("/enterprises")
def post_reading(visit: SignedInVisit, form: FormSent) -> Response:
    """Reads a rating under a consent; a form, because the reading itself is recorded."""

    def act() -> Response:
        asked = ReadingIn.model_validate(form.fields)
        answered = rate_for_bank(visit.context, visit.who.actor, asked.enterprise_id, asked.purpose)
        names = {
            found.consent.enterprise_id: found.names
            for found in view_enterprises(visit.context, visit.who.actor)
        }
        return visit.page(
            "enterprise_rating.html",
            path="/enterprises",
            answered=answered,
            names=names[asked.enterprise_id],
            purpose=asked.purpose.value,
        )

    return visit.submit(act, lambda problem, status: _enterprises(visit, problem, status))
