"""Where a script makes paths below the model folder, and what it does with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Bindings, Function, is_main_guard, target_names
from azmlinfsrv.analysis.facts.control_flow import has_other_way, leaves
from azmlinfsrv.analysis.facts.node_index import NodeIndex
from azmlinfsrv.analysis.facts.path_kinds import ModelPath, Value
from azmlinfsrv.analysis.facts.path_uses import (
    ModelPaths,
    PathUse,
    callee_of,
    only_mentions,
    opens_for_writing,
    tests_or_writes,
)
from azmlinfsrv.analysis.facts.path_values import MODEL_VARIABLE, Evaluator


def collect_model_paths(nodes: NodeIndex, bindings: Bindings) -> ModelPaths:
    """Return where a module makes paths below the model folder."""
    beginnings = _beginnings(nodes)
    if not beginnings:
        return ModelPaths((), ())
    walk = _Walk(nodes, bindings, beginnings)
    walk.module()
    return ModelPaths(tuple(walk.uses), tuple(walk.evaluator.absolute_joins.values()))


class _Walk:
    """One pass over a module in the order in which the server runs it."""

    def __init__(
        self, nodes: NodeIndex, bindings: Bindings, beginnings: set[ast.stmt | None]
    ) -> None:
        self._bindings = bindings
        self._nodes = nodes
        self._beginnings = beginnings
        self._definitions = {
            statement.name: statement
            for statement in nodes.tree.body
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        self._mentioned = {
            name
            for statement in nodes.tree.body
            if not (isinstance(statement, ast.If) and is_main_guard(statement.test))
            for name in nodes.read_names(statement)
        }
        self._globals: set[str] = set()
        self._module_names: dict[str, Value] = {}
        self._is_certain = True
        self.evaluator = Evaluator(bindings, self._definitions.get)
        self.uses: list[PathUse] = []

    def module(self) -> None:
        for statement in self._nodes.tree.body:
            if self._makes_text_or_path(statement):
                self._statement(statement, self._module_names)
        # init() runs before run(); what it makes global is there for all others.
        order = sorted(self._definitions.values(), key=lambda each: each.name != "init")
        for definition in order:
            if self._concerns_paths(definition, set()):
                self._function(definition)

    def _makes_text_or_path(self, statement: ast.stmt) -> bool:
        """Return whether a statement of the top level can matter: most do not."""
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return bool(statement.args.defaults)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            return False
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            if isinstance(statement.value, (ast.Constant, ast.BinOp, ast.JoinedStr)):
                return True
        elif not isinstance(statement, ast.Expr):
            return True
        known = {name for name, value in self._module_names.items() if value is not None}
        return (
            statement in self._beginnings
            or not known.isdisjoint(self._nodes.read_names(statement))
            or not known.isdisjoint(self._nodes.stored_names(statement))
        )

    def _concerns_paths(self, function: Function, asked: set[str]) -> bool:
        """Return whether a function can meet a path at all: most of a long script do not."""
        asked.add(function.name)
        if function in self._beginnings:
            return True
        for name in self._nodes.read_names(function):
            if self._module_names.get(name) is not None:
                return True
            helper = self._definitions.get(name)
            if helper is not None and name not in asked and self._concerns_paths(helper, asked):
                return True
        return False

    def _function(self, function: Function) -> None:
        is_entry = function.name in {"init", "run"}
        names = dict(self._module_names)
        arguments = function.args
        for parameter in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            names[parameter.arg] = None
        if function.name == "init":
            with_default = arguments.args[len(arguments.args) - len(arguments.defaults) :]
            for parameter, default in zip(with_default, arguments.defaults, strict=True):
                names[parameter.arg] = self.evaluator.value(default, self._module_names)
        was_certain, outer_globals = self._is_certain, self._globals
        self._is_certain = is_entry or function.name in self._mentioned
        self._globals = {
            name
            for node in self._nodes.within(function)
            if isinstance(node, ast.Global)
            for name in node.names
        }
        self._block(function.body, names)
        self._is_certain, self._globals = was_certain, outer_globals

    def _block(self, body: list[ast.stmt], names: dict[str, Value]) -> None:
        for statement in body:
            self._statement(statement, names)

    def _statement(self, statement: ast.stmt, names: dict[str, Value]) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for default in statement.args.defaults:
                    self._expression(default, names, None)
                if names is not self._module_names:
                    self._nested(statement.body, names)
            case ast.ClassDef():
                for inner in statement.body:
                    if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        self._block(inner.body, dict(names))
                    else:
                        self._statement(inner, dict(names))
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value, names)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._assign([target], value, names)
            case ast.AugAssign(target=target, op=op, value=value):
                self._expression(value, names, None)
                if isinstance(target, ast.Name):
                    load = ast.copy_location(ast.Name(target.id, ast.Load()), target)
                    sum_ = ast.copy_location(ast.BinOp(load, op, value), statement)
                    self._bind(target.id, self._record(sum_, names, None), names)
            case ast.If() if is_main_guard(statement.test):
                self._block(statement.orelse, names)
            case ast.If():
                self._branch(statement, names)
            case ast.Try():
                self._attempt(statement, names)
            case ast.For() | ast.AsyncFor():
                self._expression(statement.iter, names, "for")
                for name in target_names(statement.target):
                    self._bind(name, None, names)
                self._nested([*statement.body, *statement.orelse], names)
            case ast.While():
                self._expression(statement.test, names, None)
                self._nested([*statement.body, *statement.orelse], names)
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    self._expression(item.context_expr, names, None)
                    for name in target_names(item.optional_vars) if item.optional_vars else ():
                        self._bind(name, None, names)
                self._block(statement.body, names)
            case _:
                for node in ast.iter_child_nodes(statement):
                    if isinstance(node, ast.expr):
                        self._expression(node, names, None)
                    elif isinstance(node, ast.match_case):
                        self._nested(node.body, names)

    def _assign(self, targets: list[ast.expr], value: ast.expr, names: dict[str, Value]) -> None:
        # Whoever reads an attribute or an item later is not followed.
        is_stored = any(not isinstance(target, ast.Name) for target in targets)
        found = self._expression(value, names, "stored" if is_stored else None)
        for target in targets:
            for name in target_names(target):
                self._bind(name, found if isinstance(target, ast.Name) else None, names)

    def _bind(self, name: str, value: Value, names: dict[str, Value]) -> None:
        names[name] = value
        if name in self._globals:
            self._module_names[name] = value

    def _branch(self, statement: ast.If, names: dict[str, Value]) -> None:
        self._expression(statement.test, names, None)
        chosen = self.evaluator.chosen_branch(statement.test, names)
        outcomes = []
        for body, is_taken in ((statement.body, chosen), (statement.orelse, _not(chosen))):
            inner = dict(names)
            self._uncertain_block(body, inner, is_certain=is_taken is True)
            outcomes.append(inner)
        if chosen is not None:
            names.update(outcomes[0 if chosen else 1])
            return
        # A branch that leaves the function does not reach what follows.
        staying = [
            outcome
            for outcome, body in zip(outcomes, (statement.body, statement.orelse), strict=True)
            if not leaves(body)
        ]
        self._merge(staying or outcomes, names)

    def _attempt(self, statement: ast.Try, names: dict[str, Value]) -> None:
        is_attempt = any(has_other_way(handler) for handler in statement.handlers)
        self._uncertain_block(statement.body, names, is_certain=not is_attempt)
        outcomes = [dict(names)]
        for handler in statement.handlers:
            inner = dict(names)
            self._nested(handler.body, inner)
            if not leaves(handler.body):
                outcomes.append(inner)
        self._merge(outcomes, names)
        self._uncertain_block(statement.orelse, names, is_certain=not is_attempt)
        self._block(statement.finalbody, names)

    def _merge(self, outcomes: list[dict[str, Value]], names: dict[str, Value]) -> None:
        for name in {name for outcome in outcomes for name in outcome}:
            values = [outcome.get(name) for outcome in outcomes]
            is_same = all(value == values[0] for value in values)
            names[name] = values[0] if is_same else None

    def _nested(self, body: list[ast.stmt], names: dict[str, Value]) -> None:
        self._uncertain_block(body, names, is_certain=False)

    def _uncertain_block(
        self, body: list[ast.stmt], names: dict[str, Value], *, is_certain: bool
    ) -> None:
        outer = self._is_certain
        self._is_certain = outer and is_certain
        self._block(body, names)
        self._is_certain = outer

    def _expression(
        self, node: ast.expr, names: dict[str, Value], consumer: str | None, *, writes: bool = False
    ) -> Value:
        """Record the longest paths in an expression; return what the whole stands for."""
        found = self._record(node, names, consumer, writes=writes)
        if isinstance(found, ModelPath):
            return found
        match node:
            case ast.Call():
                callee = callee_of(node)
                is_write = opens_for_writing(node)
                if isinstance(node.func, ast.Attribute):
                    self._expression(node.func.value, names, callee, writes=is_write)
                for argument in [*node.args, *(word.value for word in node.keywords)]:
                    self._expression(argument, names, callee, writes=is_write)
            case ast.Lambda():
                outer, self._is_certain = self._is_certain, False
                self._expression(node.body, names, None)
                self._is_certain = outer
            case ast.BinOp() | ast.JoinedStr() | ast.FormattedValue():
                # A part of a text that is not known: what is opened is another name.
                for child in _child_expressions(node):
                    self._expression(child, names, "format")
            case _:
                for child in _child_expressions(node):
                    self._expression(child, names, consumer, writes=writes)
        return found

    def _record(
        self,
        node: ast.expr,
        names: dict[str, Value],
        consumer: str | None,
        *,
        writes: bool = False,
    ) -> Value:
        found = self.evaluator.value(node, names)
        if isinstance(found, ModelPath):
            is_guarded = writes or tests_or_writes(consumer)
            reads = not only_mentions(consumer) and not is_guarded
            self.uses.append(PathUse(node, found, self._is_certain, reads, is_guarded))
        return found


def _child_expressions(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, (ast.comprehension, ast.keyword)):
            yield from _child_expressions(child)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _beginnings(nodes: NodeIndex) -> set[ast.stmt | None]:
    """Return the statements of the top level with what every path begins with."""
    begin: list[ast.AST] = [node for node in nodes.of(ast.Constant) if node.value == MODEL_VARIABLE]
    begin += [node for node in nodes.of(ast.Attribute) if node.attr == "get_model_path"]
    return {nodes.statement_of(node) for node in begin}
