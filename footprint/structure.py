"""Who makes what of a release from what, and who emits: what a forward solution needs, in columns.

It is a content-addressed artefact, made once when a release is frozen and then only read: reading
the datasets themselves takes half a millisecond for each. The same snapshot gives the same bytes,
and what is calculated from them is the same whether they were made just now or read.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from footprint.canonical import canonical_json
from footprint.inventory import EmissionKey, InventorySnapshot
from footprint.quantities import conversion_factor
from footprint.technosphere import Activity, activities, emission_keys

_FORMAT = 1
_COLUMNS = (
    *("amounts", "is_fuel", "rows", "columns", "taken"),
    *("emitted_keys", "emitted_by", "emitted_kg"),
)
Floats = NDArray[np.float64]
Positions = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class ReleaseStructure:
    """The activities of a release, one per product and in their order, and their exchanges.

    Attributes:
        release_sha256: Content hash of the snapshot.
        processes, sectors, locations: By activity, the dataset it is of, its industry ("" where it
            has none) and its place.
        amounts: By activity, what it makes of its product, in the unit of the product.
        is_fuel: By activity, whether it is the burning of a fuel.
        rows, columns, taken: Inputs: product, activity, and how much of the product it takes, its
            own as well. Those of the same place add up.
        keys: What is emitted.
        emitted_keys, emitted_by, emitted_kg: Key, activity, and the kg it emits itself.
    """

    release_sha256: str
    processes: tuple[str, ...] = field(repr=False)
    sectors: tuple[str, ...] = field(repr=False)
    locations: tuple[str, ...] = field(repr=False)
    keys: tuple[EmissionKey, ...] = field(repr=False)
    amounts: Floats = field(repr=False)
    is_fuel: NDArray[np.bool_] = field(repr=False)
    rows: Positions = field(repr=False)
    columns: Positions = field(repr=False)
    taken: Floats = field(repr=False)
    emitted_keys: Positions = field(repr=False)
    emitted_by: Positions = field(repr=False)
    emitted_kg: Floats = field(repr=False)

    @classmethod
    def of(cls, snapshot: InventorySnapshot) -> ReleaseStructure:
        """The structure of a snapshot."""
        made, keys = activities(snapshot), emission_keys(snapshot)
        rows, columns, taken = _inputs(made)
        emitted_keys, emitted_by, emitted_kg = _emissions(made, keys)
        return cls(
            release_sha256=snapshot.sha256(),
            processes=tuple(each.process.id for each in made),
            sectors=tuple(str(each.process.content.get("industry") or "") for each in made),
            locations=tuple(each.process.location for each in made),
            keys=keys,
            amounts=np.array([float(each.amount) for each in made], dtype=np.float64),
            is_fuel=np.array([each.process.is_fuel_combustion for each in made], dtype=np.bool_),
            rows=rows,
            columns=columns,
            taken=taken,
            emitted_keys=emitted_keys,
            emitted_by=emitted_by,
            emitted_kg=emitted_kg,
        )

    def to_bytes(self) -> bytes:
        """As .npz without compression: the same structure gives the same bytes."""
        header = canonical_json(
            {
                "format": _FORMAT,
                "release_sha256": self.release_sha256,
                "processes": list(self.processes),
                "sectors": list(self.sectors),
                "locations": list(self.locations),
                "keys": [str(key) for key in self.keys],
            }
        )
        buffer = io.BytesIO()
        columns = {name: getattr(self, name) for name in _COLUMNS}
        np.savez(buffer, header=np.frombuffer(header, dtype=np.uint8), **columns)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> ReleaseStructure:
        """The structure again."""
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            header = json.loads(found["header"].tobytes())
            columns = {name: found[name] for name in _COLUMNS}
        return cls(
            release_sha256=header["release_sha256"],
            processes=tuple(header["processes"]),
            sectors=tuple(header["sectors"]),
            locations=tuple(header["locations"]),
            keys=tuple(EmissionKey.parse(text) for text in header["keys"]),
            **columns,
        )


def _inputs(made: list[Activity]) -> tuple[Positions, Positions, Floats]:
    """What each activity takes, in the units of the products."""
    row_of = {activity.product: row for row, activity in enumerate(made)}
    rows: list[int] = []
    columns: list[int] = []
    taken: list[float] = []
    for column, activity in enumerate(made):
        for exchange in activity.process.inputs:
            row = row_of[exchange.provider]
            factor = conversion_factor(exchange.unit, made[row].unit)
            rows.append(row)
            columns.append(column)
            taken.append(float(exchange.amount * factor * activity.share))
    return (
        np.array(rows, dtype=np.int32),
        np.array(columns, dtype=np.int32),
        np.array(taken, dtype=np.float64),
    )


def _emissions(
    made: list[Activity], keys: tuple[EmissionKey, ...]
) -> tuple[Positions, Positions, Floats]:
    """kg of each key that each activity emits or takes up itself."""
    number_of = {key: number for number, key in enumerate(keys)}
    found = [
        (number_of[emission.key], column, float(emission.amount_kg * activity.share))
        for column, activity in enumerate(made)
        for emission in activity.process.emissions
    ]
    return (
        np.array([key for key, _, _ in found], dtype=np.int32),
        np.array([column for _, column, _ in found], dtype=np.int32),
        np.array([kg for _, _, kg in found], dtype=np.float64),
    )
