"""Which error codes the source raises, read from its syntax trees.

An error code is the first argument of an error class: one derived from ``FootprintError``,
``LabelError``, ``StorageError`` or ``JsonRefused``, or ``Problem`` and ``Fault`` of the shell.
Codes are written out as literals, so that they can be found here, by a search and by a reader.
The scan follows, in this order:

* a literal, and both sides of a conditional expression or an ``or``;
* a local or module-level name to what is assigned to it;
* a table (a literal mapping) to its values;
* a parameter to the arguments given for it by calls in the same module;
* a call to what the function of that name returns;
* ``error.code`` and ``refusal["code"]``, which pass an error on, to nothing.

A class that names its code in its own constructor (``NotFound``) is read there, not where it is
raised.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.support.source_tree import Module, dotted_name

ROOTS = frozenset(
    {"FootprintError", "LabelError", "StorageError", "JsonRefused", "Problem", "Fault"}
)
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+|conflict")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class ErrorCodes:
    """What a scan found: code -> modules that raise it, and places that hide their code."""

    modules_by_code: dict[str, set[str]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)


def error_codes(modules: Sequence[Module]) -> ErrorCodes:
    """Every code the modules raise."""
    fixed = _fixed_codes(modules)
    classes = _error_classes(modules) - {name for name, _, _ in fixed}
    scan = _Scan(modules)
    found = ErrorCodes()
    for _, code, module_name in fixed:
        found.modules_by_code.setdefault(code, set()).add(module_name)
    for module in modules:
        for call, function in _calls_in_functions(module):
            if dotted_name(call.func).rsplit(".", 1)[-1] not in classes:
                continue
            argument = _code_argument(call, is_problem=dotted_name(call.func) == "Problem")
            codes = scan.codes(argument, function, module) if argument is not None else None
            if codes is None:
                found.hidden.append(module.at(call))
            for code in codes or ():
                found.modules_by_code.setdefault(code, set()).add(module.name)
    return found


def _error_classes(modules: Sequence[Module]) -> set[str]:
    classes = set(ROOTS)
    nodes = [n for m in modules for n in ast.walk(m.tree) if isinstance(n, ast.ClassDef)]
    for _ in nodes:  # a chain of bases is no longer than there are classes
        more = {n.name for n in nodes if classes & {dotted_name(b) for b in n.bases}} - classes
        if not more:
            break
        classes |= more
    return classes


def _fixed_codes(modules: Sequence[Module]) -> list[tuple[str, str, str]]:
    """Class, code and module of every class that hands ``super().__init__`` a literal code."""
    found = []
    for module in modules:
        classes = (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))
        for node in classes:
            for call in ast.walk(node):
                match call:
                    case ast.Call(
                        func=ast.Attribute(
                            value=ast.Call(func=ast.Name(id="super")), attr="__init__"
                        ),
                        args=[ast.Constant(value=str(code)), *_],
                    ) if CODE.fullmatch(code):
                        found.append((node.name, code, module.name))
    return found


def _calls_in_functions(module: Module) -> Iterator[tuple[ast.Call, Function | None]]:
    """Every call with the innermost function around it."""
    stack: list[tuple[ast.AST, Function | None]] = [(module.tree, None)]
    while stack:
        node, function = stack.pop()
        if isinstance(node, ast.Call):
            yield node, function
        if isinstance(node, Function):
            function = node
        if not isinstance(node, ast.match_case):
            stack += [(child, function) for child in ast.iter_child_nodes(node)]
        else:  # a pattern ``case NotAllowed():`` is no call; its body holds some
            stack += [(child, function) for child in node.body]


def _code_argument(call: ast.Call, *, is_problem: bool) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "code":
            return keyword.value
    position = 1 if is_problem else 0  # Problem(status, code)
    return call.args[position] if len(call.args) > position else None


class _Scan:
    def __init__(self, modules: Sequence[Module]) -> None:
        self.functions: dict[str, list[tuple[Function, Module]]] = {}
        for module in modules:
            for node in ast.walk(module.tree):
                if isinstance(node, Function):
                    self.functions.setdefault(node.name, []).append((node, module))

    def codes(
        self, node: ast.expr, function: Function | None, module: Module, depth: int = 0
    ) -> set[str] | None:
        """The codes an expression can be; None when the scan cannot tell."""
        if depth > 6:
            return None

        def each(nodes: Sequence[ast.expr], within: Function | None = function) -> set[str] | None:
            results = [self.codes(n, within, module, depth + 1) for n in nodes]
            return None if None in results else {c for r in results for c in r or ()}

        match node:
            case ast.Constant(value=str(text)):
                return {text} if CODE.fullmatch(text) else None
            case ast.Constant(value=None):
                return set()
            case ast.IfExp(body=yes, orelse=no):
                return each([yes, no])
            case ast.BoolOp(values=values):
                return each(values)
            case ast.Dict(values=values):
                return each(values)
            case ast.Attribute(attr="code") | ast.Subscript(slice=ast.Constant(value="code")):
                return set()
            case ast.Subscript(value=table):
                return each([table])
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, default]):
                return each([table, default])
            case ast.Call():
                return self._returned(dotted_name(node.func).rsplit(".", 1)[-1], depth)
            case ast.Name(id=name):
                if function is not None and name in _parameters(function):
                    return each(_arguments_given(module, function, name), None)
                return each(_assigned(name, function, module)) or None
        return None

    def _returned(self, name: str, depth: int) -> set[str] | None:
        found: set[str] = set()
        for function, module in self.functions.get(name, ()):
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    codes = self.codes(node.value, function, module, depth + 1)
                    found |= codes or set()
        return found or None


def _parameters(function: Function) -> list[str]:
    arguments = function.args
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _arguments_given(module: Module, function: Function, parameter: str) -> list[ast.expr]:
    """What calls in the module give for one parameter of a function."""
    names = [name for name in _parameters(function) if name not in {"self", "cls"}]
    position = names.index(parameter)
    given = []
    for call in module.calls():
        if dotted_name(call.func).rsplit(".", 1)[-1] == function.name:
            by_name = [k.value for k in call.keywords if k.arg == parameter]
            given += by_name or call.args[position : position + 1]
    return given


def _assigned(name: str, function: Function | None, module: Module) -> list[ast.expr]:
    """What is assigned to a name in the function, else at the top of the module."""
    for scope in (function, module.tree):
        values = []
        for node in ast.walk(scope) if scope is not None else ():
            match node:
                case ast.Assign(targets=targets, value=value):
                    if name in {dotted_name(target) for target in targets}:
                        values.append(value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    if dotted_name(target) == name:
                        values.append(value)
        if values:
            return values
    return []
