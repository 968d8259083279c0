"""A release in a practitioner's own Brightway project: bw2calc there, and back again."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

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
from lca_db.inventory.brightway import project, read_project, write_project
from lca_db.inventory.exports.datapackage import datapackage_archive
from lca_db.inventory.exports.source_list import named_sources
from lca_db.inventory.reference_files import load_reference
from tests.support.builders import a_process, an_emission, an_input

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


def added(
    project_name: str, database: str, snapshot: InventorySnapshot, **exchange: Any
) -> InventorySnapshot:
    """What comes back after an exchange was added to the first dataset of the project."""
    write_project(snapshot, project_name, database, METHOD)
    with project(project_name) as bw2data:
        node = bw2data.get_node(database=database, code=snapshot.processes[0].id)
        node.new_exchange(**exchange).save()
    return read_project(project_name, database)


def test_an_input_added_in_the_project_counts_in_the_unit_of_what_it_takes(
    project_name: str,
) -> None:
    power = a_process("power", unit="kWh", emissions=[an_emission()])
    snapshot = InventorySnapshot.of(
        [a_process("good", inputs=[an_input("power", "1", "kWh")]), power]
    )
    back = added(
        project_name, "added", snapshot, input=("added", "power"), amount=2.5, type="technosphere"
    )
    new = back.processes[0].inputs[1]
    assert (new.provider, new.amount, new.unit) == ("power", Decimal("2.5"), "kWh")
    assert back.processes[0].inputs[0] == snapshot.processes[0].inputs[0]


@pytest.mark.parametrize("kind", ["technosphere", "biosphere"])
def test_an_exchange_with_something_foreign_is_refused_by_name(
    kind: str, project_name: str
) -> None:
    snapshot = InventorySnapshot.of([a_process("good", emissions=[an_emission()])])
    with project(project_name) as bw2data:
        if "elsewhere" not in bw2data.databases:
            bw2data.Database("elsewhere").write(
                {("elsewhere", "thing"): {"name": "thing", "exchanges": []}}
            )
    with pytest.raises(InventoryError) as refused:
        added(
            project_name, f"foreign-{kind}", snapshot,
            input=("elsewhere", "thing"), amount=1.0, type=kind,
        )  # fmt: skip
    assert refused.value.code == "brightway-exchange-foreign"
    assert refused.value.parameters == {"dataset": "good", "added": "elsewhere thing"}


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
    _, sources = load_reference()
    path.write_bytes(b"".join(datapackage_archive(snapshot, sources)))
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
    assert path.read_bytes() == b"".join(datapackage_archive(snapshot, sources))
    with ZipFile(path) as archive:
        described = json.loads(archive.read("datapackage.json"))
        listed = archive.read("sources.csv").decode("utf-8-sig")
    assert {each["name"] for each in described["licenses"]} == {
        sources[each].licence for process in snapshot.processes for each in named_sources(process)
    }
    assert "al-alumina-per-aluminium" in listed
