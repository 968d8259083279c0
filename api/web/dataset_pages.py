"""The inventory: searching datasets in any language, and one dataset with all its sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.downloads import download
from api.web.paths import CSV, DatasetId
from api.web.rendering import NamedFigure, csv_bytes, ranked_chart
from api.web.results import gas_row
from api.web.visits import SignedInVisit
from api.workflows.search_datasets import list_releases, search_datasets
from api.workflows.view_dataset import view_dataset
from api.workflows.view_dataset_review import can_read_reviews

pages = APIRouter(include_in_schema=False)
MOST_SHOWN = 200
Query200 = Annotated[str, Query(max_length=200)]


@pages.get("/datasets")
def get_datasets(visit: SignedInVisit, q: Query200 = "") -> Response:
    """Search results, or the whole release where nothing is asked."""
    found = search_datasets(visit.context, q, limit=MOST_SHOWN)
    return visit.page(
        "datasets.html",
        query=q.strip(),
        items=found.items,
        is_cut=found.next_after is not None,
        release=next(iter(list_releases(visit.context, limit=1)), None),
    )


@pages.get("/datasets.csv")
def get_datasets_csv(visit: SignedInVisit, q: Query200 = "") -> Response:
    """The same for a spreadsheet."""
    names = ("id", "name", "unit", "location", "year", "review")
    columns = [visit.say(f"datasets.{name}") for name in names]
    rows = [
        (
            item.dataset_id,
            visit.local(item.names),
            item.unit,
            item.location,
            item.year,
            visit.say(f"review_status.{item.review_status.value}"),
        )
        for item in search_datasets(visit.context, q, limit=MOST_SHOWN).items
    ]
    return download(csv_bytes(columns, rows), CSV, "datasets.csv")


@pages.get("/datasets/{dataset_id}")
def get_dataset(visit: SignedInVisit, dataset_id: DatasetId) -> Response:
    """One dataset: exchanges, sources, review status, and its footprint by gas."""
    view = view_dataset(visit.context, dataset_id)
    gases = [gas_row(g.key, f"{g.mass_kg:f}", f"{g.kg_co2e:f}") for g in view.gases]
    figures = [
        NamedFigure(f"{row.substance} ({visit.say(f'origin.{row.origin}')})", gas.kg_co2e)
        for row, gas in zip(gases, view.gases, strict=True)
    ]
    return visit.page(
        "dataset.html",
        view=view,
        can_review=can_read_reviews(visit.who.actor),
        gases=gases,
        chart=ranked_chart(figures, visit.language, chart_id="gases") if figures else None,
    )
