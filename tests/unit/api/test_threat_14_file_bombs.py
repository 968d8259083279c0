"""Threat 14: an archive that unpacks to more than it says, or a sheet larger than any memory."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from openpyxl import Workbook

from api.child.process import ChildFailed, ChildTask, run_in_child
from api.intake.rows import MAX_MEMBERS, read_workbook
from footprint.errors import BomError


def a_workbook() -> bytes:
    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


def with_member(name: str, content: bytes) -> bytes:
    """A real workbook with one more part."""
    buffer = io.BytesIO(a_workbook())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def code_of(content: bytes) -> str:
    with pytest.raises(BomError) as refused:
        read_workbook(content)
    return refused.value.code


def test_part_that_unpacks_too_far_is_refused_before_it_is_opened() -> None:
    """97 kB that say they are 100 MB."""
    bomb = with_member("xl/media/image1.png", b"\0" * 100_000_000)
    assert len(bomb) < 150_000
    start = time.process_time()
    assert code_of(bomb) == "file-unpacks-too-large"
    assert time.process_time() - start < 20


def test_ratio_counts_as_well_as_size() -> None:
    """30 MB are allowed; from 40 kB they are no workbook."""
    assert (
        code_of(with_member("xl/media/image1.png", b"\0" * 30_000_000)) == "file-unpacks-too-large"
    )


def test_archive_of_very_many_parts_is_refused() -> None:
    buffer = io.BytesIO(a_workbook())
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(MAX_MEMBERS):
            archive.writestr(f"xl/p{number}", b"")
    assert code_of(buffer.getvalue()) == "file-unpacks-too-large"


def test_the_parts_are_counted_before_their_directory_is_read() -> None:
    """A directory alone: 100,000 entries, each an object of many times its 47 bytes."""
    entry = b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", *(20, 20), *[0] * 7, 1, *[0] * 6)
    directory = (entry + b"x") * 100_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), 4, 0)
    content = b"PK\x03\x04" + directory + end
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.infolist()) == 100_000
    tracemalloc.start()
    assert code_of(content) == "file-unpacks-too-large"
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_does_not_unpack_piece_by_piece_is_refused(packing: int) -> None:
    buffer = io.BytesIO(a_workbook())
    with zipfile.ZipFile(buffer, "a", packing) as archive:
        archive.writestr("xl/note", b"short")
    assert code_of(buffer.getvalue()) == "file-not-readable"


def test_part_that_lies_about_its_size_is_refused() -> None:
    """Both directories say 100 bytes; the stream itself holds sixty million."""
    name, content = b"xl/lie", b"\0" * 60_000_000
    packer = zlib.compressobj(wbits=-15)
    stream = packer.compress(content) + packer.flush()
    lie = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, zlib.crc32(content), len(stream), 100, 6, 0)
    honest = a_workbook()
    buffer = io.BytesIO()
    buffer.write(b"PK\x03\x04" + lie + name + stream)
    with zipfile.ZipFile(io.BytesIO(honest)) as source, zipfile.ZipFile(buffer, "a") as target:
        target.start_dir = buffer.tell()
        entry = zipfile.ZipInfo("xl/lie")
        entry.compress_type, entry.CRC = zipfile.ZIP_DEFLATED, zlib.crc32(content)
        entry.compress_size, entry.file_size, entry.header_offset = len(stream), 100, 0
        target.filelist.insert(0, entry)
        target.NameToInfo["xl/lie"] = entry
        for info in source.infolist():
            target.writestr(info, source.read(info))
    assert code_of(buffer.getvalue()) == "file-not-readable"


@pytest.mark.parametrize("junk", [b"x", b"\0" * 200, b"MZ" + b"\0" * 62])
def test_archive_behind_junk_is_refused(junk: bytes) -> None:
    """A reader that looks for the directory at the end finds one; the check would be passed by."""
    assert code_of(junk + a_workbook()) == "file-not-readable"


def test_archive_behind_junk_is_no_csv_either() -> None:
    with pytest.raises(BomError) as refused:
        run_in_child(ChildTask.READ_CSV, b"\0" * 200 + a_workbook())
    assert refused.value.code == "file-not-readable"


def test_sheet_with_two_far_corners_ends_the_child_and_not_the_service() -> None:
    """A1 and XFD1048576 span seventeen thousand million cells."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "x", "y"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(ChildFailed):
        run_in_child(ChildTask.READ_WORKBOOK, buffer.getvalue())


def test_encrypted_archive_is_refused() -> None:
    content = bytearray(a_workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        offsets = [info.header_offset for info in archive.infolist()]
        start = archive.start_dir
    for offset in offsets:
        content[offset + 6] |= 1
    position = start
    while content[position : position + 4] == b"PK\x01\x02":
        content[position + 8] |= 1
        lengths = struct.unpack("<HHH", content[position + 28 : position + 34])
        position += 46 + sum(lengths)
    assert code_of(bytes(content)) == "file-not-readable"
