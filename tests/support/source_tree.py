"""The files of this repository as the architecture tests read them."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("footprint", "labels", "lca_db", "api")


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, its dotted name, its text and syntax tree."""

    path: str
    name: str
    text: str
    tree: ast.Module

    def is_in(self, *prefixes: str) -> bool:
        """Whether the module is one of ``prefixes`` (dotted names) or lies below one."""
        return any(self.name == p or self.name.startswith(p + ".") for p in prefixes)

    def calls(self) -> list[ast.Call]:
        """Every call in the module."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]

    def at(self, node: ast.expr | ast.stmt) -> str:
        """``path:line`` of a node, for messages."""
        return f"{self.path}:{node.lineno}"


@cache
def repository_files() -> tuple[str, ...]:
    """Every file that is tracked, or would be when added; paths from the root.

    Outside a git work tree (an unpacked archive) every file below the root counts, the ignored
    folders left out.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = listing.stdout.decode().split("\0")
    else:
        ignored = {".git", ".venv", ".tanbiao", ".secrets", "__pycache__", ".hypothesis"}
        ignored |= {f".{tool}_cache" for tool in ("mypy", "ruff", "pytest", "import_linter")}
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = [path.as_posix() for path in paths if not ignored & set(path.parts)]
    return tuple(sorted(name for name in names if name and (ROOT / name).is_file()))


@cache
def modules(*tops: str) -> tuple[Module, ...]:
    """The Python modules below these top-level folders, all four packages when none is named."""
    found = []
    for path in repository_files():
        if path.endswith(".py") and path.split("/")[0] in (tops or PACKAGES):
            text = (ROOT / path).read_text(encoding="utf-8")
            name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            found.append(Module(path, name, text, ast.parse(text, filename=path)))
    return tuple(found)


def dotted_name(node: ast.expr) -> str:
    """``datetime.now`` for the expression ``datetime.now``; "" for anything but names and dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted_name(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""
