"""Judges other bodies' recognitions of our labels again, and shows on the page what has changed.

A body tells us of its changes, but a message can be lost, a recognition ends by itself on the day
it names, and a key may be taken back. So every stored statement is judged again by the sweep. One
round asks each body once; a body that does not answer leaves what was known as it is, and the page
keeps naming the day on which it was last confirmed.
"""

from __future__ import annotations

from dataclasses import replace

from api.context import Context
from api.workflows.by_itself import by_itself
from api.workflows.publish_label_pages import publish_label_pages
from api.workflows.publish_trust_list import publish_trust_list
from api.workflows.receive_recognition import status_list_of
from labels.access import Scope
from labels.credential.trust_list import TrustList
from labels.credential.verdict import Verdict, VerdictState
from labels.recognition import RecognitionCredential, parse_recognition, verify_recognition
from labels.scheme import register_day
from lca_db.records.recognition.values import ForeignRecognition
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("follow foreign recognitions")
_ENDED = {VerdictState.WITHDRAWN.value, VerdictState.EXPIRED.value}


def follow_foreign_recognitions(context: Context, page_size: int = 200) -> int:
    """How many recognitions are shown otherwise than before.

    Args:
        context: The instance.
        page_size: How many are read at a time; all of them are followed.
    """
    trust_list = publish_trust_list(context)
    fetched: dict[str, bytes | None] = {}
    changed, after = 0, None
    while True:
        with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
            page = uow.recognitions.list_all_foreign(after=after, limit=page_size)
        for known in page.items:
            with by_itself("follow foreign recognition", known.credential_id):
                changed += _followed(context, known, trust_list, fetched)
        after = page.next_after
        if after is None:
            return changed


def _followed(
    context: Context,
    known: ForeignRecognition,
    trust_list: TrustList,
    fetched: dict[str, bytes | None],
) -> bool:
    """Whether the page was made anew: by a change, or one a killed process had not shown."""
    seen = known
    if known.verdict not in _ENDED:
        seen = _judged_again(context, known, trust_list, fetched)
    serial = known.label_url.rpartition("/")[2]
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        shown = uow.labels.find_page(serial, "en")
    is_of_that_day = register_day(known.confirmed_at) == register_day(seen.confirmed_at)
    if shown is not None and shown.rendered_at >= seen.seen_at and is_of_that_day:
        return False
    publish_label_pages(context, serial)
    return True


def _judged_again(
    context: Context,
    known: ForeignRecognition,
    trust_list: TrustList,
    fetched: dict[str, bytes | None],
) -> ForeignRecognition:
    """The recognition with what is known of it now, stored where that is something else."""
    statement = parse_recognition(known.content)
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        remembered = uow.recognitions.remembered()
    now = context.now()

    def judged(status_list: bytes | None) -> Verdict[RecognitionCredential]:
        return verify_recognition(
            known.content,
            label_sha256=statement.label_sha256,
            trust_list=trust_list,
            status_list=status_list,
            remembered=remembered,
            at=now,
        )

    verdict = judged(None)
    if verdict.is_signature_valid:
        verdict = judged(status_list_of(context, statement, trust_list, fetched))
    state = verdict.state
    if state is VerdictState.CANNOT_BE_CONFIRMED:
        is_over = now > statement.envelope.valid_until  # its own word, whoever can be asked now
        state = VerdictState.EXPIRED if is_over else VerdictState(known.verdict)
    is_confirmed = verdict.state is not VerdictState.CANNOT_BE_CONFIRMED
    confirmed_at = known.confirmed_at
    if is_confirmed and verdict.status_as_of is not None:
        confirmed_at = max(confirmed_at, verdict.status_as_of)
    seen = replace(known, confirmed_at=confirmed_at)
    if state.value != known.verdict:
        seen = replace(seen, verdict=state.value, seen_at=now)
    if seen == known:
        return known
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.recognitions.put_foreign(seen)
        uow.recognitions.confirm_foreign(seen.credential_id, seen.confirmed_at)
        uow.recognitions.remember(remembered.after(verdict), now)
        uow.commit()
    return seen
