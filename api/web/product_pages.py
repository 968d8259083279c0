"""A manufacturer's products and the versions of each one's study."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.web.paths import After, PathId
from api.web.visits import SignedInVisit
from api.workflows.view_product import view_product
from api.workflows.view_products import view_products

pages = APIRouter(include_in_schema=False)


@pages.get("/products")
def get_products(visit: SignedInVisit, after: After = None) -> Response:
    """The products, newest first; the way in for somebody who has none yet."""
    products = view_products(visit.context, visit.who.actor, after)
    return visit.page("products.html", products=products, is_first=after is None)


@pages.get("/products/{product_id}")
def get_product(visit: SignedInVisit, product_id: PathId) -> Response:
    """One product with its study versions."""
    return visit.page("product.html", view=view_product(visit.context, visit.who.actor, product_id))
