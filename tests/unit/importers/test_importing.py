"""An import always ends in a report, and the report is the same for the same file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from footprint.errors import FootprintError
from footprint.inventory import InventorySnapshot
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.importing import assembled, import_file
from lca_db.inventory.importers.limits import ImportLimits
from lca_db.inventory.importers.mapping import shipped_map
from lca_db.inventory.importers.options import ImportOptions, options_of, read_estimates
from lca_db.inventory.importers.raw import RawFault
from lca_db.inventory.importers.report import MOST_CHARACTERS, MOST_KEPT, MOST_LISTED
from lca_db.inventory.reference_files import load_reference
from tests.support.raw_processes import REFUSING, SOURCE, a_process, an_import, emits, makes, takes


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.7", "import-format-unexpected"), (b"PK\x03\x04 torn", "import-archive-malformed")],
)
def test_a_file_that_cannot_be_used_ends_in_a_report_with_its_refusal(
    content: bytes, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "inventory.zip"
    path.write_bytes(content)
    imported = import_file(path, ImportOptions())
    assert imported.processes == ()
    assert imported.report.refusal is not None
    assert imported.report.refusal["code"] == code
    assert imported.report.sha256 == hashlib.sha256(content).hexdigest()
    assert imported.report.file_name == "inventory.zip"


def test_a_file_that_is_not_there_or_too_large_ends_in_a_report(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"a,b\n" * 100)
    small = ImportOptions(limits=ImportLimits(file_bytes=10))
    for file, options, code in (
        (tmp_path / "none", ImportOptions(), "import-file-unreadable"),
        (path, small, "import-file-too-large"),
    ):
        refusal = import_file(file, options).report.refusal
        assert refusal is not None
        assert refusal["code"] == code


def test_a_reading_without_any_process_is_refused() -> None:
    with pytest.raises(ImportRefused) as refused:
        an_import()
    assert refused.value.code == "import-file-empty"


def test_more_processes_than_the_limit_are_refused() -> None:
    options = ImportOptions(limits=ImportLimits(processes=2))
    with pytest.raises(ImportRefused) as refused:
        an_import(*(a_process(f"p{i}") for i in range(3)), options=options)
    assert (refused.value.code, refused.value.parameters) == ("import-rows-too-many", {"most": "2"})


def test_a_process_that_could_not_be_read_is_in_the_report_with_its_place() -> None:
    fault = RawFault(
        name="b", place="/b.xml", code="import-xml-malformed", parameters={"line": "3"}
    )
    report = an_import(a_process("a"), fault).report
    assert report.processes["unreadable"] == 1
    assert report.refused.shown == (
        {"name": "b", "code": fault.code, "place": "/b.xml", "parameters": {"line": "3"}},
    )


def test_a_long_list_is_bounded_and_its_true_count_stands_beside() -> None:
    dust = (emits(f"dust {i}", "1") for i in range(MOST_LISTED + 7))
    report = an_import(a_process("mill", *dust, emits("dust 3", "1"))).report
    assert (report.ignored.count, len(report.ignored.shown)) == (MOST_LISTED + 7, MOST_LISTED)
    assert report.ignored.shown[0] == {"name": "dust 3", "count": 2}
    assert report.exchanges["ignored"] == MOST_LISTED + 8


def test_a_hostile_file_cannot_make_a_long_report_and_everything_is_counted() -> None:
    """Different names without end, each as long as a text may be."""
    most = MOST_KEPT + 50
    name = "x" * 2_000
    dust = tuple(emits(f"{n} {name}", "1") for n in range(most // 2))
    faults = (
        RawFault(name=name, place=f"/{name}", code="x", parameters={"name": name})
        for _ in range(MOST_LISTED + 7)
    )
    mills = (a_process("mill", *dust), a_process("kiln", *(emits(f"k{e.name}", "1") for e in dust)))
    report = an_import(*mills, *faults).report
    assert (report.ignored.count, len(report.ignored.shown)) == (most, MOST_LISTED)
    assert report.refused.count == MOST_LISTED + 7
    fault = report.refused.shown[0]
    texts = [fault["name"], fault["place"], fault["parameters"]["name"]]  # type: ignore[index]
    assert {len(str(text)) for text in texts} == {MOST_CHARACTERS}
    assert len(json.dumps(report.to_json())) < 2 * MOST_LISTED * (4 * MOST_CHARACTERS)


def test_of_many_faults_the_report_keeps_some_and_counts_all() -> None:
    faults = (RawFault(name="", place=f"/{i}", code="x") for i in range(MOST_LISTED + 7))
    report = an_import(*faults).report
    assert (report.refused.count, len(report.refused.shown)) == (MOST_LISTED + 7, MOST_LISTED)


def test_datasets_of_one_activity_are_told_apart_by_their_reference_flow() -> None:
    heat = dataclasses.replace(a_process("chp"), id="one")
    power = dataclasses.replace(
        heat, exchanges=(dataclasses.replace(heat.reference, flow_id="power"),)
    )
    ids = [process.id for process in an_import(heat, power).processes]
    assert len(set(ids)) == 2


def test_the_report_is_plain_json_with_the_choices_and_the_limits() -> None:
    body = json.loads(json.dumps(an_import(a_process("a", takes("b", "1"))).report.to_json()))
    assert body["options"] == {
        "format": "",
        "prefix": "t",
        "unlinked": "cut-off",
        "estimates": {"kWh": "0.6", "kg": "2"},
        "uses_map": True,
    }
    assert body["limits"]["members"] == 100_000
    assert body["refusal"] is None
    assert body["cut_offs"]["count"] == 1


def test_a_snapshot_holds_the_shipped_datasets_that_the_imported_ones_stand_on() -> None:
    steel = takes("steel, low-alloyed", "9", provider_name="market for steel, low-alloyed")
    imported = an_import(a_process("car", steel), options=REFUSING, background=shipped_map())
    shipped, _ = load_reference()
    snapshot = imported.snapshot(shipped)
    ids = {process.id for process in snapshot.processes}
    assert {imported.processes[0].id, "steel-hot-rolled-cn", "coal-supply-cn"} <= ids
    assert len(ids) < len(shipped.processes)
    with pytest.raises(FootprintError):
        InventorySnapshot.of(imported.processes)


def test_progress_is_told_for_every_process() -> None:
    told: list[tuple[str, int]] = []
    assembled(
        [a_process("a"), a_process("b", makes("b"))],
        SOURCE,
        REFUSING,
        None,
        lambda phase, count: told.append((phase, count)),
    )
    assert told == [("reading", 1), ("reading", 2), ("linking", 2)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kg", "import-choice-unknown"),
        ("kg=-1", "import-choice-unknown"),
        ("kg=1,t=900", "import-choice-unknown"),
        ("kg=1,scrap:kg=1,Scrap:t=900", "import-choice-unknown"),
        (":kg=1", "import-choice-unknown"),
        ("scrap:stone=2", "unit-unknown"),
        ("kg=two", "amount-not-a-number"),
        ("stone=2", "unit-unknown"),
    ],
)
def test_estimates_that_cannot_be_meant_are_refused(text: str, code: str) -> None:
    with pytest.raises(FootprintError) as refused:
        read_estimates(text)
    assert refused.value.code == code


def test_estimates_of_the_report_are_read_again_as_they_were() -> None:
    options = ImportOptions(estimates=read_estimates("kg=2, waste:kg=0.5, scrap:t=0"))
    body = options.to_json()
    assert body["estimates"] == {"kg": "2", "scrap:t": "0", "waste:kg": "0.5"}
    assert options_of(body, options.limits) == options
