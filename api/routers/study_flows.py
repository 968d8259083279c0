"""/v1/studies/{id}/scenarios, sankey, supply-chain, emitters, tornado: what a study is made of."""

from __future__ import annotations

from api.routers.doors import ActorDep, ContextDep, PathId, router
from api.schemas.dataset_filters import AskedTree
from api.schemas.flow_filters import DEFAULT_GROUP, AskedGroup, AskedSankey
from api.schemas.scenarios import ScenariosIn, ScenariosOut, SwingOut
from api.schemas.study_flows import EmittersOut, SankeyOut, StudyTreeOut
from api.workflows.read_study_flows import read_emitters, read_sankey, read_study_tree
from api.workflows.try_scenarios import read_tornado, try_scenarios

routes = router("footprints")


@routes.post("/v1/studies/{study_id}/scenarios")
def post_scenarios(
    study_id: PathId, asked: ScenariosIn, context: ContextDep, actor: ActorDep
) -> ScenariosOut:
    """What scenarios would make of a study, by stage and in all; nothing is stored."""
    found = try_scenarios(context, actor, study_id, asked.to_core())
    return ScenariosOut.of(found.total_kg_co2e, found.results)


@routes.get("/v1/studies/{study_id}/tornado")
def get_tornado(study_id: PathId, context: ContextDep, actor: ActorDep) -> list[SwingOut]:
    """Every line with a tenth less and a tenth more of it, the widest swing first."""
    return [SwingOut.from_core(swing) for swing in read_tornado(context, actor, study_id)]


@routes.get("/v1/studies/{study_id}/sankey")
def get_sankey(
    study_id: PathId, context: ContextDep, actor: ActorDep, limits: AskedSankey
) -> SankeyOut:
    """Every dataset that matters once, with what flows through it; loops are corrected."""
    return SankeyOut.from_core(read_sankey(context, actor, study_id, limits))


@routes.get("/v1/studies/{study_id}/supply-chain")
def get_study_tree(
    study_id: PathId, context: ContextDep, actor: ActorDep, limits: AskedTree
) -> StudyTreeOut:
    """The study as a tree: its lines, and level by level what they demand."""
    return StudyTreeOut.from_core(read_study_tree(context, actor, study_id, limits))


@routes.get("/v1/studies/{study_id}/emitters")
def get_emitters(
    study_id: PathId, context: ContextDep, actor: ActorDep, by: AskedGroup = DEFAULT_GROUP
) -> EmittersOut:
    """Who emits what the study adds up to; reads the whole release, 0.3 s for the shipped one."""
    (found,) = read_emitters(context, actor, study_id, by)
    return EmittersOut.from_core(found)
