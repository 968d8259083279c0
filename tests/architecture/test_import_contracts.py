"""The import contracts of pyproject.toml hold, and each was seen to break.

The sentence of the architecture (imports only go api -> lca_db -> labels -> footprint) is worth
as much as the tool that checks it: a contract that matches nothing would be green for ever.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.source_tree import PACKAGES, ROOT, repository_files

LAYERS_AND_CYCLES = {
    "packages": ("footprint/errors.py", "labels.errors"),
    "no-cycles": ("labels/scheme.py", "labels.certification"),
    "inside-footprint": ("footprint/bom.py", "footprint.calculate"),
    "inside-labels": ("labels/access.py", "labels.register.entry"),
    "inside-credential": ("labels/credential/keys.py", "labels.credential.did"),
    "inside-register": ("labels/register/tree.py", "labels.register.audit"),
    "inside-render": ("labels/render/qr.py", "labels.render.certificate"),
    "inside-lca-db": ("lca_db/types.py", "lca_db.engine"),
    "inside-inventory": ("lca_db/inventory/words.py", "lca_db.inventory.repository"),
    "inside-records": ("lca_db/records/content.py", "lca_db.records.products.values"),
    "inside-api": ("api/workflows/open_case.py", "api.routers.doors"),
}

# What is imported where a whole package is forbidden.
IMPORTED_FOR = {
    "lca_db": "lca_db.engine",
    "labels": "labels.scheme",
    "footprint": "footprint.calculate",
}
# The file of each source that is made to import what the source must not.
IMPORTED_BY = {
    "pure-web": ("labels/errors.py", "footprint/errors.py"),
    "pure-machine": ("labels/errors.py", "footprint/quantities.py"),
    "records-web": ("lca_db/errors.py",),
    "brightway": ("footprint/bom.py", "labels/errors.py", "lca_db/errors.py", "api/ids.py"),
    "tables": ("api/ids.py",),
    "thin-doors": ("api/routers/__init__.py", "api/web/__init__.py"),
}
TABLES = [
    path
    for path in repository_files()
    if path.startswith("lca_db/") and path.endswith(("/tables.py", "/rows.py"))
]


def contracts() -> list[dict[str, Any]]:
    """The contracts as they stand in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return found


def violations(contract: dict[str, Any]) -> list[tuple[str, str]]:
    """Files and what each imports against a contract: every source and every forbidden module."""
    if contract["type"] != "forbidden":
        return [LAYERS_AND_CYCLES[contract["id"]]]
    by = IMPORTED_BY[contract["id"]]
    modules = [IMPORTED_FOR.get(m, m) for m in contract["forbidden_modules"]]
    if contract["id"] == "tables":  # every module of tables there is, whatever the patterns say
        modules = [module_name(path) for path in TABLES]
    return [(by[0], module) for module in modules] + [(path, modules[0]) for path in by[1:]]


def module_name(path: str) -> str:
    """The dotted name of a file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def lint_imports(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Runs import-linter on the packages in ``folder``, on all contracts when none is named."""
    program = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(limit_to_contracts=tuple(sys.argv[1:])))"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *contracts],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy_of_the_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    return folder


def test_every_contract_and_every_source_has_a_violation_to_try() -> None:
    by_hand = {c["id"]: c for c in contracts() if c["type"] != "forbidden"}
    forbidden = {c["id"]: c for c in contracts() if c["type"] == "forbidden"}
    assert by_hand.keys() == LAYERS_AND_CYCLES.keys()
    assert forbidden.keys() == IMPORTED_BY.keys()
    for name, contract in forbidden.items():
        sources = [s.replace(".", "/") + "/" for s in contract["source_modules"]]
        assert all(any(p.startswith(s) for p in IMPORTED_BY[name]) for s in sources), name


def test_the_import_contracts_hold() -> None:
    run = lint_imports(ROOT)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("contract", contracts(), ids=lambda c: c["id"])
def test_a_contract_breaks_where_each_of_its_rules_is_broken(
    contract: dict[str, Any], copy_of_the_source: Path
) -> None:
    tried = violations(contract)
    originals = {p: (copy_of_the_source / p).read_text(encoding="utf-8") for p, _ in tried}
    try:
        for path, module in tried:
            with (copy_of_the_source / path).open("a", encoding="utf-8") as file:
                file.write(f"\nimport {module}\n")
        run = lint_imports(copy_of_the_source, contract["id"])
    finally:
        for path, original in originals.items():
            (copy_of_the_source / path).write_text(original, encoding="utf-8")
    assert run.returncode == 1, run.stdout + run.stderr
    assert f"{contract['name']} BROKEN" in run.stdout, run.stdout
    if contract["type"] == "forbidden":
        named = " ".join(run.stdout.split())
        missed = [f"{p} imports {m}" for p, m in tried if f"{module_name(p)} -> {m} " not in named]
        assert missed == [], run.stdout
