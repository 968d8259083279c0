"""How an export names an emission: as ecoinvent and its kin do, else by the text of our key.

Every name is chosen so that the importers read the same key from it again; a key for which the
table ``importers/climate_flows.csv`` has no name (data known only as CO2e, say) is named by its
own text, ``CO2e:fossil:emission:gwp=AR6``, which the importers read as that key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from footprint.inventory import Direction, EmissionKey
from lca_db.inventory.importers.climate_flows import named_flows, read_flow
from lca_db.inventory.importers.raw import FlowKind, RawExchange

AIRCRAFT = ("air", "lower stratosphere + upper troposphere")
_PREFERRED = "ecoinvent"
_PLACES = {
    "air": (FlowKind.EMISSION, ("air",)),
    "soil": (FlowKind.EMISSION, ("soil",)),
    "resource": (FlowKind.RESOURCE, ("resource", "in air")),
}


@dataclass(frozen=True, slots=True)
class EmissionName:
    """One elementary flow as foreign tools know it.

    Attributes:
        kind: Emission, or resource for what is taken out of the air.
        compartment: From the general to the particular.
    """

    name: str
    kind: FlowKind
    compartment: tuple[str, ...]
    cas: str = ""

    def read(self) -> EmissionKey | None:
        """The key our importers make of it."""
        exchange = RawExchange(
            kind=self.kind,
            name=self.name,
            amount=Decimal(1),
            unit="kg",
            place="",
            compartment=self.compartment,
        )
        return read_flow(exchange).key


@lru_cache(maxsize=1024)
def emission_name(key: EmissionKey, *, has_subcompartments: bool = True) -> EmissionName:
    """The name of a key.

    Args:
        key: Which emission.
        has_subcompartments: Whether the format can say more than air, water or soil; where it
            cannot, the emissions of aircraft are named by their key.
    """
    for candidate in _candidates(key, has_subcompartments):
        if candidate.read() == key:
            return candidate
    is_removal = key.direction is Direction.REMOVAL
    kind, compartment = _PLACES["resource" if is_removal else "air"]
    return EmissionName(str(key), kind, compartment if has_subcompartments else compartment[:1])


def _candidates(key: EmissionKey, has_subcompartments: bool) -> Iterator[EmissionName]:
    rows = [
        row
        for row in named_flows()
        if (row["substance"], row["origin"], row["direction"])
        == (key.substance, key.origin.value, key.direction.value)
        and row["medium"] in _PLACES
    ]
    rows.sort(key=lambda row: _PREFERRED not in row["naming"])  # else in the order of the table
    for row in rows:
        kind, compartment = _PLACES[row["medium"]]
        if key.is_aircraft:
            compartment = AIRCRAFT
        if not has_subcompartments:
            compartment = compartment[:1]
        yield EmissionName(row["name"], kind, compartment, row["cas"])
