"""What keeps a suggestion from being the thing itself: a stand-in, a blend, a unit to be converted.

A figure for a whole group of things (plastics on average, electronics as IT equipment) is near at
most for a thing it does not name, and one polymer of a blend is a part of it. What the average of a
group is called (``塑胶``) is the thing itself, and one kind of it (rock wool for insulation,
``one_kind.csv``) is not; a national average is that of one thing and no group. Litres of a fuel and
tonnes of water are counted by their density (``densities.csv``): nothing is converted, the reason
says how a person does it. A cubic metre of gas says nothing without its temperature.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache

from footprint.errors import QuantityError
from footprint.quantities import conversion_factor, round_significant
from lca_db.inventory.matching.atoms import Atoms, atoms
from lca_db.inventory.matching.knowledge import densities, kinds
from lca_db.inventory.matching.values import Because, Candidate, Reason
from lca_db.inventory.words import folded

_FIGURES = 3
_OF_A_GROUP = re.compile(r", average|(?<!中国)平均\(|,平均")
_AS_ANOTHER = re.compile(r"英国it设备|as it equipment")
_POLYMER = r"(?:pc|abs|asa|pbt|pet|pa\d*|pp|pe|ps|hips|san|ppo|ppe|pmma|pvc|tpu|pom|eva)"
_BLEND = re.compile(
    rf"(?<![a-z])({_POLYMER}) ?[/+-] ?(?!\1(?![a-z0-9])){_POLYMER}(?![a-z0-9])", re.ASCII
)


def cautions(text: str, written: Atoms | None, candidate: Candidate) -> list[Because]:
    """Why the dataset is only near: reasons that change the confidence and not the order.

    Args:
        text: The line, folded.
        written: What in the line the dataset was found by; None where nothing was.
        candidate: The dataset.
    """
    found = []
    blend = _BLEND.search(text)
    if blend is not None:
        found.append(Because(Reason.BLEND, blend[0].upper(), 0.0))
    if written is not None and written.grams and _stands_in(written, candidate):
        found.append(Because(Reason.STANDS_IN, "".join(written.parts).upper(), 0.0))
    return found


def _stands_in(written: Atoms, candidate: Candidate) -> bool:
    """Whether the dataset is a figure for more than, or for something else than, what is written.

    A synonym of an average is a name of it, one of electronics as IT equipment is not: what is
    called a resistor is none of the equipment that was measured.
    """
    names = tuple(candidate.names.values())
    if written.grams & _own_grams(names):
        return False
    plain = [folded(name) for name in names]
    if any(_AS_ANOTHER.search(name) for name in plain):
        return True
    if not any(_OF_A_GROUP.search(name) for name in plain):
        return False
    return not any(
        alias.parts not in kinds() and written.find(alias) >= 0 for alias in candidate.aliases
    )


@lru_cache(maxsize=4096)
def _own_grams(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(gram for name in names for gram in atoms(name).grams)


def bridge(unit: str, candidate: Candidate) -> Because | None:
    """How an amount in a unit of another kind is made one in the dataset's; None where it is not.

    Args:
        unit: Of the line, a canonical name.
        candidate: The dataset, counted in something that the unit does not convert to.
    """
    if _is_gas_without_condition(unit, candidate.unit):
        return Because(Reason.GAS_VOLUME, candidate.unit, 0.0)
    called = {alias.parts for alias in candidate.aliases}
    for names, kg_per_m3 in densities():
        if called & names:
            factor = _by_density(unit, candidate.unit, kg_per_m3)
            if factor is not None:
                amount = format(round_significant(factor, _FIGURES).normalize(), "f")
                return Because(Reason.BY_DENSITY, f"1 {unit} = {amount} {candidate.unit}", 0.0)
    return None


@cache
def _by_density(unit: str, other: str, kg_per_m3: Decimal) -> Decimal | None:
    for from_unit, to_unit, factor in (("m3", "kg", kg_per_m3), ("kg", "m3", 1 / kg_per_m3)):
        try:
            return conversion_factor(unit, from_unit) * factor * conversion_factor(to_unit, other)
        except QuantityError:
            continue
    return None


def _is_gas_without_condition(unit: str, other: str) -> bool:
    try:
        conversion_factor(unit, other)
    except QuantityError as error:
        return error.code == "gas-volume-without-condition"
    return False
