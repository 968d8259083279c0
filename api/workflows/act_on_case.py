"""Takes one step in a certification case; a refused attempt is recorded in its history."""

from __future__ import annotations

from collections.abc import Callable

from api.context import Context
from api.idempotency import Once, claim, keep
from labels.access import Actor, Scope
from labels.case import Case
from labels.case_commands import CaseCommand
from labels.certification import apply, must_be_recorded, refusal_event
from labels.errors import LabelError
from lca_db.unit_of_work import UnitOfWork

CommandMaker = Callable[[UnitOfWork, Case], CaseCommand]
LookAhead = Callable[[UnitOfWork, Case], None]


def act_on_case(
    context: Context,
    actor: Actor,
    case_id: str,
    make_command: CommandMaker,
    once: Once[Case] | None = None,
    look_ahead: LookAhead | None = None,
) -> Case:
    """The case after the step.

    Args:
        context: The instance.
        actor: Who takes the step.
        case_id: The case, visible to its parties only.
        make_command: The step, with the facts of the day read in the same transaction.
        once: Idempotency key, where one was sent.
        look_ahead: Given the case as it would be; raises where it could then not go on.

    Raises:
        NotAllowed: This person may not take this step; the attempt is in the history.
        WrongState: The step does not exist now, or what was seen has changed.
        Conflict: Somebody was faster.
    """
    now = context.now()
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        claim(once, uow, now)
        before = uow.cases.get(case_id)
        command = make_command(uow, before)
        try:
            after, event = apply(before, command, actor, now)
        except LabelError as error:
            refusal = (before, command, error) if must_be_recorded(error) else None
            refused = error
        else:
            if look_ahead is not None:
                look_ahead(uow, after)
            uow.cases.save(before, after, event)
            keep(once, uow, after)
            uow.commit()
            return after
    if refusal is not None:
        _record(context, actor, *refusal)
    raise refused


def _record(
    context: Context, actor: Actor, case: Case, command: CaseCommand, error: LabelError
) -> None:
    """The attempt in a transaction of its own, because the step's one was rolled back."""
    with UnitOfWork(context.engine, Scope.of(actor)) as uow:
        uow.cases.add_event(refusal_event(case, command, actor, context.now(), error))
        uow.commit()
