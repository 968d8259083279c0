"""Findings that were explained in writing, so that they no longer block a release.

``explained_findings.csv`` names the code, the dataset, the reason, and by how many kg per unit of
the product the balance may be missed: what misses it by more is a new defect and blocks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from footprint.errors import InventoryError
from footprint.quantities import decimal_amount
from lca_db.inventory.checks.finding import Finding, Severity
from lca_db.inventory.checks.reading import rows_of

COLUMNS = ("code", "dataset", "up_to", "reason")


@dataclass(frozen=True)
class Explanation:
    """Why a finding may stand, and up to which size."""

    up_to: float
    reason: str


Explanations = Mapping[tuple[str, str], Explanation]


def read_explanations(root: Traversable | Path) -> Explanations:
    """The table of a folder by code and dataset.

    Raises:
        InventoryError: ``reference-file-malformed``; ``source-line-incomplete`` without a reason.
    """
    found: dict[tuple[str, str], Explanation] = {}
    for place, row in rows_of(root, "explained_findings.csv", COLUMNS):
        if not row["reason"].strip():
            raise InventoryError("source-line-incomplete", place, column="reason")
        up_to = float(decimal_amount(row["up_to"], place))
        found[row["code"], row["dataset"]] = Explanation(up_to, row["reason"])
    return MappingProxyType(found)


def explained(finding: Finding, explanations: Explanations) -> Finding:
    """The finding as a warning where it blocks and is explained, else as it is."""
    known = explanations.get((finding.code, finding.dataset))
    if known is None or finding.severity is not Severity.BLOCKING or finding.size > known.up_to:
        return finding
    return replace(finding, severity=Severity.WARNING, explanation=known.reason)
