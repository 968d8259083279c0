"""Signs the status list of this body anew: after every change, and before the last one expires."""

from __future__ import annotations

from datetime import timedelta

from api.context import Context
from labels.access import Scope
from labels.credential.keys import Purpose
from labels.credential.status_list import (
    sign_status_list,
    status_bits,
    status_list_credential,
)
from lca_db.records.register.values import StoredStatusList
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("publish status list")


def publish_status_list(context: Context) -> StoredStatusList:
    """The new list; every signing has a higher number than any before."""
    url = context.status_list_url
    signer = context.signer(Purpose.STATUS_LIST)
    now = context.now().replace(microsecond=0)
    validity = timedelta(minutes=context.settings.status_list_minutes)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        sequence = uow.register.next_list_sequence(url)
        standing = uow.register.status_standing(url)
        unsigned = status_list_credential(
            url=url,
            issuer_did=context.did,
            kid=signer.kid,
            sequence=sequence,
            bits=status_bits(revoked=standing.revoked, suspended=standing.suspended),
            valid_from=now,
            validity=validity,
        )
        stored = StoredStatusList(
            url=url,
            sequence=sequence,
            content=sign_status_list(unsigned, signer),
            valid_from=now,
            valid_until=now + validity,
        )
        uow.register.add_status_list(stored)
        uow.commit()
    return stored


def refresh_status_list(context: Context) -> None:
    """Signs anew when half of the last list's time has passed."""
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        latest = uow.register.latest_status_list(context.status_list_url)
    if (
        latest is None
        or context.now() > latest.valid_from + (latest.valid_until - latest.valid_from) / 2
    ):
        publish_status_list(context)
