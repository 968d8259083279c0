"""Reads what flows to a stored study: merged Sankey, tree, and who emits it.

Sankey and tree read only the datasets they show, from the database. Emitters solve the release's
structure once for the bill.
"""

from __future__ import annotations

from api.context import Context
from api.flow_views import NamedSankey, NamedTree, StudyEmitters
from api.workflows.link_study import link_study
from api.workflows.merge_flows import Makers, merge_flows
from api.workflows.open_structure import open_structure
from api.workflows.readable_release import openable
from footprint.emitters import EmitterGroup, by_emitter, study_emissions
from footprint.sankey import SankeyLimits
from footprint.supply_chain import TreeLimits, study_tree
from labels.access import Actor, Scope
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("read study flows")


def read_sankey(context: Context, actor: Actor, study_id: str, limits: SankeyLimits) -> NamedSankey:
    """The Sankey of one unit of a study.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study here.
    """
    return merge_flows(context, actor, link_study(context, actor, study_id), limits)


def read_study_tree(context: Context, actor: Actor, study_id: str, limits: TreeLimits) -> NamedTree:
    """The supply chain of one unit of a study, its lines first.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study here.
    """
    study = link_study(context, actor, study_id)
    release_id = study.stored.release.id
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        makers = Makers(uow, context, actor, release_id)
        tree = study_tree(
            study.system,
            study.impact,
            study.stored.table,
            makers.made_by,
            study.stored.method,
            limits,
            study.basis,
        )
    return NamedTree(release_id=release_id, tree=tree, makers=makers.makers, names=makers.names)


def read_emitters(
    context: Context, actor: Actor, study_id: str, *groups: EmitterGroup
) -> tuple[StudyEmitters, ...]:
    """Who emits one unit of a study, in each of the groups.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study here.
    """
    study = link_study(context, actor, study_id)
    stored = study.stored
    emissions = study_emissions(
        study.system,
        study.impact,
        stored.table,
        open_structure(context, stored.release),
        stored.method,
        study.basis,
        stored.bom.geography,
        openable(context, actor, stored.release.id),
    )
    ids = {emission.process for emission in emissions}
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        names = uow.inventory.names_of(stored.release.id, ids)
    return tuple(
        StudyEmitters(
            release_id=stored.release.id,
            group=group,
            total_kg_co2e=study.impact.total,
            emitters=by_emitter(emissions, group),
            names=names if group is EmitterGroup.PROCESS else {},
        )
        for group in groups
    )
