"""The nodes of a syntax tree by their type, from one walk that serves all facts and rules."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

_Node = TypeVar("_Node", bound=ast.AST)


class NodeIndex:
    """The nodes of a module in the order of the text, but for operators, contexts and aliases.

    Attributes:
        tree: the module.

    """

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._by_type: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self._in_statement: dict[ast.stmt, list[ast.AST]] = {}
        self._read_names: dict[ast.stmt, set[str]] = {}
        self._stored_names: dict[ast.stmt, set[str]] = {}
        by_type = self._by_type
        for statement in tree.body:
            nodes = self._in_statement[statement] = walk([statement])
            read = self._read_names[statement] = set()
            stored = self._stored_names[statement] = set()
            for node in nodes:
                by_type[type(node)].append(node)
                if isinstance(node, ast.Name):
                    (read if isinstance(node.ctx, ast.Load) else stored).add(node.id)
                elif isinstance(node, ast.arg):
                    stored.add(node.arg)
                elif isinstance(node, ast.ExceptHandler) and node.name:
                    stored.add(node.name)

    def of(self, kind: type[_Node]) -> list[_Node]:
        """Return the nodes of one type."""
        return self._by_type[kind]  # type: ignore[return-value]

    def within(self, statement: ast.stmt) -> list[ast.AST]:
        """Return the nodes of a statement of the top level, itself among them."""
        return self._in_statement[statement]

    def read_names(self, statement: ast.stmt) -> set[str]:
        """Return the names that a statement of the top level reads, functions' bodies included."""
        return self._read_names[statement]

    def stored_names(self, statement: ast.stmt) -> set[str]:
        """Return the names that it assigns or has as parameters, anywhere within."""
        return self._stored_names[statement]

    def statement_of(self, node: ast.AST) -> ast.stmt | None:
        """Return the statement of the top level that a node stands in."""
        line = getattr(node, "lineno", 0)
        for statement in self.tree.body:
            if statement.lineno <= line <= (statement.end_lineno or 0):
                return statement
        return None


def walk(roots: Iterable[ast.AST], closed: tuple[type[ast.AST], ...] = ()) -> list[ast.AST]:
    """Return nodes and those below them in the order of the text, but for operators and the like.

    Written for speed: it is run at every keystroke.

    Args:
        roots: where to begin.
        closed: the types of nodes that are not looked into.

    """
    found: list[ast.AST] = []
    waiting = list(roots)
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        found.append(node)
        if type(node) in closed:
            continue
        # From the last one: the first is taken from the stack first.
        for name in _FIELDS[type(node)]:
            value = getattr(node, name, None)
            if value is None:
                continue
            if isinstance(value, list):
                waiting.extend(item for item in reversed(value) if item is not None)
            else:
                waiting.append(value)
    return found


def _fields_with_nodes(kind: type[ast.AST]) -> tuple[str, ...]:
    if kind is ast.Constant:
        return ()
    return tuple(name for name in reversed(kind._fields) if name not in _WITHOUT_NODES)


_WITHOUT_NODES = frozenset(
    {
        *("arg", "asname", "attr", "cls_name", "conversion", "ctx", "id", "is_async", "kind"),
        *("kwd_attrs", "level", "module", "name", "names", "op", "ops", "rest", "simple"),
        *("tag", "type_comment", "type_ignores"),
    }
)
_FIELDS = {
    kind: _fields_with_nodes(kind)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
