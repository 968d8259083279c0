"""``tanbiao inventory list``, ``search`` and ``show``: the datasets of a release, to be read.

What is asked for and what is answered are those of ``GET /v1/datasets`` and the addresses below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from api.commands.dataset_page import print_dataset, print_tree, print_versions
from api.commands.failure import failing
from api.commands.instance import existing_instance
from api.commands.language import Language, Spoken
from api.schemas.inventory import DatasetOut, DatasetSummaryOut, VersionOut
from api.schemas.supply_chain import SupplyChainOut
from api.workflows.read_supply_chain import read_supply_chain
from api.workflows.read_versions import read_versions
from api.workflows.search_datasets import search_datasets
from api.workflows.view_dataset import view_dataset
from footprint.inventory import DatasetKind, ReviewStatus
from footprint.supply_chain import TreeLimits
from labels.locale import Translator, translator
from lca_db.inventory.description import Industry
from lca_db.inventory.values import DatasetEntry, DatasetQuery

_CODE = re.compile(r"[0-9.-]{0,20}")


def _checked_code(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise typer.BadParameter("digits, dots and hyphens, such as 7606.11")
    return code


AsJson = Annotated[bool, typer.Option("--json", help="As JSON")]
InRelease = Annotated[str, typer.Option(help="Id of a release; the newest by default")]
OfIndustry = Annotated[Industry | None, typer.Option(help="Only this industry")]
Status = Annotated[ReviewStatus | None, typer.Option(help="How far it was examined")]
Location = Annotated[str, typer.Option(help="Exactly this place")]
Year = Annotated[str, typer.Option(help="Exactly this year")]
Kind = Annotated[DatasetKind | None, typer.Option(help="Unit process or aggregated system")]
Code = Annotated[
    str, typer.Option(callback=_checked_code, help="Beginning of an HS, CPC or CAS code")
]
After = Annotated[str, typer.Option(help="The id the last page ended with")]


def list_command(
    industry: OfIndustry = None,
    status: Status = None,
    location: Location = "",
    year: Year = "",
    kind: Kind = None,
    code: Code = "",
    release: InRelease = "",
    after: After = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Lists the datasets of a release in the order of their ids; exit status 1 where none fits."""
    query = _query("", industry, status, location, year, kind, code)
    _list(query, release, after, limit, language, as_json=as_json)


def search_command(
    text: Annotated[str, typer.Argument(help="Words in any of the languages")],
    industry: OfIndustry = None,
    status: Status = None,
    location: Location = "",
    year: Year = "",
    kind: Kind = None,
    code: Code = "",
    release: InRelease = "",
    after: After = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Searches the datasets of a release, best match first; exit status 1 where none is found."""
    query = _query(text, industry, status, location, year, kind, code)
    _list(query, release, after, limit, language, as_json=as_json)


def show_command(
    dataset: Annotated[str, typer.Argument(help="Id of the dataset")],
    release: InRelease = "",
    has_tree: Annotated[
        bool, typer.Option("--tree", help="With what each input gives to the total")
    ] = False,
    cutoff: Annotated[
        float, typer.Option(min=0, help="Smallest share of the total in the tree, 0 to 1")
    ] = 0.01,
    depth: Annotated[int, typer.Option(min=0, help="Levels of the tree, at most 20")] = 6,
    has_versions: Annotated[
        bool, typer.Option("--versions", help="With what became of it in the newest releases")
    ] = False,
    as_json: AsJson = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Shows a dataset: names, place, quality, result by gas, exchanges, sources, findings."""
    with failing(language), existing_instance() as context:
        view = view_dataset(context, dataset, release)
        limits = TreeLimits(cutoff=cutoff, depth=depth)
        chain = read_supply_chain(context, dataset, limits, release) if has_tree else None
        versions = read_versions(context, dataset) if has_versions else None
    if as_json:
        body: dict[str, Any] = DatasetOut.of_page(view, language).model_dump(mode="json")
        if chain is not None:
            body["supply_chain"] = SupplyChainOut.from_core(chain).model_dump(mode="json")
        if versions is not None:
            body["versions"] = [VersionOut.from_core(v).model_dump(mode="json") for v in versions]
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    print_dataset(view, language)
    if chain is not None:
        print_tree(chain, language)
    if versions is not None:
        print_versions(versions, language)


def _query(
    text: str,
    industry: Industry | None,
    status: ReviewStatus | None,
    location: str,
    year: str,
    kind: DatasetKind | None,
    code: str,
) -> DatasetQuery:
    return DatasetQuery(
        text=text.strip(),
        industry=industry.value if industry else "",
        review_status=status.value if status else "",
        location=location,
        year=year,
        kind=kind.value if kind else "",
        code=code,
    )


def _list(
    query: DatasetQuery,
    release: str,
    after: str,
    limit: int,
    language: Language,
    *,
    as_json: bool,
) -> None:
    with failing(language), existing_instance() as context:
        page = search_datasets(context, query, after=after or None, limit=limit, release_id=release)
    reader = translator(language)
    if as_json:
        found = [DatasetSummaryOut.from_core(each).model_dump(mode="json") for each in page.items]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print_entries(page.items, reader)
        if not page.items:
            typer.echo(_nothing(query, reader))
    if page.next_after:
        typer.echo(reader.text("command.more_follow", after=page.next_after), err=True)
    if not page.items:
        raise typer.Exit(1)


def _print_entries(entries: Sequence[DatasetEntry], reader: Translator) -> None:
    for each in entries:
        name = reader.local(each.names)
        columns = (each.dataset_id, each.unit, each.review_status, name, each.location, each.year)
        typer.echo("\t".join(columns))


def _nothing(query: DatasetQuery, reader: Translator) -> str:
    if query == DatasetQuery(text=query.text):
        return reader.text("datasets.none_found", text=query.text)
    return reader.text("datasets.nothing_fits")
