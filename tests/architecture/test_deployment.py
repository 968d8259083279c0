"""What Dockerfile, compose.yaml and the deployment page name exists, though they were never run."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from api.settings import Settings
from tests.support.source_tree import ROOT

FILES = ("Dockerfile", "compose.yaml", "docs/deployment.md")
COMMAND = re.compile(r"`tanbiao (?P<name>[a-z][a-z -]*?)(?= --|`)")
COMPOSE_RUN = re.compile(r"docker compose run --rm (?P<service>[a-z]+) (?P<command>[a-z][a-z ]*)")


def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES)
def test_every_setting_it_names_exists(file: str) -> None:
    known = {f"TANBIAO_{name}".upper() for name in Settings.model_fields}
    assert set(re.findall(r"\bTANBIAO_[A-Z_]+", text_of(file))) - known == set()


def services() -> dict[str, Any]:
    """The services of the compose file that run our image."""
    found = yaml.safe_load(text_of("compose.yaml"))["services"]
    return {name: service for name, service in found.items() if name != "database"}


def commands() -> set[str]:
    """Every command of ours that the files name, without its options."""
    named = {m["name"] for file in FILES for m in COMMAND.finditer(text_of(file))}
    named |= {m["command"].strip() for m in COMPOSE_RUN.finditer(text_of("docs/deployment.md"))}
    started = [" ".join(s["command"]).partition(" --")[0] for s in services().values()]
    return named | set(started)


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_it_names_exists(command: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "api.cli", *command.split(), "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_the_containers_are_app_worker_and_a_database_with_checksums() -> None:
    found = yaml.safe_load(text_of("compose.yaml"))["services"]
    assert {"app", "worker", "database"} <= found.keys()
    assert "--data-checksums" in found["database"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert all("healthcheck" in found[name] for name in ("app", "database"))


def test_every_command_in_a_container_meets_the_database_of_the_secret() -> None:
    """A command given to `docker compose run` replaces a service's own: no shell may carry it."""
    assert re.search(r'^ENTRYPOINT \["tanbiao"\]$', text_of("Dockerfile"), re.MULTILINE)
    for name, service in services().items():
        assert "entrypoint" not in service, name
        assert "database_url" in service["secrets"], name
        path = service["environment"]["TANBIAO_DATABASE_URL_FILE"]
        assert path == "/run/secrets/database_url", name
    documented = list(COMPOSE_RUN.finditer(text_of("docs/deployment.md")))
    assert "init" in {m["command"].strip() for m in documented}
    assert {m["service"] for m in documented} <= services().keys()


def test_no_secret_stands_in_the_compose_file() -> None:
    """A password in an environment variable is in every process listing and every bug report."""
    compose = yaml.safe_load(text_of("compose.yaml"))
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())
    names = [k for s in compose["services"].values() for k in s.get("environment", {})]
    assert [n for n in names if "PASS" in n and not n.endswith("_FILE")] == []


def test_the_process_runs_without_privileges() -> None:
    assert re.search(r"^USER tanbiao$", text_of("Dockerfile"), re.MULTILINE)


@pytest.mark.parametrize("file", FILES)
def test_it_says_that_it_was_never_run(file: str) -> None:
    """A reader must know what was tried and what was not."""
    assert re.search(r"\bnever\b.*\brun\b", text_of(file), re.DOTALL)
