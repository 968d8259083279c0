"""Every table of the database, imported in one place: what Alembic and the tests compare with."""

from lca_db.inventory.tables import (
    InventoryImportRow,
    ReleaseDatasetRow,
    ReleaseImportRow,
    ReleaseRow,
)
from lca_db.records.accounts.tables import DeclaredVolumeRow, PostingRow
from lca_db.records.certification.tables import (
    CaseEventRow,
    CaseRow,
    CaseTransitionRow,
    InstrumentClaimRow,
    LabelArtefactRow,
    LabelEventRow,
    LabelPageRow,
    LabelRow,
    LabelTransitionRow,
)
from lca_db.records.dataset_reviews.tables import DatasetReviewEventRow
from lca_db.records.documents.tables import DocumentRow
from lca_db.records.jobs.tables import IdempotencyRow, JobRow
from lca_db.records.matches.tables import ConfirmedMatchRow
from lca_db.records.numbers.tables import CounterRow
from lca_db.records.organisations.tables import (
    AccountRow,
    ApiKeyRow,
    BodyEventRow,
    BodyRow,
    InvitationRow,
    OrganisationNameRow,
    OrganisationRow,
    PersonIdentityRow,
    PersonRow,
    SessionRow,
    SignInAttemptRow,
)
from lca_db.records.portfolio.tables import (
    PortfolioChunkRow,
    PortfolioColumnsRow,
    PortfolioRunRow,
)
from lca_db.records.products.tables import ProductRow
from lca_db.records.ratings.tables import (
    BankTableRow,
    ConsentRow,
    IndicatorRow,
    RatingReadingRow,
    RatingRow,
)
from lca_db.records.recognition.tables import (
    ArrangementRow,
    ForeignRecognitionRow,
    HomeNoticeRow,
    RecognitionRow,
    SeenWithdrawnRow,
    StatusSightingRow,
    TrustListRow,
)
from lca_db.records.register.tables import (
    CheckpointRow,
    RegisterEntryRow,
    StatusListRow,
    StatusSlotRow,
)
from lca_db.records.studies.tables import BomRow, EvidenceRow, StudyRow
from lca_db.rows import METADATA, Row

TABLES: tuple[type[Row], ...] = (
    OrganisationRow,
    OrganisationNameRow,
    BodyRow,
    BodyEventRow,
    PersonRow,
    PersonIdentityRow,
    AccountRow,
    SessionRow,
    ApiKeyRow,
    InvitationRow,
    SignInAttemptRow,
    ProductRow,
    ReleaseRow,
    ReleaseDatasetRow,
    ConfirmedMatchRow,
    InventoryImportRow,
    ReleaseImportRow,
    BomRow,
    StudyRow,
    EvidenceRow,
    DocumentRow,
    DatasetReviewEventRow,
    CaseTransitionRow,
    InstrumentClaimRow,
    CaseRow,
    CaseEventRow,
    LabelTransitionRow,
    LabelRow,
    LabelEventRow,
    LabelPageRow,
    LabelArtefactRow,
    CounterRow,
    StatusSlotRow,
    RegisterEntryRow,
    CheckpointRow,
    StatusListRow,
    TrustListRow,
    ArrangementRow,
    RecognitionRow,
    HomeNoticeRow,
    ForeignRecognitionRow,
    StatusSightingRow,
    SeenWithdrawnRow,
    PostingRow,
    DeclaredVolumeRow,
    IndicatorRow,
    RatingRow,
    ConsentRow,
    RatingReadingRow,
    BankTableRow,
    JobRow,
    IdempotencyRow,
    PortfolioRunRow,
    PortfolioChunkRow,
    PortfolioColumnsRow,
)

__all__ = ["METADATA", "TABLES"]
