"""What has served its time is cleared out by the sweep, and nothing before."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from api.jobs.sweeps import sweep
from api.workflows.clear_out import ANSWERS_KEPT, ATTEMPTS_KEPT, EXPORTS_KEPT, LEFTOVERS_KEPT
from tests.support.instance import ALUMINIUM, Instance, a_bom_file

MAKER = ALUMINIUM.preparer
MARGIN = timedelta(minutes=1)


def swept_after(instance: Instance, duration: timedelta) -> None:
    """One round of an instance whose clock is put on so far."""
    instance.context.clock = lambda: datetime.now(UTC) + duration
    sweep(instance.context)
    instance.context.clock = lambda: datetime.now(UTC)


def count(instance: Instance, table: str) -> int:
    with instance.context.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_an_answer_is_kept_for_a_day_and_then_forgotten(instance: Instance) -> None:
    assert timedelta(hours=24) <= ANSWERS_KEPT
    first = instance.send("POST", "/v1/footprints", MAKER, a_bom_file(), once="key-1")
    swept_after(instance, ANSWERS_KEPT - MARGIN)
    again = instance.send("POST", "/v1/footprints", MAKER, a_bom_file(), once="key-1")
    assert again.content == first.content
    swept_after(instance, ANSWERS_KEPT + MARGIN)
    assert count(instance, "idempotency") == 0
    later = instance.send("POST", "/v1/footprints", MAKER, a_bom_file(), once="key-1")
    assert later.json()["version"] == 2


def test_attempts_to_sign_in_are_forgotten_once_no_window_counts_them(instance: Instance) -> None:
    with instance.context.engine.begin() as connection:
        connection.execute(text("DELETE FROM sign_in_attempt"))
    sent = {"email": "nobody@specimen.example", "password": "not the one of anybody"}
    instance.client.http.post("/sign-in", data=sent)
    counted = count(instance, "sign_in_attempt")
    assert counted > 0
    swept_after(instance, timedelta(hours=24))
    assert count(instance, "sign_in_attempt") == counted
    swept_after(instance, ATTEMPTS_KEPT + timedelta(minutes=16))
    assert count(instance, "sign_in_attempt") == 0


def test_the_leftover_of_a_write_goes_when_no_write_can_be_at_it(sqlite_instance: Instance) -> None:
    incoming = sqlite_instance.context.files.root / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    old, young = incoming / "old.part", incoming / "young.part"
    now = datetime.now(UTC)
    for leftover, age in ((old, LEFTOVERS_KEPT + MARGIN), (young, LEFTOVERS_KEPT - MARGIN)):
        leftover.write_bytes(b"half")
        made_at = (now - age).timestamp()
        os.utime(leftover, (made_at, made_at))
    sweep(sqlite_instance.context)
    assert not old.exists()
    assert young.exists()


def test_an_export_goes_when_nobody_asked_for_it_for_long(sqlite_instance: Instance) -> None:
    (release,) = sqlite_instance.get("/v1/releases")
    address = f"/v1/releases/{release['id']}/export?format="
    first = {form: sqlite_instance.send("GET", f"{address}{form}") for form in ("csv", "sources")}
    folder = sqlite_instance.settings.data_dir / "exports"
    unused, used = (folder / e[:2] / e for e in (a.headers["ETag"][1:-1] for a in first.values()))
    leftover = unused.parent / "tmpabc.part"
    leftover.write_bytes(b"half")
    for path, age in ((unused, EXPORTS_KEPT), (used, EXPORTS_KEPT), (leftover, LEFTOVERS_KEPT)):
        made_at = (datetime.now(UTC) - age - MARGIN).timestamp()
        os.utime(path, (made_at, made_at))
    assert sqlite_instance.send("GET", f"{address}sources").status_code == 200
    sweep(sqlite_instance.context)
    assert [path.exists() for path in (unused, used, leftover)] == [False, True, False]
    again = sqlite_instance.send("GET", f"{address}csv")
    assert (again.status_code, again.content) == (200, first["csv"].content)
    sweep(sqlite_instance.context)
    assert unused.exists(), "what was just made stays"
