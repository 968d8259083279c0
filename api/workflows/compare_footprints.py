"""Compares two stored footprints draw by draw: how probably one is lower than the other."""

from __future__ import annotations

from api.context import Context
from api.schemas.bom import BomIn
from api.schemas.comparison import ComparedIn
from api.security.policy import Action, require
from api.strict_json import strict_loads
from api.views import PairedComparison
from api.workflows.calculate_footprint import open_sampled, open_table
from footprint.comparability import Audience, compare
from footprint.drawing import draw_footprint
from footprint.errors import InventoryError, MethodError
from footprint.interval import FootprintDraws, difference_interval, probability_lower
from footprint.methods import method_profile
from labels.access import Actor, Scope
from lca_db.inventory.values import Release
from lca_db.unit_of_work import UnitOfWork


def compare_footprints(
    context: Context, actor: Actor, one_id: str, other_id: str
) -> PairedComparison:
    """Both studies drawn again on the release they stand on.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: One of the studies is not there for the actor.
        MethodError: ``draws-not-paired`` for studies on different releases.
        FootprintError: Each reason of :func:`footprint.comparability.compare` why they may not be.
        InventoryError: ``release-not-sampled``.
    """
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        studies = [uow.studies.get(study_id) for study_id in (one_id, other_id)]
        bills = [uow.studies.bom_of(study.id) for study in studies]
    if studies[0].release_id != studies[1].release_id:
        raise MethodError("draws-not-paired")
    scope = Scope.everything("read release")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        release = uow.inventory.get_release(studies[0].release_id)
    first, second = (ComparedIn.model_validate(strict_loads(study.result)) for study in studies)
    comparison = compare(first.to_core(), second.to_core(), Audience.BUSINESS)
    documents = [BomIn.model_validate(strict_loads(bill)) for bill in bills]
    one, other = (_draws(context, release, document) for document in documents)
    return PairedComparison(
        one_id=one_id,
        other_id=other_id,
        one=one.interval,
        other=other.interval,
        probability_lower=probability_lower(one, other),
        difference=difference_interval(one, other),
        cautions=comparison.cautions,
    )


def _draws(context: Context, release: Release, document: BomIn) -> FootprintDraws:
    sampled = open_sampled(context, release)
    table = open_table(context, release)
    method = method_profile(document.method, document.gwp_set or "")
    found = sampled and draw_footprint(document.to_core(), table, method, sampled)
    if not found:
        raise InventoryError("release-not-sampled", "", release=release.id)
    return found
