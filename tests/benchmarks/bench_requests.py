"""A footprint over HTTP against an endpoint that only validates the same body and keeps a row."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import httpx

from api.demo.instance import environment_of
from api.workflows.calculate_footprint import current_release, open_table
from footprint.intensities import IntensityTable
from tests.benchmarks.measuring import report
from tests.support.builders import a_bom_document, a_material, an_energy
from tests.support.instance import ALUMINIUM, BASE_URL, Instance

LINES, ROUNDS, WARM_UP = 50, 150, 15


def test_a_footprint_of_50_lines_over_http(sqlite_instance: Instance, tmp_path: Path) -> None:
    """Both in a process of its own, asked in turn, so that both meet the same other load."""
    body = a_bill_on(shipped_table_of(sqlite_instance))
    key = sqlite_instance.seeded.keys[ALUMINIUM.preparer]
    ours, bare = free_port(), free_port()
    serve = ["-m", "api.cli", "serve", "--port", str(ours)]
    endpoint = ["-m", "tests.benchmarks.bare", str(bare), str(tmp_path)]
    with (
        a_process(serve, environment_of(sqlite_instance.settings)),
        a_process(endpoint, {}),
        asked_at(ours, key) as our_client,
        asked_at(bare, key) as bare_client,
    ):
        asked = {ours: our_client, bare: bare_client}
        for client in asked.values():
            wait_for(client)
        times: dict[int, list[float]] = {port: [] for port in asked}
        for number in range(WARM_UP + ROUNDS):
            for port, client in asked.items():
                start = time.perf_counter()
                answered = client.post("/v1/footprints", json=body)
                spent = time.perf_counter() - start
                assert answered.status_code == 201, answered.text
                if number >= WARM_UP:
                    times[port].append(spent)
    ratio = report(
        f"POST /v1/footprints, {LINES} lines, SQLite, p50",
        median(times[ours]),
        "a bare endpoint that validates the same body and inserts one row",
        median(times[bare]),
        reach=3,
    )
    assert ratio < 30, "several times slower than when this was first measured"


def shipped_table_of(instance: Instance) -> IntensityTable:
    return open_table(instance.context, current_release(instance.context))


def a_bill_on(table: IntensityTable) -> dict[str, object]:
    """Fifty datasets of the shipped release, every tenth line as energy."""
    step = len(table.products) // LINES
    return a_bom_document(
        [
            (an_energy if number % 10 == 0 else a_material)(
                f"line-{number}", product.id, "1.5", product.unit
            )
            for number, product in enumerate(table.products[: LINES * step : step])
        ]
    )


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def a_process(arguments: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    """Python with those arguments, ended when the block ends."""
    process = subprocess.Popen([sys.executable, *arguments], env={**os.environ, **environment})
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


def asked_at(port: int, key: str) -> httpx.Client:
    """A client that keeps its connection."""
    return httpx.Client(
        base_url=f"http://127.0.0.1:{port}",
        headers={"Authorization": f"Bearer {key}", "Host": urlsplit(BASE_URL).netloc},
        timeout=30,
    )


def wait_for(client: httpx.Client, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            client.get("/")
            return
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
