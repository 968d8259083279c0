"""/v1/indicators, /v1/consents and /v1/finance: ratings, and what banks may read of them."""

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
from api.schemas.ratings import (
    BankTableIn,
    ConsentedRatingOut,
    ConsentIn,
    ConsentOut,
    ConsentsOut,
    IndicatorIn,
    IndicatorOut,
    KeptRatingOut,
    RatingOut,
    RatingReadingIn,
)
from api.workflows.give_consent import give_consent, read_consents, revoke_consent
from api.workflows.rate_enterprise import rate_enterprise, rate_for_bank, set_bank_table
from api.workflows.read_ratings import list_ratings, read_rating
from api.workflows.report_indicator import report_indicator

routes = router("ratings")


@routes.post("/v1/indicators", status_code=201, response_model=IndicatorOut)
def post_indicator(
    indicator: IndicatorIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Reports one indicator with its source and evidence; a correction is a later report."""
    core = indicator.to_core(context.ids("ind"), context.now())
    once = once_of(key, request, indicator, IndicatorOut.from_core)
    return answer(IndicatorOut.from_core(report_indicator(context, actor, core, once)), 201)


@routes.post(
    "/v1/enterprises/{enterprise_id}/indicators", status_code=201, response_model=IndicatorOut
)
def post_verified_indicator(
    enterprise_id: PathId,
    indicator: IndicatorIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """The regulator reports about an enterprise; such an indicator counts as verified."""
    core = indicator.to_core(context.ids("ind"), context.now())
    once = once_of(key, request, indicator, IndicatorOut.from_core)
    stored = report_indicator(context, actor, core, once, enterprise_id=enterprise_id)
    return answer(IndicatorOut.from_core(stored), 201)


@routes.get("/v1/rating")
def get_rating(context: ContextDep, actor: ActorDep) -> RatingOut:
    """One's own rating as of now: every indicator, source, formula and the model's version."""
    return RatingOut.from_core(read_rating(context, actor))


@routes.post("/v1/ratings", status_code=201, response_model=KeptRatingOut)
def post_rating(
    request: Request, context: ContextDep, actor: ActorDep, key: KeyHeader = None
) -> Response:
    """Rates one's own enterprise now and keeps the rating."""
    once = once_of(key, request, b"", KeptRatingOut.from_stored)
    return answer(KeptRatingOut.from_stored(rate_enterprise(context, actor, once)), 201)


@routes.get("/v1/ratings")
def get_ratings(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[KeptRatingOut]:
    """The ratings one's enterprise asked for, newest first."""
    page = list_ratings(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [KeptRatingOut.from_stored(stored) for stored in page.items]


@routes.post("/v1/finance/enterprises/{enterprise_id}/readings", status_code=201)
def post_reading(
    enterprise_id: PathId, reading: RatingReadingIn, context: ContextDep, actor: ActorDep
) -> ConsentedRatingOut:
    """Reads an enterprise's rating under its unexpired consent; each attempt is entered in its log.

    It takes no idempotency key: an answer kept for one would outlive the consent.
    """
    found = rate_for_bank(context, actor, enterprise_id, reading.purpose)
    return ConsentedRatingOut.from_core(found)


@routes.put("/v1/finance/bank-table", status_code=204)
def put_bank_table(table: BankTableIn, context: ContextDep, actor: ActorDep) -> None:
    """Sets the bank's own table of basis points; the service only calculates indications."""
    set_bank_table(context, actor, table.to_core(actor.organisation_id))


@routes.post("/v1/consents", status_code=201, response_model=ConsentOut)
def post_consent(
    consent: ConsentIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Lets one bank read the rating for one purpose until a time."""
    once = once_of(key, request, consent, ConsentOut.from_core)
    given = give_consent(
        context,
        actor,
        bank_id=consent.bank_id,
        purpose=consent.purpose,
        expires_at=consent.expires_at,
        once=once,
    )
    return answer(ConsentOut.from_core(given), 201)


@routes.get("/v1/consents")
def get_consents(context: ContextDep, actor: ActorDep) -> ConsentsOut:
    """Consents given, and every reading a bank tried."""
    return ConsentsOut.from_core(read_consents(context, actor))


@routes.delete("/v1/consents/{consent_id}", status_code=204)
def delete_consent(consent_id: PathId, context: ContextDep, actor: ActorDep) -> None:
    """Takes a consent back."""
    revoke_consent(context, actor, consent_id)
