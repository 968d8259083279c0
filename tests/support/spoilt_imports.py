"""Passes a file, however spoilt, through a whole import and holds its report to the rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from labels.locale import translations
from lca_db.inventory.importers.importing import Imported, import_file
from lca_db.inventory.importers.limits import UPLOAD, ImportLimits
from lca_db.inventory.importers.options import ImportOptions, Unlinked
from lca_db.inventory.importers.report import MOST_LISTED, Fate

SpoiltImporter = Callable[..., Imported]
ESTIMATES = {"kg": Decimal(2), "kWh": Decimal("0.6"), "piece": Decimal(5), "waste:kg": Decimal(0)}


def import_of_spoilt(path: Path, format_key: str, *, cuts_off: bool) -> Imported:
    """What the import of a spoilt file gave: datasets that may be stored, and a whole report."""
    policy = Unlinked.CUT_OFF if cuts_off else Unlinked.REFUSE
    return held_import(path, format_key, policy, UPLOAD)


def held_import(
    path: Path,
    format_key: str,
    policy: Unlinked,
    limits: ImportLimits,
    prefix: str = "spoilt",
    estimates: Mapping[str, Decimal] = ESTIMATES,
) -> Imported:
    """An import whose report accounts for every process and every exchange, or refuses the file."""
    imported = import_file(
        path,
        ImportOptions(
            format=format_key, prefix=prefix, unlinked=policy, estimates=estimates, limits=limits
        ),
    )
    report = imported.report
    told = json.loads(json.dumps(report.to_json(), allow_nan=False))
    if report.refusal is not None:
        assert f"problem.{report.refusal['code']}" in translations("en"), report.refusal
        assert imported.processes == ()
        return imported
    assert told["processes"]["read"] + told["processes"]["unreadable"] > 0
    assert report.came_in == len(imported.processes)
    assert report.processes["read"] == report.came_in + report.processes["refused"]
    assert report.refused.count == report.processes["refused"] + report.processes["unreadable"]
    fates = {fate.value: report.exchanges.get(fate.value, 0) for fate in Fate}
    assert set(report.exchanges) == {"read", *fates}
    assert sum(fates.values()) == report.exchanges["read"]
    if policy is Unlinked.REFUSE:
        assert fates[Fate.CUT_OFF.value] == 0
    assert len(report.refused.shown) <= MOST_LISTED
    return imported
