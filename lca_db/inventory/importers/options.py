"""What the caller of an import chooses: prefix, what becomes of unlinked flows, the mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from footprint.quantities import decimal_amount, unit_name
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.limits import OWN_FILE, ImportLimits
from lca_db.inventory.importers.units import EXACT, factor_between


class Unlinked(StrEnum):
    """What becomes of a product flow for which no supplier is found."""

    REFUSE = "refuse"  # its process does not come in, nor what depends on it
    CUT_OFF = "cut-off"  # it is left out, its emission estimated, and the dataset says so


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """Choices of one import.

    Attributes:
        format: Key of ``formats.FORMATS``, "" to tell by the content.
        prefix: Of the identifiers of what comes in.
        estimates: kgCO2e per unit (ours) of a flow that is cut off, one unit per dimension.
        uses_map: Whether foreign background names are linked to the shipped inventory; its ids are.
    """

    format: str = ""
    prefix: str = ""
    unlinked: Unlinked = Unlinked.REFUSE
    estimates: Mapping[str, Decimal] = field(default_factory=dict)
    uses_map: bool = True
    limits: ImportLimits = OWN_FILE

    def estimate_kg_co2e(self, amount: Decimal, unit: str) -> Decimal | None:
        """The estimated emission of an amount; None where its dimension has no estimate."""
        for known, per_unit in self.estimates.items():
            factor = factor_between(unit, known) if unit else None
            if factor is not None:
                return EXACT.multiply(EXACT.multiply(amount, factor), per_unit)
        return None

    def to_json(self) -> dict[str, object]:
        """As plain JSON values."""
        return {
            "format": self.format,
            "prefix": self.prefix,
            "unlinked": self.unlinked.value,
            "estimates": {unit: str(value) for unit, value in sorted(self.estimates.items())},
            "uses_map": self.uses_map,
        }


def read_estimates(text: str) -> dict[str, Decimal]:
    """Estimates from ``kg=2,kWh=0.6``: kgCO2e per unit.

    Raises:
        ImportRefused: ``import-choice-unknown`` for anything else, a unit of a dimension that
            was given before included.
        QuantityError: ``unit-unknown``, ``amount-not-a-number``.
    """
    found: dict[str, Decimal] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        unit = unit_name(name) if equals else ""
        is_known = any(factor_between(unit, other) is not None for other in found)
        if not equals or is_known:
            raise ImportRefused("import-choice-unknown", "/estimates", value=part[:60])
        estimate = decimal_amount(value, "/estimates")
        if estimate < 0:
            raise ImportRefused("import-choice-unknown", "/estimates", value=part[:60])
        found[unit] = estimate
    return found


def options_of(body: Mapping[str, object], limits: ImportLimits) -> ImportOptions:
    """The choices of :meth:`ImportOptions.to_json`, as a job or a form keeps them.

    Raises:
        ImportRefused: ``import-choice-unknown`` for a policy that is none.
    """
    estimates = body.get("estimates") or {}
    unlinked = str(body.get("unlinked") or Unlinked.REFUSE.value)
    if unlinked not in set(Unlinked) or not isinstance(estimates, Mapping):
        raise ImportRefused("import-choice-unknown", "/unlinked", value=unlinked[:60])
    return ImportOptions(
        format=str(body.get("format") or ""),
        prefix=str(body.get("prefix") or ""),
        unlinked=Unlinked(unlinked),
        estimates={str(unit): decimal_amount(str(value)) for unit, value in estimates.items()},
        uses_map=body.get("uses_map") is not False,
        limits=limits,
    )
