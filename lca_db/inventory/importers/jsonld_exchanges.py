"""The exchanges of an openLCA process, and the shares its products carry.

Rules:

* openLCA writes every amount as a positive number with a direction. The direction is kept in the
  kind; where the kind has none, in the sign: a reference or co-product that is taken in (the waste
  a treatment treats) has the negative of its amount, and so has an avoided waste output.
* An avoided product is one wherever it stands: older exports write it as an output.
* Formulas are not evaluated: ``amount`` is what openLCA calculated from them.
* A share is stated only by physical or economic allocation, and only where that is the process's
  own default method; causal factors speak of single exchanges, not of products.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.json_values import JsonObject
from lca_db.inventory.importers.jsonld_package import ELEMENTARY, PRODUCT, Flow, Package
from lca_db.inventory.importers.raw import FlowKind, RawExchange

_METHODS_OF_PRODUCTS = frozenset({"PHYSICAL_ALLOCATION", "ECONOMIC_ALLOCATION"})
_FOLDER_OF_FLOWS = "elementary flows"


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a process says of its allocation: shares by flow, and why there are none."""

    method: str
    shares: Mapping[str, Decimal]
    without_share: str
    methods_with_factors: tuple[str, ...]

    @classmethod
    def of(cls, process: JsonObject) -> Allocation:
        """The allocation of a process by its own default method."""
        method = process.text("defaultAllocationMethod")
        factors = list(process.parts("allocationFactors"))
        methods = tuple(sorted({f.text("allocationType") for f in factors} - {""}))
        if method not in _METHODS_OF_PRODUCTS:
            reason = "factors per exchange" if method == "CAUSAL_ALLOCATION" else "no method chosen"
            return cls(method, {}, reason, methods)
        shares: dict[str, Decimal] = {}
        for factor in factors:
            product = factor.part("product")
            if factor.text("allocationType") == method and product is not None:
                value = factor.amount("value")
                if shares.setdefault(product.text("@id"), value) != value:
                    return cls(method, {}, "factors contradict each other", methods)
        return cls(method, shares, "" if shares else "no factors of the method", methods)


def exchange_of(exchange: JsonObject, package: Package, allocation: Allocation) -> RawExchange:
    """One exchange, in neutral terms.

    Raises:
        ImportRefused: ``import-member-missing``, ``import-choice-unknown``,
            ``import-number-malformed`` and what reading JSON raises.
    """
    reference = exchange.part("flow")
    if reference is None:
        raise ImportRefused("import-member-missing", exchange.place, member="flow")
    flow = package.flow(reference)
    kind, is_negated = _kind(exchange, flow)
    amount = exchange.amount("amount")
    provider = exchange.part("defaultProvider")
    provider_name = provider.text("name") if provider else ""
    is_product = kind in {FlowKind.REFERENCE, FlowKind.CO_PRODUCT}
    return RawExchange(
        kind=kind,
        name=flow.name,
        amount=amount.copy_negate() if is_negated else amount,  # exact: no context rounds it
        unit=package.unit(exchange, flow),
        place=exchange.place,
        flow_id=flow.id,
        compartment=_compartment(flow) if flow.type == ELEMENTARY else (),
        cas=flow.cas,
        location=package.place_code(exchange.part("location")),
        provider_id=provider.text("@id") if provider else "",
        provider_name=provider_name if provider_name != flow.name else "",
        share=allocation.shares.get(flow.id) if is_product else None,
        uncertainty=_uncertainty(exchange),
        comment=exchange.text("description"),
    )


def _kind(exchange: JsonObject, flow: Flow) -> tuple[FlowKind, bool]:
    """What an exchange is, and whether its amount has to be negated to say so."""
    is_input = exchange.flag("isInput", "input")
    if exchange.flag("isQuantitativeReference", "quantitativeReference"):
        return FlowKind.REFERENCE, is_input
    if flow.type == ELEMENTARY:
        return (FlowKind.RESOURCE if is_input else FlowKind.EMISSION), False
    is_avoided = exchange.flag("isAvoidedProduct", "avoidedProduct")
    if flow.type == PRODUCT:
        if is_avoided:
            return FlowKind.AVOIDED_PRODUCT, False
        return (FlowKind.PRODUCT_INPUT if is_input else FlowKind.CO_PRODUCT), False
    if is_avoided:
        return FlowKind.WASTE_OUTPUT, True
    return (FlowKind.CO_PRODUCT if is_input else FlowKind.WASTE_OUTPUT), is_input


def _compartment(flow: Flow) -> tuple[str, ...]:
    """The category without the folders that only say that elementary flows are filed there."""
    parts = flow.categories
    while parts and parts[0].casefold().endswith(_FOLDER_OF_FLOWS):
        parts = parts[1:]
    return parts


def _uncertainty(exchange: JsonObject) -> dict[str, object]:
    """The distribution as the file has it, numbers as text, with the pedigree beside it."""
    kept: dict[str, object] = {}
    stated = exchange.part("uncertainty")
    for name, value in (stated.members if stated else {}).items():
        if isinstance(value, Decimal | str) and not name.startswith("@"):
            kept[name[:80]] = str(value)[:80]
    for name in ("dqEntry", "pedigreeUncertainty"):
        if exchange.text(name):
            kept["dqEntry"] = exchange.text(name)
    if exchange.members.get("baseUncertainty") is not None:
        kept["baseUncertainty"] = str(exchange.amount("baseUncertainty"))
    return kept
