"""The nodes of a syntax tree by their type, from one walk that serves all facts and rules."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

_Node = TypeVar("_Node", bound=ast.AST)


class _Statement:
    """What is below one statement of the top level."""

    __slots__ = ("by_type", "nodes", "read", "stored")

    def __init__(self, statement: ast.stmt) -> None:
        self.nodes = walk([statement])
        self.by_type: dict[type[ast.AST], list[ast.AST]] = {}
        self.read: set[str] = set()
        self.stored: set[str] = set()
        for node in self.nodes:
            self.by_type.setdefault(type(node), []).append(node)
            if isinstance(node, ast.Name):
                (self.read if isinstance(node.ctx, ast.Load) else self.stored).add(node.id)
            elif isinstance(node, ast.arg):
                self.stored.add(node.arg)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                self.stored.add(node.name)


class NodeIndex:
    """The nodes of a module in the order of the text, but for operators, contexts and aliases.

    Attributes:
        tree: the module.

    """

    def __init__(self, tree: ast.Module, before: NodeIndex | None = None) -> None:
        """Collect the nodes.

        Args:
            tree: the module.
            before: the index of a tree that some of the statements are taken from.

        """
        self.tree = tree
        known: dict[ast.stmt, _Statement] = before._statements if before is not None else {}
        self._statements: dict[ast.stmt, _Statement] = {
            statement: known.get(statement) or _Statement(statement) for statement in tree.body
        }
        self._by_type: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        for found in self._statements.values():
            for kind, nodes in found.by_type.items():
                self._by_type[kind] += nodes

    def of(self, kind: type[_Node]) -> list[_Node]:
        """Return the nodes of one type."""
        return self._by_type[kind]  # type: ignore[return-value]

    def within(self, statement: ast.stmt) -> list[ast.AST]:
        """Return the nodes of a statement of the top level, itself among them."""
        return self._statements[statement].nodes

    def read_names(self, statement: ast.stmt) -> set[str]:
        """Return the names that a statement of the top level reads, functions' bodies included."""
        return self._statements[statement].read

    def stored_names(self, statement: ast.stmt) -> set[str]:
        """Return the names that it assigns or has as parameters, anywhere within."""
        return self._statements[statement].stored

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
