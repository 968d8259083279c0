"""/v1/user-accounts, for the administrator, and /v1/api-keys, for everybody's own keys."""

from __future__ import annotations

from fastapi import Request, Response

from api.routers.doors import ActorDep, After, ContextDep, Limit, PathId, router, with_next
from api.schemas.user_accounts import ApiKeyIn, ApiKeyOut, NewApiKeyOut, UserAccountOut
from api.security.authentication import person_signed_in
from api.workflows.disable_account import disable_account, enable_account
from api.workflows.make_api_key import make_api_key
from api.workflows.read_accounts import list_accounts, read_account
from api.workflows.read_api_keys import list_api_keys
from api.workflows.revoke_api_key import revoke_api_key

routes = router("user accounts")


@routes.get("/v1/user-accounts")
def get_user_accounts(
    request: Request,
    response: Response,
    context: ContextDep,
    actor: ActorDep,
    after: After = None,
    limit: Limit = 50,
) -> list[UserAccountOut]:
    """Every account people sign in with, disabled ones included, newest first."""
    page = list_accounts(context, actor, after=after, limit=limit)
    with_next(response, request, page.next_after)
    return [UserAccountOut.from_core(named) for named in page.items]


@routes.post("/v1/user-accounts/{account_id}/disable")
def post_disable(account_id: PathId, context: ContextDep, actor: ActorDep) -> UserAccountOut:
    """Disables an account; its sessions and API keys end at once, what it did stays."""
    disabled = disable_account(context, actor, account_id)
    return UserAccountOut.from_core(read_account(context, disabled))


@routes.post("/v1/user-accounts/{account_id}/enable")
def post_enable(account_id: PathId, context: ContextDep, actor: ActorDep) -> UserAccountOut:
    """Takes a disabled account into use again; its old sessions and keys stay ended."""
    enabled = enable_account(context, actor, account_id)
    return UserAccountOut.from_core(read_account(context, enabled))


@routes.get("/v1/api-keys")
def get_api_keys(context: ContextDep, actor: ActorDep) -> list[ApiKeyOut]:
    """One's own API keys, revoked ones included, newest first."""
    return [ApiKeyOut.from_core(key) for key in list_api_keys(context, actor)]


@routes.post("/v1/api-keys", status_code=201)
def post_api_key(
    asked: ApiKeyIn, request: Request, context: ContextDep, actor: ActorDep
) -> NewApiKeyOut:
    """Makes an API key of one's own, shown once; for a person signed in, not for another key."""
    person = person_signed_in(context, request, actor)
    return NewApiKeyOut.from_new(make_api_key(context, person, asked.name))


@routes.delete("/v1/api-keys/{key_id}", status_code=204)
def delete_api_key(key_id: PathId, context: ContextDep, actor: ActorDep) -> None:
    """Ends one of one's own API keys at once."""
    revoke_api_key(context, actor, key_id)
