"""How complete a study is: what was counted, beside what was left out and estimated.

    completeness = counted / (counted + estimated cuts)

Counted is the sum of absolute contributions, so that a credit hides nothing. A cut nobody estimated
makes the answer an upper bound, and it says so; it is never taken as zero in silence. Estimates are
made on the same release, the same GWP set and the same basis as the footprint.
"""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np

from footprint.bom import BillOfMaterials
from footprint.contribution import Impacts
from footprint.cuts import Cut, CutBasis
from footprint.declared_results import CompletenessResult, CutResult, CutsTogether
from footprint.errors import FootprintError, QuantityError, raise_all
from footprint.intensities import IntensityTable
from footprint.limits import LimitName, StudyLimit, study_limit
from footprint.methods import MethodProfile, UptakeBasis


def completeness(
    bom: BillOfMaterials,
    impact: Impacts,
    table: IntensityTable,
    method: MethodProfile,
    basis: UptakeBasis,
) -> CompletenessResult | None:
    """What is left out, where the bill says that something is.

    Raises:
        FootprintErrors: Estimates by datasets that are unknown, or in the wrong unit.
    """
    texts = tuple(text for text in bom.cut_offs if text.strip())
    if not bom.declared.cuts and not texts:
        return None
    estimates = _estimates(bom.declared.cuts, table, method, basis)
    estimated = math.fsum(kg_co2e for kg_co2e in estimates if kg_co2e is not None)
    whole = impact.scale + estimated
    single = study_limit(method.id, LimitName.CUT_OFF_SINGLE)
    together = study_limit(method.id, LimitName.CUT_OFF_TOGETHER)
    cuts = [
        _cut_result(cut, kg_co2e, whole, single)
        for cut, kg_co2e in zip(bom.declared.cuts, estimates, strict=True)
    ]
    cuts += [_only_words(text) for text in texts]
    return CompletenessResult(
        share=impact.scale / whole if whole else 1.0,
        is_at_most=any(cut.kg_co2e is None for cut in cuts),
        counted_kg_co2e=impact.scale,
        estimated_kg_co2e=estimated,
        single_limit=single.value,
        together_limit=together.value,
        are_limits_confirmed=single.is_confirmed and together.is_confirmed,
        cuts=tuple(cuts),
        together=_together(bom.declared.cuts, estimated, whole, together),
    )


def _estimates(
    cuts: tuple[Cut, ...], table: IntensityTable, method: MethodProfile, basis: UptakeBasis
) -> list[float | None]:
    """kgCO2e of every cut, without sign; None where nobody estimated it."""
    errors: list[FootprintError] = []
    factors = method.factors(table.keys, basis)
    found: list[float | None] = []
    for cut in cuts:
        if cut.quantity is None:
            found.append(None if cut.kg_co2e is None else float(cut.kg_co2e))
            continue
        try:
            row = table.row(cut.dataset, "/dataset")
            amount = float(cut.quantity.to(table.products[row].unit).amount)
        except QuantityError as error:
            errors.append(error.at(f"{cut.place}/estimate/unit"))
        except FootprintError as error:
            errors.append(error.at(f"{cut.place}/estimate"))
        else:
            per_unit = np.asarray(table.intensities[row], dtype=np.float64) * factors
            found.append(abs(amount * math.fsum(per_unit)))
    raise_all(errors)
    return found


def _cut_result(cut: Cut, kg_co2e: float | None, whole: float, single: StudyLimit) -> CutResult:
    emission_share = _share(kg_co2e, whole)
    stated = None if cut.share is None else float(cut.share)
    shares = [s for s in (emission_share, stated) if s is not None]
    return CutResult(
        flow=cut.flow,
        basis=cut.basis.value,
        reason=cut.reason,
        stated_share=stated,
        kg_co2e=kg_co2e,
        emission_share=emission_share,
        is_over_limit=any(share > float(single.value) for share in shares),
    )


def _only_words(text: str) -> CutResult:
    """A cut the bill states in words alone: nobody estimated it."""
    return CutResult(
        flow=text,
        basis="",
        reason="",
        stated_share=None,
        kg_co2e=None,
        emission_share=None,
        is_over_limit=False,
    )


def _share(kg_co2e: float | None, whole: float) -> float | None:
    if kg_co2e is None:
        return None
    return kg_co2e / whole if whole else 0.0


def _together(
    cuts: tuple[Cut, ...], estimated: float, whole: float, limit: StudyLimit
) -> tuple[CutsTogether, ...]:
    """The sum on each ground: what is stated of mass and energy, what is estimated of emission."""
    sums = {
        basis: sum((c.share for c in cuts if c.basis is basis and c.share), Decimal(0))
        for basis in CutBasis
    }
    shares = {basis.value: float(total) for basis, total in sums.items()}
    emission = CutBasis.EMISSION.value
    shares[emission] = max(shares[emission], _share(estimated, whole) or 0.0)
    return tuple(
        CutsTogether(basis=basis, share=share, is_over_limit=share > float(limit.value))
        for basis, share in shares.items()
        if share
    )
