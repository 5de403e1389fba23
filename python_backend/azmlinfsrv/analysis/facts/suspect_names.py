"""Whether a module may use a name that nothing defines: a quick look before the slow one.

pyflakes takes longer than all rules together, and most scripts define their names. What this finds
is only a suspicion; what it does not find pyflakes would not find either.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.node_index import NodeIndex, walk
from azmlinfsrv.analysis.facts.scopes import BUILTINS, bound_by, own_nodes, parameter_names

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def suspect_statements(nodes: NodeIndex, bindings: Bindings) -> list[ast.stmt]:
    """Return the statements of the top level that read a name which may not be defined."""
    # What is unbound again lives for a part of the text only.
    if nodes.of(ast.Delete):
        return nodes.tree.body
    known = {*BUILTINS, *bindings.names, *bindings.imports}
    has_comprehensions = any(nodes.of(kind) for kind in _COMPREHENSIONS)
    return [
        statement
        for statement in nodes.tree.body
        if _is_suspect(nodes, statement, known, has_comprehensions=has_comprehensions)
    ]


def _is_suspect(
    nodes: NodeIndex, statement: ast.stmt, known: set[str], *, has_comprehensions: bool
) -> bool:
    if isinstance(statement, ast.ClassDef):
        return any(_is_suspect_in_class(each, statement, known) for each in statement.body)
    read = nodes.read_names(statement) - known
    if not read:
        return False
    within = nodes.within(statement)
    if _has_functions_within(statement, within, read):
        return True
    unexplained = read - nodes.stored_names(statement)
    if unexplained and unexplained - _bound(within):
        return True
    return has_comprehensions and not read.isdisjoint(_leaked_names(statement, within))


def _has_functions_within(statement: ast.stmt, within: list[ast.AST], read: set[str]) -> bool:
    """Return whether a name may be read outside the inner function that binds it."""
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    if not any(isinstance(node, _FUNCTIONS) for node in within[1:]):
        return False
    own = {name for node in own_nodes(statement.body) for name in bound_by(node)}
    return bool(read - own - parameter_names(statement))


def _is_suspect_in_class(statement: ast.stmt, owner: ast.ClassDef, known: set[str]) -> bool:
    """Return the same for a part of a class: its methods do not see the names of their class."""
    within = walk([statement])
    read = {
        node.id for node in within if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    is_method = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
    bound = _bound(within[1:] if is_method else within)
    if is_method:
        # Decorators and defaults do see them.
        outer = [*statement.decorator_list, *statement.args.defaults]  # type: ignore[attr-defined]
        if outer:
            bound |= _bound(own_nodes(owner.body))
    else:
        bound |= _bound(own_nodes(owner.body))
    return bool(read - known - bound)


def _leaked_names(statement: ast.stmt, within: list[ast.AST]) -> frozenset[str]:
    """Return the names that only comprehensions bind and that are read outside of them."""
    found = _leaked.get(statement)
    if found is None:
        comprehensions = [node for node in within if isinstance(node, _COMPREHENSIONS)]
        inside = {id(inner) for node in comprehensions for inner in walk([node])}
        outer = [node for node in within if id(node) not in inside] if comprehensions else []
        read = {node.id for node in outer if isinstance(node, ast.Name)}
        found = _leaked[statement] = frozenset(read - _bound(outer))
    return found


_leaked: WeakKeyDictionary[ast.stmt, frozenset[str]] = WeakKeyDictionary()


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    return {name for node in nodes for name in bound_by(node)}
