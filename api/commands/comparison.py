"""``tanbiao footprint compare``: two bills or two results, where a comparison may be made."""

from __future__ import annotations

import codecs
import json
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from rich.console import Console

from api.commands.failure import failing
from api.commands.footprint import TEMPLATES, OwnInventory, of_file, snapshot_of, tables_of
from api.commands.language import Language, Spoken
from api.problems import problem_of
from api.schemas.comparison import ComparedIn, comparison_out
from api.solving import solve
from api.strict_json import strict_loads
from api.workflows.calculate_footprint import exact_bom
from footprint.comparability import Audience, Compared, compare
from footprint.intensities import IntensityTable
from footprint.methods import method_profile
from footprint.paired import PairedStudies, compare_bills
from footprint.prepared import PreparedBill, prepare
from footprint.quantities import significant_string
from footprint.result import DRAWN_DIGITS
from labels.locale import translator

_FIGURES = 3


def compare_command(
    first: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="A: a bill (JSON or the template), or what ``calculate --json`` made of one",
        ),
    ],
    second: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="B: likewise")],
    audience: Annotated[
        Audience, typer.Option(help="Declared units are compared between businesses only")
    ] = Audience.PUBLIC,
    inventory: OwnInventory = None,
    as_json: Annotated[bool, typer.Option("--json", help="The comparison as JSON")] = False,
    language: Spoken = Language.ENGLISH,
) -> None:
    """Compares two footprints, or says why that may not be done.

    Of two bills it tells how probably A is lower than B, and the interval of the difference, on
    the same draws; of two results, which hold no draws, the difference alone.
    """
    with failing(language):
        are_bills = [_is_bill(path) for path in (first, second)]
        if all(are_bills):
            found = _of_bills(first, second, inventory, audience, language)
        else:
            found = _of_results(first, second, inventory, audience, language)
    if as_json:
        typer.echo(json.dumps(comparison_out(found), indent=2))
    else:
        print_comparison(Console(), found, language, is_drawable=all(are_bills))


def _is_bill(path: Path) -> bool:
    """Whether a file holds a bill; anything else is read as a result."""
    if path.suffix.lower() in TEMPLATES:
        return True
    document = strict_loads(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    return isinstance(document, dict) and "product" in document


def _of_bills(
    first: Path, second: Path, inventory: Path | None, audience: Audience, language: Language
) -> PairedStudies:
    """Both bills on one inventory, solved and sampled here and now."""
    table, sampled = tables_of(inventory)
    bills = []
    for path in (first, second):
        with failing(language, path):
            bills.append(_prepared(path, table))
    return compare_bills(bills[0], bills[1], sampled, audience)


def _of_results(
    first: Path, second: Path, inventory: Path | None, audience: Audience, language: Language
) -> PairedStudies:
    """Two results, or a bill and a result: without draws."""
    read = []
    for path in (first, second):
        with failing(language, path):
            if _is_bill(path):
                read.append(Compared.of_bill(_prepared(path, solve(snapshot_of(inventory)))))
            else:
                read.append(_read(path).to_core())
    comparison = compare(read[0], read[1], audience)
    return PairedStudies(comparison=comparison, probability_lower=None, difference=None)


def _prepared(path: Path, table: IntensityTable) -> PreparedBill:
    return of_file(
        path,
        lambda read: prepare(
            exact_bom(read).bom, table, method_profile(read.method, read.gwp_set or "")
        ),
    )


def _read(path: Path) -> ComparedIn:
    document = strict_loads(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    try:
        return ComparedIn.model_validate(document)
    except ValidationError as error:
        raise problem_of(RequestValidationError(error.errors())) from error


def print_comparison(
    console: Console, found: PairedStudies, language: str, *, is_drawable: bool
) -> None:
    """The difference, how certain it is, and what makes the comparison weaker."""
    reader, comparison = translator(language), found.comparison
    t = reader.text
    difference = significant_string(comparison.difference_kg_co2e, _FIGURES)
    share = "-" if comparison.share is None else f"{comparison.share * Decimal(100):+.1f} %"
    console.print(t("comparison.difference", difference=difference, share=share))
    if found.probability_lower is None or found.difference is None:
        without = "label.uncertainty_not_assessed" if is_drawable else "comparison.not-drawn"
        console.print(t(without))
    else:
        probability = reader.percent(significant_string(found.probability_lower, DRAWN_DIGITS), 1)
        lower, upper = (
            reader.number(significant_string(bound, DRAWN_DIGITS))
            for bound in (found.difference.lower_kg_co2e, found.difference.upper_kg_co2e)
        )
        console.print(t("comparison.probability-lower", probability=probability))
        console.print(t("comparison.difference-interval", lower=lower, upper=upper))
    for caution in comparison.cautions:
        console.print(t(f"comparison.{caution}"))
