"""The documentation is about this repository: links lead somewhere, generated pages are current."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.source_tree import ROOT, repository_files

PAGES = [path for path in repository_files() if path.endswith(".md")]
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
COMMAND = re.compile(r"^(?:\| `)?\./run (?P<name>[a-z]+)", re.MULTILINE)


def broken_links(page: str) -> list[str]:
    """The relative links of a page that lead to no file and no folder."""
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [m["target"].split("#")[0] for m in LINK.finditer(text) if "://" not in m["target"]]
    return [t for t in targets if t and not (ROOT / page).parent.joinpath(t).exists()]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file(page: str) -> None:
    """The walkthrough above all: it is the first thing a newcomer follows."""
    assert broken_links(page) == []


def test_every_page_of_the_documentation_is_linked_from_another_one() -> None:
    """A page nobody can come to is a page nobody keeps true."""
    pages = {(ROOT / page).resolve() for page in PAGES if page.startswith("docs/")}
    linked: set[Path] = set()
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        targets = {m["target"].split("#")[0] for m in LINK.finditer(text)}
        found = {(ROOT / page).parent.joinpath(t).resolve() for t in targets if t}
        linked |= found - {(ROOT / page).resolve()}
    assert sorted(str(page) for page in pages - linked) == []


def test_the_generated_pages_say_what_the_source_says() -> None:
    """Fails as well when an error code lacks a sentence in one of the four languages."""
    run = subprocess.run(
        [sys.executable, "docs/generate_reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


@pytest.fixture(scope="module")
def generator() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "generate_reference.py"))


def test_the_policy_has_thirty_three_core_clauses(generator: dict[str, Any]) -> None:
    ids = [clause.id for clause in generator["clauses"]()]
    assert ids == [f"C{number}" for number in range(1, 34)]


def test_a_marker_of_an_unknown_clause_is_refused(generator: dict[str, Any]) -> None:
    page = generator["coverage_page"]
    story = generator["Story"]("tests/stories/test_x.py", "test_x", (("C99",),))
    page.__globals__["stories"] = lambda: [story]
    with pytest.raises(Exception, match="C99"):
        page()


def test_the_decisions_are_numbered_without_gap_and_listed() -> None:
    names = sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert [name for name in names if f"({name})" not in listed] == []


def test_contributing_lists_every_command_of_run(tmp_path: Path) -> None:
    """``./run`` answers from any folder and without a home."""
    run = subprocess.run(
        [str(ROOT / "run"), "help"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    page = (ROOT / "docs/contributing.md").read_text(encoding="utf-8")
    commands = {match["name"] for match in COMMAND.finditer(run.stdout)}
    assert {"setup", "demo", "serve", "test", "check"} <= commands
    assert commands == {match["name"] for match in COMMAND.finditer(page)}


def test_run_refuses_a_command_it_does_not_know() -> None:
    run = subprocess.run([str(ROOT / "run"), "dmeo"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "dmeo" in run.stderr
