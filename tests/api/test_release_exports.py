"""``GET /v1/releases/{id}/export``: the files of a release, made once, for everybody."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from api.workflows import export_release
from api.workflows.export_release import ExportForm
from lca_db.inventory.exports.forms import XLSX_TYPE
from lca_db.inventory.exports.reading_back import read_back
from lca_db.inventory.exports.source_list import named_sources
from lca_db.inventory.reference_files import load_reference
from tests.support.instance import Instance


def address_of(instance: Instance, form: str) -> str:
    release = instance.get("/v1/releases")[0]["id"]
    return f"/v1/releases/{release}/export?format={form}"


@pytest.mark.parametrize("form", [ExportForm.JSON, ExportForm.JSONLD, ExportForm.CSV])
def test_what_everybody_may_download_comes_back_with_the_hash_of_the_release(
    form: ExportForm, instance: Instance, tmp_path: Path
) -> None:
    answer = instance.send("GET", address_of(instance, form))
    assert answer.status_code == 200, answer.text
    release = instance.get("/v1/releases")[0]
    file = tmp_path / "file"
    file.write_bytes(answer.content)
    assert read_back(file).sha256() == release["snapshot_sha256"]
    assert release["snapshot_sha256"][:12] in answer.headers["Content-Disposition"]
    assert answer.headers["Link"].endswith('/export?format=sources>; rel="license"')
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_the_json_is_the_snapshot_itself_and_is_what_comes_without_a_format(
    sqlite_instance: Instance,
) -> None:
    release = sqlite_instance.get("/v1/releases")[0]
    answer = sqlite_instance.send("GET", f"/v1/releases/{release['id']}/export")
    assert hashlib.sha256(answer.content).hexdigest() == release["snapshot_sha256"]
    assert answer.headers["ETag"] == f'"{release["snapshot_sha256"]}"'
    assert answer.headers["Content-Type"] == "application/json"


def test_a_second_request_does_no_work(sqlite_instance: Instance) -> None:
    path = address_of(sqlite_instance, "jsonld")
    first = sqlite_instance.send("GET", path)
    tag = first.headers["ETag"]
    kept = sqlite_instance.settings.data_dir / "exports" / tag[1:3] / tag.strip('"')
    assert kept.read_bytes() == first.content
    kept.write_bytes(b"as it was kept")  # whoever made it again would put it right
    assert sqlite_instance.send("GET", path).content == b"as it was kept"
    kept.unlink()
    assert sqlite_instance.send("GET", path).content == first.content


def test_whoever_has_the_file_is_told_so_and_nothing_is_made(sqlite_instance: Instance) -> None:
    path = address_of(sqlite_instance, "csv")
    tag = sqlite_instance.send("GET", path).headers["ETag"]
    folder = sqlite_instance.settings.data_dir / "exports"
    (made,) = (p for p in folder.rglob("*") if p.is_file())
    made.unlink()
    for sent in (tag, f'W/{tag}, "other"', f'"other",{tag}'):
        answer = sqlite_instance.send("GET", path, headers={"If-None-Match": sent})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
    assert not made.exists()
    other = sqlite_instance.send("GET", path, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_while_one_export_takes_long_the_others_are_asked_to_come_later(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_release, "_PATIENCE_SECONDS", 0.05)
    made = sqlite_instance.send("GET", address_of(sqlite_instance, "csv"))
    with export_release._ONE_AT_A_TIME:
        answer = sqlite_instance.send("GET", address_of(sqlite_instance, "jsonld"))
        again = sqlite_instance.send("GET", address_of(sqlite_instance, "csv"))
    assert (answer.status_code, answer.json()["code"]) == (503, "export-not-made")
    assert answer.headers["Retry-After"] == "30"
    assert (again.status_code, again.content) == (200, made.content)  # what is there is given out


def test_the_datapackage_is_made_in_the_child_and_names_the_licences(
    sqlite_instance: Instance,
) -> None:
    answer = sqlite_instance.send("GET", address_of(sqlite_instance, "datapackage"))
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = json.loads(archive.read("names.json"))
        described = json.loads(archive.read("datapackage.json"))
    shipped, _ = load_reference()
    assert names["release_sha256"] == shipped.sha256()
    assert "CC-BY-4.0" in {each["name"] for each in described["licenses"]}
    again = sqlite_instance.send("GET", address_of(sqlite_instance, "datapackage"))
    assert again.content == answer.content


def test_the_archive_for_a_brightway_project_says_of_which_release_it_is(
    sqlite_instance: Instance,
) -> None:
    answer = sqlite_instance.send("GET", address_of(sqlite_instance, "brightway-archive"))
    assert answer.status_code == 200, answer.text
    assert '-brightway.zip"' in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names, content = archive.namelist(), json.loads(archive.read("brightway.json"))
        code = archive.read("__main__.py").decode()
    assert names == ["__main__.py", "brightway.json", "sources.csv"]
    assert content["release_sha256"] == load_reference()[0].sha256()
    compile(code, "__main__.py", "exec")


def test_the_workbook_holds_every_dataset_and_source_of_the_release(
    sqlite_instance: Instance,
) -> None:
    answer = sqlite_instance.send("GET", address_of(sqlite_instance, "xlsx"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == XLSX_TYPE
    assert '.xlsx"' in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.content), read_only=True)
    texts = [
        {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
        for sheet in book.worksheets
    ]
    shipped, _ = load_reference()
    assert {process.id for process in shipped.processes} <= texts[0]
    assert {each for process in shipped.processes for each in named_sources(process)} <= texts[2]
    assert shipped.sha256() in texts[3]


def test_every_source_of_the_release_is_listed_with_its_licence(sqlite_instance: Instance) -> None:
    answer = sqlite_instance.send("GET", address_of(sqlite_instance, "sources"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    shipped, sources = load_reference()
    named = {each for process in shipped.processes for each in named_sources(process)}
    assert {row["source_id"]: row["licence"] for row in rows} == {
        each: sources[each].licence for each in named
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/releases/rel_00000000000000000000000000/export", 404),
        ("/v1/releases/..%2f..%2fetc/export", 404),
        ("/v1/releases/nothing/export", 422),
    ],
)
def test_a_release_that_is_not_there_is_said_to_be_missing(
    path: str, status: int, sqlite_instance: Instance
) -> None:
    assert sqlite_instance.send("GET", path).status_code == status


def test_a_format_that_is_none_is_refused(sqlite_instance: Instance) -> None:
    answer = sqlite_instance.send("GET", address_of(sqlite_instance, "exe"))
    assert answer.status_code == 422
