"""What may lie in the repository: the fixed top level, no machine's paths, no package registry."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions

import pytest

from tests.support.source_tree import PACKAGES, ROOT, repository_files

TOP_LEVEL = {
    *PACKAGES,
    *("tests", "docs", "README.md", "LICENSE", "pyproject.toml", "run"),
    *("requirements.lock", "requirements-dev.lock", "requirements-build.lock"),
    *("Dockerfile", "compose.yaml"),
}
NOT_TEXT = (".png", ".jpg", ".xlsx", ".pdf", ".npy", ".woff2", ".ico", ".zip")
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "manager", "service", "misc"}

# Written in pieces, so that this file does not match itself.
REGISTRIES = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("ftp", "debian", "org"),
        ("mirrors", "aliyun"),
        ("tuna", "tsinghua"),
    )
]
# A file of every Debian may stand in a test that tries to have it read.
MACHINE_PATHS = re.compile(
    "|".join([r"(?<![\w.*/-])/(work|root|home|Users)/\w", "file:" + "/" * 3 + "(?!etc/)"])
)
UNFINISHED = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]) + ")"
)


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    """``path:line: text`` of every match in the text files of the repository."""
    found = []
    for path in repository_files():
        if path.endswith(NOT_TEXT):
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path}:{number}: {line.strip()[:120]}")
    return found


def test_the_top_level_is_the_one_of_the_architecture() -> None:
    """A newcomer reads the top level first; a new folder there is a new idea of the whole."""
    tops = {path.split("/")[0] for path in repository_files()}
    assert {top for top in tops if not top.startswith(".")} - TOP_LEVEL == set()


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_package_registry(host: str) -> None:
    """Who installs decides where packages come from (a mirror, a proxy, a folder of wheels)."""
    assert lines_matching(re.compile(re.escape(host), re.IGNORECASE)) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    """What lies in somebody's home is not there for anybody else."""
    assert lines_matching(MACHINE_PATHS) == []


def test_nothing_is_left_unfinished() -> None:
    """Work still to do is an issue; a note in the code is read by nobody."""
    assert lines_matching(UNFINISHED) == []


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    """Names are the nouns of the trade (docs/glossary.md); these hold whatever was left over."""
    vague = [
        path
        for path in repository_files()
        if path.endswith(".py") and VAGUE & set(path.removesuffix(".py").split("/"))
    ]
    assert not vague, "\n".join(vague)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_dependency_owns_one_of_our_import_names(package: str) -> None:
    """``api`` and ``labels`` are plain words: a dependency that installs one would shadow ours."""
    assert set(packages_distributions().get(package, [])) <= {"tanbiao"}


def test_every_test_folder_is_a_package() -> None:
    """Otherwise ``tests/api`` shadows ``api`` when pytest puts its folder on the path."""
    folders = {p.rsplit("/", 1)[0] for p in repository_files() if re.match(r"tests/.*\.py$", p)}
    assert [f for f in sorted(folders) if not (ROOT / f / "__init__.py").is_file()] == []
