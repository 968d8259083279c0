"""Which documents of a file are EcoSpold, and how a file, a document or a dataset may fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lca_db.inventory.importers.ecospold import cas_of, language_of
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import OWN_FILE
from lca_db.inventory.importers.raw import RawFault, RawProcess
from tests.support.ecospold import FIXTURES, READERS, changed, fixture, only_fault, read_bytes
from tests.support.mutated_files import packed

MAIN = {"ecospold1": "ecospold1/refinery.xml", "ecospold2": "ecospold2/electrolysis.spold"}
THREE = {"ecospold1": "ecospold1/three.xml", "ecospold2": "ecospold2/three.spold"}
VERSIONS = sorted(READERS)


def refusal(version: str, content: bytes, folder: Path) -> ImportRefused:
    with pytest.raises(ImportRefused) as refused:
        read_bytes(version, content, folder)
    return refused.value


@pytest.mark.parametrize("version", VERSIONS)
def test_an_archive_is_read_member_by_member(version: str, tmp_path: Path) -> None:
    content = packed({"b/one.XML": fixture(MAIN[version]), "a.spold": fixture(THREE[version])})
    found = read_bytes(version, content, tmp_path)
    assert found[0].place == "/a.spold/0"
    assert [type(each) for each in found] == [RawProcess, RawFault, RawProcess, RawProcess]
    assert found[3].place == "/b/one.XML/0"
    assert isinstance(found[3], RawProcess)
    assert found[3].exchanges[1].place == "/b/one.XML/0/exchanges/1"


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_no_dataset_is_passed_over(version: str, tmp_path: Path) -> None:
    members = {
        "categories.xml": fixture("ecospold1/categories.xml"),
        "readme.txt": b"not XML",
        "__MACOSX/._one.spold": b"\0\5\x16\7",
        "one.spold": fixture(MAIN[version]),
    }
    (process,) = read_bytes(version, packed(members), tmp_path)
    assert process.place == "/one.spold/0"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_spoilt_document_does_not_keep_the_others_out(version: str, tmp_path: Path) -> None:
    good = fixture(MAIN[version])
    broken, process = read_bytes(
        version, packed({"a.xml": good[: len(good) // 2], "b.xml": good}), tmp_path
    )
    assert isinstance(broken, RawFault)
    assert (broken.name, broken.place) == ("a.xml", "/a.xml")
    assert broken.code == "import-xml-malformed"
    assert isinstance(process, RawProcess)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_type_in_one_document_is_that_documents_fault(
    version: str, tmp_path: Path
) -> None:
    spoilt = changed(MAIN[version], ("<ecoSpold ", "<!DOCTYPE ecoSpold><ecoSpold "))
    assert refusal(version, spoilt, tmp_path).code == "import-xml-doctype"
    fault = only_fault(read_bytes(version, packed({"a.xml": spoilt}), tmp_path))
    assert (fault.code, fault.place) == ("import-xml-doctype", "/a.xml")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_that_breaks_off_keeps_what_came_before(version: str, tmp_path: Path) -> None:
    whole = fixture(THREE[version])
    padding = b"<!--" + b" " * 70_000 + b"-->"  # beyond one chunk, so that the first was handed out
    place = whole.index(b"ataset>", whole.index(b"flowData")) + len(b"ataset>")
    content = whole[:place] + padding + whole[place:-80]
    first, *_, rest = read_bytes(version, content, tmp_path)
    assert isinstance(first, RawProcess)
    assert isinstance(rest, RawFault)
    assert rest.code == "import-xml-malformed"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_other_format_is_not_taken_for_this_one(version: str, tmp_path: Path) -> None:
    other = next(v for v in VERSIONS if v != version)
    for content in (fixture(MAIN[other]), packed({"a.xml": fixture(MAIN[other])})):
        error = refusal(version, content, tmp_path)
        assert error.code == "import-format-unexpected"
        assert error.parameters == {"expected": "EcoSpold " + version[-1]}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "content",
    [
        b"<html/>",
        b"<ecoSpold/>",
        packed({}),
        packed({"a.txt": b""}),
        b"7z\xbc\xaf\x27\x1c" + b"\0" * 99,
    ],
    ids=["another root", "no dataset", "empty archive", "no XML", "7z"],
)
def test_a_file_without_dataset_is_refused(version: str, content: bytes, tmp_path: Path) -> None:
    assert refusal(version, content, tmp_path).code == "import-format-unexpected"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", b"number,name", b'{"a": 1}', b"<ecoSpold>"]
)
def test_a_file_that_is_no_xml_is_refused(version: str, content: bytes, tmp_path: Path) -> None:
    assert refusal(version, content, tmp_path).code == "import-xml-malformed"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_that_is_not_there_is_refused(version: str, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="import-file-unreadable"):
        list(READERS[version](tmp_path / "missing.xml", OWN_FILE))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_root_without_namespace_is_taken(version: str, tmp_path: Path) -> None:
    namespace = f' xmlns="http://www.EcoInvent.org/EcoSpold0{version[-1]}"'
    (process,) = read_bytes(version, changed(MAIN[version], (namespace, "")), tmp_path)
    assert isinstance(process, RawProcess)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_other_encodings_are_read(version: str, encoding: str, tmp_path: Path) -> None:
    text = fixture(MAIN[version]).decode()
    text = text.replace("utf-8", encoding).replace("UTF-8", encoding)
    (process,) = read_bytes(version, text.encode(encoding, "xmlcharrefreplace"), tmp_path)
    (expected,) = read_bytes(version, fixture(MAIN[version]), tmp_path)
    assert process == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_more_processes_than_the_limit_are_refused(version: str, tmp_path: Path) -> None:
    path = FIXTURES / THREE[version]
    assert len(list(READERS[version](path, replace(OWN_FILE, processes=3)))) == 3
    with pytest.raises(ImportRefused, match="import-rows-too-many"):
        list(READERS[version](path, replace(OWN_FILE, processes=2)))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_reader_reads_no_further_than_it_is_asked(version: str, tmp_path: Path) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(packed({"a.xml": fixture(MAIN[version]), "b.xml": b"broken"}))
    assert isinstance(next(READERS[version](path, OWN_FILE)), RawProcess)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_archive_that_is_not_what_it_says_is_refused_as_a_whole(
    version: str, tmp_path: Path
) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(packed({"../a.xml": fixture(MAIN[version])}))
    with pytest.raises(ImportRefused, match="import-member-name"):
        list(READERS[version](path, OWN_FILE))


@pytest.mark.parametrize(
    ("text", "cas"),
    [
        ("124-38-9", "124-38-9"),
        ("000124-38-9", "124-38-9"),
        (" 007732-18-5 ", "7732-18-5"),
        ("124-38-8", ""),
        ("7732185", ""),
        ("n.a.", ""),
        ("NaN", ""),
        ("-", ""),
        ("000000-00-0", ""),
        ("", ""),
    ],
)
def test_a_cas_number_is_one_by_its_check_digit(text: str, cas: str) -> None:
    assert cas_of(text) == cas


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("zh", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("pt-BR", "pt"),
        ("De", "de"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_language_is_ours_where_we_have_it(tag: str | None, language: str) -> None:
    assert language_of(tag) == language
