"""Which names a module binds, where, and what the imported ones stand for."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from azmlinfsrv.analysis.facts.known_names import WELL_KNOWN
from azmlinfsrv.analysis.facts.node_index import NodeIndex

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"

_MAX_ALIASES = 8
_MAX_ATTRIBUTES = 12
_NAME_MAKERS = frozenset({"globals", "exec", "vars", "setattr"})


@dataclass(frozen=True)
class Binding:
    """One place at the top level that gives a name its value.

    Attributes:
        node: the statement (or, for an assignment's target, the target).
        value: the assigned expression, if the whole of it goes to the name.
        is_conditional: whether it happens in a branch, a loop or an attempt.

    """

    node: ast.AST
    value: ast.expr | None = None
    is_conditional: bool = False


@dataclass(frozen=True)
class Bindings:
    """The names of a module.

    Attributes:
        names: what binds each name, in the order of the text. What only happens when the file is
            run as a program is not among it.
        imports: the dotted path behind each imported name, wherever it is imported.
        has_unseen_names: whether names may come from elsewhere: a module that is not looked into,
            ``globals()``, ``exec()``.

    """

    names: Mapping[str, list[Binding]]
    imports: Mapping[str, str]
    has_unseen_names: bool
    _paths: dict[ast.AST, str | None] = field(default_factory=dict, repr=False, compare=False)

    def last(self, name: str) -> Binding | None:
        """Return what decides a name's value; None if nothing binds it, or if it depends."""
        found = self.names.get(name, [])
        if not found or (len(found) > 1 and found[-1].is_conditional):
            return None
        return found[-1]

    def constant(self, name: str) -> ast.expr | None:
        """Return the expression of a name that is assigned once and for all."""
        found = self.names.get(name, [])
        return found[0].value if len(found) == 1 and not found[0].is_conditional else None

    def dereference(self, node: ast.expr) -> ast.expr:
        """Return the expression behind a name that is assigned once; else the node itself."""
        for _ in range(_MAX_ALIASES):
            value = self.constant(node.id) if isinstance(node, ast.Name) else None
            if value is None:
                return node
            node = value
        return node

    def path(self, node: ast.AST) -> str | None:
        """Return the dotted path of a name or attribute: "numpy.array" for ``np.array``.

        None for whatever does not lead to an import. A name of the libraries that nothing binds
        counts as imported: its line may be half typed, and that it is missing is another rule's.
        """
        try:
            return self._paths[node]
        except KeyError:
            found = self._paths[node] = self._path(node)
            return found

    def _path(self, node: ast.AST) -> str | None:
        attributes: list[str] = []
        for _ in range(_MAX_ALIASES):
            while isinstance(node, ast.Attribute):
                attributes.append(node.attr)
                node = node.value
                if len(attributes) > _MAX_ATTRIBUTES:
                    return None
            if not isinstance(node, ast.Name):
                return None
            root = self.imports.get(node.id)
            if root is None and node.id not in self.names:
                root = WELL_KNOWN.get(node.id)
            if root is not None:
                return ".".join([root, *reversed(attributes)])
            alias = self.constant(node.id)
            if alias is None:
                return None
            node = alias
        return None


def collect_bindings(nodes: NodeIndex) -> Bindings:
    """Collect the names of a module."""
    names: defaultdict[str, list[Binding]] = defaultdict(list)
    for name, binding in _bindings(nodes.tree.body, is_conditional=False):
        names[name].append(binding)
    for name, binding in _global_bindings(nodes):
        names[name].append(binding)
    imports: dict[str, str] = {}
    has_unseen_names = any(_makes_names(call) for call in nodes.of(ast.Call))
    for plain in nodes.of(ast.Import):
        for alias in plain.names:
            first = alias.name.split(".")[0]
            imports.setdefault(alias.asname or first, alias.name if alias.asname else first)
    for node in nodes.of(ast.ImportFrom):
        for alias in node.names:
            if alias.name == "*":
                has_unseen_names |= not (node.module or "").startswith("inference_schema.")
            elif node.module and not node.level:
                imports.setdefault(alias.asname or alias.name, f"{node.module}.{alias.name}")
    # A name that is also defined here is not surely the imported one.
    for name, found in names.items():
        if any(not isinstance(each.node, (ast.Import, ast.ImportFrom)) for each in found):
            imports.pop(name, None)
    return Bindings(dict(names), imports, has_unseen_names)


def _makes_names(call: ast.Call) -> bool:
    """Return whether a call may bind names of the module that nothing else shows."""
    if not isinstance(call.func, ast.Name) or call.func.id not in _NAME_MAKERS:
        return False
    # setattr(model, …) is about an object, setattr(builtins, …) and setattr(sys.modules[…], …) not.
    target = call.args[0] if call.args else None
    is_module = isinstance(target, ast.Subscript) or (
        isinstance(target, ast.Name) and target.id == "builtins"
    )
    return call.func.id != "setattr" or is_module


def is_main_guard(test: ast.expr) -> bool:
    """Return whether a condition is ``__name__ == "__main__"``."""
    return (
        isinstance(test, ast.Compare)
        and len(test.comparators) == 1
        and isinstance(test.ops[0], ast.Eq)
        and {"__name__", "__main__"}
        == {
            side.id if isinstance(side, ast.Name) else getattr(side, "value", None)
            for side in (test.left, *test.comparators)
        }
    )


def target_names(target: ast.expr) -> Iterator[str]:
    """Yield the names that an assignment to a target binds."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from target_names(element)
    elif isinstance(target, ast.Starred):
        yield from target_names(target.value)


def _bindings(body: list[ast.stmt], *, is_conditional: bool) -> Iterator[tuple[str, Binding]]:
    for statement in body:
        yield from _bindings_of(statement, is_conditional)


def _bindings_of(statement: ast.stmt, is_conditional: bool) -> Iterator[tuple[str, Binding]]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name, Binding(statement, None, is_conditional)
        case ast.Import() | ast.ImportFrom():
            for alias in statement.names:
                name = alias.asname or alias.name.split(".")[0]
                yield name, Binding(statement, None, is_conditional)
        case ast.Assign():
            for target in statement.targets:
                is_whole = isinstance(target, ast.Name)
                for name in target_names(target):
                    value = statement.value if is_whole else None
                    yield name, Binding(statement, value, is_conditional)
        case ast.AnnAssign(value=value) if value is not None:
            for name in target_names(statement.target):
                yield name, Binding(statement, value, is_conditional)
        case ast.AugAssign() | ast.Delete():
            targets = statement.targets if isinstance(statement, ast.Delete) else [statement.target]
            for target in targets:
                for name in target_names(target):
                    yield name, Binding(statement, None, is_conditional)
        case ast.If() if is_main_guard(statement.test):
            yield from _bindings(statement.orelse, is_conditional=is_conditional)
        case ast.If() | ast.While():
            yield from _bindings([*statement.body, *statement.orelse], is_conditional=True)
        case ast.For() | ast.AsyncFor():
            for name in target_names(statement.target):
                yield name, Binding(statement, None, is_conditional=True)
            yield from _bindings([*statement.body, *statement.orelse], is_conditional=True)
        case ast.With() | ast.AsyncWith():
            for item in statement.items:
                if item.optional_vars is not None:
                    for name in target_names(item.optional_vars):
                        yield name, Binding(statement, None, is_conditional)
            yield from _bindings(statement.body, is_conditional=is_conditional)
        case ast.Try():
            yield from _bindings(statement.body, is_conditional=True)
            for handler in statement.handlers:
                yield from _bindings(handler.body, is_conditional=True)
            yield from _bindings([*statement.orelse, *statement.finalbody], is_conditional=True)
        case ast.Match():
            for case in statement.cases:
                yield from _bindings(case.body, is_conditional=True)
        case ast.Expr(value=ast.NamedExpr(target=ast.Name(id=name), value=value)):
            yield name, Binding(statement, value, is_conditional)


def _global_bindings(nodes: NodeIndex) -> Iterator[tuple[str, Binding]]:
    """Yield what functions do to the names that they declare global."""
    seen: set[tuple[ast.stmt, str]] = set()
    for declaration in nodes.of(ast.Global):
        statement = nodes.statement_of(declaration)
        for name in declaration.names:
            if statement is not None and (statement, name) not in seen:
                seen.add((statement, name))
                for target, value in _assignments(nodes.within(statement)[1:], name):
                    yield name, Binding(target, value, is_conditional=True)


def _assignments(nodes: list[ast.AST], name: str) -> Iterator[tuple[ast.AST, ast.expr | None]]:
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if name in target_names(target):
                    yield node, node.value if isinstance(target, ast.Name) else None
        elif isinstance(node, (ast.AugAssign, ast.For)) and name in target_names(node.target):
            yield node, None
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None and name in target_names(item.optional_vars):
                    yield node, None
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if node.name == name:
                yield node, None
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and any(
            (alias.asname or alias.name.split(".")[0]) == name for alias in node.names
        ):
            yield node, None
