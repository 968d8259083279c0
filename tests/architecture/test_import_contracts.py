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

import pytest

from tests.support.source_tree import PACKAGES, ROOT

VIOLATIONS = {
    "packages": ("footprint/errors.py", "import labels.errors"),
    "pure-web": ("labels/errors.py", "import sqlalchemy"),
    "pure-machine": ("footprint/quantities.py", "import time"),
    "records-web": ("lca_db/__init__.py", "import fastapi"),
    "brightway": ("api/__init__.py", "import bw2calc"),
    "tables": ("api/__init__.py", "import lca_db.rows"),
    "thin-doors": ("api/routers/__init__.py", "import footprint.calculate"),
    "no-cycles": ("labels/scheme.py", "import labels.certification"),
    "inside-footprint": ("footprint/bom.py", "import footprint.calculate"),
    "inside-labels": ("labels/access.py", "import labels.register.entry"),
    "inside-credential": ("labels/credential/keys.py", "import labels.credential.did"),
    "inside-register": ("labels/register/tree.py", "import labels.register.audit"),
    "inside-render": ("labels/render/qr.py", "import labels.render.certificate"),
    "inside-lca-db": ("lca_db/types.py", "import lca_db.engine"),
    "inside-inventory": ("lca_db/inventory/words.py", "import lca_db.inventory.repository"),
    "inside-records": ("lca_db/records/content.py", "import lca_db.records.products.values"),
    "inside-api": ("api/workflows/open_case.py", "import api.routers.doors"),
}


def contract_names() -> dict[str, str]:
    """Contract id -> its name as import-linter prints it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {c["id"]: c["name"] for c in project["tool"]["importlinter"]["contracts"]}


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


def test_every_contract_has_a_violation_that_was_tried() -> None:
    assert VIOLATIONS.keys() == contract_names().keys()


def test_the_import_contracts_hold() -> None:
    run = lint_imports(ROOT)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_contract_breaks_when_its_rule_is_broken(contract: str, copy_of_the_source: Path) -> None:
    path, statement = VIOLATIONS[contract]
    file = copy_of_the_source / path
    original = file.read_text(encoding="utf-8")
    try:
        file.write_text(f"{original}\n{statement}\n", encoding="utf-8")
        run = lint_imports(copy_of_the_source, contract)
    finally:
        file.write_text(original, encoding="utf-8")
    assert run.returncode == 1, run.stdout + run.stderr
    assert f"{contract_names()[contract]} BROKEN" in run.stdout, run.stdout
