"""Makes an API key of one's own account."""

from __future__ import annotations

from api.context import Context
from api.problems import Problem
from api.security.policy import Action, require
from api.security.tokens import LIVE_PREFIX, TEST_PREFIX, new_token, token_sha256
from api.views import NewApiKey
from labels.access import Scope
from labels.names import checked_name
from lca_db.records.organisations.values import Account, ApiKey
from lca_db.unit_of_work import UnitOfWork

MOST_KEYS = 20
SHOWN = 4  # characters after tb_live_: 24 of 256 random bits
_SCOPE = Scope.everything("make API key")


def make_api_key(context: Context, account: Account, label: str) -> NewApiKey:
    """A new key of an account with its roles; only the key's SHA-256 is stored.

    Raises:
        LabelError: A name that cannot be used.
        NotFound: The account was disabled meanwhile.
        Problem: 409 ``api-keys-too-many``.
    """
    require(account.actor(), Action.MANAGE_OWN_KEYS)
    prefix = TEST_PREFIX if account.is_test else LIVE_PREFIX
    secret = new_token(prefix)
    name = checked_name(label, "/name")
    with UnitOfWork(context.engine, _SCOPE) as uow:
        owner = uow.organisations.hold_enabled_account(account.id)
        key = ApiKey(
            id=context.ids("key"),
            key_sha256=token_sha256(secret),
            prefix=secret[: len(prefix) + SHOWN],
            account_id=owner.id,
            label=name,
            roles=owner.roles,
            created_at=context.now(),
            is_test=owner.is_test,
        )
        in_use = [k for k in uow.sign_in.list_api_keys(owner.id) if k.revoked_at is None]
        if len(in_use) >= MOST_KEYS:
            raise Problem(409, "api-keys-too-many", parameters={"limit": str(MOST_KEYS)})
        uow.sign_in.add_api_key(key)
        uow.commit()
    return NewApiKey(key, secret)
