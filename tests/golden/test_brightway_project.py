"""A release in a practitioner's own Brightway project: bw2calc there, and back again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import bw2calc
import bw_processing
import numpy as np
import pytest
from fsspec.implementations.zip import ZipFileSystem

from footprint.bom import Boundary
from footprint.errors import InventoryError
from footprint.inventory import CoProduct, InventorySnapshot
from footprint.methods import method_profile
from footprint.solver import solve_intensities
from lca_db.inventory.brightway import project, read_project, write_datapackage, write_project
from lca_db.inventory.reference_files import load_reference

METHOD = method_profile("gbt24067-2024")
DATABASE = "tanbiao"


@pytest.fixture(scope="module")
def snapshot() -> InventorySnapshot:
    """The shipped inventory, one of its processes with a co-product."""
    shipped, _ = load_reference()
    first, *rest = shipped.processes
    second = CoProduct(product="by-product", amount=Decimal(3), unit="kg", share=Decimal("0.25"))
    return InventorySnapshot.of([replace(first, co_products=(second,)), *rest])


@pytest.fixture(scope="module")
def project_name(snapshot: InventorySnapshot, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A project of its own in a folder of its own, and the method that was written into it."""
    with project("tanbiao-tests") as bw2data:
        bw2data.projects.change_base_directories(
            tmp_path_factory.mktemp("brightway"), project_name="owner", update=False
        )
    write_project(snapshot, "owner", DATABASE, METHOD)
    return "owner"


def test_bw2calc_in_the_project_gives_our_totals(
    snapshot: InventorySnapshot, project_name: str
) -> None:
    table = solve_intensities(snapshot)
    basis = METHOD.certified_basis(Boundary.CRADLE_TO_GATE)
    ours = table.intensities @ METHOD.factors(table.keys, basis)
    with project(project_name) as bw2data:
        (name,) = (each for each in bw2data.methods if each[1] == DATABASE)
        nodes = {node["code"]: node for node in bw2data.Database(DATABASE)}
        first = table.products[0].id
        demand, packages, _ = bw2data.prepare_lca_inputs({nodes[first]: 1}, method=name)
        lca = bw2calc.LCA(demand, data_objs=packages)
        lca.lci()
        lca.lcia()
        for entry, total in zip(table.products, ours, strict=True):
            lca.lci({nodes[entry.id].id: 1})
            lca.lcia()
            assert lca.score == pytest.approx(total, rel=1e-9, abs=1e-15), entry.id


def test_a_project_nobody_touched_comes_back_with_the_same_hash(
    snapshot: InventorySnapshot, project_name: str
) -> None:
    assert read_project(project_name, DATABASE).sha256() == snapshot.sha256()


def test_what_was_edited_in_the_project_comes_back_edited(
    snapshot: InventorySnapshot, project_name: str
) -> None:
    process = next(p for p in snapshot.processes if len(p.inputs) > 1 and not p.co_products)
    write_project(snapshot, project_name, "edited", METHOD)
    with project(project_name) as bw2data:
        node = bw2data.get_node(database="edited", code=process.id)
        edges = [e for e in node.technosphere() if e.input["code"] == process.inputs[0].provider]
        edges[0]["amount"] = edges[0]["amount"] * 2
        edges[0].save()
    back = {p.id: p for p in read_project(project_name, "edited").processes}
    edited = back.pop(process.id)
    assert float(edited.inputs[0].amount) == pytest.approx(2 * float(process.inputs[0].amount))
    assert edited.inputs[1:] == process.inputs[1:]
    assert back == {p.id: p for p in snapshot.processes if p.id != process.id}


def test_nothing_is_overwritten_and_nothing_foreign_is_read(
    snapshot: InventorySnapshot, project_name: str
) -> None:
    with pytest.raises(InventoryError) as refused:
        write_project(snapshot, project_name, DATABASE, METHOD)
    assert refused.value.code == "brightway-database-exists"
    with pytest.raises(InventoryError) as missing:
        read_project(project_name, "another")
    assert missing.value.code == "brightway-database-missing"
    with project(project_name) as bw2data:
        bw2data.Database("own").write({("own", "a"): {"name": "a", "exchanges": []}})
    with pytest.raises(InventoryError) as foreign:
        read_project(project_name, "own")
    assert foreign.value.code == "brightway-database-foreign"


def test_a_datapackage_alone_is_enough_for_bw2calc(
    snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    path = tmp_path / "release.zip"
    write_datapackage(snapshot, path)
    package = bw_processing.load_datapackage(ZipFileSystem(str(path)))
    names, _ = package.get_resource("names")
    assert names["release_sha256"] == snapshot.sha256()
    rows = {each["product"]: each["id"] for each in names["products"]}
    columns = {each["id"]: each["key"] for each in names["emissions"]}
    table = solve_intensities(snapshot)
    wanted = "copper-cathode-cn"
    lca = bw2calc.LCA({rows[wanted]: 1}, data_objs=[package])
    lca.lci()
    emitted = np.asarray(lca.inventory.sum(axis=1)).ravel()
    found = {columns[flow]: emitted[row] for flow, row in dict(lca.dicts.biosphere).items()}
    ours = dict(zip(map(str, table.keys), table.intensities[table.row(wanted)], strict=True))
    assert found == pytest.approx(ours, rel=1e-9, abs=1e-15)
    with pytest.raises(FileExistsError):
        write_datapackage(snapshot, path)
