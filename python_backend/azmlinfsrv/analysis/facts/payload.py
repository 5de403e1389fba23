"""What ``run`` does with its input in every request, before the name gets another value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.control_flow import (
    certain_statements,
    own_expressions,
    unconditional_nodes,
)
from azmlinfsrv.analysis.facts.scopes import own_nodes

# Whoever asks what the input is may be prepared for anything.
_ASKS = frozenset({"isinstance", "type", "hasattr", "getattr", "callable", "dict", "issubclass"})


def input_names(body: list[ast.stmt], name: str) -> set[str]:
    """Return the names by which a function knows a parameter: its own, and plain copies of it."""
    names = {name}
    for statement in certain_statements(body):
        copied = _copy_of(statement, names)
        if copied is not None:
            names.add(copied)
    return names


def certain_uses(body: list[ast.stmt], name: str) -> Iterator[ast.AST]:
    """Yield what is evaluated each time while a name has the value that the parameter came with.

    Nothing if the function asks what the value is.

    Args:
        body: the function's statements.
        name: the parameter, or one of its `input_names`.

    """
    for node in own_nodes(body):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _ASKS
            and _mentions(node, name)
        ):
            return
    for statement in certain_statements(body):
        for expression in own_expressions(statement):
            yield from unconditional_nodes(expression)
        if _binds(statement, name) and not isinstance(_copied(statement), str):
            return


def _copied(statement: ast.stmt) -> str | None:
    """Return the name whose value a statement gives to another name, if that is all it does."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.Name(id=name)):
            return name
    return None


def _copy_of(statement: ast.stmt, names: set[str]) -> str | None:
    if _copied(statement) not in names:
        return None
    (target,) = statement.targets  # type: ignore[attr-defined]
    return str(target.id)


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _binds(statement: ast.stmt, name: str) -> bool:
    """Return whether a statement, or a block of it that may not be run, binds the name."""
    if isinstance(statement, (ast.Try, ast.With, ast.AsyncWith)):
        # Their blocks are statements of their own here.
        handlers = statement.handlers if isinstance(statement, ast.Try) else []
        return any(_stores(handler, name) for handler in handlers)
    return _stores(statement, name)


def _stores(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Store)
        for inner in ast.walk(node)
    )
