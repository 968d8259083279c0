"""Writes what docs/ has from the source: error codes, settings, policy coverage, OpenAPI.

``./run docs`` writes them, ``./run check`` and a test compare (``--check``): a page that no longer
says what the source says fails. Each page names what it is made from in its first lines.
"""

from __future__ import annotations

import ast
import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from fastapi import FastAPI  # noqa: E402
from pydantic_core import PydanticUndefined  # noqa: E402

from api.openapi import describe  # noqa: E402
from api.routers import all_routers  # noqa: E402
from api.settings import Settings  # noqa: E402
from labels.locale import LANGUAGES, translator  # noqa: E402
from tests.support.error_codes import ErrorCodes, error_codes  # noqa: E402
from tests.support.source_tree import Module, dotted_name, modules  # noqa: E402

CLAUSES = ROOT / "docs" / "policy-clauses.csv"


class PageProblem(Exception):
    """Something in the source that must be mended before a page can be made of it."""


@dataclass(frozen=True)
class Clause:
    """One core clause of the two policies, and the part of the product that answers it.

    Attributes:
        still_open: What no story of it shows yet; "" where there is no story at all.
    """

    id: str
    policy: str
    title: str
    feature: str
    still_open: str


@dataclass(frozen=True)
class Story:
    """One story test and the clauses its marker names."""

    path: str
    name: str
    markers: tuple[tuple[str, ...], ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of all its markers."""
        return tuple(clause for marker in self.markers for clause in marker)


def cell(text: str) -> str:
    """``text`` as one cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def errors_page() -> str:
    """Every error code with its sentence; refuses a code without message in a language."""
    found: ErrorCodes = error_codes(modules())
    problems = [f"{place}: the code is not a literal" for place in found.hidden]
    for code, where in sorted(found.modules_by_code.items()):
        lacking = [tag for tag in LANGUAGES if not translator(tag).has(f"problem.{code}")]
        if lacking:
            raised_in = ", ".join(sorted(where))
            problems.append(f"problem.{code}: no message in {lacking} (raised in {raised_in})")
    if problems:
        raise PageProblem("\n".join(problems))
    lines = [
        "# Error codes",
        "",
        "Made by docs/generate_reference.py from the source and labels/locale.",
        "",
        "A code is permanent. The API answers a problem document (RFC 9457) whose `code` is one of",
        "these and whose `errors[]` name the place; the sentence comes in the reader's language.",
        "",
        "| code | what happened, what to do | raised in |",
        "| --- | --- | --- |",
    ]
    english = translator("en")
    for code, where in sorted(found.modules_by_code.items()):
        sentence = cell(english.gettext(f"problem.{code}"))
        lines.append(f"| `{code}` | {sentence} | {', '.join(f'`{w}`' for w in sorted(where))} |")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """Every setting with its variable, default and meaning."""
    lines = [
        "# Settings",
        "",
        "Made by docs/generate_reference.py from api/settings.py. An instance reads its settings",
        "from the environment.",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
    ]
    prefix = Settings.model_config.get("env_prefix", "")
    for name, setting in Settings.model_fields.items():
        if not setting.description:
            raise PageProblem(f"api/settings.py: {name} has no description")
        default = "required" if setting.default is PydanticUndefined else setting.default
        shown = f"`{default}`" if default not in (None, "") else "empty"
        lines.append(f"| `{(prefix + name).upper()}` | {shown} | {cell(setting.description)} |")
    return "\n".join(lines) + "\n"


def clauses() -> list[Clause]:
    """The core clauses, in the order of the file."""
    with CLAUSES.open(encoding="utf-8", newline="") as stream:
        return [Clause(**row) for row in csv.DictReader(stream)]


def _marked(decorator: ast.expr) -> tuple[str, ...]:
    if not isinstance(decorator, ast.Call) or dotted_name(decorator.func) != "pytest.mark.story":
        return ()
    return tuple(str(a.value) for a in decorator.args if isinstance(a, ast.Constant))


def _stories_of(module: Module) -> Iterator[Story]:
    """The marked functions; a marker elsewhere (a module, a class) would say too much."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            markers = tuple(named for d in node.decorator_list if (named := _marked(d)))
            if markers:
                yield Story(module.path, node.name, markers)


def stories() -> list[Story]:
    """Every test that carries a story marker; refuses a marker that is not on a function."""
    told = [story for module in modules("tests") for story in _stories_of(module)]
    markers = [call for module in modules("tests") for call in module.calls() if _marked(call)]
    if len(markers) != sum(len(story.markers) for story in told):
        raise PageProblem("a story marker stands on a module or class: put it on the test function")
    return told


def coverage_page() -> str:
    """Which core clause has a story that shows it; refuses a marker that names no clause."""
    known = clauses()
    told = stories()
    unknown = {c for story in told for c in story.clauses} - {clause.id for clause in known}
    if unknown:
        raise PageProblem(f"story markers name unknown clauses: {', '.join(sorted(unknown))}")
    shown = {c for story in told for c in story.clauses}
    silent = [clause.id for clause in known if clause.id in shown and not clause.still_open]
    silent += [clause.id for clause in known if clause.id not in shown and clause.still_open]
    if silent:
        raise PageProblem(f"still_open belongs to clauses with a story: {', '.join(silent)}")
    lines = [
        "# Policy coverage",
        "",
        "Made by docs/generate_reference.py from docs/policy-clauses.csv and the",
        '`@pytest.mark.story("C16")` markers of the tests.',
        "",
        "GD is 广东省碳交易支持碳达峰碳中和实施方案, SZ is",
        "深圳市碳交易支持碳达峰碳中和实施方案 (深环〔2023〕256号).",
        "",
        "A story is a test that walks through the product as its users do. A clause without one is",
        "not yet shown, whatever parts of it may exist. A story shows its clause thinly: the last",
        "column says what of the clause no story shows yet.",
        "",
        f"**{len(shown)} of {len(known)} core clauses have a story.** None yet:",
        f"{', '.join(clause.id for clause in known if clause.id not in shown)}.",
        "",
        "| clause | policy | asks for | what is to answer it | stories | still open |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for clause in known:
        links = [
            f"[{story.name.removeprefix('test_').replace('_', ' ')}](../{story.path})"
            for story in told
            if clause.id in story.clauses
        ]
        still_open = cell(clause.still_open) or "the whole clause"
        lines.append(
            f"| {clause.id} | {clause.policy} | {cell(clause.title)} | {cell(clause.feature)} "
            f"| {'; '.join(links) or 'none yet'} | {still_open} |"
        )
    return "\n".join(lines) + "\n"


def openapi_document() -> str:
    """The OpenAPI document of the JSON API; the pages are not part of it."""
    application = FastAPI(separate_input_output_schemas=False)
    for router in all_routers():
        application.include_router(router)
    describe(application)
    return json.dumps(application.openapi(), ensure_ascii=False, indent=1) + "\n"


PAGES = {
    "docs/reference/openapi.json": openapi_document,
    "docs/reference/errors.md": errors_page,
    "docs/reference/settings.md": settings_page,
    "docs/policy-coverage.md": coverage_page,
}


def main(arguments: list[str]) -> int:
    """Writes the pages, or with ``--check`` says which ones are out of date."""
    status = 0
    for path, page in PAGES.items():
        try:
            text = page()
        except PageProblem as problem:
            print(f"{path} cannot be made:\n{problem}", file=sys.stderr)  # noqa: T201
            status = 1
            continue
        file = ROOT / path
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        if "--check" in arguments:
            print(f"{path} is out of date: ./run docs", file=sys.stderr)  # noqa: T201
            status = 1
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            print(f"{path} written", file=sys.stderr)  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
