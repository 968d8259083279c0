"""Takes a posting of the enterprise's product book back by its mirror; nothing is changed.

Both stand in the book for ever and sum to nothing; the days of the posting are free to be declared
again, with the right volume.
"""

from __future__ import annotations

from api.context import Context
from api.idempotency import Once, claim, keep
from api.security.policy import Action, require
from labels.access import Actor, Scope
from labels.accounts.books import Posting, reversal
from lca_db.errors import NotFound
from lca_db.unit_of_work import UnitOfWork


def reverse_posting(
    context: Context,
    actor: Actor,
    posting_id: str,
    *,
    reason: str,
    once: Once[Posting] | None = None,
) -> Posting:
    """The posting that takes another one back.

    The books are held until the commit, so that of two reversals at once the second sees the first.

    Args:
        context: The instance.
        actor: A person of the enterprise whose book it is.
        posting_id: What is taken back.
        reason: Why, in the person's words; it stands in the book.
        once: Idempotency key, where one was sent.

    Raises:
        NotAllowed: ``role-missing``.
        NotFound: The enterprise's books have no such posting.
        LedgerError: ``reversal-of-reversal`` or ``already-reversed``.
        LabelError: ``text-missing`` or ``text-too-long`` where the reason cannot be used.
    """
    require(actor, Action.REVERSE_POSTING)
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        uow.accounts.lock(actor.organisation_id)
        ledger = uow.accounts.ledger(actor.organisation_id)
        if all(posting.id != posting_id for posting in ledger.postings):
            raise NotFound(kind="posting")
        taken_back = reversal(
            ledger,
            posting_id,
            reversal_id=context.ids("pst"),
            reason=reason,
            posted_by=actor.person_id,
            at=now,
        )
        uow.accounts.add_posting(taken_back)
        keep(once, uow, taken_back)
        uow.commit()
    return taken_back
