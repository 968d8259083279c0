"""``tanbiao inventory review``: two people raise a dataset's status, each by an own account.

Whoever acts signs in with email and password, as on the page; the steps are the workflows of the
API, so that the person who proposed never answers, whatever door either came through.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from api.commands.failure import failing
from api.commands.instance import existing_instance
from api.commands.language import Language, Spoken
from api.context import Context
from api.i18n import sentence
from api.review_views import DatasetReviewView, WaitsFor
from api.schemas.dataset_reviews import DatasetReviewDetailOut, DatasetReviewOut, QueuedDatasetOut
from api.workflows.review_dataset import review_dataset
from api.workflows.sign_in import account_by_password
from api.workflows.view_dataset_review import view_dataset_review
from api.workflows.view_review_queue import PAGE_SIZE, view_review_queue
from footprint.inventory import ReviewStatus
from labels.access import Actor
from labels.dataset_review import ReviewMove, ReviewStep
from labels.locale import translator
from lca_db.inventory.description import Industry

app = typer.Typer(help="The review of datasets by two people.", no_args_is_help=True)

Email = Annotated[str, typer.Option("--as", help="Email of the account that acts")]
Password = Annotated[
    str,
    typer.Option(prompt=True, hide_input=True, help="The account's; asked for when left out"),
]
DatasetId = Annotated[str, typer.Argument(help="Of the dataset, in the current release")]
Seen = Annotated[
    str, typer.Option("--seen", help="What `show` printed as seen: VERSION:SHA-256 of the content")
]
Why = Annotated[str, typer.Option("--comment", help="Why; every step needs it")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON")]


@contextmanager
def _acting(email: str, password: str, language: str) -> Iterator[tuple[Context, Actor]]:
    with failing(language), existing_instance() as context:
        yield context, account_by_password(context, email, password, "command line").actor()


@app.command("list")
def list_command(
    email: Email,
    password: Password,
    waits_for: Annotated[
        WaitsFor, typer.Option(help="Open proposals, or datasets at draft")
    ] = WaitsFor.CONFIRMATION,
    industry: Annotated[Industry | None, typer.Option(help="Only this industry")] = None,
    can_act: Annotated[
        bool, typer.Option("--can-act", help="Only those on which you may take the step")
    ] = False,
    after: Annotated[str, typer.Option(help="The id the last list ended with")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = PAGE_SIZE,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Lists the datasets that wait for a reviewer."""
    with _acting(email, password, language) as (context, actor):
        page = view_review_queue(
            context,
            actor,
            waits_for,
            industry=industry.value if industry else "",
            can_act=can_act,
            after=after or None,
            limit=limit,
        )
    if as_json:
        found = [QueuedDatasetOut.from_core(each).model_dump(mode="json") for each in page.items]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    reader = translator(language)
    for each in page.items:
        steps = "own proposal" if each.is_own else ",".join(sorted(each.moves)) or each.obstacle
        name = reader.local(each.entry.names)
        typer.echo(f"{each.entry.dataset_id}\t{each.review.status.value}\t{steps}\t{name}")
    if page.next_after:
        typer.echo(f"more follow: --after {page.next_after}", err=True)


@app.command("show")
def show_command(
    dataset: DatasetId,
    email: Email,
    password: Password,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Shows the review of a dataset, the steps open to you, and what a step names as seen."""
    with _acting(email, password, language) as (context, actor):
        view = view_dataset_review(context, actor, dataset)
    if as_json:
        typer.echo(DatasetReviewDetailOut.from_core(view).model_dump_json(indent=2))
    else:
        _print_view(view, language)


@app.command("propose")
def propose_command(
    dataset: DatasetId,
    email: Email,
    password: Password,
    status: Annotated[ReviewStatus, typer.Option("--status", help="reviewed or official")],
    seen: Seen,
    comment: Why,
    evidence: Annotated[
        list[str],
        typer.Option(
            "--evidence",
            help="What you opened: id of a source, or SHA-256 of a kept document; repeatable",
        ),
    ],
    language: Spoken = Language.ENGLISH,
) -> None:
    """Proposes the next status, for another person to confirm."""
    step = _step(ReviewMove.PROPOSE, seen, comment, status, tuple(evidence))
    _take(dataset, email, password, seen, step, language)


@app.command("confirm")
def confirm_command(
    dataset: DatasetId,
    email: Email,
    password: Password,
    seen: Seen,
    comment: Why,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Agrees with what another person proposed; it counts from the next release on."""
    _take(dataset, email, password, seen, _step(ReviewMove.CONFIRM, seen, comment), language)


@app.command("decline")
def decline_command(
    dataset: DatasetId,
    email: Email,
    password: Password,
    seen: Seen,
    comment: Why,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Refuses what another person proposed."""
    _take(dataset, email, password, seen, _step(ReviewMove.DECLINE, seen, comment), language)


@app.command("withdraw")
def withdraw_command(
    dataset: DatasetId,
    email: Email,
    password: Password,
    seen: Seen,
    comment: Why,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Takes a dataset back to draft, at once and by one person."""
    _take(dataset, email, password, seen, _step(ReviewMove.WITHDRAW, seen, comment), language)


def _step(
    move: ReviewMove,
    seen: str,
    comment: str,
    to_status: ReviewStatus | None = None,
    evidence: tuple[str, ...] = (),
) -> ReviewStep:
    version, _, content_sha256 = seen.partition(":")
    if not (version.isascii() and version.isdigit() and content_sha256):
        raise typer.BadParameter("VERSION:SHA-256, as `show` prints it", param_hint="--seen")
    return ReviewStep(
        move=move,
        comment=comment,
        seen_version=int(version),
        to_status=to_status,
        evidence=evidence,
    )


def _take(
    dataset: str, email: str, password: str, seen: str, step: ReviewStep, language: Language
) -> None:
    content_sha256 = seen.partition(":")[2]
    with _acting(email, password, language) as (context, actor):
        after = review_dataset(context, actor, dataset, content_sha256, step)
    shown = DatasetReviewOut.from_core(after)
    waits = f", proposed {shown.proposal.to_status}" if shown.proposal else ""
    typer.echo(f"{dataset}: {shown.status}{waits} (in the release: {shown.stated})")


def _print_view(view: DatasetReviewView, language: Language) -> None:
    review = view.review
    typer.echo(f"{review.dataset_id}  {translator(language).local(view.entry.names)}")
    typer.echo(f"status: {review.status.value} (in {view.release.id}: {review.stated.value})")
    if review.proposal:
        whose = "you" if view.is_own_proposal else translator(language).local(view.proposed_by)
        typer.echo(f"proposed: {review.proposal.to_status.value}, by {whose}")
    if view.obstacle:
        said = sentence(view.obstacle.code, language, view.obstacle.parameters)
        typer.echo(f"obstacle: {said} [{view.obstacle.code}]")
    typer.echo(f"open to you: {', '.join(sorted(view.moves)) or '-'}")
    typer.echo(f"evidence: {' '.join(view.evidence) or '-'}")
    for finding in view.findings:
        typer.echo(f"finding: {finding['severity']} [{finding['code']}]")
    for each in view.events:
        event = each.event
        about = "" if each.is_present else ", about an earlier content"
        typer.echo(
            f"{event.at:%Y-%m-%d} {event.move.value} {event.to_status.value}: {each.person},"
            f" {translator(language).local(each.organisation)}{about}: {event.comment}"
        )
    typer.echo(f"seen: {review.version}:{review.content_sha256}")
