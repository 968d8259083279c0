"""One megawatt-hour, one claim, across the whole register; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from footprint.serials import SerialRange
from labels.access import Scope
from labels.case import Case
from labels.case_commands import CaseCommand, SurrenderApplication, VoidCase
from labels.certification import apply, submit_application
from lca_db.errors import Conflict, StorageError
from lca_db.records.certification.tables import InstrumentClaimRow
from lca_db.unit_of_work import UnitOfWork
from tests.database.test_races import THREADS, at_once, conflicts
from tests.database.world import (
    BOM,
    OTHER_MAKER,
    OTHERS,
    OWN,
    STUDY_ID,
    a_product,
    a_stored_study,
    an_application,
    found,
)
from tests.support.cases import CERTIFICATION_BODY, NOW, PREPARER, SCHEME, VERIFICATION_BODY

FIRST, LATER = SerialRange("GEC", "CN24-", 1, 40), SerialRange("GEC", "CN24-", 41, 80)
OTHER_PREPARER = replace(PREPARER, person_id="per_other", organisation_id=OTHER_MAKER)


@pytest.fixture
def world(database: Engine) -> Engine:
    """Two makers; the first with two products, the first of which has two studies."""
    found(database)
    with UnitOfWork(database, OWN) as uow:
        uow.studies.add(a_stored_study("stu_again", version=uow.studies.next_version("prd_1")))
        uow.products.add(a_product("prd_2"))
        uow.studies.add(a_stored_study("stu_second", product_id="prd_2"))
        uow.commit()
    with UnitOfWork(database, OTHERS) as uow:
        uow.products.add(a_product("prd_other", organisation_id=OTHER_MAKER))
        study = a_stored_study(
            "stu_other",
            product_id="prd_other",
            organisation_id=OTHER_MAKER,
            preparer_id="per_other",
        )
        uow.studies.add_bom(OTHER_MAKER, study.bom_sha256, BOM, NOW)
        uow.studies.add(study)
        uow.commit()
    return database


def claimed(
    engine: Engine, study_id: str, *serials: SerialRange, case_id: str = "", other: bool = False
) -> Case:
    """An application on the study that claims these serials."""
    case, event = an_application(case_id or f"cse_{study_id}", study_id)
    if other:
        case, event = submit_application(
            case_id=case.id,
            study_id=study_id,
            product_category=case.product_category,
            verification_body_id=VERIFICATION_BODY,
            certification_body_id=CERTIFICATION_BODY,
            scheme=SCHEME.reference,
            bom_sha256=case.bom_sha256,
            result_sha256=case.result_sha256,
            actor=OTHER_PREPARER,
            at=NOW,
        )
    with UnitOfWork(engine, OTHERS if other else OWN) as uow:
        uow.cases.add(case, event)
        uow.instrument_claims.claim(case, serials, NOW)
        uow.commit()
    return case


def claims(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(
            connection.execute(select(func.count()).select_from(InstrumentClaimRow)).scalar_one()
        )


def refusal_of(engine: Engine, study_id: str, *serials: SerialRange, other: bool = False) -> str:
    with pytest.raises(Conflict) as refused:
        claimed(engine, study_id, *serials, case_id="cse_refused", other=other)
    assert refused.value.code == "certificate-claimed-elsewhere"
    return str(refused.value.parameters["serial"])


def test_a_serial_one_product_claims_is_refused_to_another_of_the_same_maker(world: Engine) -> None:
    claimed(world, STUDY_ID, FIRST)
    assert refusal_of(world, "stu_second", replace(FIRST, first=40, last=50)) == "GEC CN24-40-50"
    claimed(world, "stu_second", LATER)
    assert claims(world) == 2


def test_a_serial_one_maker_claims_is_refused_to_another_without_saying_whose(
    world: Engine,
) -> None:
    claimed(world, STUDY_ID, FIRST)
    said = refusal_of(world, "stu_other", LATER, replace(FIRST, last=1), other=True)
    assert said == "GEC CN24-1"
    assert claims(world) == 1, "none of a refused application is kept"


@pytest.mark.parametrize(
    "serials",
    [
        LATER,
        replace(FIRST, registry="I-REC"),
        replace(FIRST, prefix="CN25-"),
    ],
)
def test_other_serials_are_free(world: Engine, serials: SerialRange) -> None:
    claimed(world, STUDY_ID, FIRST)
    claimed(world, "stu_other", serials, other=True)
    assert claims(world) == 2


def test_a_later_version_of_the_product_claims_again_what_an_earlier_one_claims(
    world: Engine,
) -> None:
    claimed(world, STUDY_ID, FIRST)
    claimed(world, "stu_again", FIRST)
    assert claims(world) == 2
    assert refusal_of(world, "stu_second", FIRST) == "GEC CN24-1-40"


def test_a_case_surrendered_or_void_frees_what_it_claimed(world: Engine) -> None:
    for number, is_void in enumerate((False, True)):
        case = claimed(world, STUDY_ID, FIRST, case_id=f"cse_{number}")
        assert refusal_of(world, "stu_other", FIRST, other=True)
        command: CaseCommand = SurrenderApplication(seen=case.seen, reason="Other certificates")
        if is_void:
            command = VoidCase(seen=case.seen, new_study_id="stu_again")
        after, event = apply(case, command, PREPARER, NOW + timedelta(minutes=1))
        with UnitOfWork(world, OWN) as uow:
            uow.cases.save(case, after, event)
            uow.commit()
    claimed(world, "stu_other", FIRST, other=True)


def test_nobody_claims_for_another_organisation(world: Engine) -> None:
    case = claimed(world, STUDY_ID)
    with pytest.raises(StorageError, match="scope-violated"), UnitOfWork(world, OTHERS) as uow:
        uow.instrument_claims.claim(case, [FIRST], NOW)


def test_of_four_products_that_claim_one_serial_at_once_one_gets_it(world: Engine) -> None:
    with UnitOfWork(world, Scope(organisation_id=OWN.organisation_id)) as uow:
        for number in range(THREADS):
            uow.products.add(a_product(f"prd_race_{number}"))
            uow.studies.add(a_stored_study(f"stu_race_{number}", product_id=f"prd_race_{number}"))
        uow.commit()

    def claim(number: int) -> object:
        return claimed(world, f"stu_race_{number}", FIRST)

    results: Sequence[object] = at_once(claim)
    assert len(conflicts(list(results))) == THREADS - 1, results
    assert claims(world) == 1
