"""Who asks: an API key in ``Authorization``, or a signed-in browser's cookie.

A key opens what its roles allow; a session idles out and ends in any case. Tokens and keys are
compared by their SHA-256 only.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request

from api.context import Context
from api.problems import Problem
from api.security.tokens import LIVE_PREFIX, TEST_PREFIX, token_sha256
from labels.access import Actor, Scope
from lca_db.records.organisations.values import Account
from lca_db.unit_of_work import UnitOfWork

_SIGN_IN = Scope.everything("sign-in")
TOUCH_EVERY = timedelta(minutes=1)


def cookie_name(context: Context) -> str:
    """``__Host-`` over https; a plain name on loopback, where no Secure cookie comes back."""
    return "__Host-tb_session" if context.settings.is_https else "tb_session"


def actor_of(context: Context, request: Request) -> Actor:
    """Who acts.

    Raises:
        Problem: 401 ``sign-in-needed``.
    """
    actor = find_actor(context, request)
    if actor is None:
        raise Problem(401, "sign-in-needed", headers={"WWW-Authenticate": "Bearer"})
    return actor


def find_actor(context: Context, request: Request) -> Actor | None:
    """Who acts, or None for the public."""
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer" and token.startswith((LIVE_PREFIX, TEST_PREFIX)):
        return _actor_of_key(context, token)
    account = account_of(context, request)
    return None if account is None else account.actor()


def account_of(context: Context, request: Request) -> Account | None:
    """The account of a signed-in browser."""
    token = request.cookies.get(cookie_name(context))
    if not token:
        return None
    now = context.now()
    idle = timedelta(minutes=context.settings.session_idle_minutes)
    with UnitOfWork(context.engine, _SIGN_IN, read_only=True) as uow:
        session = uow.sign_in.find_session(token_sha256(token))
        if session is None or session.revoked_at is not None:
            return None
        if session.expires_at <= now or session.last_seen_at + idle <= now:
            return None
        account = uow.organisations.find_account(session.account_id)
    if account is None or account.disabled_at is not None:
        return None
    if now - session.last_seen_at > TOUCH_EVERY:
        with UnitOfWork(context.engine, _SIGN_IN) as uow:
            uow.sign_in.touch_session(session.token_sha256, now)
            uow.commit()
    return account


def person_signed_in(context: Context, request: Request, actor: Actor) -> Account:
    """The account of an actor at a browser; a key is not enough, or a stolen one makes others.

    Raises:
        Problem: 403 ``api-key-not-enough``.
    """
    account = account_of(context, request)
    if "authorization" in request.headers or account is None or account.id != actor.account_id:
        raise Problem(403, "api-key-not-enough")
    return account


def _actor_of_key(context: Context, key: str) -> Actor | None:
    now = context.now()
    with UnitOfWork(context.engine, _SIGN_IN, read_only=True) as uow:
        found = uow.sign_in.find_api_key(token_sha256(key))
        if found is None:
            return None
        account = uow.organisations.find_account(found.account_id)
    if account is None or account.disabled_at is not None:
        return None
    if found.last_used_at is None or now - found.last_used_at > TOUCH_EVERY:
        with UnitOfWork(context.engine, _SIGN_IN) as uow:
            uow.sign_in.touch_api_key(found.id, now)
            uow.commit()
    return account.actor(found.roles)
