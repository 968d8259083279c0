"""A stored study is recomputed to the same bytes, on either database, or what differs is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from api.commands.footprint import shipped_tables
from api.schemas.bom import BomIn
from api.solving import solve
from api.workflows.calculate_footprint import exact_bom
from api.workflows.freeze_release import freeze_release
from api.workflows.recompute_study import (
    MOST_TOLD,
    WITHIN,
    Subject,
    Verdict,
    profile_changes,
    recompute_study,
)
from footprint.calculate import calculate
from footprint.intensities import IntensityTable
from footprint.inventory import InventorySnapshot
from footprint.methods import method_profile
from labels.access import Scope
from lca_db.errors import StorageError
from lca_db.inventory.reference_files import load_reference
from lca_db.unit_of_work import UnitOfWork
from tests.support.instance import ALUMINIUM, Instance, a_bom_file

MORE = Decimal("1.01")


def a_study(instance: Instance) -> str:
    stored = instance.post("/v1/footprints", ALUMINIUM.preparer, a_bom_file(ALUMINIUM))
    return str(stored["id"])


def calculated_without_a_database() -> str:
    """What every database must hold, so that both hold the same."""
    exact = exact_bom(BomIn.model_validate(a_bom_file(ALUMINIUM)))
    method = method_profile("gbt24067-2024")
    table, sampled = shipped_tables()
    result = calculate(exact.bom, table, method, bom_sha256=exact.sha256, sampled=sampled)
    return result.sha256()


def test_the_same_bytes_come_again_on_either_database(instance: Instance) -> None:
    study = a_study(instance)

    found = recompute_study(instance.context, study)

    assert (found.verdict, found.findings) == (Verdict.SAME_BYTES, ())
    assert found.stored_sha256 == found.recomputed_sha256
    assert found.stored_sha256 == calculated_without_a_database()
    told = instance.get(f"/v1/studies/{study}/recomputation", ALUMINIUM.preparer)
    assert (told["verdict"], told["recomputed_sha256"]) == ("same-bytes", found.stored_sha256)


def test_a_fresh_process_gives_the_same_bytes(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    settings = sqlite_instance.context.settings
    environment = {
        **os.environ,
        "TANBIAO_DATA_DIR": str(settings.data_dir),
        "TANBIAO_DATABASE_URL": settings.resolved_database_url,
        "TANBIAO_KEY_DIR": str(settings.resolved_key_dir),
        "TANBIAO_PUBLIC_BASE_URL": settings.public_base_url,
    }

    run = subprocess.run(
        [sys.executable, "-m", "api.cli", "footprint", "recompute", study, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["verdict"] == "same-bytes"


def test_a_table_solved_anew_here_gives_the_same_or_says_how_near(
    sqlite_instance: Instance,
) -> None:
    found = recompute_study(sqlite_instance.context, a_study(sqlite_instance), is_rebuilt=True)

    assert found.is_rebuilt
    assert found.verdict in {Verdict.SAME_BYTES, Verdict.EQUAL_WITHIN}


def a_study_on_a_table_of_another_processor(instance: Instance, apart: float) -> str:
    """Every number of the release's table is so much of itself off what is solved here."""

    def solve_elsewhere(snapshot: InventorySnapshot) -> IntensityTable:
        table = solve(snapshot)
        return replace(table, values=table.values * (1 + apart))

    snapshot, _ = load_reference()
    dataset = next(p.id for p in snapshot.processes if p.inputs)
    freeze_release(
        instance.context,
        with_another_amount(snapshot, dataset),
        "solved elsewhere",
        solve_elsewhere,
        sampler=lambda *_: None,
    )
    return a_study(instance)


def test_a_table_that_differs_in_its_last_bits_is_told_as_equal_within_that(
    sqlite_instance: Instance,
) -> None:
    study = a_study_on_a_table_of_another_processor(sqlite_instance, WITHIN / 2)

    found = recompute_study(sqlite_instance.context, study, is_rebuilt=True)

    assert found.verdict is Verdict.EQUAL_WITHIN
    assert found.stored_sha256 != found.recomputed_sha256
    assert {f.subject for f in found.findings} == {Subject.RESULT}, "the digits that turned"
    own = recompute_study(sqlite_instance.context, study)
    assert own.verdict is Verdict.SAME_BYTES, "the stored table gives the stored bytes"


