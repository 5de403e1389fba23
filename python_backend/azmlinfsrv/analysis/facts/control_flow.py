"""Which statements of a function are reached by every request."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.scopes import own_nodes

_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def certain_statements(body: list[ast.stmt], *, uncaught: bool = False) -> Iterator[ast.stmt]:
    """Yield the statements that run each time, in their order: no branch, loop or handler.

    What follows a statement that may leave the function is not certain any more.

    Args:
        body: the statements.
        uncaught: whether to leave out those whose exceptions are caught and kept.

    """
    for statement in body:
        yield statement
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            yield from certain_statements(statement.body, uncaught=uncaught)
        elif isinstance(statement, ast.Try):
            # Where a handler has another way, the first one may fail.
            is_kept = uncaught and any(_keeps(handler) for handler in statement.handlers)
            if not is_kept and not any(has_other_way(each) for each in statement.handlers):
                yield from certain_statements(statement.body, uncaught=uncaught)
            yield from certain_statements(statement.finalbody, uncaught=uncaught)
        if _may_leave(statement):
            return


def own_expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the expressions that a statement evaluates itself, without those of its blocks."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.withitem):
            yield child.context_expr


def unconditional_nodes(expression: ast.expr) -> Iterator[ast.AST]:
    """Yield the nodes of an expression that are evaluated in every case."""
    # No recursion: a sum of a thousand terms is a thousand levels deep.
    waiting: list[ast.expr] = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(_unconditional_parts(node))


def _unconditional_parts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.IfExp(test=test):
            return [test]
        case ast.BoolOp(values=[first, *_]):
            return [first]
        case ast.Lambda() | ast.GeneratorExp():
            return []
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            return [node.generators[0].iter]
    return [
        child.value if isinstance(child, ast.keyword) else child
        for child in ast.iter_child_nodes(node)
        if isinstance(child, (ast.expr, ast.keyword))
    ]


def certain_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield what is evaluated each time the function is called."""
    for statement in certain_statements(body):
        for expression in own_expressions(statement):
            yield from unconditional_nodes(expression)


def has_other_way(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler does more than tell what has happened, or give up."""
    return any(
        isinstance(node, (ast.AugAssign, ast.With, ast.For, ast.Import, ast.ImportFrom))
        or (isinstance(node, ast.Assign) and not _makes_text(node.value))
        for node in own_nodes(handler.body)
    )


def _keeps(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler neither raises nor ends the process."""
    return not any(
        isinstance(node, ast.Raise)
        or (isinstance(node, ast.Call) and _called_name(node) in {"exit", "_exit", "quit"})
        for node in own_nodes(handler.body)
    )


def leaves(body: list[ast.stmt]) -> bool:
    """Return whether what follows a block is not reached from it."""
    return bool(body) and isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _makes_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return _called_name(node) in {"str", "repr", "format", "format_exc", "dumps"}
    return isinstance(node, (ast.JoinedStr, ast.Dict, ast.BinOp))


def _called_name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _may_leave(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Return, ast.Raise)):
        return True
    if not isinstance(statement, _BLOCKS):
        return False
    return any(
        isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break))
        for node in own_nodes([statement])
    )
