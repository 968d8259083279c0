"""The shipped inventory exported, and taken in again by the importers as any foreign file.

Read back (``inventory restore``) it has the same hash. Imported it is linked anew and a draft: what
a foreign format cannot carry is lost, and LOST is the whole list of it, which docs/exports.md
states; the totals stay.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint.bom import Boundary
from footprint.inventory import InventorySnapshot, Process, process_body
from footprint.methods import method_profile
from footprint.solver import solve_intensities
from lca_db.inventory.exports.forms import WRITERS, ExportForm
from lca_db.inventory.exports.openlca_ids import identity
from lca_db.inventory.exports.reading_back import read_back
from lca_db.inventory.importers.importing import Imported, import_file
from lca_db.inventory.importers.options import ImportOptions
from lca_db.inventory.reference_files import load_reference
from tests.support.source_tree import ROOT

METHOD = method_profile("gbt24067-2024")
FORMS = (ExportForm.JSONLD, ExportForm.CSV)
LOST_BY_BOTH = {
    "alternatives",
    "cut_offs",
    "id",
    "inputs/sources",
    "emissions/sources",
    "is_fuel_combustion",
    "review_status",
    "content/is_refrigerated",
    "content/codes",
    "content/derivations",
    "content/industry",
    "content/pedigree",
    "content/proxy",
    "content/synonyms",
}
LOST = {
    ExportForm.JSONLD: LOST_BY_BOTH | {"content/name", "year"},
    ExportForm.CSV: LOST_BY_BOTH | {"year"},
}
ADDED = {"categories", "details", "imported", "products"}  # of an imported dataset's content


@pytest.fixture(scope="module")
def shipped() -> InventorySnapshot:
    snapshot, _ = load_reference()
    return snapshot


@pytest.fixture(scope="module", params=FORMS)
def exported(
    request: pytest.FixtureRequest,
    shipped: InventorySnapshot,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[ExportForm, Path]:
    form: ExportForm = request.param
    path = tmp_path_factory.mktemp("exports") / form.value
    with path.open("wb") as file:
        file.writelines(WRITERS[form](shipped, load_reference()[1]))
    return form, path


@pytest.fixture(scope="module")
def imported(exported: tuple[ExportForm, Path]) -> Imported:
    return import_file(exported[1], ImportOptions(uses_map=False))


def in_file(form: ExportForm, process: Process) -> str:
    """What a process is called in the file of a form."""
    return identity("process", process.id) if form is ExportForm.JSONLD else process.id


def by_name_in_file(imported: Imported) -> dict[str, Process]:
    return {str(p.content["imported"]["process"]): p for p in imported.processes}  # type: ignore[index]


def totals(snapshot: InventorySnapshot) -> dict[str, float]:
    table = solve_intensities(snapshot)
    factors = METHOD.factors(table.keys, METHOD.certified_basis(Boundary.CRADLE_TO_GATE))
    return dict(zip((p.id for p in table.products), table.intensities @ factors, strict=True))


def test_read_back_it_has_the_hash_it_had(
    exported: tuple[ExportForm, Path], shipped: InventorySnapshot
) -> None:
    assert read_back(exported[1]).sha256() == shipped.sha256()


def test_everything_comes_in_and_is_linked_inside_the_file(
    imported: Imported, shipped: InventorySnapshot
) -> None:
    report = imported.report
    assert len(imported.processes) == len(shipped.processes)
    assert report.exchanges["linked-inside"] == sum(len(p.inputs) for p in shipped.processes)
    assert report.exchanges["emission"] == sum(len(p.emissions) for p in shipped.processes)
    assert (report.processes["unreadable"], report.exchanges["ignored"]) == (0, 0)
    assert (report.findings.count, report.unlinked.count) == (0, 0)


def test_the_totals_of_what_was_imported_are_ours(
    exported: tuple[ExportForm, Path], imported: Imported, shipped: InventorySnapshot
) -> None:
    ours, theirs = totals(shipped), totals(InventorySnapshot.of(imported.processes))
    found = by_name_in_file(imported)
    for process in shipped.processes:
        there = found[in_file(exported[0], process)]
        assert theirs[there.id] == pytest.approx(ours[process.id], rel=1e-12, abs=1e-18), process.id
        for mine, other in zip(process.co_products, there.co_products, strict=True):
            assert theirs[other.product] == pytest.approx(ours[mine.product], rel=1e-12)


def differing(ours: Process, theirs: Process) -> set[str]:
    """Members of a dataset that an import did not give again; links and their order aside."""
    mine, other = process_body(ours), process_body(theirs)
    found = {m for m in mine.keys() - {"content", "inputs", "emissions", "co_products"}
             if mine[m] != other[m]}  # fmt: skip
    for member in ("inputs", "emissions"):
        if any(each["sources"] for each in mine[member]):  # type: ignore[attr-defined]
            assert not any(each["sources"] for each in other[member])  # type: ignore[attr-defined]
            found.add(f"{member}/sources")
    content = {m: v for m, v in ours.content.items() if v}
    found |= {f"content/{m}" for m, v in content.items() if theirs.content.get(m) != v}
    return found


def test_what_an_import_loses_is_what_the_documentation_says(
    exported: tuple[ExportForm, Path], imported: Imported, shipped: InventorySnapshot
) -> None:
    form = exported[0]
    found = by_name_in_file(imported)
    lost: set[str] = set()
    for process in shipped.processes:
        there = found[in_file(form, process)]
        lost |= differing(process, there)
        assert there.content.keys() - process.content.keys() <= ADDED
        assert [e.amount for e in there.inputs] == [e.amount for e in process.inputs if e.amount]
    assert lost == LOST[form]
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    for member in lost:
        assert f"`{member}`" in text, member
