"""A small world in a database: maker, bodies and bank with their people, a product with a study.

The ids are those of ``tests/support/cases.py``, so that the cases built there fit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from footprint.inventory import DatasetKind, ReviewStatus
from labels.access import BodyKind, OrganisationKind, Role, Scope
from labels.case import Case, CaseEvent, CaseState
from labels.certification import apply, submit_application
from labels.dataset_review import ReviewEvent, ReviewMove
from labels.label import LabelFacts, serial
from labels.label_status import Label
from lca_db.inventory.stored_imports import StoredImport
from lca_db.inventory.values import DatasetEntry, Release
from lca_db.records.certification.values import LabelRecord
from lca_db.records.organisations.values import Account, Organisation, Person
from lca_db.records.products.values import Product
from lca_db.records.studies.values import Study
from lca_db.unit_of_work import UnitOfWork
from tests.support.cases import (
    CERTIFICATION_BODY,
    MAKER,
    NOW,
    PREPARER,
    SCHEME,
    TODAY,
    VERIFICATION_BODY,
    WAY,
    a_body,
)
from tests.support.labels import some_facts
from tests.support.studies import a_study

OTHER_MAKER, BANK = "org_other", "org_bank"
SERVICE = Scope.everything("test")
OWN, OTHERS = Scope(organisation_id=MAKER), Scope(organisation_id=OTHER_MAKER)
VERIFYING = Scope(organisation_id=VERIFICATION_BODY)
CERTIFYING = Scope(organisation_id=CERTIFICATION_BODY)
BANKING = Scope(organisation_id=BANK)
PEOPLE = ("per_preparer", "per_verifier", "per_reviewer", "per_certifier", "per_other")
BOM = b'{"a": "bill of materials"}'
RELEASE_ID, PRODUCT_ID, STUDY_ID = "rel_1", "prd_1", "stu_1"
BOM_RESULT = a_study()


def an_organisation(organisation_id: str, kind: OrganisationKind) -> Organisation:
    return Organisation(
        id=organisation_id,
        kind=kind,
        names={"en": organisation_id, "zh-Hans": f"机构 {organisation_id}"},
        legal_id=f"LEGAL-{organisation_id}",
        region="CN-GD",
        created_at=NOW,
    )


def an_account(person: str, organisation: str, *roles: Role) -> Account:
    return Account(
        id=f"acc_{person}",
        person_id=person,
        organisation_id=organisation,
        email=f"{person}@specimen.example",
        password_hash="$argon2id$...",
        roles=frozenset(roles),
        created_at=NOW,
    )


def a_product(product_id: str = PRODUCT_ID, **changes: object) -> Product:
    product = Product(
        id=product_id,
        organisation_id=MAKER,
        names={"en": "Battery", "zh-Hans": "电池"},
        model=f"M-{product_id}",
        category="cpc-46420",
        created_at=NOW,
    )
    return replace(product, **changes)  # type: ignore[arg-type]


def a_stored_study(study_id: str = STUDY_ID, **changes: object) -> Study:
    _, result = BOM_RESULT
    study = Study(
        id=study_id,
        organisation_id=MAKER,
        product_id=PRODUCT_ID,
        version=1,
        bom_sha256=result.bom_sha256,
        release_id=RELEASE_ID,
        method=result.method,
        result_sha256=result.sha256(),
        result=result.canonical_bytes(),
        provenance={"engine_version": "0.1.0"},
        plant="Nansha",
        preparer_id="per_preparer",
        created_at=NOW,
    )
    return replace(study, **changes)  # type: ignore[arg-type]


def a_dataset(dataset_id: str, zh: str, en: str, *synonyms: str) -> DatasetEntry:
    return DatasetEntry(
        dataset_id=dataset_id,
        names={"zh-Hans": zh, "en": en},
        synonyms=synonyms,
        unit="kg",
        location="CN",
        year="2024",
        kind=DatasetKind.UNIT_PROCESS,
        review_status=ReviewStatus.REVIEWED,
        body={"id": dataset_id, "inputs": []},
    )


def an_import(import_id: str = "imp_1", count: int = 2) -> StoredImport:
    return StoredImport(
        id=import_id,
        imported_by="per_other",
        imported_at=NOW,
        file_name="plant.csv",
        file_sha256="ab" * 32,
        size_bytes=10,
        format="template",
        options={"prefix": "plant"},
        report_sha256="ab" * 32,
        datasets_sha256="ab" * 32 if count else None,
        dataset_count=count,
    )


def a_release(release_id: str = RELEASE_ID, at: datetime = NOW) -> Release:
    return Release(
        id=release_id,
        snapshot_sha256="9e" * 32,
        table_sha256="8e" * 32,
        index_sha256="7e" * 32,
        findings_sha256="6e" * 32,
        reviews_sha256="5e" * 32,
        dataset_count=1,
        note="",
        created_at=at,
    )


def a_proposal() -> ReviewEvent:
    return ReviewEvent(
        dataset_id="steel-bof-cn",
        content_sha256="ab" * 32,
        version=1,
        move=ReviewMove.PROPOSE,
        at=NOW,
        from_status=ReviewStatus.DRAFT,
        to_status=ReviewStatus.REVIEWED,
        person_id="per_reviewer",
        account_id="acc_per_reviewer",
        organisation_id=CERTIFICATION_BODY,
        role="reviewer",
        comment="Every figure compared with its page.",
        evidence=("src-1",),
    )


def found(engine: Engine) -> None:
    """Puts the world into a database."""
    kinds = {
        MAKER: OrganisationKind.MANUFACTURER,
        OTHER_MAKER: OrganisationKind.MANUFACTURER,
        VERIFICATION_BODY: OrganisationKind.VERIFICATION_BODY,
        CERTIFICATION_BODY: OrganisationKind.CERTIFICATION_BODY,
        BANK: OrganisationKind.BANK,
    }
    with UnitOfWork(engine, SERVICE) as uow:
        for organisation_id, kind in kinds.items():
            uow.organisations.add(an_organisation(organisation_id, kind))
        for body_kind in BodyKind:
            uow.organisations.set_body(a_body(body_kind), "CNAS-1")
        for person in PEOPLE:
            uow.organisations.add_person(Person(id=person, display_name=person.title()))
        uow.organisations.add_account(an_account("per_preparer", MAKER, Role.MANUFACTURER))
        uow.organisations.add_account(an_account("per_other", OTHER_MAKER, Role.MANUFACTURER))
        uow.inventory.add_release(a_release(), [a_dataset("steel", "钢材", "Steel")])
        uow.products.add(a_product())
        study = a_stored_study(version=uow.studies.next_version(PRODUCT_ID))
        uow.studies.add_bom(MAKER, study.bom_sha256, BOM, NOW)
        uow.studies.add(study)
        uow.commit()


def an_application(case_id: str = "cse_1", study_id: str = STUDY_ID) -> tuple[Case, CaseEvent]:
    study = a_stored_study()
    return submit_application(
        case_id=case_id,
        study_id=study_id,
        product_category="cpc-46420",
        verification_body_id=VERIFICATION_BODY,
        certification_body_id=CERTIFICATION_BODY,
        scheme=SCHEME.reference,
        bom_sha256=study.bom_sha256,
        result_sha256=study.result_sha256,
        actor=PREPARER,
        at=NOW,
    )


def case_in(engine: Engine, state: CaseState) -> Case:
    """A case stored and walked the straight way to a state, each step in its own transaction."""
    case, event = an_application()
    with UnitOfWork(engine, OWN) as uow:
        uow.cases.add(case, event)
        uow.commit()
    while case.state is not state:
        make, actor = WAY[case.state]
        after, event = apply(case, make(case), actor, NOW + timedelta(minutes=case.version))
        with UnitOfWork(engine, Scope.of(actor)) as uow:
            uow.cases.save(case, after, event)
            uow.commit()
        case = after
    return case


def a_prepared_label(label_id: str = "lbl_1", number: int = 1, **changes: object) -> LabelRecord:
    own_serial = serial(number.to_bytes(16, "big"))
    label = Label(
        id=label_id,
        case_id="cse_1",
        holder_id=MAKER,
        certification_body_id=CERTIFICATION_BODY,
        number=f"TB-2026-{number:06d}",
        version=1,
        serial=own_serial,
        issued_on=TODAY,
        valid_until=TODAY + timedelta(days=365),
        changed_at=NOW,
    )
    return LabelRecord(
        label=replace(label, **changes),  # type: ignore[arg-type]
        study_id=STUDY_ID,
        verification_body_id=VERIFICATION_BODY,
        facts=the_facts(own_serial),
        signing_bytes=b'{"to be": "signed"}',
    )


def the_facts(own_serial: str) -> LabelFacts:
    return replace(some_facts(), serial=own_serial)
