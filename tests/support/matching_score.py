"""Scores the matcher on labelled texts: ``python -m tests.support.matching_score fresh``.

The whole chain is scored, from the index of a database to the ranking. The fresh texts and the test
half are not tuned on; docs/inventory-matching.md tells when they were scored.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from labels.access import Scope
from lca_db.engine import open_engine
from lca_db.inventory.dataset_matching import match_line
from lca_db.inventory.matching.atoms import atoms, is_chinese
from lca_db.inventory.matching.values import Question
from lca_db.inventory.reference_files import load_reference
from lca_db.inventory.values import Release, dataset_entry
from lca_db.schema import upgrade
from lca_db.unit_of_work import UnitOfWork
from tests.support.bom_texts import BOM_TEXTS, FRESH_TEXTS, BomText, read_bom_texts

RELEASE_ID, TOP = "rel_matching", 5
_EVERYTHING = Scope.everything("score matching")
_Z = 1.959964  # 95 %


@dataclass(frozen=True)
class Score:
    """How many of ``count`` texts have a right dataset first, and among the first five."""

    count: int
    first: int
    first_five: int

    def __str__(self) -> str:
        return f"n {self.count}; top-1 {_share(self.first, self.count)}; top-5 " + _share(
            self.first_five, self.count
        )


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson (1927)."""
    share, z2 = hits / count, _Z * _Z
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = math.sqrt(share * (1 - share) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    return centre - _Z * half, centre + _Z * half


def _share(hits: int, count: int) -> str:
    low, high = wilson(hits, count)
    return f"{hits} = {hits / count:.1%} ({low:.1%} to {high:.1%})"


def with_shipped_release(engine: Engine) -> Engine:
    """A database with the shipped inventory as its only release."""
    processes = load_reference()[0].processes
    release = Release(
        id=RELEASE_ID,
        snapshot_sha256="00" * 32,
        table_sha256="00" * 32,
        index_sha256="00" * 32,
        findings_sha256="00" * 32,
        reviews_sha256="00" * 32,
        dataset_count=len(processes),
        note="",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    with UnitOfWork(engine, _EVERYTHING) as uow:
        uow.inventory.add_release(release, [dataset_entry(process) for process in processes])
        uow.commit()
    return engine


def texts_of(half: str) -> tuple[BomText, ...]:
    """The labelled texts of one half, ``tuning`` or ``test``, or those that are ``fresh``."""
    file = FRESH_TEXTS if half == "fresh" else BOM_TEXTS
    return tuple(line for line in read_bom_texts(file) if line.half == half)


def suggested(engine: Engine, line: BomText) -> list[str]:
    """The ids suggested for a line, from its text and unit alone."""
    with UnitOfWork(engine, _EVERYTHING, read_only=True) as uow:
        question = Question(text=line.text, unit=line.unit)
        found = match_line(uow.inventory, RELEASE_ID, question, limit=TOP)
    return [suggestion.candidate.dataset_id for suggestion in found]


def score(engine: Engine, lines: Iterable[BomText]) -> Score:
    """What the matcher reaches on some texts."""
    count = first = first_five = 0
    for line in lines:
        ids = suggested(engine, line)
        count += 1
        first += bool(ids) and ids[0] in line.right
        first_five += any(dataset_id in line.right for dataset_id in ids)
    return Score(count, first, first_five)


def _is_traditional(text: str) -> bool:
    written = [c for c in text if is_chinese(c)]
    return [c for c in atoms("".join(written)).parts if is_chinese(c)] != written


def _has_chinese(text: str) -> bool:
    return any(is_chinese(c) for c in text)


GROUPS: dict[str, Callable[[str], bool]] = {
    "simplified Chinese": lambda text: _has_chinese(text) and not _is_traditional(text),
    "traditional Chinese": _is_traditional,
    "no Chinese": lambda text: not _has_chinese(text),
}


def main(half: str) -> None:
    """Prints the score of a half, and of its groups by writing."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'matching.db'}")
        upgrade(engine)
        with_shipped_release(engine)
        lines = texts_of(half)
        print(f"{half}: {score(engine, lines)}")
        for name, belongs in GROUPS.items():
            print(f"  {name}: {score(engine, [line for line in lines if belongs(line.text)])}")
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
