"""Threat 11: another organisation's record is not there, just as a random id is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from labels.access import Scope
from labels.accounts.books import Book, BookKind
from lca_db.errors import NotFound, StorageError
from lca_db.unit_of_work import UnitOfWork
from tests.database.full_world import (
    KEPT_SHA256,
    SHA256,
    a_bank_table,
    a_consent,
    a_document,
    a_job,
    a_posting,
    a_reading,
    an_indicator,
    fill,
)
from tests.database.world import (
    BANKING,
    CERTIFYING,
    OTHER_MAKER,
    OTHERS,
    OWN,
    STUDY_ID,
    VERIFYING,
    a_prepared_label,
    a_product,
    a_stored_study,
    an_account,
    an_application,
)
from tests.support.cases import CERTIFICATION_BODY, MAKER, NOW, TODAY

TESTING = Scope(organisation_id=MAKER, is_test=True)
Read = Callable[[UnitOfWork, str], object]

# Everything that is read by an id: how, whose it is, the id.
BY_ID: dict[str, tuple[Read, Scope, str]] = {
    "product": (lambda uow, i: uow.products.get(i), OWN, "prd_1"),
    "study": (lambda uow, i: uow.studies.get(i), OWN, STUDY_ID),
    "bom": (lambda uow, i: uow.studies.bom_of(i), OWN, STUDY_ID),
    "evidence": (lambda uow, i: uow.studies.get_evidence(i), OWN, "evd_1"),
    "evidence list": (lambda uow, i: uow.studies.list_evidence(i), OWN, STUDY_ID),
    "case": (lambda uow, i: uow.cases.get(i), OWN, "cse_1"),
    "case events": (lambda uow, i: uow.cases.list_events(i), OWN, "cse_1"),
    "label": (lambda uow, i: uow.labels.get(i), OWN, "lbl_1"),
    "label events": (lambda uow, i: uow.labels.list_events(i), OWN, "lbl_1"),
    "label artefacts": (lambda uow, i: uow.labels.list_artefacts(i), OWN, "lbl_1"),
    "job": (lambda uow, i: uow.jobs.get(i), CERTIFYING, "job_1"),
    "portfolio run": (lambda uow, i: uow.portfolio.get(i), OWN, "run_1"),
    "portfolio chunks": (lambda uow, i: uow.portfolio.list_chunks(i), OWN, "run_1"),
    "portfolio chunk": (lambda uow, i: uow.portfolio.get_chunk(i, 1), OWN, "run_1"),
    "indicators": (lambda uow, i: uow.ratings.indicators_under_consent(i, NOW), BANKING, "cns_1"),
}

# Everything that is listed or looked for: how, and whose it is.
LISTED: dict[str, tuple[Callable[[UnitOfWork], object], Scope]] = {
    "products": (lambda uow: uow.products.list_().items, OWN),
    "product of a model": (lambda uow: uow.products.find_by_model("M-prd_1"), OWN),
    "studies": (lambda uow: uow.studies.list_().items, OWN),
    "studies of a product": (lambda uow: uow.studies.list_(product_id="prd_1").items, OWN),
    "study ids": (lambda uow: uow.studies.list_sizes(), OWN),
    "studies with bills": (lambda uow: uow.studies.list_with_bills([STUDY_ID]), OWN),
    "portfolio runs": (lambda uow: uow.portfolio.list_().items, OWN),
    "cases": (lambda uow: uow.cases.list_().items, OWN),
    "case of a study": (lambda uow: uow.cases.find_open(STUDY_ID), OWN),
    "labels": (lambda uow: uow.labels.list_().items, OWN),
    "label of a case": (lambda uow: uow.labels.find_of_case("cse_1"), OWN),
    "label of a number": (lambda uow: uow.label_versions.newest_of_product(STUDY_ID, "cse_1"), OWN),
    "document it keeps": (lambda uow: uow.documents.is_kept(MAKER, KEPT_SHA256), OWN),
    "document it filed": (lambda uow: uow.documents.is_kept(MAKER, SHA256), OWN),
    "matches": (lambda uow: uow.matches.list_().items, OWN),
    "match of a text": (lambda uow: uow.matches.confirmed_for(MAKER, [SHA256]), OWN),
    "jobs": (lambda uow: uow.jobs.list_().items, CERTIFYING),
    "jobs waiting": (lambda uow: uow.jobs.list_waiting(a_job().kind), CERTIFYING),
    "ledger": (lambda uow: uow.accounts.ledger(MAKER).postings, OWN),
    "balances": (lambda uow: uow.accounts.balances(Book(MAKER, BookKind.PRODUCT)), OWN),
    "indicators": (lambda uow: uow.ratings.list_indicators(MAKER), OWN),
    "ratings": (lambda uow: uow.ratings.list_ratings(MAKER).items, OWN),
    "consents": (lambda uow: uow.ratings.list_consents(), OWN),
    "readings": (lambda uow: uow.ratings.list_readings(MAKER).items, OWN),
    "bank table": (lambda uow: uow.ratings.bank_table("org_bank", TODAY), BANKING),
    "accounts": (
        lambda uow: [a for a in uow.organisations.list_accounts().items if a.id != "acc_per_other"],
        OWN,
    ),
    "account": (lambda uow: uow.organisations.find_account("acc_per_preparer"), OWN),
    "api keys": (lambda uow: uow.sign_in.list_api_keys("acc_per_preparer"), OWN),
}
WITHOUT_MODE = {"bank table", "accounts", "account", "api keys"}  # of an account, not of a product


@pytest.fixture
def full(database: Engine) -> Engine:
    fill(database)
    return database


def test_threat_11_a_record_is_read_by_whom_it_belongs_to_and_by_nobody_else(full: Engine) -> None:
    for name, (read, owner, record_id) in BY_ID.items():
        with UnitOfWork(full, owner, read_only=True) as uow:
            assert read(uow, record_id) is not None, name
        for stranger in (OTHERS, TESTING, replace(owner, is_test=True)):
            with UnitOfWork(full, stranger, read_only=True) as uow:
                with pytest.raises(NotFound) as foreign:
                    read(uow, record_id)
                with pytest.raises(NotFound) as random:
                    read(uow, "xyz_none")
            assert str(foreign.value) == str(random.value), name


def test_threat_11_lists_and_searches_leave_out_what_is_not_theirs(full: Engine) -> None:
    for name, (read, owner) in LISTED.items():
        with UnitOfWork(full, owner, read_only=True) as uow:
            assert read(uow), name
        with UnitOfWork(full, OTHERS, read_only=True) as uow:
            assert not read(uow), name
        if name not in WITHOUT_MODE:
            with UnitOfWork(full, replace(owner, is_test=True), read_only=True) as uow:
                assert not read(uow), name


def test_the_bodies_of_a_case_see_what_they_examine_and_no_more(full: Engine) -> None:
    for body in (VERIFYING, CERTIFYING):
        with UnitOfWork(full, body, read_only=True) as uow:
            for name in ("product", "study", "bom", "evidence", "case", "case events", "label"):
                read, _, record_id = BY_ID[name]
                assert read(uow, record_id) is not None, name
            assert uow.products.list_().items == ()
            assert uow.studies.list_().items == ()
            assert uow.accounts.ledger(MAKER).postings == ()
            assert uow.ratings.list_indicators(MAKER) == ()
            assert [case.id for case in uow.cases.list_().items] == ["cse_1"]


def test_what_is_public_is_found_by_anybody(full: Engine) -> None:
    serial = a_prepared_label().label.serial
    with UnitOfWork(full, OTHERS, read_only=True) as uow:
        record = uow.labels.find_by_serial(serial)
        assert record is not None
        assert record.credential == b'{"signed": true}'
        assert uow.labels.find_page(serial, "en") is not None
        assert uow.labels.find_artefact(serial, "certificate.pdf") is not None
        assert uow.register.size() == 1
        assert uow.labels.find_by_serial("A" * 26) is None


def test_a_scope_cannot_write_for_another_organisation(full: Engine) -> None:
    case, event = an_application("cse_2")
    writes: dict[str, Callable[[UnitOfWork], object]] = {
        "product": lambda uow: uow.products.add(a_product("prd_2")),
        "study": lambda uow: uow.studies.add(a_stored_study("stu_2", version=2)),
        "bom": lambda uow: uow.studies.add_bom(MAKER, "1f" * 32, b"x", NOW),
        "case": lambda uow: uow.cases.add(case, event),
        "label": lambda uow: uow.labels.add(a_prepared_label("lbl_2", 2)),
        "posting": lambda uow: uow.accounts.add_posting(a_posting("pst_2")),
        "indicator": lambda uow: uow.ratings.add_indicator(MAKER, an_indicator("ind_2"), "per_x"),
        "consent": lambda uow: uow.ratings.give_consent(a_consent("cns_2")),
        "reading": lambda uow: uow.ratings.add_reading("rdg_2", a_reading()),
        "bank table": lambda uow: uow.ratings.set_bank_table(a_bank_table("2"), "per_x", NOW),
        "document": lambda uow: uow.documents.keep(a_document("doc_2", "3e" * 32)),
        "job": lambda uow: uow.jobs.add(a_job("job_2", CERTIFICATION_BODY)),
        "account": lambda uow: uow.organisations.add_account(
            replace(an_account("per_verifier", MAKER), id="acc_2")
        ),
    }
    for write in writes.values():
        with (
            pytest.raises(StorageError, match="scope-violated"),
            UnitOfWork(full, OTHERS) as uow,
        ):
            write(uow)


def test_a_scope_cannot_change_for_another_organisation(full: Engine) -> None:
    changes: dict[str, Callable[[UnitOfWork], object]] = {
        "consent": lambda uow: uow.ratings.revoke_consent("cns_1", NOW),
        "job": lambda uow: uow.jobs.cancel("job_1", NOW),
        "account": lambda uow: uow.organisations.disable_account("acc_per_preparer", NOW),
        "enabling": lambda uow: uow.organisations.enable_account("acc_per_preparer"),
        "key": lambda uow: uow.sign_in.revoke_api_key("acc_per_preparer", "key_1", NOW),
        "label": lambda uow: uow.labels.lock("lbl_1"),
        "books": lambda uow: uow.accounts.lock(MAKER),
        "study": lambda uow: uow.studies.next_version("prd_1"),
    }
    for change in changes.values():
        with pytest.raises(NotFound), UnitOfWork(full, OTHERS) as uow:
            change(uow)


def test_test_objects_and_live_objects_do_not_mix(full: Engine) -> None:
    testing = a_product("prd_t", is_test=True)
    with pytest.raises(StorageError, match="scope-violated"), UnitOfWork(full, OWN) as uow:
        uow.products.add(testing)
    with UnitOfWork(full, TESTING) as uow:
        uow.products.add(testing)
        uow.products.add(replace(testing, id="prd_same", model="M-prd_1"))
        uow.commit()
    with UnitOfWork(full, TESTING, read_only=True) as uow:
        assert {p.id for p in uow.products.list_().items} == {"prd_t", "prd_same"}
    with UnitOfWork(full, OWN, read_only=True) as uow:
        assert {p.id for p in uow.products.list_().items} == {"prd_1"}


def test_a_unique_model_of_one_maker_does_not_show_in_anothers(full: Engine) -> None:
    """A key that is unique over all tenants would tell that somebody else has it."""
    with UnitOfWork(full, OTHERS) as uow:
        uow.products.add(a_product("prd_2", organisation_id=OTHER_MAKER, model="M-prd_1"))
        uow.commit()


def test_an_organisation_keeps_the_same_bytes_once_and_another_its_own(full: Engine) -> None:
    theirs = replace(a_document("doc_2"), organisation_id=OTHER_MAKER)
    with UnitOfWork(full, OTHERS) as uow:
        assert not uow.documents.is_kept(OTHER_MAKER, KEPT_SHA256)
        assert uow.documents.keep(theirs).id == "doc_2"
        assert uow.documents.keep(replace(theirs, id="doc_3", file_name="again")).id == "doc_2"
        uow.commit()
    with UnitOfWork(full, OTHERS, read_only=True) as uow:
        assert uow.documents.is_kept(OTHER_MAKER, KEPT_SHA256)
        assert not uow.documents.is_kept(MAKER, KEPT_SHA256)


def test_a_body_has_what_it_filed_and_the_maker_all_behind_its_study(full: Engine) -> None:
    report = "4f" * 32
    with UnitOfWork(full, VERIFYING) as uow:
        known = uow.studies.get_evidence("evd_1")
        body = VERIFYING.organisation_id or ""
        uow.studies.add_evidence(replace(known, id="evd_2", organisation_id=body, sha256=report))
        assert uow.documents.is_kept(body, report)
        assert not uow.documents.is_kept(body, SHA256)
        uow.commit()
    with UnitOfWork(full, OWN, read_only=True) as uow:
        assert uow.documents.is_kept(MAKER, report)
    with UnitOfWork(full, CERTIFYING, read_only=True) as uow:
        assert not uow.documents.is_kept(CERTIFICATION_BODY, report)
