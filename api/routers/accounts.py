"""/v1/volumes, /v1/postings and /v1/accounts: sales, what takes them back, the product book."""

from __future__ import annotations

from fastapi import Request, Response

from api.routers.doors import ActorDep, ContextDep, KeyHeader, PathId, answer, once_of, router
from api.schemas.accounts import PostingOut, ProductBookOut, ReversalIn, VolumeIn
from api.workflows.post_sales_volume import post_sales_volume, read_product_book
from api.workflows.reverse_posting import reverse_posting

routes = router("accounts")


@routes.post("/v1/volumes", status_code=201, response_model=PostingOut)
def post_volume(
    volume: VolumeIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Posts certified value times sales volume to the product book; no volume, no posting."""
    once = once_of(key, request, volume, PostingOut.from_core)
    posting = post_sales_volume(context, actor, volume.label_id, volume.to_core(), once)
    return answer(PostingOut.from_core(posting), 201)


@routes.post("/v1/postings/{posting_id}/reversal", status_code=201, response_model=PostingOut)
def post_reversal(
    posting_id: PathId,
    sent: ReversalIn,
    request: Request,
    context: ContextDep,
    actor: ActorDep,
    key: KeyHeader = None,
) -> Response:
    """Takes a posting of one's own product book back; its days can then be declared again."""
    once = once_of(key, request, sent, PostingOut.from_core)
    posting = reverse_posting(context, actor, posting_id, reason=sent.reason, once=once)
    return answer(PostingOut.from_core(posting), 201)


@routes.get("/v1/accounts/{organisation_id}/product-book")
def get_product_book(
    organisation_id: PathId, context: ContextDep, actor: ActorDep
) -> ProductBookOut:
    """The product book of one enterprise; never summed with another book or enterprise."""
    return ProductBookOut.from_core(read_product_book(context, actor, organisation_id))
