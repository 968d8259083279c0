"""Exports and their way back, on an inventory of everything that is awkward to write."""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from footprint.errors import FootprintError
from footprint.inventory import CO2E, Direction, EmissionKey, InventorySnapshot, Origin
from footprint.methods import UptakeBasis, method_profile
from footprint.quantities import UNITS, conversion_factor
from lca_db.inventory.exports.emission_names import emission_name
from lca_db.inventory.exports.exact_json import exact_json
from lca_db.inventory.exports.forms import WRITERS, ExportForm, address
from lca_db.inventory.exports.kept import KeptExports
from lca_db.inventory.exports.openlca_ids import all_units, identity, place_identity, units
from lca_db.inventory.exports.reading_back import read_back
from lca_db.inventory.importers.climate_flows import named_flows
from lca_db.inventory.importers.units import foreign_unit
from tests.support.edge_inventory import SOURCES, edge_inventory

SCHEMA = Path(__file__).parents[2] / "fixtures" / "exports" / "olca_schema_2.4.0_members.json"
BACK = (ExportForm.JSON, ExportForm.JSONLD, ExportForm.CSV)
FOLDERS = {
    "processes": "Process",
    "flows": "Flow",
    "flow_properties": "FlowProperty",
    "unit_groups": "UnitGroup",
    "locations": "Location",
    "sources": "Source",
    "dq_systems": "DQSystem",
    "lcia_categories": "ImpactCategory",
    "lcia_methods": "ImpactMethod",
}
PARTS = {  # members that hold values of a class of their own
    "exchanges": "Exchange",
    "flowProperties": "FlowPropertyFactor",
    "processDocumentation": "ProcessDocumentation",
    "units": "Unit",
    "indicators": "DQIndicator",
    "scores": "DQScore",
    "allocationFactors": "AllocationFactor",
    "impactFactors": "ImpactFactor",
}
TEXT_LISTS = {"tags"}


@pytest.fixture(scope="module")
def snapshot() -> InventorySnapshot:
    return edge_inventory()


def written(snapshot: InventorySnapshot, form: ExportForm) -> bytes:
    return b"".join(WRITERS[form](snapshot, SOURCES))


