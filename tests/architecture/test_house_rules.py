"""How the code of the four packages is written: each rule with its reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.support.source_tree import Module, dotted_name, modules

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
MIGRATIONS = "lca_db.migrations.versions"  # written by Alembic, never edited for style

MAY_COMMIT = (
    "api.workflows",
    "api.jobs",  # a job marks itself started, done or failed
    "api.security.authentication",  # a session is touched while its request waits
    "api.demo.seed",  # the people and bodies of the demonstration, before anybody can sign in
)

STEPS_OF_SEVERAL = {"sign_arrangement"}  # two bodies take turns: propose, countersign, accept

CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime))$"
)
ROUNDING = re.compile(r"(^round$|\.(round|rint|quantize|to_integral_value|to_integral_exact)$)")
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "cloudpickle", "joblib"}


def calls_named(module: Module, matches: Callable[[str], object]) -> list[str]:
    """Where the module calls something whose dotted name matches."""
    return [module.at(call) for call in module.calls() if matches(called(call))]


def called(call: ast.Call) -> str:
    """The dotted name of what is called; ``.name`` where it is called on an expression."""
    name = dotted_name(call.func)
    if not name and isinstance(call.func, ast.Attribute):
        return f".{call.func.attr}"
    return name


def imported(module: Module) -> Iterator[tuple[str, ast.stmt]]:
    """Every module name imported, with the statement."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node


def functions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the module."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(module.tree) if isinstance(node, kinds)]


def public_functions(module: Module) -> set[str]:
    """The names of its functions that do not begin with an underscore."""
    names = {node.name for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    return {name for name in names if not name.startswith("_")}


def test_only_the_unit_of_work_commits() -> None:
    """Nobody but it ends a transaction of the database; a workflow says ``uow.commit()``."""
    found = [
        place
        for module in modules()
        if not module.is_in("lca_db.unit_of_work", "lca_db.migrations")
        for place in calls_named(
            module, lambda name: name.endswith(".commit") and name != "uow.commit"
        )
    ]
    assert not found, "\n".join(found)


def test_no_door_commits() -> None:
    """One commit per use case: a router, page or command that commits tells half a story."""
    found = [
        place
        for module in modules()
        if not module.is_in(*MAY_COMMIT)
        for place in calls_named(module, lambda name: name == "uow.commit")
    ]
    assert not found, "\n".join(found)


def test_only_quantities_rounds() -> None:
    """A figure is rounded once, half to even; a second rounding elsewhere prints another figure."""
    found = [
        place
        for module in modules()
        if not module.is_in("footprint.quantities", MIGRATIONS)
        for place in calls_named(module, ROUNDING.search)
    ]
    assert not found, "\n".join(found)


def test_only_the_shell_reads_the_clock() -> None:
    """Time comes in as an argument, so that a year of a label's life is tested in a second."""
    found = [
        place
        for module in modules("footprint", "labels", "lca_db")
        for place in calls_named(module, CLOCKS.search)
    ]
    assert not found, "\n".join(found)


def test_nothing_evaluates_text_or_unpickles() -> None:
    """Data of users and of other bodies is read, never run."""
    found = [
        place for module in modules() for place in calls_named(module, UNSAFE_CALLS.__contains__)
    ] + [
        module.at(statement)
        for module in modules()
        for name, statement in imported(module)
        if name.split(".")[0] in UNSAFE_MODULES
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("keyword", "reason"),
    [
        ("allow_pickle", "an array file that is a program"),
        ("shell", "an argument that is a command"),
    ],
)
def test_no_call_switches_a_dangerous_option_on(keyword: str, reason: str) -> None:
    """``allow_pickle=True`` and ``shell=True`` make data run."""
    found = [
        f"{module.at(call)}: {reason}"
        for module in modules()
        for call in module.calls()
        for argument in call.keywords
        if argument.arg == keyword
        and not (isinstance(argument.value, ast.Constant) and argument.value.value is False)
    ]
    assert not found, "\n".join(found)


def test_every_module_says_what_it_is_for() -> None:
    """The first line of a module answers why it exists; only an empty package file may be mute."""
    mute = [
        module.path
        for module in modules("footprint", "labels", "lca_db", "api", "tests", "docs")
        if module.tree.body and not ast.get_docstring(module.tree)
    ]
    assert not mute, "\n".join(mute)


def test_no_module_is_too_long_to_read_at_once() -> None:
    """Over 400 lines a module holds two things; split it where they meet."""
    long = [
        f"{module.path}: {len(module.text.splitlines())} lines"
        for module in modules("footprint", "labels", "lca_db", "api", "tests", "docs")
        if len(module.text.splitlines()) > LONGEST_MODULE and not module.is_in(MIGRATIONS)
    ]
    assert not long, "\n".join(long)


def test_no_function_is_too_long_to_hold_in_mind() -> None:
    """Over 60 lines a function has steps that want names."""
    long = [
        f"{module.at(function)} {function.name}: {length} lines"
        for module in modules("footprint", "labels", "lca_db", "api", "tests", "docs")
        if not module.is_in(MIGRATIONS)
        for function in functions(module)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_table_modules_keep_their_annotations_real() -> None:
    """SQLModel resolves relationships from annotations; postponed ones break at the first query."""
    found = [
        module.path
        for module in modules("lca_db")
        if "table=True" in module.text and any(name == "__future__" for name, _ in imported(module))
    ]
    assert not found, "\n".join(found)


def test_a_workflow_file_holds_the_function_of_its_name() -> None:
    """A use case is found by its name: ``issue_label.py`` tells the story of ``issue_label``."""
    found = [
        module.path
        for module in modules("api")
        if module.is_in("api.workflows") and module.tree.body
        if (name := module.name.rsplit(".", 1)[-1]) not in STEPS_OF_SEVERAL
        and not name.startswith("read_")
        and name not in public_functions(module)
    ]
    assert not found, "\n".join(found)


def test_a_workflow_file_that_reads_only_reads() -> None:
    """``read_cases.py`` gathers the reads of one kind of record; a write has its own file."""
    found = [
        f"{module.path}: {function}"
        for module in modules("api")
        if module.is_in("api.workflows") and module.name.rsplit(".", 1)[-1].startswith("read_")
        for function in public_functions(module)
        if not function.startswith(("read_", "list_"))
    ] + [
        place
        for module in modules("api")
        if module.name.startswith("api.workflows.read_")
        for place in calls_named(module, lambda name: name == "uow.commit")
    ]
    assert not found, "\n".join(found)
