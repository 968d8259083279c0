"""The product book of a maker: what its labelled sales carry, declaring and taking back."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.downloads import download
from api.schemas.accounts import VolumeIn
from api.web.forms import FormSent
from api.web.paths import CSV, PathId
from api.web.problem_views import ProblemView
from api.web.rendering import csv_bytes
from api.web.visits import SignedInVisit, Visit
from api.workflows.keep_document import keep_document
from api.workflows.post_sales_volume import post_sales_volume
from api.workflows.reverse_posting import reverse_posting
from api.workflows.view_account import view_account

pages = APIRouter(include_in_schema=False)


@pages.get("/account")
def get_account(visit: SignedInVisit) -> Response:
    """Balances, postings and the form."""
    return _account(visit)


def _account(
    visit: Visit,
    problem: ProblemView | None = None,
    status: int = 200,
    sent: dict[str, str] | None = None,
) -> Response:
    book = view_account(visit.context, visit.who.actor)
    is_all = problem is not None or "all" in visit.request.query_params
    return visit.page(
        "account.html",
        status=status,
        path="/account",
        problem=problem,
        book=book,
        shown=book.postings if is_all else book.newest,
        sent=sent or {},
    )


@pages.get("/account/postings.csv")
def get_postings(visit: SignedInVisit) -> Response:
    """The postings for a spreadsheet."""
    book = view_account(visit.context, visit.who.actor)
    names = ("posting", "posted_at", "debit", "credit", "amount_kg", "from", "to", "label", "how")
    columns = [visit.say(f"account.{name}") for name in names]
    rows = [
        (
            view.posting.id,
            view.posting.posted_at,
            view.posting.debit.name,
            view.posting.credit.name,
            view.amount_kg,
            view.posting.period_from,
            view.posting.period_to,
            view.posting.label_number,
            view.posting.formula,
        )
        for view in book.postings
    ]
    return download(csv_bytes(columns, rows), CSV, "product-book.csv")


@pages.post("/account/volumes")
def post_volume(visit: SignedInVisit, form: FormSent) -> Response:
    """Declares what was sold of a labelled product in a period, with the sales record."""

    def act() -> Response:
        file = form.needed_file()
        volume = VolumeIn.model_validate({**form.fields, "evidence_sha256": file.sha256})
        declared = volume.to_core()  # a form with a fault keeps nothing
        keep_document(
            visit.context,
            visit.who.actor,
            file_name=file.name,
            media_type=file.media_type,
            content=file.content,
        )
        post_sales_volume(
            visit.context,
            visit.who.actor,
            volume.label_id,
            declared,
            form.once(lambda _: "/account"),
        )
        return visit.go("/account", "volume-posted")

    return visit.submit(act, lambda problem, status: _account(visit, problem, status, form.fields))


@pages.post("/account/postings/{posting_id}/reversal")
def post_reversal(visit: SignedInVisit, posting_id: PathId, form: FormSent) -> Response:
    """Takes a posting back, with the reason; the days can then be declared again."""

    def act() -> Response:
        reverse_posting(
            visit.context,
            visit.who.actor,
            posting_id,
            reason=form.text("reason"),
            once=form.once(lambda _: "/account"),
        )
        return visit.go("/account", "posting-reversed")

    sent = {f"reason-{posting_id}": form.text("reason")}
    return visit.submit(act, lambda problem, status: _account(visit, problem, status, sent))
