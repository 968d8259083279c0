"""Prints what a line of a bill may be, with the reasons in words."""

from __future__ import annotations

import typer

from api.i18n import match_reason
from api.views import LineMatches
from labels.locale import translator

_MOST_REASONS = 4


def print_matches(found: LineMatches, language: str) -> None:
    """One suggestion a line, its reasons below; first of all where nothing fits."""
    say = translator(language).text
    if not found.fits:
        typer.echo(say("match.nothing_fits"))
    for suggestion in found.suggestions:
        candidate = suggestion.candidate
        name = candidate.names.get(language) or candidate.names.get("en", "")
        typer.echo(
            f"{suggestion.confidence:4.0%}  {candidate.dataset_id}  {candidate.unit}  {name}"
        )
        for because in suggestion.reasons[:_MOST_REASONS]:
            typer.echo(
                f"      {because.weight:+.2f} "
                + match_reason(because.reason.value, because.value, language)
            )
