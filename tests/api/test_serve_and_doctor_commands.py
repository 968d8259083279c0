"""``tanbiao serve --lan`` and ``tanbiao doctor``: what they print and end with.

Only the listening itself is left out of ``serve``: a test opens no port to the network.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from api.cli import app
from api.commands import doctor, serve
from api.demo.instance import environment_of
from api.keystore import write_private
from tests.support.instance import Instance

COMMAND = CliRunner()
BLOCKS = {"\xa0": (0, 0), " ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
LAN_ADDRESS = "192.0.2.7"  # a documentation address


def printed_code(output: str) -> str:
    """What the code says that was drawn with half blocks, read as a phone's camera does."""
    lines = [line for line in output.splitlines() if line and set(line) <= BLOCKS.keys()]
    image = Image.new("L", (max(map(len, lines)), 2 * len(lines)))
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            for half, is_light in enumerate(BLOCKS[character]):
                image.putpixel((column, 2 * row + half), 255 * is_light)
    image = image.resize((8 * image.width, 8 * image.height), Image.Resampling.NEAREST)
    (code,) = zxingcpp.read_barcodes(image)
    return str(code.text)


def served_to_the_lan(
    folder: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> tuple[Result, dict[str, Any]]:
    """What ``serve --demo --lan`` prints, and what it hands to the server."""
    demo = folder / "demo/guangdong"
    demo.mkdir(parents=True)
    environment = json.dumps(environment_of(instance.settings))
    (demo / "settings.json").write_text(environment, encoding="utf-8")
    handed: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda app, **more: handed.update(more, app=app))
    monkeypatch.setenv("TANBIAO_DATA_DIR", str(folder))
    instance.context.engine.dispose()
    return COMMAND.invoke(app, ["serve", "--demo", "--lan"]), handed


