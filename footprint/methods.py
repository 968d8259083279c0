"""Method profiles: which GWP set, which total is certified, which limits hold; data, not code.

A profile is a dated JSON file in ``footprint/data/methods``; characterisation factors are the
lines of ``footprint/data/gwp100.csv``, each with its source. A profile may limit the boundaries it
is for, leave stages or gases out, and count only what an installation emits itself (CBAM). Rules
that hold for every profile:

* CH4 of unspecified origin is taken as fossil (the higher factor).
* Pseudo-flows (``CO2e``) keep their value under every GWP set.
* Captured CO2 stands beside the footprint; it is netted where the profile says so and nowhere else.
* Including uptake, biogenic CO2 counts -1 when taken up and +1 when released; excluding uptake,
  both are left out (0/0) and biogenic methane stays (ISO 14067:2018, 6.4.9.2; PACT 3).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from footprint.bom import COUNTED, BillOfMaterials, Boundary, Stage
from footprint.errors import FootprintError, MethodError, raise_all
from footprint.inventory import CAPTURED_CO2, Direction, EmissionKey, Origin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DATA = files("footprint") / "data"


class UptakeBasis(StrEnum):
    """Whether biogenic CO2 uptake and release are in the total."""

    INCLUDING = "including-uptake"
    EXCLUDING = "excluding-uptake"


class EmissionScope(StrEnum):
    """What of a product system counts.

    Attributes:
        LIFE_CYCLE: Everything within the boundary, from the cradle.
        INSTALLATION: What the maker's installation emits itself, burning fuels included, and what
            the makers of precursors state for theirs; nothing else bought (CBAM, annex IV).
    """

    LIFE_CYCLE = "life-cycle"
    INSTALLATION = "installation"


class ProfileStatus(StrEnum):
    """Whether its rules are in force, or drawn from a draft that nobody may claim to fulfil."""

    IN_FORCE = "in-force"
    DRAFT = "draft"


@dataclass(frozen=True, kw_only=True)
class MethodProfile:
    """One set of rules for quantification, versioned and dated.

    Attributes:
        gwp_set: The set that characterises; the first of ``gwp_sets`` unless another was chosen.
        gwp_sets: The sets that may be chosen.
        boundaries: Those the profile is for.
        excluded_stages: Stages that the profile leaves out of every study.
        substances: The gases that count; empty where all do.
        nets_captured_co2: Whether CO2 captured and stored is taken off the footprint.
        unswitchable_share_limit: Largest share of the result known only as CO2e (0..1).
        unconfirmed: Names of the members whose value has no confirmed source.
        sha256: Of the file the profile was read from.
    """

    id: str
    version: str
    title: Mapping[str, str]
    valid_from: date
    status: ProfileStatus
    gwp_set: str
    gwp_sets: tuple[str, ...]
    boundaries: tuple[Boundary, ...]
    excluded_stages: tuple[Stage, ...]
    scope: EmissionScope
    substances: tuple[str, ...]
    nets_captured_co2: bool
    basis_partial: UptakeBasis
    basis_full: UptakeBasis
    unswitchable_share_limit: Decimal
    significant_figures: int
    unconfirmed: tuple[str, ...]
    sources: tuple[str, ...]
    sha256: str

    @property
    def counts_everything(self) -> bool:
        """Every gas of the whole life cycle within the boundary."""
        return self.scope is EmissionScope.LIFE_CYCLE and not self.substances

    def check(self, bom: BillOfMaterials) -> None:
        """Nothing when the profile is for such a study.

        Raises:
            FootprintErrors: ``boundary-not-in-profile``, ``stage-not-in-profile``; each with its
                place.
        """
        errors: list[FootprintError] = []
        if bom.boundary not in self.boundaries:
            known = ", ".join(self.boundaries)
            errors.append(
                MethodError("boundary-not-in-profile", "/boundary", method=self.id, known=known)
            )
        errors += [
            MethodError("stage-not-in-profile", f"/stages/{stage}", method=self.id, stage=stage)
            for stage in self.excluded_stages
            if bom.stages[stage] in COUNTED
        ]
        raise_all(errors)

    def certified_basis(self, boundary: Boundary) -> UptakeBasis:
        """Which total is the footprint for this boundary."""
        return self.basis_full if boundary is Boundary.CRADLE_TO_GRAVE else self.basis_partial

    def factors(self, keys: Sequence[EmissionKey], basis: UptakeBasis) -> NDArray[np.float64]:
        """kgCO2e per kg of every key, signed: shape (len(keys),).

        Raises:
            MethodError: ``gas-unknown`` for a substance the GWP set does not hold.
        """
        import numpy as np  # noqa: PLC0415  a label is printed without it

        return np.array([self.factor(key, basis) for key in keys], dtype=np.float64)

    def factor(self, key: EmissionKey, basis: UptakeBasis) -> float:
        """kgCO2e per kg of one key; removals are negative."""
        if key.substance == CAPTURED_CO2:
            return -1.0 if self.nets_captured_co2 else 0.0
        if self.substances and not key.is_pseudo_flow and key.substance not in self.substances:
            return 0.0
        return characterised(self.gwp_set, key, basis)


@lru_cache(maxsize=1)
def _gwp_table() -> Mapping[tuple[str, str, str], Decimal]:
    with (_DATA / "gwp100.csv").open(encoding="utf-8") as lines:
        return {
            (row["gwp_set"], row["substance"], row["origin"]): Decimal(row["kg_co2e_per_kg"])
            for row in csv.DictReader(lines)
        }


def gwp100(gwp_set: str, key: EmissionKey) -> Decimal:
    """The hundred-year global warming potential of one key, kgCO2e per kg, unsigned.

    Raises:
        MethodError: ``gas-unknown``.
    """
    if key.is_pseudo_flow:
        return Decimal(1)
    table = _gwp_table()
    origin = Origin.FOSSIL if key.origin is Origin.UNSPECIFIED else key.origin
    for name in (origin.value, "any"):
        found = table.get((gwp_set, key.substance, name))
        if found is not None:
            return found
    raise MethodError("gas-unknown", "", substance=key.substance, gwp_set=gwp_set)


def characterised(gwp_set: str, key: EmissionKey, basis: UptakeBasis) -> float:
    """kgCO2e per kg of one key under a GWP set; removals are negative.

    Raises:
        MethodError: ``gas-unknown``.
    """
    is_biogenic_co2 = key.substance == "CO2" and key.origin is Origin.BIOGENIC
    if is_biogenic_co2 and basis is UptakeBasis.EXCLUDING:
        return 0.0
    sign = -1.0 if key.direction is Direction.REMOVAL else 1.0
    return sign * float(gwp100(gwp_set, key))


def gwp_sets() -> tuple[str, ...]:
    """The GWP sets there are, sorted."""
    return tuple(sorted({gwp_set for gwp_set, _, _ in _gwp_table()}))


def is_known_substance(substance: str) -> bool:
    """True when some GWP set characterises the substance."""
    return any(known == substance for _, known, _ in _gwp_table())


def profile_ids() -> tuple[str, ...]:
    """The profiles shipped, sorted."""
    names = (entry.name for entry in (_DATA / "methods").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


@lru_cache(maxsize=64)
def method_profile(profile_id: str, gwp_set: str = "") -> MethodProfile:
    """The profile of that id, with its own GWP set or another that it allows.

    Raises:
        MethodError: ``method-unknown``, with the profiles there are; ``gwp-set-not-in-profile``.
    """
    if profile_id not in profile_ids():
        known = ", ".join(profile_ids())
        raise MethodError("method-unknown", "/method", method=profile_id[:60], known=known)
    content = (_DATA / "methods" / f"{profile_id}.json").read_bytes()
    body = json.loads(content)
    gwp_sets = tuple(body["gwp_sets"])
    if gwp_set and gwp_set not in gwp_sets:
        known = ", ".join(gwp_sets)
        raise MethodError(
            "gwp-set-not-in-profile",
            "/gwp_set",
            gwp_set=gwp_set[:20],
            method=profile_id,
            known=known,
        )
    return MethodProfile(
        id=body["id"],
        version=body["version"],
        title=body["title"],
        valid_from=date.fromisoformat(body["valid_from"]),
        status=ProfileStatus(body["status"]),
        gwp_set=gwp_set or gwp_sets[0],
        gwp_sets=gwp_sets,
        boundaries=tuple(Boundary(name) for name in body["boundaries"]),
        excluded_stages=tuple(Stage(name) for name in body["excluded_stages"]),
        scope=EmissionScope(body["scope"]),
        substances=tuple(body["substances"]),
        nets_captured_co2=body["nets_captured_co2"],
        basis_partial=UptakeBasis(body["certified_basis"]["partial"]),
        basis_full=UptakeBasis(body["certified_basis"]["full"]),
        unswitchable_share_limit=Decimal(body["unswitchable_share_limit"]),
        significant_figures=body["significant_figures"],
        unconfirmed=tuple(body["unconfirmed"]),
        sources=tuple(body["sources"]),
        sha256=hashlib.sha256(content).hexdigest(),
    )
