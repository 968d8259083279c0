"""How a command says no: the sentence, the place and the cure on standard error, exit status 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from api.i18n import sentence
from api.problems import Problem, problem_of
from api.strict_json import JsonRefused
from footprint.errors import FootprintError
from labels.errors import LabelError
from lca_db.errors import StorageError


@contextmanager
def failing(language: str = "en", file: Path | None = None) -> Iterator[None]:
    """Turns a refusal of the core into sentences and exit status 1.

    Args:
        language: Of the sentences.
        file: Which of several files is at fault, told before each place.
    """
    try:
        yield
    except (FootprintError, LabelError, StorageError, JsonRefused, Problem) as error:
        problem = problem_of(error)
        for fault in problem.faults:
            place = f"{fault.place}: " if fault.place else ""
            place = f"{file.name} {place}" if file else place
            said = sentence(fault.code, language, fault.parameters or {})
            typer.secho(f"{place}{said} [{fault.code}]", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from error
