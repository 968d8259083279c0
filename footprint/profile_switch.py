"""The same footprint under another method profile or GWP set, without solving anything again.

A result holds the mass of every emission key, so that another profile is another row of factors.
What is known only as CO2e keeps its value: the share of it is reported, and where it passes the
profile's limit the total is shown with that said (ISO 14067:2018, 6.5.2; PACT methodology 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from footprint.bom import Boundary
from footprint.contribution import partition
from footprint.errors import MethodError
from footprint.inventory import EmissionKey
from footprint.methods import (
    EmissionScope,
    MethodProfile,
    UptakeBasis,
    method_profile,
    profile_ids,
)
from footprint.quantities import significant_string
from footprint.result import GasResult, Partition


@dataclass(frozen=True, kw_only=True)
class SwitchedTotal:
    """A footprint under one profile and GWP set.

    Attributes:
        total_kg_co2e: On the basis the profile certifies, per unit of the study.
        figure: The same with the profile's significant figures.
        unswitchable_share: Share of the absolute impact known only as CO2e (0..1).
        is_over_limit: That share passes the profile's limit: nobody may certify the total.
    """

    method: str
    gwp_set: str
    basis: UptakeBasis
    total_kg_co2e: float
    figure: str
    including_uptake_kg_co2e: float
    excluding_uptake_kg_co2e: float
    partition: Partition
    unswitchable_share: float
    is_over_limit: bool


_NOT_FOR_IT = frozenset({"boundary-not-in-profile", "profile-needs-its-own-calculation"})
Masses = Sequence[tuple[EmissionKey, float]]
"""kg of every emission key of one footprint, over its life cycle."""


def switched(masses_kg: Masses, boundary: Boundary, method: MethodProfile) -> SwitchedTotal:
    """The footprint under a profile.

    Raises:
        MethodError: ``boundary-not-in-profile``; ``profile-needs-its-own-calculation`` where the
            profile counts other emissions than the whole life cycle within that boundary.
    """
    if boundary not in method.boundaries:
        known = ", ".join(method.boundaries)
        raise MethodError("boundary-not-in-profile", "/boundary", method=method.id, known=known)
    if method.scope is not EmissionScope.LIFE_CYCLE or method.excluded_stages:
        raise MethodError("profile-needs-its-own-calculation", "/method", method=method.id)
    basis = method.certified_basis(boundary)
    gases = _characterised(masses_kg, method, basis)
    totals = {
        b: math.fsum(g.kg_co2e for g in _characterised(masses_kg, method, b)) for b in UptakeBasis
    }
    share = _unswitchable(gases)
    return SwitchedTotal(
        method=method.id,
        gwp_set=method.gwp_set,
        basis=basis,
        total_kg_co2e=totals[basis],
        figure=significant_string(totals[basis], method.significant_figures),
        including_uptake_kg_co2e=totals[UptakeBasis.INCLUDING],
        excluding_uptake_kg_co2e=totals[UptakeBasis.EXCLUDING],
        partition=partition(gases),
        unswitchable_share=share,
        is_over_limit=share > float(method.unswitchable_share_limit),
    )


def switched_everywhere(masses_kg: Masses, boundary: Boundary) -> Iterator[SwitchedTotal]:
    """The footprint under every profile and GWP set it can be switched to."""
    for name in profile_ids():
        for gwp_set in method_profile(name).gwp_sets:
            method = method_profile(name, gwp_set)
            try:
                yield switched(masses_kg, boundary, method)
            except MethodError as error:
                if error.code not in _NOT_FOR_IT:
                    raise


def _characterised(masses_kg: Masses, method: MethodProfile, basis: UptakeBasis) -> list[GasResult]:
    return [
        GasResult(key=key, mass_kg=mass, kg_co2e=mass * method.factor(key, basis))
        for key, mass in masses_kg
    ]


def _unswitchable(gases: Sequence[GasResult]) -> float:
    whole = math.fsum(abs(gas.kg_co2e) for gas in gases)
    kept = math.fsum(abs(gas.kg_co2e) for gas in gases if gas.key.is_pseudo_flow)
    return kept / whole if whole else 0.0
