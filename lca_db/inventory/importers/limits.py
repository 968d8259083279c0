"""How much a file may hold before it is refused (security.md, threats 13 to 17)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLimits:
    """Bounds of one import; over one of them the file, or the process, is refused.

    Attributes:
        file_bytes: Size of the file itself.
        unpacked_bytes: What all members of an archive may come to, counted while unpacking.
        member_bytes: What one member, or one XML document, may come to.
        ratio: How much larger a member may be than its packed bytes.
        text_characters: Longest text of one field; longer ones are refused, never cut.
    """

    file_bytes: int = 200_000_000
    unpacked_bytes: int = 2_000_000_000
    member_bytes: int = 200_000_000
    ratio: int = 200
    members: int = 100_000
    processes: int = 50_000
    exchanges: int = 20_000  # of one process
    rows: int = 500_000  # of one sheet or text file
    columns: int = 256
    text_characters: int = 200_000
    depth: int = 60  # of JSON and XML


OWN_FILE = ImportLimits()
"""For a file that its owner imports on his own machine."""

UPLOAD = ImportLimits(
    file_bytes=20_000_000, unpacked_bytes=200_000_000, member_bytes=60_000_000, members=20_000
)
"""For a file that came over the network; read in the child process as well."""
