"""Only what passes the checks is frozen, on both databases; the report is kept with the release."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from api.child.process import ChildTask, run_in_child
from api.child.sampling import sampled_snapshot, sampling_request
from api.clients.guarded_http import GuardedClient
from api.context import Context
from api.sampling import sample
from api.settings import Settings
from api.solving import solve
from api.workflows.calculate_footprint import open_sampled
from api.workflows.freeze_release import freeze_release
from api.workflows.open_structure import open_structure
from footprint.errors import FootprintErrors, InventoryError
from footprint.inventory import InventorySnapshot, Process
from footprint.methods import UptakeBasis
from footprint.structure import ReleaseStructure
from lca_db.files import FileStore
from lca_db.inventory.checks.run import CheckTables
from lca_db.unit_of_work import UnitOfWork
from tests.database.world import SERVICE
from tests.support.builders import a_process, an_emission, an_input

NOTHING_KNOWN = CheckTables({}, {}, ())


@pytest.fixture
def context(database: Engine, tmp_path: Path) -> Context:
    settings = Settings(data_dir=tmp_path)
    return Context(
        settings=settings,
        engine=database,
        files=FileStore(tmp_path / "files"),
        keyring=None,
        partners=GuardedClient(),
    )


def a_chain(*more: Process) -> InventorySnapshot:
    steel = a_process("steel", emissions=[an_emission()])
    chair = a_process("chair", inputs=[an_input("steel", "2", "kg")])
    return InventorySnapshot.of([steel, chair, *more])


OUT_OF_NOTHING = a_process("table", inputs=[an_input("steel", "0.5", "kg")])
A_LOOP = a_process("loop", inputs=[an_input("loop", "1", "kg")])


def test_a_release_keeps_the_report_of_its_checks(context: Context) -> None:
    nothing = a_process("nothing")
    release = freeze_release(context, a_chain(nothing), "first", tables=NOTHING_KNOWN)
    report = json.loads(context.files.get(release.findings_sha256))
    assert report["counts"] == {"blocking": 0, "warning": 1, "note": 0}
    (finding,) = report["findings"]
    assert (finding["code"], finding["dataset"]) == ("dataset-without-exchanges", "nothing")
    with UnitOfWork(context.engine, SERVICE, read_only=True) as uow:
        assert uow.inventory.get_release(release.id) == release


def test_a_blocking_finding_stops_the_freeze_and_leaves_nothing_behind(context: Context) -> None:
    with pytest.raises(InventoryError) as refused:
        freeze_release(context, a_chain(OUT_OF_NOTHING), "first", tables=NOTHING_KNOWN)
    assert (refused.value.code, refused.value.place) == ("mass-not-balanced", "/table")
    with UnitOfWork(context.engine, SERVICE, read_only=True) as uow:
        assert uow.inventory.current_release() is None
    assert [p for p in (context.settings.data_dir / "files").rglob("*") if p.is_file()] == []


def test_every_blocking_finding_is_listed(context: Context) -> None:
    with pytest.raises(FootprintErrors) as refused:
        freeze_release(context, a_chain(OUT_OF_NOTHING, A_LOOP), "first", tables=NOTHING_KNOWN)
    assert {error.code for error in refused.value.errors} == {
        "loop-not-productive",
        "mass-not-balanced",
    }


def test_what_the_solver_refuses_is_a_finding_as_well(context: Context) -> None:
    with pytest.raises(InventoryError) as refused:
        freeze_release(context, InventorySnapshot.of([]), "first", tables=NOTHING_KNOWN)
    assert refused.value.code == "release-empty"


def test_the_mended_snapshot_freezes(context: Context) -> None:
    mended = replace(OUT_OF_NOTHING, inputs=(an_input("steel", "1.1", "kg"),))
    release = freeze_release(context, a_chain(mended), "second", tables=NOTHING_KNOWN)
    assert release.dataset_count == 3


def test_a_release_keeps_its_draws_and_opens_them_from_the_files(context: Context) -> None:
    release = freeze_release(context, a_chain(), "first", tables=NOTHING_KNOWN)
    sampled = open_sampled(context, release)
    assert sampled is not None
    assert (sampled.draws, sampled.without_pedigree) == (1000, 2)
    assert sampled.release_sha256 == release.snapshot_sha256
    assert sampled.sha256 == release.sampling_sha256
    values = sampled.values["AR6", UptakeBasis.EXCLUDING]
    assert isinstance(values, np.memmap)
    assert values.shape == (2, 1000)
    assert set(sampled.hashes.values()) <= stored(context)
    with UnitOfWork(context.engine, SERVICE, read_only=True) as uow:
        assert uow.inventory.get_release(release.id) == release


def test_a_release_keeps_who_makes_what_by_its_hash(context: Context) -> None:
    release = freeze_release(context, a_chain(), "first", tables=NOTHING_KNOWN)
    structure = open_structure(context, release)
    assert structure.release_sha256 == release.snapshot_sha256
    assert structure.to_bytes() == ReleaseStructure.of(a_chain()).to_bytes()
    assert release.structure_sha256 in stored(context)
    with UnitOfWork(context.engine, SERVICE, read_only=True) as uow:
        assert uow.inventory.get_release(release.id) == release


def test_a_release_without_draws_is_frozen_and_not_assessed(context: Context) -> None:
    context.settings = Settings(data_dir=context.settings.data_dir, sampling_draws=0)
    release = freeze_release(context, a_chain(), "first", tables=NOTHING_KNOWN)
    assert release.sampling_sha256 is None
    assert open_sampled(context, release) is None


def test_the_child_draws_what_would_be_drawn_here() -> None:
    snapshot = a_chain()
    table = solve(snapshot)
    request = sampling_request(snapshot, table, 20)
    found = sampled_snapshot(run_in_child(ChildTask.SAMPLE_SNAPSHOT, request))
    here = sample(snapshot, table, 20)
    assert found is not None
    assert here is not None
    assert found.sha256 == here.sha256
    assert all(np.array_equal(found.values[key], here.values[key]) for key in here.values)


def test_a_release_that_is_hardly_ever_productive_is_not_sampled() -> None:
    loops = [
        a_process(f"loop-{i}", inputs=[an_input(f"loop-{i}", "0.99", "kg")]) for i in range(20)
    ]
    snapshot = InventorySnapshot.of(loops)
    assert sample(snapshot, solve(snapshot), 20) is None


def stored(context: Context) -> set[str]:
    """Hashes of everything in the file store."""
    return {p.name for p in (context.settings.data_dir / "files").rglob("*") if p.is_file()}
