"""``tanbiao footprint compare``: two results side by side, where a comparison may be made."""

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
from api.problems import problem_of
from api.schemas.comparison import ComparedIn, comparison_out
from api.strict_json import strict_loads
from footprint.comparability import Audience, Comparison, compare
from footprint.quantities import significant_string
from labels.locale import translator

_FIGURES = 3


def compare_command(
    first: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A.json")],
    second: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="B.json")],
    audience: Annotated[
        Audience, typer.Option(help="Declared units are compared between businesses only")
    ] = Audience.PUBLIC,
    as_json: Annotated[bool, typer.Option("--json", help="The comparison as JSON")] = False,
    language: Annotated[str, typer.Option("--lang", help="zh-Hans, zh-Hant, en or pt")] = "en",
) -> None:
    """Compares two results of ``footprint calculate --json``, or says why that may not be done."""
    with failing(language):
        comparison = compare(_read(first).to_core(), _read(second).to_core(), audience)
    if as_json:
        typer.echo(json.dumps(comparison_out(comparison), indent=2))
    else:
        print_comparison(Console(), comparison, language)


def _read(path: Path) -> ComparedIn:
    document = strict_loads(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    try:
        return ComparedIn.model_validate(document)
    except ValidationError as error:
        raise problem_of(RequestValidationError(error.errors())) from error


def print_comparison(console: Console, comparison: Comparison, language: str) -> None:
    """The difference, and what makes the comparison weaker."""
    t = translator(language).text
    difference = significant_string(comparison.difference_kg_co2e, _FIGURES)
    share = "-" if comparison.share is None else f"{comparison.share * Decimal(100):+.1f} %"
    console.print(t("comparison.difference", difference=difference, share=share))
    for caution in comparison.cautions:
        console.print(t(f"comparison.{caution}"))
