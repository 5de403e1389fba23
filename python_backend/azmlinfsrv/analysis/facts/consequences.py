"""What happens when a line fails: to the server, to every request, or only to some."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from azmlinfsrv.analysis.facts.bindings import is_main_guard
from azmlinfsrv.analysis.facts.control_flow import (
    certain_statements,
    own_expressions,
    unconditional_nodes,
)
from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.findings import Severity


class Consequence(Enum):
    """What a failing line does; its value begins a message."""

    EXIT = "The server exits 3"
    EVERY_REQUEST = "Every request fails"
    EVERY_REQUEST_CAUGHT = "Every request ends in the except block"
    SOME = "What comes past this line fails"

    @property
    def severity(self) -> Severity:
        """An error if nothing works, a warning if something does."""
        return Severity.WARNING if self is Consequence.SOME else Severity.ERROR


class Consequences:
    """Tells for a node of a script what happens if it raises."""

    def __init__(
        self, tree: ast.Module, init: FunctionFacts | None, run: FunctionFacts | None
    ) -> None:
        body = [
            each
            for each in tree.body
            if not (isinstance(each, ast.If) and is_main_guard(each.test))
        ]
        self._at_start = {id(node) for node in _certain(body, uncaught=True)}
        self._at_start |= {id(node) for node in _of_definitions(tree)}
        if init is not None:
            self._at_start |= {id(node) for node in _certain(init.body, uncaught=True)}
        body = [] if run is None else run.body
        self._in_request = {id(node) for node in _certain(body)}
        self._uncaught = {id(node) for node in _certain(body, uncaught=True)}

    def of(self, node: ast.AST) -> Consequence:
        """Return what happens if a node raises."""
        if id(node) in self._at_start:
            return Consequence.EXIT
        if id(node) not in self._in_request:
            return Consequence.SOME
        is_caught = id(node) not in self._uncaught
        return Consequence.EVERY_REQUEST_CAUGHT if is_caught else Consequence.EVERY_REQUEST


def _certain(body: list[ast.stmt], *, uncaught: bool = False) -> Iterator[ast.AST]:
    for statement in certain_statements(body, uncaught=uncaught):
        yield statement
        for expression in own_expressions(statement):
            yield from unconditional_nodes(expression)


def _of_definitions(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what is evaluated where functions are defined: their decorators and defaults."""
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for expression in (*statement.decorator_list, *statement.args.defaults):
                yield from ast.walk(expression)
