"""``with UnitOfWork(engine, scope) as uow:`` repositories as attributes, one commit.

Rules:

* A workflow opens its own unit of work, works on its repositories and commits once, before the
  answer is written. Leaving without :meth:`UnitOfWork.commit` rolls everything back.
* A writing unit holds the writer of a SQLite database for its whole length: nothing slow happens
  inside (no rendering, no solving, no request), and no second writing unit in the same thread.
* A reading unit has one snapshot and cannot write.
* Whatever the database refuses is an error of ``lca_db/errors.py``, raised where it happens. After
  one the unit of work cannot be committed: a part of it is never kept.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, RootTransaction
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from labels.access import Scope
from lca_db.engine import ACCESS, HAS_FAILED, is_sqlite, write_lock
from lca_db.errors import StorageError, translated
from lca_db.inventory.repository import InventoryRepository
from lca_db.inventory.stored_imports import StoredImportRepository
from lca_db.records.accounts.repository import AccountRepository
from lca_db.records.certification.cases import CaseRepository
from lca_db.records.certification.claims import InstrumentClaimRepository
from lca_db.records.certification.label_versions import LabelVersionRepository
from lca_db.records.certification.labels import LabelRepository
from lca_db.records.dataset_reviews.repository import DatasetReviewRepository
from lca_db.records.documents.repository import DocumentRepository
from lca_db.records.jobs.idempotency import IdempotencyRepository
from lca_db.records.jobs.repository import JobRepository
from lca_db.records.matches.repository import MatchRepository
from lca_db.records.organisations.repository import OrganisationRepository
from lca_db.records.organisations.sign_in import SignInRepository
from lca_db.records.portfolio.repository import PortfolioRepository
from lca_db.records.products.repository import ProductRepository
from lca_db.records.ratings.repository import RatingRepository
from lca_db.records.recognition.repository import RecognitionRepository
from lca_db.records.register.repository import RegisterRepository
from lca_db.records.studies.repository import StudyRepository


class UnitOfWork:
    """One transaction and the repositories that work in it, limited to one scope.

    Args:
        engine: From :func:`lca_db.engine.open_engine`.
        scope: Whose records may be touched.
        read_only: Take a snapshot and refuse to write; needs no writer lock.
    """

    def __init__(self, engine: Engine, scope: Scope, *, read_only: bool = False) -> None:
        self._engine = engine
        self._scope = scope
        self._is_read_only = read_only
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._begin()
        except SQLAlchemyError as error:
            self._stack.close()
            raise translated(error) from error
        except BaseException:
            self._stack.close()
            raise
        return self

    def _begin(self) -> None:
        if not self._is_read_only:
            self._stack.enter_context(write_lock(self._engine))
        options: dict[str, Any] = {ACCESS: "read" if self._is_read_only else "write"}
        if self._is_read_only and not is_sqlite(self._engine):
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        connection = self._stack.enter_context(self._engine.connect())
        connection = connection.execution_options(**options)
        connection.info[HAS_FAILED] = False
        self._connection = connection
        self._transaction: RootTransaction = connection.begin()
        self._session = Session(
            connection, autoflush=False, expire_on_commit=False, close_resets_only=False
        )
        self._stack.callback(self._session.close)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._stack.close()  # closing the connection rolls back what was not committed
        except SQLAlchemyError as problem:
            if error is None:
                raise translated(problem) from problem
        if isinstance(error, SQLAlchemyError):
            raise translated(error) from error

    def commit(self) -> None:
        """Makes everything durable, once; the unit of work is over then.

        Raises:
            StorageError: ``unit-of-work-read-only``, ``unit-of-work-over`` or
                ``unit-of-work-failed``, faults of the caller; or what the database says.
            Conflict: A rule that is checked at the end refuses.
        """
        if self._is_read_only:
            raise StorageError("unit-of-work-read-only")
        if self._connection.info[HAS_FAILED]:  # PostgreSQL would roll back and call it a commit
            raise StorageError("unit-of-work-failed")
        if not self._transaction.is_active:
            raise StorageError("unit-of-work-over")
        try:
            self._transaction.commit()
        except SQLAlchemyError as error:
            raise translated(error) from error
        self._session.close()

    @cached_property
    def organisations(self) -> OrganisationRepository:
        """Organisations, bodies, people and their accounts."""
        return OrganisationRepository(self._session, self._scope)

    @cached_property
    def sign_in(self) -> SignInRepository:
        """Sessions, keys, one-time links and attempts."""
        return SignInRepository(self._session, self._scope)

    @cached_property
    def products(self) -> ProductRepository:
        """Products."""
        return ProductRepository(self._session, self._scope)

    @cached_property
    def studies(self) -> StudyRepository:
        """Bills of materials, studies and evidence."""
        return StudyRepository(self._session, self._scope)

    @cached_property
    def documents(self) -> DocumentRepository:
        """Documents that belong to an organisation and to no study."""
        return DocumentRepository(self._session, self._scope)

    @cached_property
    def cases(self) -> CaseRepository:
        """Certification cases and their private history."""
        return CaseRepository(self._session, self._scope)

    @cached_property
    def instrument_claims(self) -> InstrumentClaimRepository:
        """Certificates of electricity that cases claim."""
        return InstrumentClaimRepository(self._session, self._scope)

    @cached_property
    def labels(self) -> LabelRepository:
        """Labels, their private history, pages and artefacts."""
        return LabelRepository(self._session, self._scope)

    @cached_property
    def label_versions(self) -> LabelVersionRepository:
        """Versions of one label number."""
        return LabelVersionRepository(self._session, self._scope)

    @cached_property
    def register(self) -> RegisterRepository:
        """The public register, checkpoints and status lists."""
        return RegisterRepository(self._session, self._scope)

    @cached_property
    def recognitions(self) -> RecognitionRepository:
        """Trust lists, arrangements, recognitions and what was seen of other bodies."""
        return RecognitionRepository(self._session, self._scope)

    @cached_property
    def accounts(self) -> AccountRepository:
        """Carbon accounts: postings and declared volumes."""
        return AccountRepository(self._session, self._scope)

    @cached_property
    def ratings(self) -> RatingRepository:
        """Indicators, ratings, consents, readings and banks' tables."""
        return RatingRepository(self._session, self._scope)

    @cached_property
    def jobs(self) -> JobRepository:
        """Durable jobs."""
        return JobRepository(self._session, self._scope)

    @cached_property
    def idempotency(self) -> IdempotencyRepository:
        """Answers kept for idempotency keys."""
        return IdempotencyRepository(self._session, self._scope)

    @cached_property
    def matches(self) -> MatchRepository:
        """Which datasets an organisation confirmed for its texts."""
        return MatchRepository(self._session, self._scope)

    @cached_property
    def portfolio(self) -> PortfolioRepository:
        """Runs that recompute many studies."""
        return PortfolioRepository(self._session, self._scope)

    @property
    def inventory_imports(self) -> StoredImportRepository:
        """Imports of foreign inventories."""
        return StoredImportRepository(self._session, self._scope)

    @cached_property
    def inventory(self) -> InventoryRepository:
        """Inventory releases and their datasets."""
        return InventoryRepository(self._session, self._scope)

    @cached_property
    def dataset_reviews(self) -> DatasetReviewRepository:
        """Reviews of datasets."""
        return DatasetReviewRepository(self._session, self._scope)
