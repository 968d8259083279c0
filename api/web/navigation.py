"""Which pages a role works with: the rail of the workbench and where signing in leads."""

from __future__ import annotations

NavEntry = tuple[str, str, int | None, bool]

_PAGES = {
    "products": ("/products", "nav.products"),
    "cases": ("/cases", "nav.cases"),
    "queue": ("/queue", "nav.queue"),
    "labels": ("/labels", "nav.labels"),
    "recognitions": ("/recognitions", "nav.recognition"),
    "account": ("/account", "nav.accounts"),
    "rating": ("/rating", "nav.ratings"),
    "enterprises": ("/enterprises", "nav.ratings"),
    "datasets": ("/datasets", "nav.datasets"),
    "dataset-reviews": ("/dataset-reviews", "nav.dataset_reviews"),
    "administration": ("/administration", "nav.administration"),
    "inventory-imports": ("/inventory-imports", "nav.inventory_imports"),
    "portfolio-runs": ("/portfolio-runs", "nav.portfolio"),
    "api-keys": ("/api-keys", "nav.api_keys"),
}
_WORK: dict[str, tuple[str, ...]] = {
    "manufacturer": (
        *("products", "cases", "labels", "account", "rating", "datasets", "portfolio-runs"),
        "api-keys",
    ),
    "verifier": ("queue", "datasets", "dataset-reviews", "api-keys"),
    "reviewer": ("queue", "labels", "datasets", "dataset-reviews", "api-keys"),
    "certifier": ("queue", "labels", "recognitions", "datasets", "api-keys"),
    "bank": ("enterprises", "datasets", "api-keys"),
    "regulator": ("cases", "labels", "datasets", "dataset-reviews", "portfolio-runs", "api-keys"),
    "administrator": (
        "administration",
        "datasets",
        "inventory-imports",
        "portfolio-runs",
        "api-keys",
    ),
}


def home_of(role: str) -> str:
    """The page a role's work begins with."""
    return _PAGES[_WORK[role][0]][0]


def rail_of(role: str, path: str) -> list[NavEntry]:
    """The rail of a role, the entry of the present page marked."""
    entries: list[NavEntry] = []
    for name in _WORK[role]:
        href, key = _PAGES[name]
        is_here = path == href or path.startswith(href + "/")
        is_here = is_here or (name == "products" and path.startswith("/studies"))
        is_here = is_here or (name == "queue" and path.startswith("/cases"))
        if path.startswith("/datasets/") and path.endswith("/review"):
            is_here = name == "dataset-reviews"
        is_here = is_here or (name == "datasets" and path.startswith("/releases"))
        entries.append((href, key, None, is_here))
    return entries
