"""Pieces of work that are measured in a process of their own: seconds, and peak memory.

Run as ``python -m tests.benchmarks.pieces NAME ARGUMENTS``; the answer is one line of JSON. The
memory is that of the whole process, the interpreter and the generated inventory included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.inventory import InventorySnapshot, Process
from lca_db.inventory.importers.importing import import_file
from lca_db.inventory.importers.options import ImportOptions, Unlinked
from lca_db.inventory.snapshots import process_of
from tests.support.builders import a_bom, a_material, an_energy
from tests.support.inventories import like_uslci, net_of_hubs, relinked_copies

if TYPE_CHECKING:
    from api.context import Context
    from footprint.intensities import IntensityTable
    from lca_db.inventory.values import Release

BILL_LINES = 50
ROOT = Path(__file__).parents[2]
USLCI = ROOT.parent / "shared" / "data" / "uslci_jsonld_fy17q4.zip"
CUT_OFFS = ImportOptions(
    unlinked=Unlinked.CUT_OFF,
    estimates={
        "kg": Decimal(1),
        "kWh": Decimal("0.5"),
        "tkm": Decimal("0.1"),
        "m3": Decimal("0.1"),
        "piece": Decimal(1),
        "waste:kg": Decimal(1),
        "waste:MJ": Decimal(1),
    },
)
"""So that USLCI, whose suppliers are missing in many places, comes in: the figures say nothing."""


def measured(name: str, *arguments: str | int | Path) -> dict[str, Any]:
    """What a piece answers, run alone in a fresh process."""
    command = [sys.executable, "-m", "tests.benchmarks.pieces", name, *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(run.stderr[-2000:])
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return answer


def base_inventory() -> tuple[Process, ...]:
    """USLCI as it comes in where its file lies beside us, else one of its shape made by us."""
    if USLCI.is_file():
        return import_file(USLCI, CUT_OFFS).processes
    return like_uslci()


def release(count: int, base: Path) -> dict[str, Any]:
    """Freezes copies of the inventory kept in a file; a forward solution is the baseline."""
    from footprint.solver import full_solution

    processes = tuple(process_of(body) for body in json.loads(base.read_bytes()))
    snapshot = InventorySnapshot.of(relinked_copies(processes, count))
    with _timed() as baseline:
        full_solution(snapshot, {snapshot.processes[-1].id: 1.0})
    return {"baseline": baseline, **_frozen(snapshot)}


def hubs(count: int, hubs_among: int) -> dict[str, Any]:
    """Freezes a net whose factors are too large to be held: bw2calc cannot be asked either."""
    return _frozen(InventorySnapshot.of(net_of_hubs(count, hubs_among)))


def _frozen(snapshot: InventorySnapshot) -> dict[str, Any]:
    from sqlalchemy import Engine

    from api.clients.guarded_http import GuardedClient
    from api.context import Context
    from api.settings import Settings
    from api.solving import solve
    from api.workflows.freeze_release import freeze_release
    from lca_db import schema
    from lca_db.engine import open_engine
    from lca_db.files import FileStore
    from lca_db.inventory.checks.run import read_check_tables, run_checks

    tables = read_check_tables()
    with _timed() as checked:
        report, table = run_checks(snapshot, solve, tables)
    assert table is not None
    assert not report.blocking, report.blocking[:3]

    def found(_: InventorySnapshot) -> IntensityTable:
        return table

    with tempfile.TemporaryDirectory() as folder:
        engine: Engine = open_engine(f"sqlite:///{folder}/release.db")
        schema.upgrade(engine)
        context = Context(
            settings=Settings(data_dir=Path(folder)),
            engine=engine,
            files=FileStore(Path(folder) / "files"),
            partners=GuardedClient(),
        )
        with _timed() as kept:
            frozen = freeze_release(context, snapshot, "measured", found, tables)
        cold, warm = _emitters(context, frozen, table)
        engine.dispose()
    return {
        "datasets": len(snapshot.processes),
        "products": len(table.products),
        "inputs": sum(len(process.inputs) for process in snapshot.processes),
        "solved_by": table.solved_by.value,
        "checked": checked,
        "kept": kept,
        "emitters_cold": cold,
        "emitters_warm": warm,
        "peak_bytes": _peak_bytes(),
    }


def _emitters(
    context: Context, release: Release, table: IntensityTable
) -> tuple[dict[str, float], dict[str, float]]:
    """Who emits what a bill of fifty lines adds up to, in every group: at first, and again."""
    from api.workflows.open_structure import open_structure
    from footprint.contribution import impacts
    from footprint.emitters import EmitterGroup, by_emitter, study_emissions
    from footprint.methods import method_profile
    from footprint.system import product_system

    method = method_profile("gbt24067-2024")
    used = table.products[:: max(1, len(table.products) // BILL_LINES)]
    power = next(entry for entry in table.products if entry.unit in ("kWh", "MJ"))
    lines = [a_material(f"line-{n}", each.id, "2", each.unit) for n, each in enumerate(used)]
    bom = a_bom([*lines, an_energy("power", power.id, "5", power.unit)])
    basis = method.certified_basis(bom.boundary)
    system = product_system(bom, table)
    impact = impacts(system, table, method, basis)

    def told() -> None:
        structure = open_structure(context, release)
        found = study_emissions(system, impact, table, structure, method, basis, bom.geography)
        assert all(by_emitter(found, group) for group in EmitterGroup)

    with _timed() as cold:
        told()
    with _timed() as warm:
        told()
    return cold, warm


def uslci_import() -> dict[str, Any]:
    """Reads, links and reports the JSON-LD archive; its bytes and JSON alone are the baseline."""
    with _timed() as baseline, zipfile.ZipFile(USLCI) as archive:
        for member in archive.namelist():
            if member.endswith(".json"):
                json.loads(archive.read(member))
    with _timed() as whole:
        imported = import_file(USLCI, ImportOptions())
        json.dumps(imported.report.to_json())
    return {
        "read": imported.report.processes["read"],
        "baseline": baseline,
        "whole": whole,
        "peak_bytes": _peak_bytes(),
    }


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    """Wall and processor seconds of the block, known at its end."""
    spent: dict[str, float] = {}
    wall, processor = time.perf_counter(), time.process_time()
    yield spent
    spent["seconds"] = time.perf_counter() - wall
    spent["processor_seconds"] = time.process_time() - processor


def _peak_bytes() -> int:
    """The most memory this process had; not its parent's, which ``getrusage`` may tell."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


PIECES: dict[str, Callable[..., dict[str, Any]]] = {
    "release": lambda count, base: release(int(count), Path(base)),
    "hubs": lambda count, hubs_among: hubs(int(count), int(hubs_among)),
    "uslci-import": uslci_import,
}

if __name__ == "__main__":
    print(json.dumps(PIECES[sys.argv[1]](*sys.argv[2:])))
