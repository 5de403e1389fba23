"""What a function binds, reads and returns."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from weakref import WeakKeyDictionary

from azmlinfsrv.analysis.facts.bindings import Function
from azmlinfsrv.analysis.facts.node_index import walk

BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "__builtins__"}

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def own_nodes(body: Iterable[ast.AST]) -> list[ast.AST]:
    """Return the nodes of statements in the order of the text, without nested functions' bodies."""
    return walk(body, _SCOPES)


def function_nodes(function: Function) -> list[ast.AST]:
    """Return the nodes of a function's own body; many rules ask for them."""
    found = _function_nodes.get(function)
    if found is None:
        found = _function_nodes[function] = own_nodes(function.body)
    return found


_function_nodes: WeakKeyDictionary[Function, list[ast.AST]] = WeakKeyDictionary()


def returns(function: Function) -> list[ast.Return]:
    """Return the return statements of a function's own body."""
    return [node for node in function_nodes(function) if isinstance(node, ast.Return)]


def global_names(function: Function) -> set[str]:
    """Return the names that a function declares global."""
    return {
        name
        for node in function_nodes(function)
        if isinstance(node, ast.Global)
        for name in node.names
    }


def assigned_names(function: Function) -> dict[str, list[ast.AST]]:
    """Return where a function binds names of its own or global ones, parameters left out."""
    found = _assigned_names.get(function)
    if found is None:
        found = _assigned_names[function] = {}
        for node in function_nodes(function):
            for name in bound_by(node):
                found.setdefault(name, []).append(node)
    return found


_assigned_names: WeakKeyDictionary[Function, dict[str, list[ast.AST]]] = WeakKeyDictionary()


def parameter_names(function: Function | ast.Lambda) -> set[str]:
    """Return the names of a function's parameters."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    variadic = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return {each.arg for each in [*named, *variadic]}


def loaded_names(body: Iterable[ast.AST]) -> Iterator[ast.Name]:
    """Yield the names that statements read, nested functions included."""
    for node in walk(body):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node


def first_assignment(function: Function, name: str) -> ast.expr | None:
    """Return the expression of a name that a function assigns exactly once; else None."""
    found = assigned_names(function).get(name, [])
    if len(found) == 1 and isinstance(found[0], ast.Name):
        for node in function_nodes(function):
            if isinstance(node, ast.Assign) and found[0] in node.targets:
                return node.value
            if isinstance(node, ast.AnnAssign) and node.target is found[0]:
                return node.value
    return None


def bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds itself."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name
