"""Reads portfolio runs: how far they are, what moved and why, and every study of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.context import Context
from api.security.policy import Action, require
from api.workflows.recompute_portfolio import read_chunk
from labels.access import Actor, Scope
from lca_db.errors import Conflict
from lca_db.records.portfolio.values import PortfolioRun
from lca_db.repository import Page
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PortfolioRunView:
    """A run and, once it has ended well, its summary."""

    run: PortfolioRun
    summary: dict[str, Any] | None


def list_portfolio_runs(
    context: Context, actor: Actor, *, after: str | None = None, limit: int = 50
) -> Page[PortfolioRun]:
    """Runs of one's organisation, newest first; the authority sees those of all."""
    require(actor, Action.RECOMPUTE_PORTFOLIO)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        return uow.portfolio.list_(after=after, limit=limit)


def read_portfolio_run(context: Context, actor: Actor, run_id: str) -> PortfolioRunView:
    """One run, or :class:`NotFound`."""
    require(actor, Action.RECOMPUTE_PORTFOLIO)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        run = uow.portfolio.get(run_id)
    if run.summary_sha256 is None:
        return PortfolioRunView(run, None)
    return PortfolioRunView(run, json.loads(context.files.get(run.summary_sha256)))


def read_portfolio_results(context: Context, actor: Actor, run_id: str) -> Iterator[dict[str, Any]]:
    """Every study of a run that ended well, chunk by chunk, in the order of the ids of a chunk.

    Raises:
        NotFound: There is no such run in one's scope.
        Conflict: ``portfolio-run-not-done``.
    """
    require(actor, Action.RECOMPUTE_PORTFOLIO)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        run, chunks = uow.portfolio.get(run_id), uow.portfolio.list_chunks(run_id)
    if run.summary_sha256 is None:
        raise Conflict("portfolio-run-not-done", run=run.id)
    return (read_chunk(context, c.result_sha256) for c in chunks if c.result_sha256 is not None)
