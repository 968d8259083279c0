"""The archive for Brightway, run by another Python in a fresh folder, and read back again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from footprint.bom import Boundary
from footprint.inventory import CoProduct, InventorySnapshot
from footprint.methods import method_profile
from footprint.solver import solve_intensities
from lca_db.inventory.exports.brightway_archive import brightway_archive
from lca_db.inventory.reference_files import load_reference

PROJECT = "a practitioner's own"
TOTALS = f"""
import json, sys
import bw2calc, bw2data
bw2data.projects.set_current({PROJECT!r})
(method,) = [m for m in bw2data.methods if m[1] == "tanbiao"]
nodes = list(bw2data.Database("tanbiao"))
demand, packages, _ = bw2data.prepare_lca_inputs({{nodes[0]: 1}}, method=method)
lca = bw2calc.LCA(demand, data_objs=packages)
lca.lci()
lca.lcia()
totals = {{}}
for node in nodes:
    lca.lci({{node.id: 1}})
    lca.lcia()
    totals[node["code"]] = lca.score
json.dump([list(method), totals], sys.stdout)
"""


@pytest.fixture(scope="module")
def snapshot() -> InventorySnapshot:
    """The shipped inventory, one of its processes with a co-product."""
    shipped, _ = load_reference()
    first, *rest = shipped.processes
    second = CoProduct(product="by-product", amount=Decimal(3), unit="kg", share=Decimal("0.25"))
    return InventorySnapshot.of([replace(first, co_products=(second,)), *rest])


@pytest.fixture(scope="module")
def archive(snapshot: InventorySnapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "release.zip"
    path.write_bytes(b"".join(brightway_archive(snapshot, load_reference()[1])))
    (path.parent / "projects").mkdir()
    return path


def python(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Another Python, whose Brightway projects lie beside the archive."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=archive.parent,
        env={**os.environ, "BRIGHTWAY2_DIR": str(archive.parent / "projects")},
    )


@pytest.fixture(scope="module")
def loaded(archive: Path) -> Path:
    """The archive, after it was run as its page says."""
    run = python(archive, str(archive), PROJECT)
    assert run.returncode == 0, run.stderr
    assert "release " in run.stdout
    return archive


def test_the_totals_there_are_ours(loaded: Path, snapshot: InventorySnapshot) -> None:
    method = method_profile("gbt24067-2024")
    table = solve_intensities(snapshot)
    basis = method.certified_basis(Boundary.CRADLE_TO_GATE)
    ours = table.intensities @ method.factors(table.keys, basis)
    run = python(loaded, "-c", TOTALS)
    assert run.returncode == 0, run.stderr
    name, totals = json.loads(run.stdout[run.stdout.index("[[") :])
    assert name == ["Tanbiao", "tanbiao", "gbt24067-2024", "AR6"]
    assert "by-product" in totals
    assert len(totals) == len(table.products) > len(snapshot.processes)
    for entry, total in zip(table.products, ours, strict=True):
        assert totals[entry.id] == pytest.approx(total, rel=1e-9, abs=1e-15), entry.id


def test_it_comes_back_out_of_the_project_with_the_hash_of_the_release(
    loaded: Path, snapshot: InventorySnapshot
) -> None:
    back = loaded.parent / "back.json"
    run = python(
        loaded, "-m", "api.cli", "inventory", "restore", PROJECT,
        "--database", "tanbiao", "--output", str(back),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert back.read_bytes() == snapshot.canonical_bytes()


def test_nothing_of_a_project_is_overwritten(loaded: Path) -> None:
    again = python(loaded, str(loaded), PROJECT)
    assert again.returncode == 1
    assert "'tanbiao'" in again.stderr
    beside = python(loaded, str(loaded), PROJECT, "beside")
    assert beside.returncode == 0, beside.stderr
    assert "database 'beside'" in beside.stdout


def test_without_a_project_it_says_how_it_is_run(archive: Path) -> None:
    run = python(archive, str(archive))
    assert run.returncode == 2
    assert "python RELEASE.zip PROJECT" in run.stderr


def test_the_same_release_gives_the_same_bytes(archive: Path, snapshot: InventorySnapshot) -> None:
    again = b"".join(brightway_archive(snapshot, load_reference()[1]))
    assert again == archive.read_bytes()
