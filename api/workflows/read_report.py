"""Reads the report of a study: the PDF that was made, HTML and the JSON document on the spot."""

from __future__ import annotations

from dataclasses import dataclass

from api.child.process import ChildFailed, ChildTask, run_in_child
from api.child.study_report import report_order
from api.context import Context
from api.problems import Problem
from api.workflows.ask_report import REPORT_JOB, report_input, report_sha256
from api.workflows.describe_study import describe_study
from api.workflows.render_report import LIMITS
from labels.access import Actor, Scope
from labels.errors import WrongState
from labels.locale import LANGUAGES
from labels.render.report import report_html
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class ReportStanding:
    """How far the PDF of one language has come for the study as it is now.

    Attributes:
        state: Of its newest job, "" where none was asked for.
        is_made: The file lies there.
    """

    language: str
    state: str
    is_made: bool


def read_report_pdf(context: Context, actor: Actor, study_id: str, language: str) -> bytes:
    """The PDF of the study as it is now.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: Neither the actor's own study nor one of their body's cases.
        WrongState: ``report-not-made``.
    """
    content = describe_study(context, study_id, actor=actor)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        job = uow.jobs.find_newest(REPORT_JOB, report_input(study_id, language, content))
    sha256 = None if job is None else report_sha256(context, job)
    if sha256 is None:
        raise WrongState("report-not-made", language=language)
    return context.files.get(sha256)


def read_report_html(context: Context, actor: Actor, study_id: str, language: str) -> str:
    """The report of the study as it is now as one HTML file.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: Neither the actor's own study nor one of their body's cases.
    """
    return report_html(describe_study(context, study_id, actor=actor), language)


def read_report_standings(
    context: Context, actor: Actor, study_id: str
) -> tuple[ReportStanding, ...]:
    """How far the PDF of each language has come."""
    content = describe_study(context, study_id, actor=actor)
    standings = []
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        for language in LANGUAGES:
            job = uow.jobs.find_newest(REPORT_JOB, report_input(study_id, language, content))
            standings.append(
                ReportStanding(
                    language=language,
                    state="" if job is None else job.state.value,
                    is_made=job is not None and report_sha256(context, job) is not None,
                )
            )
    return tuple(standings)


def read_report_file(context: Context, study_id: str, language: str, form: str) -> bytes:
    """The report for whoever has the shell, rendered here and now: ``pdf``, ``html`` or ``json``.

    Raises:
        NotFound: There is no such study.
        FootprintError: What the renderer refuses (no fonts).
        Problem: ``rendering-failed`` where the child died or ran out of its limits.
    """
    content = describe_study(context, study_id)
    if form == "json":
        return content
    if form == "html":
        return report_html(content, language).encode()
    try:
        return run_in_child(ChildTask.RENDER_REPORT, report_order(content, language), LIMITS)
    except ChildFailed as error:
        raise Problem(503, "rendering-failed") from error
