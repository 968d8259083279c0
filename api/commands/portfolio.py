"""``tanbiao portfolio``: recomputes stored studies against a release, and says what moved."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.commands.failure import failing
from api.commands.instance import existing_instance
from api.context import Context
from api.intake.parquet import parquet_of_csv
from api.jobs.work import work_on_portfolio_run
from api.schemas.portfolio import PortfolioRunOut
from api.workflows.ask_portfolio_run import ask_portfolio_run
from api.workflows.cancel_portfolio_run import cancel_portfolio_run
from api.workflows.export_portfolio_results import NUMBERS
from api.workflows.read_portfolio_runs import read_portfolio_run
from api.workflows.recompute_file import recompute_file
from labels.access import Actor, OrganisationKind, Role, Scope
from lca_db.errors import NotFound
from lca_db.records.portfolio.values import PortfolioScope
from lca_db.unit_of_work import UnitOfWork

app = typer.Typer(help="Many studies at once.", no_args_is_help=True)
_ALL = Scope.everything("portfolio command")
RunId = Annotated[str, typer.Argument(help="Of the run")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON")]


@app.command("run")
def run_command(
    release: Annotated[str, typer.Argument(help="Release to recompute against")],
    organisation: Annotated[
        str, typer.Option("--organisation", help="Whose studies, by id; everybody's by default")
    ] = "",
    later: Annotated[
        bool, typer.Option("--later", help="Leave the work to the workers, do none of it here")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Recomputes all studies of everybody, or of one organisation; changes none of them."""
    with failing(), existing_instance() as context:
        scope = PortfolioScope.ORGANISATION if organisation else PortfolioScope.REGISTER
        actor = _for(organisation or _operator(context))
        run = ask_portfolio_run(context, actor, release_id=release, scope=scope)
        if not later:
            work_on_portfolio_run(context, run)
        _print(context, run.id, as_json)


@app.command("show")
def show_command(run_id: RunId, as_json: AsJson = False) -> None:
    """Shows how far a run is, and what moved and why."""
    with failing(), existing_instance() as context:
        _print(context, run_id, as_json)


@app.command("cancel")
def cancel_command(run_id: RunId) -> None:
    """Cancels a run that has not ended."""
    with failing(), existing_instance() as context:
        run = cancel_portfolio_run(context, _owner(context, run_id), run_id)
        typer.echo(f"{run.id} {run.state.value}")


@app.command("recompute")
def recompute_command(
    file: Annotated[
        Path, typer.Argument(help="Parquet or CSV with study, dataset, amount and unit")
    ],
    release: Annotated[str, typer.Option("--release", help="Release to calculate on")],
    before: Annotated[
        str, typer.Option("--before", help="Release to compare with; none by default")
    ] = "",
    method: Annotated[str, typer.Option("--method", help="Method profile")] = "gbt24067-2024",
    gwp_set: Annotated[str, typer.Option("--gwp-set", help="Of the profile; its first")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Parquet or CSV; CSV on standard output")
    ] = None,
) -> None:
    """Calculates a file of bills in columns and stores nothing."""
    with failing(), existing_instance() as context, tempfile.TemporaryDirectory() as folder:
        pieces = recompute_file(
            context,
            file,
            Path(folder),
            release_id=release,
            before_id=before,
            method=method,
            gwp_set=gwp_set,
        )
        if out is None:
            for piece in pieces:
                typer.echo(piece.decode(), nl=False)
        elif out.suffix == ".parquet":
            shutil.move(parquet_of_csv(pieces, NUMBERS, Path(folder)), out)
        else:
            with out.open("wb") as written:
                written.writelines(pieces)


def _for(organisation_id: str) -> Actor:
    """Who keeps the machine acts for an organisation."""
    return Actor(
        person_id="",
        account_id="service:command line",
        organisation_id=organisation_id,
        roles=frozenset({Role.ADMINISTRATOR}),
    )


def _owner(context: Context, run_id: str) -> Actor:
    with UnitOfWork(context.engine, _ALL, read_only=True) as uow:
        return _for(uow.portfolio.get(run_id).organisation_id)


def _operator(context: Context) -> str:
    with UnitOfWork(context.engine, _ALL, read_only=True) as uow:
        operators = uow.organisations.list_of_kind(OrganisationKind.OPERATOR)
    if not operators:
        raise NotFound(kind="organisation")
    return operators[0].id


def _print(context: Context, run_id: str, as_json: bool) -> None:
    found = read_portfolio_run(context, _owner(context, run_id), run_id)
    shown = PortfolioRunOut.from_core(found.run, found.summary)
    if as_json:
        typer.echo(json.dumps(shown.model_dump(mode="json"), indent=2, ensure_ascii=False))
        return
    typer.echo(f"{shown.id} {shown.state}, {shown.chunks_done} of {shown.chunks} chunks done")
    if shown.summary is None:
        return
    typer.echo(
        f"{shown.summary.studies} studies, {shown.summary.moved} moved,"
        f" {shown.summary.failed} could not be recomputed"
    )
    for name, value in shown.summary.relative_change_quantiles.items():
        typer.echo(f"  quantile {name}: {float(value):+.3%}")
    for dataset in shown.summary.datasets:
        mean = float(dataset.mean_relative_change)
        typer.echo(f"  {dataset.dataset}: {mean:+.3%} on average in {dataset.studies} studies")
    for code, count in shown.summary.failure_codes.items():
        typer.echo(f"  {code}: {count}")
