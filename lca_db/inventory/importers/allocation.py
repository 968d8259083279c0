"""How the burden of a process with several products is shared among them.

Rules:

* Shares that the file states are taken when every product has one and they sum to one; off by up
  to two percent they are scaled, and that is said.
* Else the products share by what all of them measure: mass, or energy.
* Else the process is refused: a share that nobody stated is not invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal

from footprint.quantities import SMALLEST
from lca_db.inventory.importers.errors import ImportRefused
from lca_db.inventory.importers.tally import ImportNote, Tally
from lca_db.inventory.importers.units import EXACT, factor_between

MOST_OFF = Decimal("0.02")
_EXACTLY = Decimal("1e-9")
_COMMON = ("kg", "MJ")
_DOWN = Context(prec=18, rounding=ROUND_DOWN)  # never up: the shares must not pass one


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a process, in our units.

    Attributes:
        id: Of the dataset or co-product it becomes.
        flow_id: Its flow in the file, "" where flows are only named.
        amount: Above zero.
        file_unit: As the file writes it, ``factor`` of ``unit`` each.
        share: As stated by the file.
    """

    id: str
    name: str
    flow_id: str
    amount: Decimal
    unit: str
    file_unit: str
    factor: Decimal
    share: Decimal | None = None
    cas: str = ""


def allocated(
    products: Sequence[Product], is_treatment: bool, place: str, tally: Tally
) -> tuple[Decimal, ...]:
    """The share of every product but the first, which keeps the rest.

    Raises:
        ImportRefused: ``import-allocation-missing``.
    """
    if len(products) == 1:
        return ()
    weights = _stated(products, place, tally) or (None if is_treatment else _common(products))
    if weights is None:
        names = ", ".join(product.name for product in products)[:300]
        raise ImportRefused("import-allocation-missing", place, products=names)
    total = sum(weights, Decimal(0))
    shares = (_DOWN.divide(weight, total) for weight in weights[1:])
    return tuple(share if share >= SMALLEST else Decimal(0) for share in shares)


def _stated(products: Sequence[Product], place: str, tally: Tally) -> list[Decimal] | None:
    """The shares of the file; None where they are incomplete or do not sum to one."""
    stated = [product.share for product in products]
    if all(share is None for share in stated):
        return None
    if stated[0] is None and None not in stated[1:]:
        stated[0] = Decimal(1) - sum((s for s in stated[1:] if s is not None), Decimal(0))
    known = [share for share in stated if share is not None]
    total = sum(known, Decimal(0))
    is_usable = len(known) == len(stated) and min(known) >= 0 and abs(total - 1) <= MOST_OFF
    written = format(total.normalize(), "f")[:40]
    if not is_usable:
        tally.note(ImportNote("import-shares-unusable", place, sum=written))
        return None
    if abs(total - 1) > _EXACTLY:
        tally.note(ImportNote("import-shares-scaled", place, sum=written))
    return known


def _common(products: Sequence[Product]) -> list[Decimal] | None:
    """The amounts in the first unit that all products can be measured in."""
    for unit in _COMMON:
        factors = [factor_between(product.unit, unit) for product in products]
        if None not in factors:
            pairs = zip(products, factors, strict=True)
            return [EXACT.multiply(p.amount, f) for p, f in pairs if f is not None]
    return None
