"""Bills in columns from Parquet or CSV are calculated without storing; a run is read as Parquet."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.demo.instance import environment_of
from api.jobs.work import run_due_jobs
from api.schemas.bom import BomIn
from api.workflows.calculate_footprint import current_release, exact_bom, open_table
from footprint.calculate import calculate
from footprint.methods import method_profile
from footprint.system import product_system
from tests.support.instance import ALUMINIUM, Instance, a_bom_file
from tests.support.many_studies import a_heavier_release, store_studies

GRID = "electricity-grid-cn-2024"


def run(instance: Instance, *words: str) -> Result:
    arguments = ["portfolio", "recompute", *words]
    return CliRunner().invoke(app, arguments, env=environment_of(instance.settings))


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def a_file(path: Path, lines: list[tuple[str, str, str, str]]) -> Path:
    """The lines as CSV or Parquet, by the name of the file."""
    plain = path.with_suffix(".csv")
    with plain.open("w", newline="") as file:
        csv.writer(file).writerows([("study", "dataset", "amount", "unit"), *lines])
    if path.suffix == ".parquet":
        duckdb.execute(f"COPY (SELECT * FROM read_csv('{plain}')) TO '{path}' (FORMAT parquet)")
    return path


@pytest.mark.parametrize("name", ["bills.csv", "bills.parquet"])
def test_a_file_gives_what_calculate_gives_and_stores_nothing(
    sqlite_instance: Instance, tmp_path: Path, name: str
) -> None:
    context = sqlite_instance.context
    release = current_release(context)
    table = open_table(context, release)
    exact = exact_bom(BomIn.model_validate(a_bom_file()))
    system = product_system(exact.bom, table)
    entries = [(table.products[d.row], d.amount) for d in system.demands]
    lines = [("b", e.id, repr(amount), e.unit) for e, amount in entries]
    lines.insert(0, ("c", GRID, "3.6", "MJ"))
    lines.append(("a", "no-such-dataset", "1", "kg"))
    lines.reverse()
    done = run(sqlite_instance, str(a_file(tmp_path / name, lines)), "--release", release.id)
    assert done.exit_code == 0, done.output
    rows = {row["study"]: row for row in table_of(done.stdout)}
    assert rows["a"]["failure"] == "dataset-unknown"
    method = method_profile("gbt24067-2024")
    result = calculate(exact.bom, table, method, bom_sha256=exact.sha256)
    assert not system.flows, "else the file would not hold all of it"
    assert float(rows["b"]["after_kg_co2e"]) == pytest.approx(result.total_kg_co2e, rel=1e-11)
    assert float(rows["c"]["after_kg_co2e"]) == pytest.approx(0.5777, rel=1e-3)
    assert rows["b"]["has_moved"] == "no"
    assert sqlite_instance.get("/v1/studies", ALUMINIUM.preparer) == []


def test_against_another_release_it_says_what_moved_and_writes_parquet(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    first = current_release(sqlite_instance.context)
    second = a_heavier_release(sqlite_instance.context, GRID)
    file = a_file(tmp_path / "bills.parquet", [("s", GRID, "10", "kWh")])
    out = tmp_path / "out.parquet"
    done = run(
        sqlite_instance,
        *(str(file), "--release", second.id, "--before", first.id, "--out", str(out)),
    )
    assert done.exit_code == 0, done.output
    query = "SELECT study, after_kg_co2e / before_kg_co2e, driver_1 FROM read_parquet(?)"
    ((study, ratio, driver),) = duckdb.execute(query, [str(out)]).fetchall()
    assert (study, driver) == ("s", GRID)
    assert ratio == pytest.approx(1.25)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bills.txt", b"study,dataset,amount,unit\n"),
        ("bills.parquet", b"no parquet"),
        ("bills.csv", b"study,dataset,amount\na,b,1\n"),
        ("bills.csv", b"study,dataset,amount,unit\na,b,much,kg\n"),
        ("bills.csv", b"study,dataset,amount,unit\na,b,,kg\n"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_by_name(
    sqlite_instance: Instance, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    release = current_release(sqlite_instance.context)
    done = run(sqlite_instance, str(file), "--release", release.id)
    assert done.exit_code == 1
    assert "[batch-file-unreadable]" in done.output


def test_the_results_of_a_run_are_read_as_parquet_by_whom_they_belong_to(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    studies = store_studies(sqlite_instance, 2)
    body: dict[str, Any] = {"release_id": a_heavier_release(sqlite_instance.context, GRID).id}
    asked = sqlite_instance.post("/v1/portfolio-runs", ALUMINIUM.preparer, body, status=202)
    while run_due_jobs(sqlite_instance.context):
        pass
    path = f"/v1/portfolio-runs/{asked['id']}/results.parquet"
    answer = sqlite_instance.send("GET", path, ALUMINIUM.preparer)
    assert answer.status_code == 200, answer.text
    file = tmp_path / "results.parquet"
    file.write_bytes(answer.content)
    query = "SELECT study, has_moved, typeof(after_kg_co2e), failure FROM read_parquet(?)"
    found = duckdb.execute(query, [str(file)]).fetchall()
    assert sorted(found) == [(study, "yes", "DOUBLE", None) for study in sorted(studies)]
    sqlite_instance.get(path, "xu.xiguang", status=404)