def test_a_table_that_differs_by_more_is_different_and_named_with_how_much(
    sqlite_instance: Instance,
) -> None:
    study = a_study_on_a_table_of_another_processor(sqlite_instance, 2 * WITHIN)

    found = recompute_study(sqlite_instance.context, study, is_rebuilt=True)

    assert found.verdict is Verdict.DIFFERENT
    cause = found.findings[0]
    assert (cause.subject, cause.place) == (Subject.TABLE, "/values")
    assert float(cause.after) == pytest.approx(2 * WITHIN, rel=0.01)
    assert any(f.place.endswith("/kg_co2e") for f in found.findings)


def test_a_changed_line_of_the_bill_is_named(sqlite_instance: Instance) -> None:
    bill = a_bom_file(ALUMINIUM)
    study = a_study(sqlite_instance)
    line = next(line for line in bill["lines"] if "amount" in line)
    before, line["amount"] = line["amount"], "1234"

    found = recompute_study(sqlite_instance.context, study, bill=json.dumps(bill).encode())

    told = [f for f in found.findings if f.subject is Subject.BILL]
    places = {f.place: (f.before, f.after) for f in told}
    assert places[f"/lines/{line['ref']}/amount"] == (before, "1234")
    assert found.verdict is Verdict.DIFFERENT
    assert any(f.place == "/total_kg_co2e" for f in found.findings)


def with_another_amount(snapshot: InventorySnapshot, dataset: str) -> InventorySnapshot:
    """The first input of the dataset and a hundredth more."""
    process = next(p for p in snapshot.processes if p.id == dataset)
    first = process.inputs[0]
    changed = replace(first, amount=first.amount * MORE)
    other = replace(process, inputs=(changed, *process.inputs[1:]))
    return InventorySnapshot.of([other if p is process else p for p in snapshot.processes])


def test_a_changed_exchange_is_named(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    snapshot, _ = load_reference()
    dataset = next(
        line["dataset"]
        for line in a_bom_file(ALUMINIUM)["lines"]
        if line.get("dataset") in {p.id for p in snapshot.processes if p.inputs}
    )
    other = freeze_release(
        sqlite_instance.context, with_another_amount(snapshot, dataset), "one amount raised"
    )

    found = recompute_study(sqlite_instance.context, study, release_id=other.id)

    first = next(p for p in snapshot.processes if p.id == dataset).inputs[0]
    told = next(f for f in found.findings if f.place.startswith(f"/{dataset}/inputs/"))
    assert told.subject is Subject.EXCHANGE
    assert told.place == f"/{dataset}/inputs/{first.provider}/amount"
    assert Decimal(told.after) == Decimal(told.before) * MORE
    assert found.verdict is Verdict.DIFFERENT
    assert len(found.findings) <= MOST_TOLD


@pytest.mark.parametrize("member", ["version", "sha256"])
def test_a_profile_that_is_not_what_it_was_is_named(sqlite_instance: Instance, member: str) -> None:
    scope = Scope.everything("test")
    study_id = a_study(sqlite_instance)
    with UnitOfWork(sqlite_instance.context.engine, scope, read_only=True) as uow:
        study = uow.studies.get(study_id)
    older = replace(study, provenance={**study.provenance, f"method_{member}": "older"})

    assert list(profile_changes(study)) == []
    (change,) = profile_changes(older)
    assert (change.subject, change.before) == (Subject.PROFILE, "older")
    assert change.place == f"/methods/gbt24067-2024/{member}"


def test_a_damaged_table_is_no_table(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    context = sqlite_instance.context
    path: Path = context.files.path(json_provenance(sqlite_instance, study)["table_sha256"])
    values = np.load(path, allow_pickle=False)
    path.unlink()  # other instances have the same file under this name
    with path.open("wb") as file:
        np.save(file, values * 2, allow_pickle=False)

    with pytest.raises(StorageError) as refused:
        recompute_study(context, study)
    assert refused.value.code == "file-damaged"


def json_provenance(instance: Instance, study: str) -> dict[str, str]:
    provenance: dict[str, str] = instance.get(f"/v1/studies/{study}", ALUMINIUM.preparer)[
        "provenance"
    ]
    return provenance


def test_nobody_recomputes_the_study_of_another_organisation(sqlite_instance: Instance) -> None:
    study = a_study(sqlite_instance)
    sqlite_instance.get(f"/v1/studies/{study}/recomputation", "xu.xiguang", status=404)