def members(package: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def packed(found: Mapping[str, Any], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in found.items():
            archive.writestr(name, json.dumps(value, ensure_ascii=False))
    return path


@pytest.mark.parametrize("form", BACK)
def test_an_export_nobody_touched_comes_back_with_the_same_hash(
    form: ExportForm, snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    path = tmp_path / "file.of-no-extension"
    path.write_bytes(written(snapshot, form))
    back = read_back(path)
    assert {p.id: p for p in back.processes} == {p.id: p for p in snapshot.processes}
    assert back.sha256() == snapshot.sha256()


@pytest.mark.parametrize("form", [f for f in ExportForm if f in WRITERS])
def test_the_same_release_gives_the_same_bytes(
    form: ExportForm, snapshot: InventorySnapshot
) -> None:
    assert written(snapshot, form) == written(edge_inventory(), form)


def test_an_archive_shows_neither_clock_nor_machine(snapshot: InventorySnapshot) -> None:
    with zipfile.ZipFile(io.BytesIO(written(snapshot, ExportForm.JSONLD))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in archive.infolist()} == {3}
        assert archive.testzip() is None


def test_every_emission_key_has_a_name_that_the_importers_read_again() -> None:
    substances = sorted({row["substance"] for row in named_flows()})
    keys = [
        EmissionKey(substance, origin, direction, is_aircraft)
        for substance, origin, direction, is_aircraft in itertools.product(
            substances, Origin, Direction, (False, True)
        )
    ]
    keys += [
        EmissionKey(CO2E, origin, direction, is_aircraft, gwp_set)
        for origin, direction, is_aircraft, gwp_set in itertools.product(
            Origin, Direction, (False, True), ("AR5", "unstated")
        )
    ]
    for key, has_subcompartments in itertools.product(keys, (False, True)):
        name = emission_name(key, has_subcompartments=has_subcompartments)
        assert name.read() == key, (key, name)


def test_common_gases_are_named_as_other_tools_know_them() -> None:
    names = {
        str(key): emission_name(key).name
        for key in (
            EmissionKey("CO2", Origin.FOSSIL),
            EmissionKey("CH4", Origin.BIOGENIC),
            EmissionKey("CO2", Origin.BIOGENIC, Direction.REMOVAL),
            EmissionKey("HFC134a", Origin.FOSSIL),
            EmissionKey(CO2E, Origin.FOSSIL, gwp_set="AR6"),
        )
    }
    assert names == {
        "CO2:fossil:emission": "Carbon dioxide, fossil",
        "CH4:biogenic:emission": "Methane, non-fossil",
        "CO2:biogenic:removal": "Carbon dioxide, in air",
        "HFC134a:fossil:emission": "Ethane, 1,1,1,2-tetrafluoro-, HFC-134a",
        "CO2e:fossil:emission:gwp=AR6": "CO2e:fossil:emission:gwp=AR6",
    }


@pytest.mark.parametrize(
    "name", ["CO2:fossil", "Gold:fossil:emission", "CO2e:fossil:emission", "CO2:moon:emission"]
)
def test_a_name_that_only_looks_like_a_key_is_none(name: str) -> None:
    found = emission_name(EmissionKey("CO2", Origin.FOSSIL))
    assert type(found)(name, found.kind, found.compartment).read() is None


def test_every_unit_is_there_and_its_group_has_one_reference_of_the_exact_factor() -> None:
    assert set(units()) == set(UNITS)
    for unit in all_units():
        group = [u for u in all_units() if u.group_id == unit.group_id]
        (reference,) = (u for u in group if u.is_reference)
        assert reference.factor == "1"
        if unit.unit:
            read = foreign_unit(unit.name)
            assert (read.unit, read.factor) == (unit.unit, Decimal(1))
        if unit.unit and reference.unit:
            assert Decimal(unit.factor) == conversion_factor(unit.unit, reference.unit)


def test_places_have_the_identity_openlca_gives_them() -> None:
    assert place_identity("CN") == "7efdfc94-655a-35dc-aa3e-c85e9bb703fa"  # as in USLCI FY17 Q4
    assert place_identity("RER") == "d66c264e-1dbd-33e6-911d-3ffc70908e8e"


def unknown_members(value: Mapping[str, Any], kind: str, known: Mapping[str, Any]) -> set[str]:
    """Members of an entity that the schema does not have, references looked into as well."""
    found = {f"{kind}/{m}" for m in value if m not in known[kind]}
    for member, part in value.items():
        inner = PARTS.get(member, "Ref")
        if kind in {"Process", "ProcessDocumentation"} and member == "sources":
            inner = "Ref"
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, Mapping):
                found |= unknown_members(each, inner, known)
    return found


def test_a_package_of_openlca_has_only_members_of_the_schema_and_no_dangling_reference(
    snapshot: InventorySnapshot,
) -> None:
    known = json.loads(SCHEMA.read_text())
    found = members(written(snapshot, ExportForm.JSONLD))
    entities = {n: v for n, v in found.items() if n.partition("/")[0] in FOLDERS}
    assert found.keys() - entities.keys() == {
        "olca-schema.json",
        "tanbiao.json",
        *(f"tanbiao/{identity('process', p.id)}.json" for p in snapshot.processes),
    }
    there = {(v["@type"], v["@id"]) for v in entities.values()}
    there |= {
        ("Unit", u["@id"]) for v in entities.values() if v["@type"] == "UnitGroup"
        for u in v["units"]
    }  # fmt: skip
    for name, value in entities.items():
        folder, _, file = name.partition("/")
        assert (value["@type"], f"{value['@id']}.json") == (FOLDERS[folder], file)
        assert unknown_members(value, FOLDERS[folder], known) == set()
        assert references(value) <= there, name


def references(value: object) -> set[tuple[str, str]]:
    if isinstance(value, list):
        return {ref for each in value for ref in references(each)}
    if not isinstance(value, dict):
        return set()
    own = {(value["@type"], value["@id"])} if "@type" in value else set()
    return own | {ref for part in value.values() for ref in references(part)}


def test_a_process_says_what_openlca_can_hold(snapshot: InventorySnapshot) -> None:
    found = members(written(snapshot, ExportForm.JSONLD))
    plant = found[f"processes/{identity('process', 'plant')}.json"]
    assert plant["dqEntry"] == "(2;2;2;2;2)"
    assert plant["tags"] == ["review status: official"]
    assert plant["category"] == "Tanbiao/steel"
    assert sum(f["value"] for f in plant["allocationFactors"]) == 1
    about = plant["processDocumentation"]
    assert (about["validFrom"], about["validUntil"]) == ("2024-01-01", "2024-12-31")
    assert about["completenessDescription"] == "left out: oil: under 1 %, about 0.001 kg"
    assert about["restrictionsDescription"] == "licences of the sources: MIT"
    references = [e["isQuantitativeReference"] for e in plant["exchanges"]]
    assert references == [True, *[False] * (len(references) - 1)]
    assert [e["internalId"] for e in plant["exchanges"]] == list(range(1, len(references) + 1))
    assert found["tanbiao.json"]["snapshot_sha256"] == snapshot.sha256()
    assert found["tanbiao.json"]["licences"] == [{"licence": "MIT", "sources": 1}]


def test_the_impact_method_gives_in_openlca_the_total_that_we_give(
    snapshot: InventorySnapshot,
) -> None:
    found = members(written(snapshot, ExportForm.JSONLD))
    factors = {
        value["name"]: {f["flow"]["@id"]: f["value"] for f in value["impactFactors"]}
        for name, value in found.items()
        if name.startswith("lcia_categories/")
    }
    plant = found[f"processes/{identity('process', 'plant')}.json"]
    emitted = [e for e in plant["exchanges"] if e["flow"]["flowType"] == "ELEMENTARY_FLOW"]
    profile = method_profile("gbt24067-2024")
    process = next(p for p in snapshot.processes if p.id == "plant")
    for basis in UptakeBasis:
        named = factors[f"Climate change, {basis.value.replace('-', ' ')}"]
        theirs = sum(e["amount"] * named[e["flow"]["@id"]] for e in emitted)
        ours = sum(float(e.amount_kg) * profile.factor(e.key, basis) for e in process.emissions)
        assert theirs == pytest.approx(ours, rel=1e-12)
    (method,) = (v for n, v in found.items() if n.startswith("lcia_methods/"))
    assert {c["name"] for c in method["impactCategories"]} == factors.keys()


def test_what_was_edited_in_openlca_comes_back_edited(
    snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    found = members(written(snapshot, ExportForm.JSONLD))
    name = f"processes/{identity('process', 'consumer')}.json"
    edited = next(e for e in found[name]["exchanges"] if e["isInput"])
    edited["amount"] = 2.75
    found[name]["processDocumentation"]["technologyDescription"] = "new"
    back = {p.id: p for p in read_back(packed(found, tmp_path / "edited.zip")).processes}
    before = {p.id: p for p in snapshot.processes}
    assert back["consumer"].inputs[0].amount == Decimal("2.75")
    assert back["consumer"].inputs[1:] == before["consumer"].inputs[1:]
    assert back["consumer"].content["technology"] == ""  # it had none: nothing is carried there


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda found, own: found.pop(own), "export-part-missing"),
        (lambda found, own: found[own].update(version=2), "export-part-malformed"),
        (lambda found, own: found[own]["exchanges"].pop(), "export-part-malformed"),
        (lambda found, own: found[own]["exchanges"].reverse(), "export-part-malformed"),
        (lambda found, own: found[own].update(review_status="holy"), "export-part-malformed"),
        (lambda found, own: found[own].update(exchanges={}), "json-malformed"),
        (lambda found, own: found[own].update(id="A B"), "dataset-id-malformed"),
    ],
)
def test_a_spoilt_export_is_refused_as_a_whole(
    spoil: Any, code: str, snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    found = members(written(snapshot, ExportForm.JSONLD))
    spoil(found, f"tanbiao/{identity('process', 'plant')}.json")
    with pytest.raises(FootprintError) as refused:
        read_back(packed(found, tmp_path / "spoilt.zip"))
    assert refused.value.code == code


@pytest.mark.parametrize("spoilt", ['"\\ud800"', "NaN", "1e400", "9" * 30])
def test_a_text_or_number_that_has_no_canonical_form_is_refused(
    spoilt: str, snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    assert refusal_of(snapshot, tmp_path, '"ratio":0.5', f'"ratio":{spoilt}').code == (
        "import-format-unexpected"
    )


def test_a_name_of_a_member_that_has_no_canonical_form_is_refused(
    snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    spoilt = refusal_of(snapshot, tmp_path, '"ratio":0.5', '"rat\\ud800io":0.5')
    assert spoilt.code == "import-format-unexpected"


@pytest.mark.parametrize(
    "pedigree", ['{"reliability":1}', "[]", "3", '{"reliability":9}', '{"reliability":[1]}']
)
def test_a_pedigree_that_is_none_is_refused(
    pedigree: str, snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    before = '"pedigree":{"completeness":2,"geography":2,"reliability":2,"technology":2,"time":2}'
    refused = refusal_of(snapshot, tmp_path, before, f'"pedigree":{pedigree}')
    assert refused.code == "pedigree-malformed"
    assert refused.place.endswith("/content/pedigree")


def refusal_of(
    snapshot: InventorySnapshot, folder: Path, before: str, after: str
) -> FootprintError:
    """What is said of the exported JSON with one text in it replaced."""
    text = written(snapshot, ExportForm.JSON).decode()
    assert before in text
    path = folder / "spoilt.json"
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(FootprintError) as refused:
        read_back(path)
    return refused.value


@pytest.mark.parametrize("content", [b"[1]", b"[", b'[{"id": 3}]', b"[[]]", b"x", b""])
def test_a_file_of_other_origin_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(FootprintError) as refused:
        read_back(path)
    assert refused.value.code == "import-format-unexpected"


def test_no_cell_of_the_table_begins_a_formula(snapshot: InventorySnapshot) -> None:
    content = written(snapshot, ExportForm.CSV)
    assert content.startswith(b"\xef\xbb\xbf")
    cells = [c for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for c in row]
    starts = {c[0] for c in cells if c}
    assert not starts & set("=+-@\t\r＝＋－＠\N{MINUS SIGN}")
    assert "'=HYPERLINK(1)" in cells
    assert "''=quoted" in cells  # guarded once more, so that one guard comes off again


def test_a_table_saved_with_semicolons_comes_back_as_well(
    snapshot: InventorySnapshot, tmp_path: Path
) -> None:
    text = written(snapshot, ExportForm.CSV).decode("utf-8-sig")
    path = tmp_path / "saved.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(io.StringIO(text, newline=""))
        csv.writer(file, delimiter=";").writerows(rows)
    assert read_back(path).sha256() == snapshot.sha256()


def test_the_sources_are_listed_with_their_licences(snapshot: InventorySnapshot) -> None:
    text = written(snapshot, ExportForm.SOURCES).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["source_id"], row["licence"]) == ("test", "MIT")
    assert row["document"].startswith("'=")


def test_json_keeps_the_digits_of_a_decimal() -> None:
    assert exact_json({"a": [Decimal("1.50"), Decimal("1E+3"), True, None, "é"]}) == (
        '{"a":[1.50,1E+3,true,null,"é"]}\n'.encode()
    )


def test_an_export_is_kept_under_what_it_was_made_of(tmp_path: Path) -> None:
    kept = KeptExports(tmp_path)
    one = address(ExportForm.CSV, "ab" * 32, SOURCES)
    others = {
        address(ExportForm.JSONLD, "ab" * 32, SOURCES),
        address(ExportForm.CSV, "cd" * 32, SOURCES),
        address(ExportForm.CSV, "ab" * 32, {}),
    }
    assert one not in others
    assert kept.find(one) is None
    path = kept.keep(one, iter((b"a", b"b")))
    assert kept.find(one) == path
    assert path.read_bytes() == b"ab"


def test_an_export_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def chunks() -> Any:
        yield b"half"
        raise ValueError("stopped")

    kept = KeptExports(tmp_path)
    name = address(ExportForm.CSV, "ab" * 32, SOURCES)
    with pytest.raises(ValueError, match="stopped"):
        kept.keep(name, chunks())
    assert kept.find(name) is None
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
