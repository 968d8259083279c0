"""Problems as pages show them: a title, what to do, and every fault with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.i18n import sentence
from api.problems import Problem


@dataclass(frozen=True)
class FaultView:
    """One thing wrong, in words, and where."""

    message: str
    place: str
    field: str = ""  # its name in the form, where it is a field's fault


@dataclass(frozen=True)
class ProblemView:
    """A problem in the reader's language."""

    title: str
    code: str
    detail: str
    errors: tuple[FaultView, ...]

    def of(self, field: str) -> str:
        """What is wrong with that field of a form; "" where nothing is."""
        return " ".join(fault.message for fault in self.errors if fault.field == field)


def problem_view(
    problem: Problem, language: str, place_of: Callable[[str], str] = str
) -> ProblemView:
    """The problem in words.

    Args:
        problem: What was refused.
        language: The reader's.
        place_of: Turns a JSON Pointer into a place the reader knows (sheet and cell).
    """
    title = sentence(problem.code, language, problem.parameters)
    is_alone = len(problem.faults) == 1 and problem.faults[0].code == problem.code
    faults = tuple(
        FaultView(
            sentence(fault.code, language, words_of(fault.parameters)),
            place_of(fault.place),
            fault.place.rsplit("/", 1)[-1],
        )
        for fault in problem.faults
    )
    if is_alone and not faults[0].place:
        faults = ()
    return ProblemView(title=title, code=problem.code, detail="", errors=faults)


def words_of(parameters: Mapping[str, str] | None) -> Mapping[str, str]:
    """Parameters of a sentence; none where there are none."""
    return parameters or {}
