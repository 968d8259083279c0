"""Recomputes a file of bills in columns against a release, without storing anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from api.context import Context
from api.intake.parquet import BomLines, read_bom_columns
from api.workflows.calculate_footprint import open_table
from api.workflows.export_portfolio_results import COLUMNS, result_rows
from api.workflows.search_datasets import find_release
from footprint.intensities import IntensityTable
from footprint.methods import UptakeBasis, method_profile
from footprint.portfolio import Portfolio, PortfolioBuilder, Product, Terms
from footprint.portfolio_moves import moves
from footprint.portfolio_summary import chunk_body

AT_A_TIME = 5_000


def recompute_file(
    context: Context,
    path: Path,
    folder: Path,
    *,
    release_id: str,
    before_id: str = "",
    method: str = "gbt24067-2024",
    gwp_set: str = "",
    basis: UptakeBasis | None = None,
) -> Iterator[bytes]:
    """Every study of the file as rows of a CSV table, in pieces.

    Args:
        context: The instance whose releases are meant.
        path: Parquet or CSV with study, dataset, amount and unit.
        folder: For what does not fit into memory.
        release_id: The release to calculate on.
        before_id: Another release to compare with; the same one by default, so nothing moves.
        method: Method profile.
        gwp_set: Of the profile; its first by default.
        basis: With or without biogenic uptake; what the profile certifies of partial footprints by
            default.

    Raises:
        NotFound: There is no such release.
        MethodError: ``method-unknown`` or ``gwp-set-not-in-profile``.
        Problem: ``batch-not-installed`` or ``batch-file-unreadable``.
    """
    profile = method_profile(method, gwp_set)
    terms = Terms("", profile.id, profile.gwp_set, (basis or profile.basis_partial).value)
    after = open_table(context, find_release(context, release_id))
    before = open_table(context, find_release(context, before_id or release_id))
    studies = read_bom_columns(path, folder)
    yield (",".join(COLUMNS) + "\r\n").encode()
    while batch := list(islice(studies, AT_A_TIME)):
        yield _piece(_portfolio(batch, terms), before, after)


def _portfolio(batch: list[BomLines], terms: Terms) -> Portfolio:
    builder = PortfolioBuilder()
    for study, lines in batch:
        builder.add(study, terms, ((Product(dataset, unit), kg) for dataset, kg, unit in lines))
    return builder.built()


def _piece(portfolio: Portfolio, before: IntensityTable, after: IntensityTable) -> bytes:
    found = moves(portfolio, lambda _: before, after)
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="")
    rows.writerows(result_rows(chunk_body(portfolio, found, {})))
    return text.getvalue().encode()
