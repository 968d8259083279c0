"""Names the id that somebody nearly wrote: a provider that is nobody, told with the nearest one.

Rules:

* Only a demand that found no supplier is looked at, and nothing is linked by likeness.
* Identifiers that machines made (with five figures or more, or without a letter) are left alone:
  two of them are alike by chance, and nobody mistypes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from rapidfuzz import fuzz, process

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.preparing import Demand

T = TypeVar("T")
_MACHINE_MADE = re.compile(r"(?:[^0-9]*[0-9]){5}|[^A-Za-z]*\Z")
_ALIKE = 75.0  # percent of the characters of both
_LONGEST = 120
_MOST_ASKED = 200  # different ids of one file: more are no slips of the pen


class NearestId:
    """The ids of a file and of the shipped inventory, asked for the one nearest to another.

    Args:
        known: The ids; those that machines made are left out.
    """

    def __init__(self, known: Iterable[str]) -> None:
        written = sorted(one for one in set(known) if not _MACHINE_MADE.match(one))
        self._known = {one.casefold(): one for one in reversed(written)}
        self._found: dict[str, str] = {}

    def told(self, demand: Demand, found: T) -> T | ImportRefused:
        """What was found; where that is nothing, ``import-provider-unknown`` with the nearest id.

        Nothing found stays what it is where no provider was named or no id is near.
        """
        is_nothing = isinstance(found, ImportRefused) and found.code == "import-input-unlinked"
        nearest = self._nearest(demand.provider_id) if is_nothing and demand.provider_id else ""
        if not nearest:
            return found
        return ImportRefused(
            "import-provider-unknown",
            demand.place,
            flow=demand.name[:_LONGEST],
            provider=demand.provider_id[:_LONGEST],
            nearest=nearest,
        )

    def _nearest(self, written: str) -> str:
        """The nearest id, "" where none is near; of equally near ones the first by name."""
        if len(written) > _LONGEST or _MACHINE_MADE.match(written):
            return ""
        if written not in self._found and len(self._found) < _MOST_ASKED:
            plain = written.casefold()
            best = process.extractOne(
                plain, self._known.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE
            )
            self._found[written] = self._known[best[0]] if best else ""
        return self._found.get(written, "")
