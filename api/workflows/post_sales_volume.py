"""Posts certified value times declared sales volume to the enterprise's product book."""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, can, require
from api.views import ProductBookView
from api.workflows.keep_document import kept_document
from labels.access import Actor, Scope
from labels.accounts.books import Posting
from labels.accounts.product_book import DeclaredVolume, post_product_volume, product_book
from labels.label_status import active_periods
from lca_db.errors import NotFound
from lca_db.records.accounts.values import DeclaredVolumeRecord
from lca_db.unit_of_work import UnitOfWork


def post_sales_volume(
    context: Context,
    actor: Actor,
    label_id: str,
    volume: DeclaredVolume,
    once: Once[Posting] | None = None,
) -> Posting:
    """The posting; without a volume there is none, and a product's days are posted once.

    The books are held until the commit, so that of two declarations at once, by whatever labels of
    the product, the second sees the first.

    Raises:
        NotAllowed: ``role-missing``, or another organisation's label.
        LedgerError: ``volume-wrong-unit``, ``label-not-active-in-period``,
            ``period-already-posted`` ...
        LabelError: ``document-unknown`` where the enterprise keeps no such sales record.
    """
    require(actor, Action.DECLARE_VOLUME)
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        uow.accounts.lock(actor.organisation_id)
        record = uow.labels.get(label_id)
        kept_document(
            context, uow, volume.evidence_sha256, "/evidence_sha256", actor.organisation_id
        )
        posting = post_product_volume(
            record.facts,
            volume,
            product_id=uow.studies.get(record.study_id).product_id,
            active=active_periods(record.label, uow.labels.list_events(label_id)),
            ledger=uow.accounts.ledger(actor.organisation_id),
            posting_id=context.ids("pst"),
            actor=actor,
            at=now,
        )
        declared = DeclaredVolumeRecord(
            id=context.ids("vol"),
            organisation_id=actor.organisation_id,
            label_id=label_id,
            posting_id=posting.id,
            volume=volume,
            declared_by=actor.person_id,
            declared_at=now,
        )
        uow.accounts.declare(declared, posting)
        keep(once, uow, posting)
        uow.commit()
    return posting


def read_product_book(context: Context, actor: Actor, organisation_id: str) -> ProductBookView:
    """The product book of one enterprise; books of several are never summed.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: It is another enterprise's, or nobody's.
    """
    require(actor, Action.READ_ACCOUNT)
    if not can(actor, Action.READ_ACCOUNT, organisations=(organisation_id,)):
        raise NotFound("account")
    with UnitOfWork(context.engine, Scope.of(actor), read_only=True) as uow:
        postings = uow.accounts.ledger(organisation_id).postings
        balances = uow.accounts.balances(product_book(organisation_id))
    return ProductBookView(tuple(reversed(postings)), balances)
