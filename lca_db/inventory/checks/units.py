"""Whether every emission can be expressed in kg CO2e under every method on offer.

Units of exchanges are checked where a snapshot is made. What is left is the unit of the result: a
gas without a global warming potential would stop every footprint of the release.
"""

from __future__ import annotations

from collections.abc import Iterator

from footprint.errors import InventoryError, MethodError, pointer
from footprint.inventory import InventorySnapshot
from footprint.methods import method_profile, profile_ids
from lca_db.inventory.checks.finding import Finding, Severity, found


def check_units(snapshot: InventorySnapshot) -> Iterator[Finding]:
    """Emissions that some method profile does not characterise."""
    profiles = [method_profile(profile_id) for profile_id in profile_ids()]
    for process in snapshot.processes:
        for position, emission in enumerate(process.emissions):
            for profile in profiles:
                try:
                    profile.factor(emission.key, profile.basis_partial)
                except MethodError as refusal:
                    place = pointer(process.id, "emissions", position)
                    error = InventoryError(refusal.code, place, **refusal.parameters)
                    yield found(Severity.BLOCKING, process.id, error)
                    break
