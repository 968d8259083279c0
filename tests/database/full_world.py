"""A database in which every table has a row: a label issued, recognised, posted, rated and read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from footprint.quantities import Quantity
from footprint.serials import SerialRange
from labels.access import Actor, OrganisationKind
from labels.accounts.books import Posting
from labels.accounts.product_book import DeclaredVolume, product_book
from labels.case import CaseState
from labels.certification import apply
from labels.credential.verdict import Remembered, StatusSighting
from labels.label_status import LabelMove, change_status
from labels.ratings.consent import Consent, ConsentPurpose, RatingReading
from labels.ratings.indication import BankTable
from labels.ratings.indicator import Indicator
from labels.ratings.model import rating_model
from labels.ratings.rating import rate
from labels.recognition import RecognitionStanding, RecognitionState
from labels.register.entry import EntryKind, RegisterEntry, register_entry
from lca_db.records.accounts.values import DeclaredVolumeRecord
from lca_db.records.certification.values import LabelArtefact, LabelPage
from lca_db.records.documents.values import Document
from lca_db.records.jobs.values import Job
from lca_db.records.matches.values import ConfirmedMatch
from lca_db.records.portfolio import values as portfolio
from lca_db.records.recognition.values import ForeignRecognition, Recognition
from lca_db.records.register.values import StoredCheckpoint, StoredStatusList
from lca_db.records.studies.values import Evidence
from lca_db.unit_of_work import UnitOfWork
from tests.database.sign_in_rows import (
    a_body_event,
    a_session,
    an_administrator,
    an_api_key,
    an_invitation,
)
from tests.database.world import (
    BANK,
    BANKING,
    CERTIFYING,
    OWN,
    PRODUCT_ID,
    RELEASE_ID,
    SERVICE,
    STUDY_ID,
    a_prepared_label,
    a_proposal,
    an_import,
    an_organisation,
    case_in,
    found,
)
from tests.support.cases import (
    CERTIFICATION_BODY,
    CERTIFIER,
    MAKER,
    NOW,
    TODAY,
    to_mark_issued,
)

KEPT_SHA256 = "2d" * 32  # of no evidence
LIST_URL = "https://gd.example/status/1"
LABEL_URL = "HTTPS://GD.EXAMPLE/L/AAAAAAAAAAAAAAAAAAAAAAAAAE"
DID = "did:web:gd.example"
SHA256, IDENTITY = "ab" * 32, "1d" * 32
OPERATOR, ADMINISTRATOR = "org_operator", "per_other"
IN_A_YEAR = NOW + timedelta(days=365)


def an_entry(index: int, kind: EntryKind = EntryKind.LABEL_ISSUED) -> RegisterEntry:
    return register_entry(
        origin="gd.example/register",
        index=index,
        at=NOW + timedelta(seconds=index),
        kind=kind,
        issuer=DID,
        label_url=LABEL_URL,
        label_number="TB-2026-000001:001",
        credential_sha256=SHA256,
    )


def a_posting(posting_id: str = "pst_1", first: date = TODAY, last: date = TODAY) -> Posting:
    book = product_book(MAKER)
    return Posting(
        id=posting_id,
        debit=book.account("sold"),
        credit=book.account("label:TB-2026-000001"),
        amount_mg=93_600_000,
        period_from=first,
        period_to=last,
        posted_at=NOW,
        posted_by="per_preparer",
        label_number="TB-2026-000001:001",
        product_id=PRODUCT_ID,
        formula="93.6 × 1",
        evidence_sha256=SHA256,
    )


def a_document(document_id: str = "doc_1", sha256: str = KEPT_SHA256) -> Document:
    return Document(
        id=document_id,
        organisation_id=MAKER,
        sha256=sha256,
        file_name="sales.csv",
        media_type="text/csv",
        size_bytes=10,
        added_by="per_preparer",
        added_at=NOW,
    )


def an_indicator(indicator_id: str = "ind_1", value: str = "0.6") -> Indicator:
    return Indicator(
        id=indicator_id,
        kind="intensity-k-ratio",
        value=value,
        period_from=date(2025, 1, 1),
        period_to=date(2025, 12, 31),
        source="Annual report, page 12",
        evidence_sha256=SHA256,
        is_verified=True,
        received_at=NOW,
    )


def a_consent(consent_id: str = "cns_1") -> Consent:
    return Consent(
        id=consent_id,
        enterprise_id=MAKER,
        bank_id=BANK,
        purpose=ConsentPurpose.CREDIT_ASSESSMENT,
        given_by="per_preparer",
        given_at=NOW,
        expires_at=IN_A_YEAR,
    )


def a_reading(consent_id: str | None = "cns_1") -> RatingReading:
    return RatingReading(
        enterprise_id=MAKER,
        bank_id=BANK,
        person_id="per_other",
        account_id="acc_bank",
        purpose=ConsentPurpose.CREDIT_ASSESSMENT,
        at=NOW,
        consent_id=consent_id,
    )


def a_bank_table(version: str = "1") -> BankTable:
    return BankTable(
        bank_id=BANK,
        version=version,
        model_id="reference",
        valid_from=TODAY,
        valid_to=TODAY + timedelta(days=365),
        by_grade={"A": Decimal("-25"), "B": Decimal("-10.5")},
    )


def a_recognition(recognition_id: str = "rec_1", label_sha256: str = SHA256) -> Recognition:
    return Recognition(
        id=recognition_id,
        body_id=CERTIFICATION_BODY,
        label_url="HTTPS://HK.EXAMPLE/L/AAAAAAAAAAAAAAAAAAAAAAAAAE",
        label_number="TB-2026-000009:001",
        label_sha256=label_sha256,
        label_credential=b"{}",
        home_issuer="did:web:hk.example",
        arrangement_id="gd-hk",
        arrangement_sha256=SHA256,
        signing_bytes=b"{}",
        standing=RecognitionStanding(RecognitionState.RECOGNISED),
        valid_until=IN_A_YEAR,
        created_at=NOW,
        changed_at=NOW,
    )


def a_job(job_id: str = "job_1", organisation_id: str = CERTIFICATION_BODY) -> Job:
    return Job(
        id=job_id,
        kind="render-label",
        organisation_id=organisation_id,
        input={"label": "lbl_1"},
        created_at=NOW,
        heartbeat_at=NOW,
    )


def a_run(run_id: str = "run_1", organisation_id: str = MAKER) -> portfolio.PortfolioRun:
    return portfolio.PortfolioRun(
        id=run_id,
        organisation_id=organisation_id,
        scope=portfolio.PortfolioScope.ORGANISATION,
        release_id=RELEASE_ID,
        asked_by="per_preparer",
        created_at=NOW,
    )


def a_chunk(
    number: int = 1, run_id: str = "run_1", job_id: str = "job_1"
) -> portfolio.PortfolioChunk:
    return portfolio.PortfolioChunk(
        run_id=run_id, number=number, job_id=job_id, studies_sha256=SHA256, study_count=2
    )


def a_page(language: str = "en", state_version: int = 2, content: bytes = b"<p>") -> LabelPage:
    return LabelPage(
        language=language,
        content=content,
        etag=f'"{state_version}"',
        state_version=state_version,
        rendered_at=NOW,
    )


def an_artefact(sha256: str = SHA256) -> LabelArtefact:
    return LabelArtefact(
        kind="certificate.pdf",
        sha256=sha256,
        media_type="application/pdf",
        size_bytes=9,
        made_at=NOW,
    )


def a_foreign_recognition(verdict: str = "valid", hours: int = 0) -> ForeignRecognition:
    return ForeignRecognition(
        credential_id="https://hk.example/recognitions/1",
        label_url=LABEL_URL,
        issuer="did:web:hk.example",
        region="HK",
        content=b"{}",
        verdict=verdict,
        seen_at=NOW + timedelta(hours=hours),
        confirmed_at=NOW + timedelta(hours=hours),
    )


def a_match(**changes: Any) -> ConfirmedMatch:
    made = {"id": "mtc_1", "organisation_id": MAKER, "text": "白料 A 级", "text_sha256": SHA256}
    made |= {"unit": "kg", "dataset_id": "pp-cn", "confirmed_by": "per_preparer"}
    return ConfirmedMatch(**(made | {"confirmed_at": NOW} | changes))


def fill(engine: Engine) -> None:
    """Puts a row into every table, each through its repository."""
    found(engine)
    issue(engine)
    _sign_in(engine)
    _register(engine)
    _recognise(engine)
    _account_and_rate(engine)
    with UnitOfWork(engine, CERTIFYING) as uow:
        uow.dataset_reviews.add(a_proposal())
        uow.commit()
    with UnitOfWork(engine, OWN) as uow:
        uow.instrument_claims.claim(uow.cases.get("cse_1"), [SerialRange("GEC", "CN", 1, 40)], NOW)
        uow.portfolio.add(a_run())
        uow.portfolio.begin("run_1", [a_chunk()])
        uow.portfolio.put_result("run_1", 1, SHA256)
        columns = portfolio.StoredColumns(columns_sha256=SHA256, failures={})
        uow.portfolio.put_columns(SHA256, "1", columns, NOW)
        uow.commit()


def prepare(engine: Engine) -> None:
    """A granted case and its prepared label."""
    case_in(engine, CaseState.DECIDED_GRANTED)
    with UnitOfWork(engine, CERTIFYING) as uow:
        uow.labels.next_sequence(2026)
        uow.labels.add(a_prepared_label())
        uow.register.take_slot(LIST_URL, "lbl_1", lambda _: 17)
        uow.commit()


def issue(engine: Engine) -> None:
    """The second transaction of an issue: signed bytes, case and register entry together."""
    prepare(engine)
    with UnitOfWork(engine, CERTIFYING) as uow:
        case, label = uow.cases.get("cse_1"), uow.labels.get("lbl_1").label
        service = Actor.service("issue")
        active, label_event = change_status(
            label, LabelMove.ACTIVATE, service, NOW, seen_state_version=1
        )
        command = replace(to_mark_issued(case), label_id=label.id, label_number=label.full_number)
        issued, case_event = apply(case, command, CERTIFIER, NOW + timedelta(hours=1))
        uow.labels.activate(label, active, label_event, b'{"signed": true}')
        uow.cases.save(case, issued, case_event)
        uow.labels.put_page("lbl_1", a_page())
        uow.labels.add_artefact("lbl_1", an_artefact())
        uow.register.append(an_entry)
        uow.jobs.add(a_job())
        uow.commit()


def _sign_in(engine: Engine) -> None:
    with UnitOfWork(engine, SERVICE) as uow:
        uow.organisations.add(an_organisation(OPERATOR, OrganisationKind.OPERATOR))
        uow.organisations.add_account(an_administrator())
        uow.organisations.add_identity("per_preparer", IDENTITY, SHA256)
        uow.organisations.add_body_event(a_body_event())
        uow.sign_in.add_session(a_session())
        uow.sign_in.add_api_key(an_api_key())
        uow.sign_in.add_invitation(an_invitation())
        uow.sign_in.add_attempt("acc_per_preparer", NOW)
        uow.inventory_imports.add(an_import())
        uow.inventory_imports.put_in_release(RELEASE_ID, ["imp_1"])
        uow.commit()
    with UnitOfWork(engine, OWN) as uow:
        uow.matches.confirm(a_match())
        uow.studies.add_evidence(
            Evidence(
                id="evd_1",
                study_id=STUDY_ID,
                organisation_id=MAKER,
                kind="activity-data",
                sha256=SHA256,
                file_name="meter.pdf",
                media_type="application/pdf",
                size_bytes=10,
                added_by="per_preparer",
                added_at=NOW,
            )
        )
        uow.documents.keep(a_document())
        assert uow.idempotency.claim("key-1", "POST /v1/studies", SHA256, NOW) is None
        uow.idempotency.store("key-1", 201, {"ETag": '"1"'}, b"{}")
        uow.commit()


def _register(engine: Engine) -> None:
    with UnitOfWork(engine, SERVICE) as uow:
        sequence = uow.register.next_list_sequence(LIST_URL)
        expiry = NOW + timedelta(hours=1)
        uow.register.add_status_list(
            StoredStatusList(
                url=LIST_URL, sequence=sequence, content=b"{}", valid_from=NOW, valid_until=expiry
            )
        )
        uow.register.add_checkpoint(
            StoredCheckpoint(size=1, root_sha256=SHA256, note=b"note", signed_at=NOW)
        )
        uow.commit()


def _recognise(engine: Engine) -> None:
    with UnitOfWork(engine, SERVICE) as uow:
        uow.recognitions.pin_trust_list(b"{}", "per_certifier", NOW, replaces=None)
        uow.recognitions.put_arrangement("gd-hk", b"{}", is_signed=True, at=NOW)
        uow.recognitions.add(a_recognition())
        uow.recognitions.note_for_home(a_recognition(), NOW)
        seen = StatusSighting("https://hk.example/status/1", 4, SHA256)
        remembered = Remembered({seen.url: seen}, frozenset({"https://hk.example/l/1"}))
        uow.recognitions.remember(remembered, NOW)
        uow.recognitions.put_foreign(a_foreign_recognition())
        uow.commit()


def _account_and_rate(engine: Engine) -> None:
    with UnitOfWork(engine, OWN) as uow:
        quantity = Quantity(Decimal(1), "kWh")
        record = DeclaredVolumeRecord(
            id="vol_1",
            organisation_id=MAKER,
            label_id="lbl_1",
            posting_id="pst_1",
            volume=DeclaredVolume(
                quantity=quantity, period_from=TODAY, period_to=TODAY, evidence_sha256=SHA256
            ),
            declared_by="per_preparer",
            declared_at=NOW,
        )
        uow.accounts.lock(MAKER)
        uow.accounts.declare(record, a_posting())
        uow.ratings.add_indicator(MAKER, an_indicator(), "per_preparer")
        rating = rate(
            MAKER, uow.ratings.list_indicators(MAKER), rating_model("reference", TODAY), NOW
        )
        uow.ratings.add_rating("rat_1", rating)
        uow.ratings.give_consent(a_consent())
        uow.commit()
    with UnitOfWork(engine, BANKING) as uow:
        uow.ratings.add_reading("rdg_1", a_reading())
        uow.ratings.set_bank_table(a_bank_table(), "per_other", NOW)
        uow.commit()
