"""Files of an import: bounded bytes, archives without traps (threats 14 and 17)."""

from __future__ import annotations

import io
import os
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.files import open_archive, read_file
from lca_db.inventory.importers.limits import OWN_FILE, UPLOAD, ImportLimits
from tests.support.mutated_files import packed

SMALL = replace(OWN_FILE, file_bytes=200_000, member_bytes=50_000, unpacked_bytes=120_000)


def write(folder: Path, content: bytes) -> Path:
    path = folder / "some.zip"
    path.write_bytes(content)
    return path


def read_all(path: Path, limits: ImportLimits = OWN_FILE) -> dict[str, bytes]:
    with open_archive(path, limits) as archive:
        return {name: archive.read(name) for name in archive.names}


def refusal(folder: Path, content: bytes, limits: ImportLimits = OWN_FILE) -> str:
    with pytest.raises(ImportRefused) as refused:
        read_all(write(folder, content), limits)
    return refused.value.code


def archive_of(name: str, content: bytes = b"x", **fields: object) -> bytes:
    """An archive of one member, with fields of its directory entry set."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        for field, value in fields.items():
            setattr(info, field, value)
        archive.writestr(info, content)
    return target.getvalue()


def renamed(name: bytes) -> bytes:
    """An archive whose one member bears a name that ``zipfile`` would not write."""
    placeholder = b"N" * len(name)
    return archive_of(placeholder.decode()).replace(placeholder, name)


def with_sizes(content: bytes, change: Callable[[int], int]) -> bytes:
    """An archive whose headers say another unpacked size of its first member."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.index(signature) + offset
        (size,) = struct.unpack_from("<I", content, place)
        struct.pack_into("<I", changed, place, change(size))
    return bytes(changed)


def test_a_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path, b"x" * 100)
    assert len(read_file(path, replace(OWN_FILE, file_bytes=100))) == 100
    with pytest.raises(ImportRefused, match="import-file-too-large"):
        read_file(path, replace(OWN_FILE, file_bytes=99))


def test_what_is_no_file_is_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.zip", tmp_path):
        with pytest.raises(ImportRefused, match="import-file-unreadable"):
            read_file(path, OWN_FILE)
        with pytest.raises(ImportRefused, match="import-file-unreadable"):
            read_all(path)


def test_members_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = write(tmp_path, packed({"b/2.xml": b"two", "a.xml": b"one", "名.xml": b"three"}))
    with open_archive(path, OWN_FILE) as archive:
        assert archive.names == ["a.xml", "b/2.xml", "名.xml"]
        assert "a.xml" in archive
        assert "c.xml" not in archive
        assert archive.read("名.xml") == b"three"


def test_folders_are_no_members(tmp_path: Path) -> None:
    assert read_all(write(tmp_path, packed({"a/": b"", "a/x": b"1"}))) == {"a/x": b"1"}


def test_a_stream_reads_line_by_line(tmp_path: Path) -> None:
    path = write(tmp_path, packed({"a.csv": b"one\ntwo\n"}))
    with open_archive(path, OWN_FILE) as archive, archive.open("a.csv") as stream:
        assert list(stream) == [b"one\n", b"two\n"]


def test_an_error_of_the_caller_stays_the_callers(tmp_path: Path) -> None:
    path = write(tmp_path, packed({"a": b"1"}))
    with (
        open_archive(path, OWN_FILE) as archive,
        pytest.raises(KeyError, match="mine"),
        archive.open("a"),
    ):
        raise KeyError("mine")


def test_a_member_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, packed({"a": b"1"}))
    with (
        open_archive(path, OWN_FILE) as archive,
        pytest.raises(ImportRefused, match="import-archive-malformed"),
    ):
        archive.read("b")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06", b"x" * 1000])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == "import-archive-malformed"


def test_a_spoilt_member_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed({"a": os.urandom(1000)}))
    content[500] ^= 1
    assert refusal(tmp_path, bytes(content)) == "import-archive-malformed"


def test_threat_14_a_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    bomb = packed({"bomb.xml": b"\0" * 300_000_000})
    assert len(bomb) < 400_000
    tracemalloc.start()
    try:
        assert refusal(tmp_path, bomb) == "import-archive-too-large"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_threat_14_a_member_packed_beyond_the_ratio_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, packed({"a": b" " * 1_000_000})) == "import-member-ratio"


def test_a_short_text_of_blanks_is_no_bomb(tmp_path: Path) -> None:
    assert len(read_all(write(tmp_path, packed({"a": b" " * 90_000})))["a"]) == 90_000


def test_threat_14_members_that_are_too_much_together_are_refused(tmp_path: Path) -> None:
    members = {f"{n}": os.urandom(45_000) for n in range(3)}
    assert refusal(tmp_path, packed(members), SMALL) == "import-archive-too-large"


def test_threat_14_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    content = packed({"a": os.urandom(200_001)})
    assert refusal(tmp_path, content, SMALL) == "import-file-too-large"


