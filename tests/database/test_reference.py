"""The page of the database names every table, where it is and whether it is append-only."""

from __future__ import annotations

import inspect

from lca_db.guard_list import APPEND_ONLY, KEPT
from lca_db.tables import TABLES
from tests.support.source_tree import ROOT

PAGE = ROOT / "docs" / "reference" / "database.md"


def expected_lines() -> list[str]:
    lines = []
    for row in TABLES:
        name = str(row.__table__.name)  # type: ignore[attr-defined]
        path = row.__module__.replace(".", "/")
        area = path.split("/")[-2]
        rule = "append-only" if name in APPEND_ONLY else "rows stay" if name in KEPT else ""
        what = " ".join((inspect.getdoc(row) or "").split())
        lines.append(f"| `{name}` | [{area}](../../{path}.py) | {what} | {rule} |")
    return lines


def test_the_page_lists_the_tables_as_they_are() -> None:
    """A table that is added, moved or guarded otherwise is a line of the page."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    assert lines == expected_lines()
