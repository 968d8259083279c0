"""The exchanges of an ILCD process, and the shares its products carry.

Rules:

* Amounts are the resulting ones, in the reference unit of the flow's reference quantity.
* A reference or co-product that is taken in (the waste a treatment treats) has the negative of
  its amount, and so has an avoided waste output: the kind has no direction of its own.
* Fractions stand, in percent, at the exchanges that are divided. They are a share of the process
  only where every exchange is divided alike, or where each product states its own fraction and
  the fractions come to one (as openLCA writes physical and economic factors).
* What openLCA adds (avoided products, default providers) is read from its attributes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from lca_db.inventory.importers.amounts import read_amount
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.ilcd_dataset import Element
from lca_db.inventory.importers.ilcd_package import ELEMENTARY, PRODUCT, Flow, Package
from lca_db.inventory.importers.raw import FlowKind, RawExchange

_PRODUCTS = frozenset({FlowKind.REFERENCE, FlowKind.CO_PRODUCT})
_TOLERANCE = Decimal("0.01")  # of shares that were rounded to percents
_KEPT_OF_UNCERTAINTY = (
    "uncertaintyDistributionType",
    "relativeStandardDeviation95In",
    "minimumAmount",
    "maximumAmount",
    "dataSourceType",
    "dataDerivationTypeStatus",
)


def exchange_of(
    element: Element, package: Package, reference: str, references: Collection[str]
) -> RawExchange:
    """One exchange, in neutral terms, without its share.

    Args:
        element: The exchange.
        package: Where its flow is described.
        reference: Internal number of the exchange the process stands for.
        references: Numbers of all its reference flows; the others are co-products.

    Raises:
        ImportRefused: ``import-member-missing``, ``import-choice-unknown``,
            ``import-number-malformed`` and what reading a dataset raises.
    """
    referred = element.first("referenceToFlowDataSet")
    if referred is None:
        raise ImportRefused("import-member-missing", element.place, member="flow")
    flow = package.flow(referred)
    number = element.attribute("dataSetInternalID")
    kind, is_negated = _kind(element, flow, number in references)
    if number == reference:
        kind = FlowKind.REFERENCE
    stated = element.text_of("resultingAmount") or element.text_of("meanAmount")
    amount = read_amount(stated, element.place + "/resultingAmount")
    return RawExchange(
        kind=kind,
        name=flow.name,
        amount=amount.copy_negate() if is_negated else amount,
        unit=flow.unit,
        place=element.place,
        flow_id=flow.id,
        compartment=flow.compartment,
        cas=flow.cas,
        location=element.text_of("location"),
        provider_id=element.attribute("defaultProvider"),
        uncertainty={
            name: text[:80] for name in _KEPT_OF_UNCERTAINTY if (text := element.text_of(name))
        },
        comment=element.reading("generalComment"),
    )


def _kind(element: Element, flow: Flow, is_reference: bool) -> tuple[FlowKind, bool]:
    """What an exchange is, and whether its amount has to be negated to say so."""
    direction = element.text_of("exchangeDirection")
    if direction not in {"Input", "Output"}:
        place = element.place + "/exchangeDirection"
        raise ImportRefused("import-choice-unknown", place, value=direction[:40])
    is_input = direction == "Input"
    if is_reference:
        return FlowKind.CO_PRODUCT, is_input
    if flow.type == ELEMENTARY:
        return (FlowKind.RESOURCE if is_input else FlowKind.EMISSION), False
    is_avoided = element.attribute("avoidedProduct") == "true"
    if flow.type == PRODUCT:
        if is_avoided:
            return FlowKind.AVOIDED_PRODUCT, False
        return (FlowKind.PRODUCT_INPUT if is_input else FlowKind.CO_PRODUCT), False
    if is_avoided:
        return FlowKind.WASTE_OUTPUT, True
    return (FlowKind.CO_PRODUCT if is_input else FlowKind.WASTE_OUTPUT), is_input


def with_shares(
    elements: Sequence[Element], exchanges: Sequence[RawExchange]
) -> tuple[tuple[RawExchange, ...], str]:
    """The exchanges, their products with shares, and why there are none ("" where there are).

    Raises:
        ImportRefused: ``import-number-malformed`` for a fraction that is none.
    """
    numbers = [element.attribute("dataSetInternalID") for element in elements]
    fractions = [_fractions(element) for element in elements]
    is_product = [exchange.kind in _PRODUCTS for exchange in exchanges]
    others = [f for f, product in zip(fractions, is_product, strict=True) if not product]
    shares: Mapping[str, Decimal] = {}
    reason = ""
    if any(others):
        if all(other == others[0] for other in others):
            shares = others[0]
        else:
            reason = "fractions per exchange"
    else:
        shares = {
            number: fraction[number]
            for number, fraction, product in zip(numbers, fractions, is_product, strict=True)
            if product and number in fraction
        }
        if shares and abs(sum(shares.values(), Decimal(-1))) > _TOLERANCE:
            shares, reason = {}, "fractions do not come to one"
    if not shares:
        return tuple(exchanges), reason or "no fractions"
    return tuple(
        replace(exchange, share=shares.get(number)) if product else exchange
        for number, exchange, product in zip(numbers, exchanges, is_product, strict=True)
    ), ""


def _fractions(element: Element) -> dict[str, Decimal]:
    """The shares of an exchange by the number of the product that carries them."""
    return {
        one.attribute("internalReferenceToCoProduct"): read_amount(
            one.attribute("allocatedFraction"), one.place
        ).scaleb(-2)
        for one in element.all("allocations/allocation")
    }
