"""The code of the Central Product Classification that follows from a product's customs codes.

``reference/hs2017_cpc21.csv`` is the correspondence of HS 2017 and CPC 2.1 of the United Nations
Statistics Division, as the MIT-licensed package ``bonsai_classifications`` 2.1.2 carries it. Where
the codes of a dataset lead to one subclass, that is its code; where they lead to several, it is the
class or group that holds them all, and nothing where that would be wider than a group.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

GROUP_DIGITS = 3
_SUBCLASS_DIGITS = 5
_SUBHEADING_DIGITS, _HEADING_DIGITS = 6, 4
_TABLE = files("lca_db.inventory.reference") / "hs2017_cpc21.csv"


def cpc_of(hs_codes: Iterable[str]) -> str | None:
    """The CPC 2.1 code, three to five digits, of everything the HS codes name; None if too wide.

    Args:
        hs_codes: Headings or subheadings as ``7601`` or ``7601.10``. A subheading that HS 2017 does
            not have is taken as its heading.
    """
    found: set[str] = set()
    for code in hs_codes:
        subclasses = _subclasses(code)
        if not subclasses:
            return None
        found |= subclasses
    widths = range(_SUBCLASS_DIGITS, GROUP_DIGITS - 1, -1)
    shared = ({subclass[:width] for subclass in found} for width in widths)
    return next((codes.pop() for codes in shared if len(codes) == 1), None)


def with_cpc(codes: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Codes by system, with the CPC's where none is given and those of the customs tell it."""
    given = dict(codes)
    cpc = None if "CPC" in given else cpc_of(given.get("HS", ()))
    return given if cpc is None else {**given, "CPC": [cpc]}


def _subclasses(hs_code: str) -> set[str]:
    digits = hs_code.replace(".", "")
    for length in (_SUBHEADING_DIGITS, _HEADING_DIGITS):
        if found := _by_prefix().get(digits[:length]):
            return found
    return set()


@lru_cache(maxsize=1)
def _by_prefix() -> Mapping[str, set[str]]:
    """Subclasses of every heading and subheading, by its digits."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    with _TABLE.open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            digits = row["hs2017"].replace(".", "")
            found[digits].add(row["cpc21"])
            found[digits[:_HEADING_DIGITS]].add(row["cpc21"])
    return dict(found)
