"""Signs a person in with email and password: limited attempts, a fresh session each time.

A success starts the account's count again. The address's count keeps every failure of its window,
whoever else signs in from there: only the attempt that succeeded is taken back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from api.context import Context
from api.problems import Problem
from api.security.passwords import is_password
from api.security.tokens import new_token, token_sha256
from labels.access import Scope
from lca_db.records.organisations.values import Account, SignInSession, email_skeleton
from lca_db.unit_of_work import UnitOfWork

ATTEMPTS_PER_ACCOUNT = 5
ATTEMPTS_PER_ADDRESS = 20
WINDOW = timedelta(minutes=15)
_SCOPE = Scope.everything("sign-in")


def sign_in(context: Context, email: str, password: str, remote_address: str) -> str:
    """The token of a new session, to be set as the browser's cookie.

    Raises:
        Problem: As :func:`account_by_password`.
    """
    account = account_by_password(context, email, password, remote_address)
    now = context.now()
    token = new_token()
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.sign_in.add_session(
            SignInSession(
                token_sha256=token_sha256(token),
                account_id=account.id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(hours=context.settings.session_hours),
            )
        )
        uow.commit()
    return token


def account_by_password(
    context: Context, email: str, password: str, remote_address: str
) -> Account:
    """The account the password belongs to.

    Raises:
        Problem: 401 ``sign-in-refused`` (which does not say what was wrong), 429
            ``too-many-attempts`` with ``Retry-After``.
    """
    skeleton = email_skeleton(email)[:200]
    now = context.now()
    of_account, of_address = f"account:{skeleton}", f"address:{remote_address[:60]}"
    limits = {of_account: ATTEMPTS_PER_ACCOUNT, of_address: ATTEMPTS_PER_ADDRESS}
    account = _counted_attempt(context, skeleton, limits, now)
    stored = account.password_hash if account and account.disabled_at is None else None
    if not is_password(stored, password) or account is None:
        raise Problem(401, "sign-in-refused")
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.sign_in.forget_attempts(of_account)
        uow.sign_in.take_back_attempt(of_address, _window_of(now))
        uow.commit()
    return account


def _window_of(now: datetime) -> datetime:
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)


def _counted_attempt(
    context: Context, skeleton: str, limits: dict[str, int], now: datetime
) -> Account | None:
    """Counts before comparing, so that many guesses at once are all counted."""
    window = _window_of(now)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        is_over = any(uow.sign_in.add_attempt(key, window) > limit for key, limit in limits.items())
        account = uow.organisations.find_account_by_email(skeleton)
        uow.commit()
    if is_over:
        wait = int((window + WINDOW - now).total_seconds()) + 1
        raise Problem(429, "too-many-attempts", headers={"Retry-After": str(wait)})
    return account


def sign_out(context: Context, token: str) -> None:
    """Ends the session of a token; an unknown one is already ended."""
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.sign_in.end_session(token_sha256(token), context.now())
        uow.commit()
