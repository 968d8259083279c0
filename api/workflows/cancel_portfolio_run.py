"""Cancels a portfolio run of one's organisation; chunks under way end at their next report."""

from __future__ import annotations

from api.context import Context
from api.security.policy import Action, require
from labels.access import Actor, Scope
from lca_db.records.portfolio.values import PortfolioRun
from lca_db.unit_of_work import UnitOfWork


def cancel_portfolio_run(context: Context, actor: Actor, run_id: str) -> PortfolioRun:
    """The run, cancelled where it had not ended.

    Raises:
        NotFound: The organisation has no such run.
        Conflict: ``portfolio-run-over``.
    """
    require(actor, Action.RECOMPUTE_PORTFOLIO)
    scope = Scope(organisation_id=actor.organisation_id, is_test=actor.is_test)
    with UnitOfWork(context.engine, scope) as uow:
        uow.portfolio.cancel(run_id, context.now())
        run = uow.portfolio.get(run_id)
        uow.commit()
    return run
