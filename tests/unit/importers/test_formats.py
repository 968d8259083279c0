"""The format of a file, told by what is in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.formats import FORMATS, format_of
from lca_db.inventory.importers.limits import OWN_FILE

ECOSPOLD_1 = b'<?xml version="1.0"?><ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold01"/>'
ECOSPOLD_2 = b'<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold02"/>'
ILCD = b'<processDataSet xmlns="http://lca.jrc.it/ILCD/Process" version="1.1"/>'
TEXTS = b"<sst><si><t>%s</t></si></sst>"


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("--", "."), content)
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (ECOSPOLD_1, "ecospold1"),
        (ECOSPOLD_2, "ecospold2"),
        (b"\xef\xbb\xbf\n" + ILCD, "ilcd"),
        (ECOSPOLD_2.decode().encode("utf-16"), "ecospold2"),
        (b'{"processDataSet": {}}', "ilcd"),
        (b'{"@context": "x", "@type": "Process"}', "jsonld"),
        (b"{SimaPro 9.5}\r\n{processes}\r\n", "simapro-csv"),
        (b'\xef\xbb\xbf"{SimaPro 9.5}";\r\n', "simapro-csv"),
        (b"\xef\xbb\xbf#Datasets\r\nid,name\r\n", "template"),
        (b"dataset,name,amount\nsteel,Steel,1\n", "template"),
    ],
)
def test_a_single_document_is_told_by_its_beginning(
    content: bytes, key: str, tmp_path: Path
) -> None:
    assert format_of(written(tmp_path / "file.bin", content), OWN_FILE).key == key


@pytest.mark.parametrize(
    ("members", "key"),
    [
        ({"a--spold": ECOSPOLD_2}, "ecospold2"),
        ({"EcoSpold02__a--xml": ECOSPOLD_1}, "ecospold1"),
        ({"ILCD__processes__a--xml": ILCD, "ILCD__flows__b--xml": b"<x/>"}, "ilcd"),
        ({"processes__a--json": b'{"processDataSet": {}}'}, "ilcd"),
        ({"context--json": b"{}", "processes__a--json": b'{"@type": "Process"}'}, "jsonld"),
        (
            {"xl__workbook--xml": b"<x/>",
             "xl__sharedStrings--xml": TEXTS % b"Activity</t><t>Exchanges"},
            "brightway-excel",
        ),
        ({"xl__workbook--xml": b"<x/>", "xl__sharedStrings--xml": TEXTS % b"name"}, "template"),
    ],
)  # fmt: skip
def test_an_archive_is_told_by_its_members(
    members: dict[str, bytes], key: str, tmp_path: Path
) -> None:
    assert format_of(packed(tmp_path / "wrong-name.csv", **members), OWN_FILE).key == key


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<html><body>a,b</body></html>",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0,,",
        b"[1, 2]",
    ],
)
def test_what_is_in_none_of_the_formats_is_refused_with_their_names(
    content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(ImportRefused) as refused:
        format_of(written(tmp_path / "process.spold", content), OWN_FILE)
    assert refused.value.code == "import-format-unexpected"
    assert "EcoSpold 2" in refused.value.parameters["expected"]


def test_an_archive_of_nothing_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        format_of(packed(tmp_path / "a.zip", readme=b"hello"), OWN_FILE)
    assert refused.value.code == "import-format-unexpected"


def test_a_format_that_the_caller_names_is_taken_at_his_word(tmp_path: Path) -> None:
    path = written(tmp_path / "file", ECOSPOLD_1)
    assert [format_of(path, OWN_FILE, key).key for key in FORMATS] == list(FORMATS)
    with pytest.raises(ImportRefused) as refused:
        format_of(path, OWN_FILE, "excel 95")
    assert refused.value.code == "import-choice-unknown"
