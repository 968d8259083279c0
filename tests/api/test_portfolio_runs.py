"""A portfolio is recomputed by a durable run: what moved and why, and nothing stored is changed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.demo.instance import environment_of
from api.jobs.work import run_due_jobs, run_job
from api.schemas.bom import BomIn
from api.strict_json import strict_loads
from api.workflows.ask_portfolio_run import PLAN_JOB, ask_portfolio_run
from api.workflows.calculate_footprint import exact_bom, open_table
from api.workflows.cancel_portfolio_run import cancel_portfolio_run
from api.workflows.plan_portfolio_run import plan_portfolio_run
from api.workflows.read_portfolio_runs import (
    list_portfolio_runs,
    read_portfolio_results,
    read_portfolio_run,
)
from footprint.calculate import calculate
from footprint.methods import method_profile
from labels.access import Scope
from labels.errors import NotAllowed
from lca_db.errors import Conflict, NotFound
from lca_db.inventory.values import Release
from lca_db.records.jobs.values import PORTFOLIO_CHUNK, Job, JobState
from lca_db.records.portfolio.values import PortfolioRun, PortfolioScope, RunState
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import ALUMINIUM, LFP, PV, Instance
from tests.support.many_studies import a_heavier_release, some_studies, store, store_studies

GRID = "electricity-grid-cn-2024"
ONLY_OF_PV = "pv-junction-box-cn"
ALL = Scope.everything("test")


def ask(
    instance: Instance,
    release: Release,
    person: str = ALUMINIUM.preparer,
    scope: PortfolioScope = PortfolioScope.ORGANISATION,
) -> PortfolioRun:
    actor = instance.actor(person)
    return ask_portfolio_run(instance.context, actor, release_id=release.id, scope=scope)


def plan(instance: Instance, run: PortfolioRun, most: int) -> None:
    """Plans the run by hand, in smaller chunks than usual."""
    for job in jobs_of(instance, PLAN_JOB):
        if job.input["run_id"] == run.id:
            with UnitOfWork(instance.context.engine, ALL) as uow:
                started = uow.jobs.start(job.id, job.attempt, instance.context.now())
                uow.commit()
            plan_portfolio_run(instance.context, started, most)


def jobs_of(instance: Instance, kind: str) -> tuple[Job, ...]:
    with UnitOfWork(instance.context.engine, ALL, read_only=True) as uow:
        return uow.jobs.list_waiting(kind)


def run_all(instance: Instance) -> None:
    while run_due_jobs(instance.context):
        pass


def of(instance: Instance, run: PortfolioRun, person: str = ALUMINIUM.preparer) -> dict[str, Any]:
    """The summary of a run that ended well."""
    view = read_portfolio_run(instance.context, instance.actor(person), run.id)
    assert view.run.state is RunState.SUCCEEDED, view.run
    assert view.summary is not None
    return view.summary


def chunk_results(instance: Instance, run: PortfolioRun) -> list[str | None]:
    with UnitOfWork(instance.context.engine, ALL, read_only=True) as uow:
        return [chunk.result_sha256 for chunk in uow.portfolio.list_chunks(run.id)]


def stored_state(instance: Instance) -> list[tuple[object, ...]]:
    """Every study and bill as the database has it."""
    with instance.context.engine.connect() as connection:
        studies = connection.exec_driver_sql("SELECT * FROM study ORDER BY id").all()
        bills = connection.exec_driver_sql("SELECT * FROM bom ORDER BY sha256").all()
    return [tuple(row) for row in (*studies, *bills)]


def test_every_study_is_what_calculate_says_on_both_releases_and_nothing_is_changed(
    instance: Instance,
) -> None:
    studies = store_studies(instance, 5)
    release = a_heavier_release(instance.context, GRID)
    before = stored_state(instance)
    run = ask(instance, release)
    plan(instance, run, most=2)
    run_all(instance)

    summary = of(instance, run)
    assert (summary["studies"], summary["moved"], summary["failed"]) == (5, 5, 0)
    assert summary["datasets"][0]["dataset"] == GRID
    assert summary["datasets"][0]["studies"] == 5
    actor = instance.actor(ALUMINIUM.preparer)
    chunks = list(read_portfolio_results(instance.context, actor, run.id))
    assert [len(chunk["studies"]) for chunk in chunks] == [2, 2, 1]
    told = {one["study"]: one for chunk in chunks for one in chunk["studies"]}
    assert sorted(told) == sorted(studies)
    assert stored_state(instance) == before
    for study_id in studies:
        with UnitOfWork(instance.context.engine, ALL, read_only=True) as uow:
            study, bill = uow.studies.get(study_id), uow.studies.bom_of(study_id)
        stored = json.loads(study.result)["total_kg_co2e"]
        assert float(told[study_id]["before_kg_co2e"]) == pytest.approx(float(stored), rel=1e-11)
        exact = exact_bom(BomIn.model_validate(strict_loads(bill)))
        table = open_table(instance.context, release)
        result = calculate(
            exact.bom, table, method_profile(study.method), bom_sha256=study.bom_sha256
        )
        after = float(told[study_id]["after_kg_co2e"])
        assert after == pytest.approx(result.total_kg_co2e, rel=1e-11)
        assert [d["dataset"] for d in told[study_id]["drivers"]] == [GRID]


def test_a_second_run_uses_the_same_columns_and_says_the_same(sqlite_instance: Instance) -> None:
    store_studies(sqlite_instance, 3)
    release = a_heavier_release(sqlite_instance.context, GRID)
    runs = []
    for _ in range(2):
        runs.append(ask(sqlite_instance, release))
        run_all(sqlite_instance)
    first, second = (chunk_results(sqlite_instance, run) for run in runs)
    assert first == second
    with sqlite_instance.context.engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT count(*) FROM portfolio_columns").scalar_one()
    assert made == 1


def test_the_register_holds_everybodys_studies_and_one_organisation_its_own(
    sqlite_instance: Instance,
) -> None:
    store_studies(sqlite_instance, 2)
    store_studies(sqlite_instance, 3, PV)
    release = a_heavier_release(sqlite_instance.context, GRID, without=(ONLY_OF_PV,))
    own = ask(sqlite_instance, release)
    whole = ask(sqlite_instance, release, "guan.authority", PortfolioScope.REGISTER)
    by_operator = ask(sqlite_instance, release, "admin", PortfolioScope.REGISTER)
    run_all(sqlite_instance)
    assert of(sqlite_instance, own)["studies"] == 2
    summary = of(sqlite_instance, whole, "guan.authority")
    assert (summary["studies"], summary["failed"]) == (5, 3)
    assert summary["failure_codes"] == {"dataset-unknown": 3}
    failed = summary["failures"][0]
    assert (failed["code"], failed["parameters"]["dataset"]) == ("dataset-unknown", ONLY_OF_PV)
    assert chunk_results(sqlite_instance, by_operator) == chunk_results(sqlite_instance, whole)


def test_others_may_not_ask_for_the_register_nor_see_the_runs_of_strangers(
    sqlite_instance: Instance,
) -> None:
    release = a_heavier_release(sqlite_instance.context, GRID)
    for person in (LFP.preparer, "wu.verifier", "bai.bank"):
        with pytest.raises(NotAllowed, match="role-missing"):
            ask(sqlite_instance, release, person, PortfolioScope.REGISTER)
    run = ask(sqlite_instance, release)
    stranger = sqlite_instance.actor(LFP.preparer)
    for touch in (
        lambda: read_portfolio_run(sqlite_instance.context, stranger, run.id),
        lambda: read_portfolio_results(sqlite_instance.context, stranger, run.id),
        lambda: cancel_portfolio_run(sqlite_instance.context, stranger, run.id),
    ):
        with pytest.raises(NotFound):
            touch()
    assert not list_portfolio_runs(sqlite_instance.context, stranger).items


def test_a_run_over_nothing_ends_at_once(sqlite_instance: Instance) -> None:
    run = ask(sqlite_instance, a_heavier_release(sqlite_instance.context, GRID))
    run_all(sqlite_instance)
    summary = of(sqlite_instance, run)
    assert (summary["studies"], summary["relative_change_quantiles"]) == (0, {})


def test_a_cancelled_run_stays_cancelled_and_its_jobs_let_go_of_it(instance: Instance) -> None:
    store_studies(instance, 3)
    run = ask(instance, a_heavier_release(instance.context, GRID))
    plan(instance, run, most=1)
    first = jobs_of(instance, PORTFOLIO_CHUNK)[0]
    assert run_job(instance.context, first.id, first.attempt) == "succeeded"
    actor = instance.actor(ALUMINIUM.preparer)
    cancelled = cancel_portfolio_run(instance.context, actor, run.id)
    assert (cancelled.state, cancelled.chunks_done) == (RunState.CANCELLED, 1)
    run_all(instance)
    assert not jobs_of(instance, PORTFOLIO_CHUNK)
    assert chunk_results(instance, run)[1:] == [None, None]
    with pytest.raises(Conflict, match="portfolio-run-over"):
        cancel_portfolio_run(instance.context, actor, run.id)
    with pytest.raises(Conflict, match="portfolio-run-not-done"):
        read_portfolio_results(instance.context, actor, run.id)


def test_a_late_twin_of_a_chunk_changes_nothing(instance: Instance) -> None:
    """Its heartbeat stopped, another took it up and ended it; then the first one wakes up."""
    store_studies(instance, 2)
    run = ask(instance, a_heavier_release(instance.context, GRID))
    plan(instance, run, most=1)
    job = jobs_of(instance, PORTFOLIO_CHUNK)[0]
    context = instance.context
    with UnitOfWork(context.engine, ALL) as uow:
        uow.jobs.start(job.id, 1, context.now())
        again = uow.jobs.requeue(job.id, 1, context.now())
        uow.commit()
    assert run_job(context, again.id, again.attempt) == "succeeded"
    assert run_job(context, job.id, 1) == "superseded"
    view = read_portfolio_run(context, instance.actor(ALUMINIUM.preparer), run.id)
    assert view.run.chunks_done == 1
    run_all(instance)
    assert of(instance, run)["studies"] == 2


def test_a_damaged_file_fails_the_run_with_its_reason_and_no_part_goes_on(
    sqlite_instance: Instance,
) -> None:
    store_studies(sqlite_instance, 2)
    context = sqlite_instance.context
    run = ask(sqlite_instance, a_heavier_release(context, GRID))
    plan(sqlite_instance, run, most=1)
    with UnitOfWork(context.engine, ALL, read_only=True) as uow:
        chunk = uow.portfolio.get_chunk(run.id, 1)
    context.files.path(chunk.studies_sha256).write_bytes(b"[]")
    run_all(sqlite_instance)
    view = read_portfolio_run(context, sqlite_instance.actor(ALUMINIUM.preparer), run.id)
    assert view.run.state is RunState.FAILED
    assert view.run.problem is not None
    assert view.run.problem["code"] == "file-damaged"
    assert not jobs_of(sqlite_instance, PORTFOLIO_CHUNK)


def test_a_study_whose_columns_give_another_total_is_told_and_not_used(
    sqlite_instance: Instance,
) -> None:
    """As where the columns forget something that ``calculate()`` counts."""
    (right, bill), (study, other) = some_studies(sqlite_instance, 2)
    body = json.loads(study.result)
    total = str(float(body["total_kg_co2e"]) * (1 + 1e-8))
    wrong = replace(study, result=json.dumps({**body, "total_kg_co2e": total}).encode())
    store(sqlite_instance, [(right, bill), (wrong, other)])
    run = ask(sqlite_instance, a_heavier_release(sqlite_instance.context, GRID))
    run_all(sqlite_instance)
    summary = of(sqlite_instance, run)
    told = [(failure["study"], failure["code"]) for failure in summary["failures"]]
    assert told == [(study.id, "result-not-reproduced")]
    assert [one["study"] for one in summary["largest"]] == [right.id]


def test_the_chunks_are_not_among_the_jobs_people_see(sqlite_instance: Instance) -> None:
    store_studies(sqlite_instance, 2)
    ask(sqlite_instance, a_heavier_release(sqlite_instance.context, GRID))
    run_all(sqlite_instance)
    jobs = sqlite_instance.get("/v1/jobs", ALUMINIUM.preparer)
    assert {job["kind"] for job in jobs} == {"portfolio-plan", "portfolio-summary"}
    assert {job["state"] for job in jobs} == {JobState.SUCCEEDED.value}


def test_a_study_of_a_bill_that_is_no_bill_any_more_is_told_and_the_others_go_on(
    sqlite_instance: Instance,
) -> None:
    """The rules of the document may change after a bill was stored."""
    (first, bill), (second, _), (third, _) = some_studies(sqlite_instance, 3)
    store(sqlite_instance, [(first, bill), (second, b'{"lines": []}'), (third, b"no json")])
    run = ask(sqlite_instance, a_heavier_release(sqlite_instance.context, GRID))
    run_all(sqlite_instance)
    summary = of(sqlite_instance, run)
    told = [(failure["study"], failure["code"]) for failure in summary["failures"]]
    assert told == [(second.id, "bill-not-readable"), (third.id, "bill-not-readable")]
    assert [one["study"] for one in summary["largest"]] == [first.id]


def test_a_run_is_asked_for_watched_and_read_as_a_table_by_the_api(instance: Instance) -> None:
    studies = store_studies(instance, 2)
    release = a_heavier_release(instance.context, GRID)
    body = {"release_id": release.id}
    maker = ALUMINIUM.preparer
    asked = instance.post("/v1/portfolio-runs", maker, body, status=202)
    assert (asked["state"], asked["summary"]) == ("waiting", None)
    path = f"/v1/portfolio-runs/{asked['id']}"
    assert instance.get(f"{path}/results.csv", maker, status=409)["code"] == (
        "portfolio-run-not-done"
    )
    run_all(instance)
    shown = instance.get(path, maker)
    assert (shown["state"], shown["chunks_done"], shown["studies"]) == ("succeeded", 1, 2)
    assert shown["summary"]["datasets"][0]["dataset"] == GRID
    assert shown["summary"]["relative_change_quantiles"]["0.5"].startswith("0.")
    assert [run["id"] for run in instance.get("/v1/portfolio-runs", maker)] == [asked["id"]]
    answer = instance.send("GET", f"{path}/results.csv", maker)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["study"] for row in rows] == sorted(studies)
    assert {(row["has_moved"], row["driver_1"], row["failure"]) for row in rows} == {
        ("yes", GRID, "")
    }
    refused = instance.post(f"{path}/cancel", maker, None, status=409)
    assert refused["code"] == "portfolio-run-over"


def test_the_api_refuses_a_release_that_is_none_and_a_scope_that_is_not_ones_own(
    sqlite_instance: Instance,
) -> None:
    body = {"release_id": "rel_" + "0" * 26}
    sqlite_instance.post("/v1/portfolio-runs", ALUMINIUM.preparer, body, status=404)
    release = sqlite_instance.get("/v1/releases")[0]["id"]
    whole = {"release_id": release, "scope": "register"}
    sqlite_instance.post("/v1/portfolio-runs", ALUMINIUM.preparer, whole, status=403)
    sqlite_instance.post("/v1/portfolio-runs", "guan.authority", whole, status=202)


def test_the_command_recomputes_everybody_or_one_organisation_here_and_now(
    sqlite_instance: Instance,
) -> None:
    store_studies(sqlite_instance, 2)
    store_studies(sqlite_instance, 1, PV)
    release = a_heavier_release(sqlite_instance.context, GRID)

    def told(*words: str) -> dict[str, Any]:
        done = CliRunner().invoke(
            app, ["portfolio", *words, "--json"], env=environment_of(sqlite_instance.settings)
        )
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.output)
        return found

    whole = told("run", release.id)
    assert (whole["state"], whole["summary"]["studies"]) == ("succeeded", 3)
    maker = sqlite_instance.organisations[ALUMINIUM.maker]
    assert told("run", release.id, "--organisation", maker)["summary"]["studies"] == 2
    assert told("show", whole["id"]) == whole
    later = told("run", release.id, "--later")
    assert later["state"] == "waiting"
    done = CliRunner().invoke(
        app, ["portfolio", "cancel", later["id"]], env=environment_of(sqlite_instance.settings)
    )
    assert done.output == f"{later['id']} cancelled\n"
