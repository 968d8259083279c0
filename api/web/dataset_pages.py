"""The inventory: searching datasets in any language, and one dataset with all its sources."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from api.downloads import download, workbook_download
from api.inventory_views import DatasetPage
from api.schemas.dataset_filters import AskedDatasets, AskedTree
from api.web.paths import CSV, DatasetId
from api.web.rendering import NamedFigure, TwoWidths, csv_bytes, ranked_chart
from api.web.results import GasRow, gas_row
from api.web.visits import SignedInVisit, Visit
from api.workflows.read_supply_chain import read_supply_chain
from api.workflows.read_versions import read_versions
from api.workflows.readable_release import check_inside
from api.workflows.search_datasets import browse_datasets, search_datasets
from api.workflows.view_dataset import view_dataset
from api.workflows.view_dataset_review import can_read_reviews

pages = APIRouter(include_in_schema=False)
PAGE_SIZE = 100
ROWS_AT_A_TIME = 200
MOST_EXPORTED = 30_000
FINER, COARSER = Decimal("0.1"), Decimal(10)
AfterDataset = Annotated[str, Query(max_length=120, pattern=r"^[a-z0-9.-]*$")]
InRelease = Annotated[str, Query(pattern=r"^(rel_[0-9a-z]{26})?$")]


@pages.get("/datasets")
def get_datasets(visit: SignedInVisit, asked: AskedDatasets, after: AfterDataset = "") -> Response:
    """What fits the words and choices, a page at a time; nothing empty stands in the address."""
    sent = visit.request.query_params.multi_items()
    kept = [(name, value) for name, value in sent if value]
    if len(kept) < len(sent):
        return RedirectResponse(f"/datasets?{urlencode(kept)}".rstrip("?"), status_code=303)
    found = browse_datasets(visit.context, asked, after=after or None, limit=PAGE_SIZE)
    choices = [(name, value) for name, value in kept if name not in {"after", "lang"}]
    return visit.page(
        "datasets.html",
        found=found,
        asked=asked,
        is_first=not after,
        choices=urlencode(choices),
    )


@pages.get("/datasets.csv")
def get_datasets_csv(visit: SignedInVisit, asked: AskedDatasets) -> Response:
    """The same for a spreadsheet, all pages at once."""
    return download(csv_bytes(_columns(visit), _rows(visit, asked)), CSV, "datasets.csv")


@pages.get("/datasets.xlsx")
def get_datasets_xlsx(visit: SignedInVisit, asked: AskedDatasets) -> Response:
    """The same as a workbook."""
    title = visit.say("nav.datasets")
    return workbook_download(title, _columns(visit), _rows(visit, asked), "datasets.xlsx")


def _columns(visit: Visit) -> list[str]:
    names = ("id", "name", "industry", "unit", "location", "year", "kind", "review", "codes")
    return [visit.say(f"datasets.{name}") for name in names]


def _rows(visit: Visit, asked: AskedDatasets) -> Iterator[tuple[object, ...]]:
    after: str | None = None
    for _ in range(MOST_EXPORTED // ROWS_AT_A_TIME):
        page = search_datasets(visit.context, asked, after=after, limit=ROWS_AT_A_TIME)
        for item in page.items:
            yield (
                item.dataset_id,
                visit.local(item.names),
                visit.say(f"industry.{item.industry or 'unassigned'}"),
                item.unit,
                item.location,
                item.year,
                visit.say(f"dataset_kind.{item.kind.value}"),
                visit.say(f"review_status.{item.review_status.value}"),
                " ".join(f"{system}:{code}" for system, code in item.code_pairs),
            )
        after = page.next_after
        if after is None:
            return


@pages.get("/datasets/{dataset_id}")
def get_dataset(
    visit: SignedInVisit, dataset_id: DatasetId, limits: AskedTree, release: InRelease = ""
) -> Response:
    """One dataset: exchanges, sources, footprint by gas, supply chain, checks and versions."""
    check_inside(visit.context, visit.who.actor, dataset_id, release)
    view = view_dataset(visit.context, dataset_id, release)
    gases, chart = _gases(visit, view)
    cutoff = Decimal(repr(limits.cutoff))
    return visit.page(
        "dataset.html",
        view=view,
        can_review=can_read_reviews(visit.who.actor),
        gases=gases,
        chart=chart,
        said=[
            visit.named_sentence(f.code, f.parameters, f.dataset, view.entry.names)
            for f in view.findings
        ],
        chain=read_supply_chain(visit.context, dataset_id, limits, release),
        cutoff=cutoff,
        finer=f"{(cutoff * FINER).normalize():f}",
        coarser=f"{min(cutoff * COARSER, Decimal(1)).normalize():f}",
        versions=read_versions(visit.context, dataset_id),
    )


def _gases(visit: Visit, view: DatasetPage) -> tuple[list[GasRow], TwoWidths | None]:
    """The table of gases and its chart; no chart where nothing is emitted."""
    gases = [
        gas_row(str(g.key), f"{_decimal(g.mass_kg):f}", f"{_decimal(g.kg_co2e):f}")
        for g in view.gases
    ]
    figures = [
        NamedFigure(f"{row.substance} ({_told(visit, row)})", Decimal(row.kg_co2e)) for row in gases
    ]
    chart = ranked_chart(figures, visit.language, chart_id="gases") if figures else None
    return gases, chart


def _told(visit: Visit, row: GasRow) -> str:
    """Origin and notes of a gas, so that no two bars have one name."""
    return " · ".join([visit.say(f"origin.{row.origin}"), *(_note(visit, n) for n in row.notes)])


def _note(visit: Visit, note: str) -> str:
    if note.startswith("gwp=") and note != "gwp=unstated":
        return visit.say("gas_note.gwp", name=note.removeprefix("gwp="))
    return visit.say(f"gas_note.{note.replace('=', '-')}")


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))
