"""Asks for a portfolio to be recomputed against a release: a run is stored and its plan promised.

Nothing that is stored about the studies is changed by a run: it tells what they would be.
"""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.records.jobs.values import Job
from lca_db.records.portfolio.values import PortfolioRun, PortfolioScope
from lca_db.unit_of_work import UnitOfWork

PLAN_JOB = "portfolio-plan"
SUMMARY_JOB = "portfolio-summary"


def ask_portfolio_run(
    context: Context,
    actor: Actor,
    *,
    release_id: str,
    scope: PortfolioScope,
    once: Once[PortfolioRun] | None = None,
) -> PortfolioRun:
    """The run, waiting to be planned.

    Raises:
        NotAllowed: ``role-missing``; studies of everybody are for the authority and who runs the
            service.
        NotFound: There is no such release.
    """
    is_own = scope is PortfolioScope.ORGANISATION
    require(actor, Action.RECOMPUTE_PORTFOLIO if is_own else Action.RECOMPUTE_REGISTER)
    now = context.now()
    run = PortfolioRun(
        id=context.ids("prn"),
        organisation_id=actor.organisation_id,
        scope=scope,
        release_id=release_id,
        asked_by=actor.person_id or None,  # the command line is nobody
        created_at=now,
        is_test=actor.is_test,
    )
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        uow.inventory.get_release(release_id)
        uow.portfolio.add(run)
        uow.jobs.add(portfolio_job(context, run, PLAN_JOB))
        keep(once, uow, run)
        uow.commit()
    return run


def portfolio_job(context: Context, run: PortfolioRun, kind: str, chunk: int = 0) -> Job:
    """A job of a run; ``chunk`` is the number of the chunk, 0 where it is about the whole."""
    now = context.now()
    return Job(
        id=context.ids("job"),
        kind=kind,
        organisation_id=run.organisation_id,
        input={"run_id": run.id, "chunk": chunk} if chunk else {"run_id": run.id},
        created_at=now,
        heartbeat_at=now,
        is_test=run.is_test,
    )


def scope_of_run(run: PortfolioRun) -> Scope:
    """Whose studies the run is about."""
    if run.scope is PortfolioScope.REGISTER:
        return Scope.everything("recompute portfolio", is_test=run.is_test)
    return Scope(organisation_id=run.organisation_id, is_test=run.is_test)
