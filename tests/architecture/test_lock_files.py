"""The lock files hold what pyproject.toml asks for, by hash, and name no place to fetch it from."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.source_tree import ROOT

PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^\s;\\]+)(?P<marker> ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
LOCK_FILES = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")


@cache
def pins(lock_file: str) -> dict[str, str]:
    """Name -> version of every pin."""
    lines = (ROOT / lock_file).read_text(encoding="utf-8").splitlines()
    return {m["name"]: m["version"] for line in lines if (m := PIN.fullmatch(line))}


def required(lock_file: str) -> list[Requirement]:
    """What pyproject.toml asks for directly in this lock file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    texts: list[str] = list(groups["build"]) if lock_file != "requirements.lock" else []
    if lock_file != "requirements-build.lock":
        texts += project["project"]["dependencies"]
    if lock_file == "requirements-dev.lock":
        texts += [text for text in groups["dev"] if isinstance(text, str)]
    if lock_file == "requirements.lock":
        texts += project["project"]["optional-dependencies"]["server"]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("lock_file", LOCK_FILES)
def test_a_lock_file_is_pins_with_hashes_and_nothing_else(lock_file: str) -> None:
    """An index address, a path or an unhashed line would tie everyone to one machine."""
    lines = (ROOT / lock_file).read_text(encoding="utf-8").splitlines()
    strange = [line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)]
    assert not strange, "\n".join(strange)
    without_hash = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.fullmatch(line) and not HASH.fullmatch(following)
    ]
    assert not without_hash, "\n".join(without_hash)


@pytest.mark.parametrize("lock_file", LOCK_FILES)
def test_every_direct_requirement_is_pinned_to_a_version_it_allows(lock_file: str) -> None:
    """Mend with ./run lock. What pins need among themselves is checked by ``uv pip check``."""
    found = pins(lock_file)
    stale = [
        f"{requirement} but {found.get(canonicalize_name(requirement.name), 'no pin')}"
        for requirement in required(lock_file)
        if not requirement.specifier.contains(
            found.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]
    assert not stale, "\n".join(stale)


@pytest.mark.parametrize("lock_file", ["requirements.lock", "requirements-build.lock"])
def test_what_is_shipped_has_the_versions_that_were_tested(lock_file: str) -> None:
    tested = pins("requirements-dev.lock")
    differing = {n: v for n, v in pins(lock_file).items() if tested.get(n) != v}
    assert differing == {}
