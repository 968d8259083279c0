"""Makes the columnar form of a list of studies from their bills, once, and keeps it as a file.

Every bill is linked to the release its study was made on, as :func:`footprint.calculate.calculate`
does. Where the study's profile is still the one it was calculated with, the columns must give the
stored total again within 1e-9 of the absolute contributions: a study whose columns say anything
else is told and not used.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from pydantic import ValidationError

from api.context import Context
from api.schemas.bom import BomIn
from api.strict_json import JsonRefused, strict_loads
from api.workflows.calculate_footprint import open_table
from api.workflows.search_datasets import find_release
from footprint.declared import declared_system
from footprint.errors import BomError, FootprintError, FootprintErrors
from footprint.intensities import IntensityTable
from footprint.portfolio import Portfolio, PortfolioBuilder, Terms
from footprint.portfolio_moves import MOVED_ABOVE, TableOf, moves
from labels.access import Scope
from lca_db.records.portfolio.values import StoredColumns
from lca_db.unit_of_work import UnitOfWork

AT_A_TIME = 50
Refused = Mapping[str, Mapping[str, object]]
_SCOPE = Scope.everything("keep portfolio columns")


def keep_portfolio_columns(
    context: Context, studies_sha256: str, scope: Scope, report: Callable[[int, int], None]
) -> tuple[Portfolio, Refused]:
    """The columns of the studies in a file, and which of them have none and why.

    Args:
        context: The instance.
        studies_sha256: The file that lists the studies.
        scope: Whose studies they are.
        report: Told how many are done; may raise to end it.

    Raises:
        StorageError: A file is missing or damaged, or the disk is full.
    """
    version = importlib.metadata.version("tanbiao")
    with UnitOfWork(context.engine, _SCOPE, read_only=True) as uow:
        kept = uow.portfolio.find_columns(studies_sha256, version)
    if kept is not None:
        return Portfolio.from_bytes(context.files.get(kept.columns_sha256)), kept.failures
    study_ids: list[str] = json.loads(context.files.get(studies_sha256))
    portfolio, refused = _made(context, study_ids, scope, report)
    made = StoredColumns(columns_sha256=context.files.put(portfolio.to_bytes()), failures=refused)
    with UnitOfWork(context.engine, _SCOPE) as uow:
        uow.portfolio.put_columns(studies_sha256, version, made, context.now())
        uow.commit()
    return portfolio, refused


def _made(
    context: Context, study_ids: Sequence[str], scope: Scope, report: Callable[[int, int], None]
) -> tuple[Portfolio, Refused]:
    builder = PortfolioBuilder()
    table_of = tables_by_release(context)
    stored: dict[str, float] = {}
    refused: dict[str, Mapping[str, object]] = {}
    for first in range(0, len(study_ids), AT_A_TIME):
        report(first, len(study_ids))
        with UnitOfWork(context.engine, scope, read_only=True) as uow:
            found = uow.studies.list_with_bills(study_ids[first : first + AT_A_TIME])
        for study, bill in found:
            result = json.loads(study.result)
            terms = Terms(study.release_id, study.method, result["gwp_set"], result["basis"])
            table = table_of(study.release_id)
            try:
                system = declared_system(_bill(bill).to_core(), table).own
                if terms.profile.sha256 == study.provenance["method_sha256"]:
                    stored[study.id] = float(result["total_kg_co2e"])
            except FootprintErrors as faults:
                refused[study.id] = _why(faults.errors[0].code, faults.errors[0].parameters)
                continue
            except FootprintError as fault:
                refused[study.id] = _why(fault.code, fault.parameters)
                continue
            builder.add_system(study.id, terms, system, table)
    return _checked(table_of, builder, stored, refused)


def _checked(
    table_of: TableOf,
    builder: PortfolioBuilder,
    stored: Mapping[str, float],
    refused: dict[str, Mapping[str, object]],
) -> tuple[Portfolio, Refused]:
    """The columns of those studies whose stored total they give again."""
    portfolio = builder.built()
    if not portfolio.studies:
        return portfolio, refused
    some = table_of(portfolio.terms[0].release)  # only what was before is looked at
    wrong = set()
    for stretch in moves(portfolio, table_of, some):
        for position, scale in enumerate(stretch.scale):
            study = portfolio.studies[stretch.first + position]
            total = stretch.totals[position, 0]
            if not abs(total - stored.get(study, total)) <= MOVED_ABOVE * scale:
                wrong.add(study)
                refused[study] = _why("result-not-reproduced", {"study": study})
    return (builder.without(wrong).built() if wrong else portfolio), refused


def _bill(content: bytes) -> BomIn:
    """The bill as it was sent; today's rules of the document may know it no more.

    Raises:
        BomError: ``bill-not-readable``.
    """
    try:
        return BomIn.model_validate(strict_loads(content))
    except (ValidationError, JsonRefused) as error:
        raise BomError("bill-not-readable") from error


def tables_by_release(context: Context) -> TableOf:
    """Opens the table of the release a study was made on; which file that is, is asked once."""

    @cache
    def table_of(release_id: str) -> IntensityTable:
        return open_table(context, find_release(context, release_id))

    return table_of


def _why(code: str, parameters: Mapping[str, str]) -> Mapping[str, object]:
    return {"code": code, "parameters": dict(parameters)}
