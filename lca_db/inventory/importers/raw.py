"""What every reader makes of its format: processes as they were written, before anything is linked.

Nothing here is interpreted: names, units and amounts are the file's own. The linker
(``lca_db/inventory/importers/linking.py``) decides what a flow is in our inventory.

Rules:

* Amounts keep the sign and the unit of the file; the reference product's amount may differ from 1
  and may be negative (a treatment that takes waste in).
* An identifier that the format does not have is "". Text is stripped of blanks at both ends.
* ``place`` says where in the file something stood (``/processes/ab12.json/exchanges/3``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from lca_db.inventory.importers.errors import ImportRefused


class FlowKind(StrEnum):
    """What an exchange is, as far as the format says."""

    REFERENCE = "reference"  # the product the process stands for
    CO_PRODUCT = "co-product"
    PRODUCT_INPUT = "product-input"
    AVOIDED_PRODUCT = "avoided-product"
    WASTE_OUTPUT = "waste-output"  # to a treatment, which is a process
    EMISSION = "emission"  # out of the technosphere, into air, water or soil
    RESOURCE = "resource"  # into the technosphere, out of nature


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExchange:
    """One exchange as the file has it.

    Attributes:
        flow_id: The flow's identity in the file, "" where the format only names flows.
        unit: As written; "" where the format leaves it to the flow.
        compartment: From the general to the particular (``("air", "urban air")``), elementary
            flows only.
        location: Where the supply comes from, where the exchange says so.
        provider_id: Identity of the providing process, where the exchange names one.
        provider_name: Name of the providing activity, where that differs from the flow's.
        share: The share of the burden allocated to this product, where the file states it.
        uncertainty: The format's own description of its distribution, as plain JSON values.
    """

    kind: FlowKind
    name: str
    amount: Decimal
    unit: str
    place: str
    flow_id: str = ""
    compartment: tuple[str, ...] = ()
    cas: str = ""
    location: str = ""
    provider_id: str = ""
    provider_name: str = ""
    share: Decimal | None = None
    uncertainty: Mapping[str, object] = field(default_factory=dict)
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawProcess:
    """One process as the file has it; exactly one exchange is its reference.

    Attributes:
        id: Its identity in the file (a UUID, a number, or its name where there is nothing else).
        names: By language (``en``, ``zh-Hans`` ...); never empty.
        is_aggregated: The file says that this is a system (LCI result), not a unit process.
        details: What else a reader should see: sources, restrictions, reviewers.
    """

    id: str
    names: Mapping[str, str]
    location: str
    place: str
    exchanges: tuple[RawExchange, ...]
    valid_from: str = ""
    valid_until: str = ""
    technology: str = ""
    comment: str = ""
    categories: tuple[str, ...] = ()
    is_aggregated: bool = False
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name in English, or in whatever language there is."""
        return self.names.get("en") or next(iter(self.names.values()))

    @property
    def reference(self) -> RawExchange:
        """The exchange the process stands for."""
        return next(e for e in self.exchanges if e.kind is FlowKind.REFERENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFault:
    """A process of the file that cannot be read, with the reason; the others are not concerned."""

    name: str
    place: str
    code: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, error: ImportRefused, name: str = "", place: str = "") -> RawFault:
        """The fault an error means for one process; ``place`` where the error has none."""
        return cls(
            name=name[:200],
            place=error.place or place,
            code=error.code,
            parameters=error.parameters,
        )
