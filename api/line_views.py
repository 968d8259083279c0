"""How a line of a bill is shown: the amount behind each of its parts, as its maker wrote it."""

from __future__ import annotations

from decimal import Decimal

from api.schemas.bom_lines import (
    AnyLineIn,
    AssemblyLineIn,
    EndOfLifeIn,
    IncinerationIn,
    LeakageIn,
    MaterialIn,
    TransportIn,
    UseIn,
)
from footprint.bom import LinePart
from footprint.quantities import decimal_string, round_significant

FIGURES = 6


def amount_of_part(line: AnyLineIn, part: LinePart) -> str:
    """What the part of a line comes from ("2.1 kg × 0.05 / (1 - 0.05)")."""
    whole = written_amount(line)
    match line:
        case MaterialIn() if part is LinePart.LOSS_TREATMENT and line.loss:
            return f"{whole} × {line.loss.rate} / (1 - {line.loss.rate})"
        case MaterialIn() if line.recycling:
            return f"{whole}{_recycling_factor(line, part)}"
        case LeakageIn() if part is LinePart.END_OF_LIFE_RELEASE:
            kept = "" if line.is_topped_up else f" × (1 - {line.yearly_rate})^{line.lifetime_years}"
            return f"{line.charge} {line.charge_unit}{kept} × (1 - {line.recovered_share})"
        case IncinerationIn() if part is not LinePart.LINE:
            is_fossil = part is LinePart.FOSSIL_CARBON
            carbon = line.fossil_carbon if is_fossil else line.biogenic_carbon
            return f"{whole} × {carbon} × {line.oxidation} × 44/12"
        case _:
            return whole


def amount_in_product(line: AnyLineIn, part: LinePart, count: Decimal, amount: str) -> str:
    """What one unit of the product holds of it: worked out where the amount is one number.

    Args:
        line: The line as submitted.
        part: The part of it that is shown.
        count: How often one functional or declared unit holds the line.
        amount: The amount as it is shown (:func:`amount_of_part`), of one assembly.
    """
    if count == 1:
        return amount
    own = getattr(line, "amount", None)
    if part is LinePart.LINE and own is not None and amount == f"{own} {line_unit(line)}":
        return f"{six_at_most(Decimal(own) * count)} {line_unit(line)}"
    return f"{amount} × {six_at_most(count)}"


def six_at_most(value: Decimal) -> str:
    """A count or an amount with six significant figures, without zeros that say nothing."""
    return decimal_string(round_significant(value, FIGURES).normalize())


def line_unit(line: AnyLineIn) -> str:
    """The unit of a line that has one amount, "" for others."""
    return str(getattr(line, "unit", ""))


def written_amount(line: AnyLineIn) -> str:
    """What was put in, as the maker wrote it."""
    match line:
        case TransportIn():
            moved = f"{line.mass} {line.mass_unit} × {line.distance} {line.distance_unit}"
            if line.load is None:
                return moved
            return f"{moved} / {line.load} {line.load_unit} × (1 + {line.return_share})"
        case UseIn():
            years = "" if line.lifetime_years is None else f" × {line.lifetime_years}"
            return f"{line.amount_per_service} {line.unit} × {line.services}{years}"
        case LeakageIn() if line.is_topped_up:
            leak = f"{line.yearly_rate} × {line.lifetime_years}"
            return f"{line.charge} {line.charge_unit} × {leak}"
        case LeakageIn():
            left = f"(1 - {line.yearly_rate})^{line.lifetime_years}"
            return f"{line.charge} {line.charge_unit} × (1 - {left})"
        case EndOfLifeIn() | IncinerationIn():
            return f"{line.mass} {line.mass_unit} × {line.share}"
        case AssemblyLineIn():
            return f"{line.quantity} ×"
        case _:
            return f"{line.amount} {line.unit}"


def _recycling_factor(line: MaterialIn, part: LinePart) -> str:
    """The term of the approach, in its own letters, with what was put in for them."""
    recycling = line.recycling
    if recycling is None:
        return ""
    r1, r2 = recycling.recycled_content, recycling.recycling_rate
    a = recycling.allocation_factor
    own, other = ("", "") if a is None else (f" × {a}", f" × (1 - {a})")
    quality = "" if recycling.quality_out is None else f" × {recycling.quality_out}"
    return {
        LinePart.LINE: f" × (1 - {r1})",
        LinePart.RECYCLED_INPUT: f" × {r1}{own}",
        LinePart.BORROWED_INPUT: f" × {r1}{other} × {recycling.quality_in}",
        LinePart.RECYCLING: f" × {r2}{other}",
        LinePart.RECYCLING_CREDIT: f" × -{r2}{other}{quality}",
    }[part]


def datasets_of(line: AnyLineIn) -> frozenset[str]:
    """Every dataset a line names, so that a part of it can lead there."""
    loss, recycling = getattr(line, "loss", None), getattr(line, "recycling", None)
    named = [getattr(line, "dataset", None), loss.dataset if loss else None]
    if recycling:
        named += [
            recycling.recycled_dataset,
            recycling.recycling_dataset,
            recycling.displaced_dataset,
        ]
    return frozenset(name for name in named if name)
