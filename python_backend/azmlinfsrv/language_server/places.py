"""What stands where in a script."""

from __future__ import annotations

import ast

from azmlinfsrv.analysis.facts.functions import Decorator, FunctionFacts
from azmlinfsrv.analysis.findings import Position, Range
from azmlinfsrv.analysis.script import Script

ENTRY_FUNCTIONS = ("init", "run")


def contains(range_: Range, position: Position) -> bool:
    """Return whether a position is in a range, or at its end."""
    return range_.start <= position <= range_.end


def decorator_at(script: Script, position: Position) -> tuple[FunctionFacts, Decorator] | None:
    """Return the decorator whose name is at a position, and its function."""
    for function in script.functions:
        for decorator in function.decorators:
            name = decorator.call.func if decorator.call is not None else decorator.node
            if contains(script.source.range_of(name), position):
                return function, decorator
    return None


def entry_functions(script: Script) -> list[FunctionFacts]:
    """Return the functions that the server calls, in the order of the text."""
    found = [script.function(name) for name in ENTRY_FUNCTIONS]
    functions = [each for each in found if each is not None]
    return sorted(functions, key=lambda each: script.source.range_of(each.node))


def name_range(script: Script, function: FunctionFacts) -> Range:
    """Return the range of a function's name; of a lambda, the whole of it."""
    definition = function.definition
    if definition is None:
        return script.source.range_of(function.node)
    return script.source.name_range(definition)


def whole_range(script: Script, function: FunctionFacts) -> Range:
    """Return the range of a function with its decorators."""
    whole = script.source.range_of(function.node)
    nodes: list[ast.expr] = function.definition.decorator_list if function.definition else []
    starts = [script.source.range_of(node).start for node in nodes]
    # The @ is no part of the expression.
    first = min([whole.start, *(Position(start.line, 0) for start in starts)])
    return Range(first, whole.end)