@pytest.mark.parametrize(
    "lie", [lambda size: 10, lambda size: size - 1, lambda size: size + 1, lambda size: 0]
)
def test_threat_14_a_size_that_lies_is_found_out(tmp_path: Path, lie: Callable[[int], int]) -> None:
    content = with_sizes(packed({"a": b"0123456789abcdef" * 3_000}), lie)
    code = refusal(tmp_path, content, SMALL)
    assert code in {"import-archive-malformed", "import-archive-too-large"}


def test_threat_14_what_is_unpacked_is_counted_whatever_the_directory_says(tmp_path: Path) -> None:
    path = write(tmp_path, packed({f"{n}": os.urandom(40_000) for n in range(3)}))
    with open_archive(path, SMALL) as archive:
        for name in archive.names:
            archive.read(name)
        with pytest.raises(ImportRefused, match="import-archive-too-large"):
            archive.read("0")


def test_threat_14_a_stream_is_counted_as_it_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, packed({f"{n}": os.urandom(40_000) for n in range(3)}))
    with open_archive(path, SMALL) as archive:
        for name in archive.names:
            with archive.open(name) as stream:
                stream.read()
        with archive.open("0") as stream, pytest.raises(ImportRefused, match="too-large"):
            stream.read()


def test_threat_14_too_many_members_are_refused_before_the_directory_is_read(
    tmp_path: Path,
) -> None:
    content = packed({f"{n}": b"" for n in range(51)})
    assert refusal(tmp_path, content, replace(OWN_FILE, members=50)) == "import-archive-members"
    assert len(read_all(write(tmp_path, content), replace(OWN_FILE, members=51))) == 51


def test_threat_14_a_count_of_members_that_lies_is_not_believed(tmp_path: Path) -> None:
    content = bytearray(packed({f"{n}": b"" for n in range(51)}))
    struct.pack_into("<HH", content, content.rindex(b"PK\x05\x06") + 8, 1, 1)
    limits = replace(OWN_FILE, members=50)
    assert refusal(tmp_path, bytes(content), limits) == "import-archive-members"


def test_threat_14_members_that_overlap_are_bounded_by_what_they_unpack_to(
    tmp_path: Path,
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("kernel", os.urandom(40_000))
        kernel = archive.infolist()[0]
        for number in range(10):
            twin = zipfile.ZipInfo(f"twin{number}")
            for field in ("header_offset", "compress_type", "CRC", "compress_size", "file_size"):
                setattr(twin, field, getattr(kernel, field))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
    code = refusal(tmp_path, target.getvalue(), SMALL)
    assert code in {"import-archive-too-large", "import-archive-malformed"}


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_threat_14_packings_that_unpack_all_at_once_are_refused(
    tmp_path: Path, packing: int
) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        archive.writestr("a", b"x" * 1000)
    assert refusal(tmp_path, target.getvalue()) == "import-archive-malformed"


def test_threat_14_an_archive_in_an_archive_is_bytes(tmp_path: Path) -> None:
    inner = packed({"../x": b"never unpacked"})
    assert read_all(write(tmp_path, packed({"inner.zip": inner}))) == {"inner.zip": inner}


NAMES = (
    b"../x", b"a/../../x", b"a/..", b"..", b"/etc/passwd", b"//host/share", b"..\\x", b"a\\b",
    b"\\\\host\\share", b"C:/x", b"C:x", b"c:\\x", b"x\0.xml", b"\0", b"a:b", b"../x/", b"/x/",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_threat_17_a_name_that_is_a_path_elsewhere_is_refused(tmp_path: Path, name: bytes) -> None:
    assert refusal(tmp_path, renamed(name)) == "import-member-name"


def test_threat_17_a_member_without_name_is_refused(tmp_path: Path) -> None:
    content = bytearray(archive_of("N"))
    for signature, offset in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        struct.pack_into("<H", content, content.index(signature) + offset, 0)
    assert refusal(tmp_path, bytes(content)).startswith("import-")


@pytest.mark.parametrize("name", ["a/b.xml", "a..b", "...", "%2e%2e/x", "~", "名/碳.xml", "a/./b"])
def test_threat_17_an_odd_name_inside_the_archive_is_text(tmp_path: Path, name: str) -> None:
    assert read_all(write(tmp_path, archive_of(name))) == {name: b"x"}
    assert [path.name for path in tmp_path.iterdir()] == ["some.zip"]


def test_threat_17_a_link_is_refused(tmp_path: Path) -> None:
    content = archive_of("link", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert refusal(tmp_path, content) == "import-member-link"


def test_threat_17_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    content = bytearray(archive_of("secret"))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(tmp_path, bytes(content)) == "import-member-encrypted"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_threat_17_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a", b"what was checked")
        archive.writestr("a", b"what is read")
    assert refusal(tmp_path, target.getvalue()) == "import-archive-malformed"


def test_threat_17_a_place_shows_at_most_the_beginning_of_a_name(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_all(write(tmp_path, renamed(b"C:" + b"x" * 60_000)))
    assert len(refused.value.place) <= 201


def test_an_upload_is_bounded_more_narrowly_than_a_file_of_ones_own() -> None:
    assert UPLOAD.file_bytes < OWN_FILE.file_bytes
    assert UPLOAD.unpacked_bytes < OWN_FILE.unpacked_bytes