def test_serve_lan_prints_a_code_that_a_phone_opens(
    issued_instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "_address_in_the_network", lambda: LAN_ADDRESS)
    run, handed = served_to_the_lan(tmp_path / "data", issued_instance, monkeypatch)
    assert run.exit_code == 0, run.output
    address = printed_code(run.stdout)
    assert address in run.stdout.splitlines()
    serial = issued_instance.label["url"].rpartition("/")[2]
    assert address == f"http://{LAN_ADDRESS}:8000/L/{serial}"
    assert (handed["host"], handed["port"]) == ("0.0.0.0", 8000)
    assert "lin.haiju@specimen.example" in run.stdout
    application: FastAPI = handed["app"]
    parts = urlsplit(address)
    with TestClient(application, base_url=f"{parts.scheme}://{parts.netloc}") as phone:
        page = phone.get(parts.path, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert issued_instance.label["number"] in page.text
    assert "The address in your browser must begin with" not in page.text
    application.state.context.engine.dispose()


def test_serve_lan_without_a_network_says_so(
    issued_instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> str:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(serve, "_address_in_the_network", unreachable)
    run, handed = served_to_the_lan(tmp_path / "data", issued_instance, monkeypatch)
    assert run.exit_code == 1
    assert "no network" in run.stderr
    assert handed == {}


def test_serve_on_another_port_than_the_instance_s_own_is_refused(
    tmp_path: Path, sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sign-ins from that port would be refused, and the printed address would lead nowhere."""
    demo = tmp_path / "demo/guangdong"
    demo.mkdir(parents=True)
    environment = json.dumps(environment_of(sqlite_instance.settings))
    (demo / "settings.json").write_text(environment, encoding="utf-8")
    monkeypatch.setenv("TANBIAO_DATA_DIR", str(tmp_path))
    own = urlsplit(sqlite_instance.settings.public_base_url)
    assert own.hostname in serve.LOOPBACK
    ended = COMMAND.invoke(app, ["serve", "--demo", "--port", str((own.port or 80) + 1)])
    assert ended.exit_code == 2
    assert sqlite_instance.settings.public_base_url in " ".join(ended.output.split())


def test_serve_demo_before_any_demonstration_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANBIAO_DATA_DIR", str(tmp_path))
    run = COMMAND.invoke(app, ["serve", "--demo"])
    assert run.exit_code == 2
    assert "tanbiao demo" in run.stderr


def examined(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Result:
    for name in [name for name in os.environ if name.startswith("TANBIAO_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return COMMAND.invoke(app, ["doctor"])


def line_of(run: Result, name: str) -> str:
    return next(line for line in run.stdout.splitlines() if f" {name}: " in line)


def test_doctor_finds_a_whole_instance_well(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = examined(monkeypatch, environment_of(sqlite_instance.settings))
    assert run.exit_code == 0, run.output
    assert {line.split(":")[0][2:] for line in run.stdout.splitlines()} == {
        *("python", "engine", "pdf", "qr", "keys", "database", "identities", "disk"),
        "browser (tests only)",
    }
    assert line_of(run, "keys") == "✓ keys: 5 keys open"
    assert line_of(run, "database") == "✓ database: sqlite"


def test_doctor_finds_nothing_wrong_where_nothing_is_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = examined(monkeypatch, {"TANBIAO_DATA_DIR": str(tmp_path)})
    assert run.exit_code == 0, run.output
    assert "tanbiao init" in line_of(run, "keys")
    assert "tanbiao db upgrade" in line_of(run, "database")
    assert list(tmp_path.iterdir()) == []


def test_doctor_finds_keys_that_others_can_read(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sqlite_instance.settings.resolved_key_dir / "label.pem").chmod(0o644)
    run = examined(monkeypatch, environment_of(sqlite_instance.settings))
    assert run.exit_code == 1
    assert line_of(run, "keys").startswith("✗ keys: key-file-readable-by-others")


def test_doctor_finds_a_salt_that_nobody_is_known_under(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sqlite_instance.settings.resolved_key_dir / "identity.salt"
    path.unlink()
    write_private(path, b"x" * 16)
    run = examined(monkeypatch, environment_of(sqlite_instance.settings))
    assert run.exit_code == 1
    assert line_of(run, "keys") == "✓ keys: 5 keys open"
    assert line_of(run, "identities").startswith("✗ identities: identity-salt-foreign")


def test_nothing_is_served_with_a_salt_that_nobody_is_known_under(
    sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sqlite_instance.settings.resolved_key_dir / "identity.salt").unlink()
    for name, value in environment_of(sqlite_instance.settings).items():
        monkeypatch.setenv(name, value)
    run = COMMAND.invoke(app, ["serve"])
    assert run.exit_code == 1
    assert "identity.salt" in run.output


def test_doctor_finds_a_database_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = "postgresql+psycopg://tanbiao:not-to-be-shown@127.0.0.1:1/tanbiao"
    run = examined(monkeypatch, {"TANBIAO_DATA_DIR": str(tmp_path), "TANBIAO_DATABASE_URL": nobody})
    assert run.exit_code == 1, run.output
    line = line_of(run, "database")
    assert line.startswith("✗ database: PostgreSQL at 127.0.0.1:1 does not let us in. Start it")
    assert "TANBIAO_DATABASE_URL" in line
    assert "db upgrade" not in line
    assert "not-to-be-shown" not in run.output


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        ("DROP TABLE alembic_version", 'The database is empty. Run "tanbiao init"'),
        ("UPDATE alembic_version SET version_num = '9999'", "Use the newer version"),
        ("DROP TRIGGER {guard}", "lacks rules that protect its records"),
    ],
)
def test_doctor_names_the_cure_of_each_fault_of_the_schema(
    change: str, cure: str, sqlite_instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_instance.context.engine.begin() as connection:
        guards = "SELECT min(name) FROM sqlite_master WHERE type = 'trigger'"
        guard = connection.exec_driver_sql(guards).scalar_one()
        connection.exec_driver_sql(change.format(guard=guard))
    run = examined(monkeypatch, environment_of(sqlite_instance.settings))
    assert run.exit_code == 1, run.output
    line = line_of(run, "database")
    assert line.startswith("✗ database: ")
    assert cure in line
    assert "does not let us in" not in line


def test_doctor_names_the_cure_where_a_font_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "SAMPLE", doctor.SAMPLE + "\U00013000")  # a hieroglyph
    run = examined(monkeypatch, {"TANBIAO_DATA_DIR": str(tmp_path)})
    assert run.exit_code == 1
    assert "apt-get install" in line_of(run, "pdf")
