"""Whether every emission can be expressed in kg CO2e under every method on offer.

Units of exchanges are checked where a snapshot is made. What is left is the unit of the result: a
gas without a global warming potential would stop every footprint of the release.
"""

from __future__ import annotations

from collections.abc import Iterator

from footprint.errors import InventoryError, MethodError, pointer
from footprint.inventory import EmissionKey, InventorySnapshot
from footprint.methods import method_profile, profile_ids
from lca_db.inventory.checks.finding import Finding, Severity, found


def check_units(snapshot: InventorySnapshot) -> Iterator[Finding]:
    """Emissions that some method profile does not characterise."""
    used = {e.key for process in snapshot.processes for e in process.emissions}
    refused = {key: refusal for key in used if (refusal := _refusal(key)) is not None}
    for process in snapshot.processes:
        for position, emission in enumerate(process.emissions):
            refusal = refused.get(emission.key)
            if refusal is not None:
                place = pointer(process.id, "emissions", position)
                error = InventoryError(refusal.code, place, **refusal.parameters)
                yield found(Severity.BLOCKING, process.id, error)


def _refusal(key: EmissionKey) -> MethodError | None:
    """Why some method cannot characterise the key, None where all can."""
    for profile in map(method_profile, profile_ids()):
        try:
            profile.factor(key, profile.basis_partial)
        except MethodError as refusal:
            return refusal
    return None
