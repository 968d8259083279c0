"""Our method profile as an impact method of openLCA, so that a total there is the total here.

The factors are those of the profile for the emissions of the package, data known only as CO2e
among them, which no method of others can know. What is taken out of the air is an input there and
an input here; its factor is below zero where the basis counts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.inventory import EmissionKey
from footprint.methods import MethodProfile, UptakeBasis, is_known_substance
from lca_db.inventory.exports.emission_names import emission_name
from lca_db.inventory.exports.openlca_entities import emission_flow_id, entity, flow_reference
from lca_db.inventory.exports.openlca_ids import identity, units

_UNIT = "kg CO2e"


def impact_method(profile: MethodProfile) -> dict[str, object]:
    """The method, with a category for each basis of biogenic uptake."""
    return entity(
        "ImpactMethod",
        identity("method", profile.id),
        f"Tanbiao {profile.id}",
        description=f"GWP 100 of {profile.gwp_set}",
        impactCategories=[
            {
                "@type": "ImpactCategory",
                "@id": _category_id(profile, basis),
                "name": _name(basis),
                "refUnit": _UNIT,
            }
            for basis in UptakeBasis
        ],
    )


def impact_categories(
    profile: MethodProfile, keys: Sequence[EmissionKey]
) -> Iterator[dict[str, object]]:
    """Climate change excluding and including biogenic uptake, with the factor of every key."""
    known = [key for key in keys if key.is_pseudo_flow or is_known_substance(key.substance)]
    for basis in UptakeBasis:
        yield entity(
            "ImpactCategory",
            _category_id(profile, basis),
            _name(basis),
            refUnit=_UNIT,
            impactFactors=[_factor(profile, key, basis) for key in known],
        )


def _factor(profile: MethodProfile, key: EmissionKey, basis: UptakeBasis) -> dict[str, object]:
    unit = units()["kg"]
    name = emission_name(key).name
    return {
        "flow": flow_reference(emission_flow_id(key), name, "ELEMENTARY_FLOW", unit.name),
        "flowProperty": unit.property_reference(),
        "unit": unit.reference(),
        "value": profile.factor(key, basis),
    }


def _category_id(profile: MethodProfile, basis: UptakeBasis) -> str:
    return identity("impact-category", f"{profile.id}/{basis.value}")


def _name(basis: UptakeBasis) -> str:
    return f"Climate change, {basis.value.replace('-', ' ')}"
