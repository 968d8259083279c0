"""Publishes the trust list of this instance: its own keys and those of pinned partners."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.context import Context
from labels.access import Scope
from labels.credential.did import host_of
from labels.credential.trust_list import (
    KeyState,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    parse_trust_list,
)
from lca_db.unit_of_work import UnitOfWork

NEXT_UPDATE = timedelta(days=7)
COOLING_OFF = timedelta(hours=72)


def publish_trust_list(context: Context) -> TrustList:
    """The list as of now: this body first, then the bodies of the pinned list."""
    now = context.now().replace(microsecond=0)
    own = own_issuer(context)
    pinned = pinned_trust_list(context)
    partners = tuple(i for i in pinned.issuers if i.did != own.did) if pinned else ()
    next_update, cooling_off = now + NEXT_UPDATE, COOLING_OFF
    if context.settings.is_demo:
        cooling_off = timedelta(0)
    if pinned:  # a list that was pinned goes stale when its publisher said it would
        next_update = min(next_update, pinned.next_update)
        cooling_off = max(cooling_off, pinned.cooling_off)
    return TrustList(
        publisher=own.did,
        sequence=max(1, int(now.timestamp())),
        issued_at=now,
        next_update=next_update,
        cooling_off=cooling_off,
        issuers=(own, *partners),
    )


def own_issuer(context: Context) -> TrustedIssuer:
    """This body with the public halves of its keys."""
    keyring = context.signers()
    settings = context.settings
    names = {
        "zh-Hans": settings.body_name_zh,
        "zh-Hant": settings.body_name_zh_hant or settings.body_name_zh,
        "en": settings.body_name_en,
        "pt": settings.body_name_pt or settings.body_name_en,
    }
    return TrustedIssuer(
        did=keyring.did,
        name=names,
        region=settings.region,
        hosts=(host_of(settings.public_base_url),),
        keys=tuple(
            TrustedKey(
                kid=signer.kid,
                key=signer.public_key,
                purpose=signer.purpose,
                state=KeyState.ACTIVE,
                added_at=_first_day_of(signer.kid),
                valid_from=_first_day_of(signer.kid),
            )
            for signer in keyring.signers.values()
        ),
    )


def pinned_trust_list(context: Context) -> TrustList | None:
    """The list an administrator pinned, with the partners' keys."""
    scope = Scope.everything("read trust list")
    with UnitOfWork(context.engine, scope, read_only=True) as uow:
        content = uow.recognitions.trust_list()
    return None if content is None else parse_trust_list(content)


def _first_day_of(kid: str) -> datetime:
    """A key is named after the year it was made for."""
    return datetime(int(kid.rpartition("-")[2]), 1, 1, tzinfo=UTC)
