"""Links a stored study again to its own release: what scenarios and flows are answered from."""

from __future__ import annotations

from dataclasses import dataclass

from api.context import Context
from api.schemas.bom import BomIn
from api.security.policy import Action, require
from api.strict_json import strict_loads
from api.workflows.calculate_footprint import open_table
from footprint.bom import BillOfMaterials
from footprint.contribution import Impacts, impacts
from footprint.declared import declared_system
from footprint.intensities import IntensityTable
from footprint.methods import MethodProfile, UptakeBasis, method_profile
from footprint.system import ProductSystem
from labels.access import Actor, Scope
from lca_db.inventory.values import Release
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class StoredBill:
    """A study's bill, and what it is calculated with."""

    study: Study
    release: Release
    bom: BillOfMaterials
    table: IntensityTable
    method: MethodProfile


@dataclass(frozen=True, kw_only=True)
class LinkedStudy:
    """A study's bill linked to its release, with the impact of every entry."""

    stored: StoredBill
    system: ProductSystem
    impact: Impacts
    basis: UptakeBasis


def read_stored_bill(context: Context, actor: Actor, study_id: str) -> StoredBill:
    """The bill of a study, its release and its method.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study here.
    """
    require(actor, Action.READ_STUDIES)
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        study = uow.studies.get(study_id)
        document = BomIn.model_validate(strict_loads(uow.studies.bom_of(study_id)))
        release = uow.inventory.get_release(study.release_id)
    return StoredBill(
        study=study,
        release=release,
        bom=document.to_core(),
        table=open_table(context, release),
        method=method_profile(document.method, document.gwp_set or ""),
    )


def link_study(context: Context, actor: Actor, study_id: str) -> LinkedStudy:
    """The study of that id, linked; nothing is stored.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: There is no such study here.
    """
    return link_bill(read_stored_bill(context, actor, study_id))


def link_bill(stored: StoredBill) -> LinkedStudy:
    """A stored bill, linked to its release; nothing is stored."""
    system = declared_system(stored.bom, stored.table).own
    basis = stored.method.certified_basis(stored.bom.boundary)
    return LinkedStudy(
        stored=stored,
        system=system,
        impact=impacts(system, stored.table, stored.method, basis),
        basis=basis,
    )
