"""A decorator of `run()` uses a name that has no value yet.

## Why is this bad?

Decorators are evaluated where they stand, while the script is loaded: before what follows in the
file, and before `init()` is called. The server exits with status 3:
`NameError: name 'sample' is not defined`.

## Example

```python
@input_schema("data", NumpyParameterType(sample))
def run(data):
    ...

sample = np.array([[1.0, 2.0]])
```

Use instead:

```python
sample = np.array([[1.0, 2.0]])

@input_schema("data", NumpyParameterType(sample))
def run(data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Binding, Function, is_main_guard
from azmlinfsrv.analysis.facts.scopes import BUILTINS, assigned_names, bound_by
from azmlinfsrv.analysis.findings import Related, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML209", "sample-defined-later", Severity.ERROR, needs_whole_text=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each name in a decorator that gets its value too late."""
    for name, (node, where) in late_names(script).items():
        yield Problem(
            node,
            f"The server exits 3: NameError: name '{name}' is not defined when the decorator is"
            f" evaluated. Define it at the top level above run().",
            related=(Related(script.source.range_of(where), f"'{name}' gets its value here"),),
        )


def late_names(script: Script) -> dict[str, tuple[ast.Name, ast.AST]]:
    """Return the names that decorators use too early, with where they get their value."""
    if script.bindings.has_unseen_names:
        return {}
    found: dict[str, tuple[ast.Name, ast.AST]] = {}
    for function in script.functions:
        definition = function.definition
        if definition is None:
            continue
        for decorator in definition.decorator_list:
            for node in ast.walk(decorator):
                if isinstance(node, ast.Name) and node.id not in found:
                    where = _later(script, node, definition)
                    if where is not None:
                        found[node.id] = (node, where)
    return found


def _later(script: Script, node: ast.Name, function: Function) -> ast.AST | None:
    """Return where a name gets its value, if that is only after a line of the top level."""
    name = node.id
    if name in BUILTINS:
        return None
    bindings = script.bindings.names.get(name, [])
    if not bindings:
        return _bound_too_late(script, name)
    in_functions = [each for each in bindings if _is_inside(script, each)]
    if len(in_functions) == len(bindings):
        is_called = any(_is_called_before(script, each, node) for each in in_functions)
        return None if is_called else in_functions[0].node
    at_top = [each for each in bindings if each not in in_functions]
    first = min(getattr(each.node, "lineno", 0) for each in at_top)
    is_later = first > node.lineno and at_top[0].node is not function
    return at_top[0].node if is_later else None


def _bound_too_late(script: Script, name: str) -> ast.AST | None:
    """Return where init() binds the name for itself, or a run as a program does."""
    init = script.init
    if init is not None and init.definition is not None:
        local = assigned_names(init.definition).get(name)
        if local:
            return local[0]
    for statement in script.tree.body:
        if isinstance(statement, ast.If) and is_main_guard(statement.test):
            for node in script.nodes.within(statement):
                if name in bound_by(node):
                    return node
    return None


def _is_called_before(script: Script, binding: Binding, node: ast.Name) -> bool:
    """Return whether the function that makes a binding is called above a line."""
    function = script.nodes.statement_of(binding.node)
    name = getattr(function, "name", None)
    return any(
        isinstance(call.func, ast.Name) and call.func.id == name and call.lineno < node.lineno
        for call in script.nodes.of(ast.Call)
    )


def _is_inside(script: Script, binding: Binding) -> bool:
    """Return whether a binding is made by a function that declares the name global."""
    line = getattr(binding.node, "lineno", 0)
    return any(
        isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
        and statement is not binding.node
        and statement.lineno < line <= (statement.end_lineno or 0)
        for statement in script.tree.body
    )
