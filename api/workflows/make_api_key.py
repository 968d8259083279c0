"""Makes an API key of an account."""

from __future__ import annotations

from api.context import Context
from api.security.tokens import LIVE_PREFIX, TEST_PREFIX, new_token, token_sha256
from labels.access import Scope
from labels.names import checked_name
from lca_db.records.organisations.values import Account, ApiKey
from lca_db.unit_of_work import UnitOfWork

_SCOPE = Scope.everything("make API key")


def make_api_key(context: Context, account: Account, label: str) -> str:
    """A new key of an account, shown once; only its hash is stored."""
    key = new_token(TEST_PREFIX if account.is_test else LIVE_PREFIX)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.sign_in.add_api_key(
            ApiKey(
                id=context.ids("key"),
                key_sha256=token_sha256(key),
                account_id=account.id,
                label=checked_name(label, "/label"),
                roles=account.roles,
                created_at=context.now(),
                is_test=account.is_test,
            )
        )
        uow.commit()
    return key
