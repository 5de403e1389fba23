"""Another decorator stands between the schema decorators and `run()`, or above them.

## Why is this bad?

`inference_schema` looks for the function behind a decorator in the variables that the decorator's
inner function uses, and takes the alphabetically last one. If that is not the function (in
`retry(times)` with `fn` and `times` it is the number), or the decorator is `@lru_cache` or
`@staticmethod`, then a schema decorator above it ends the server with status 3:
`TypeError: unsupported callable`. If the other decorator stands above, the schema is not found, and
`run()` gets the body as text.

A decorator below the schema that renames the parameter makes every request fail, too.

## Example

```python
@input_schema("data", StandardPythonParameterType([1]))
@functools.lru_cache
def run(data):
    ...
```

Use instead:

```python
@input_schema("data", StandardPythonParameterType([1]))
def run(data):
    return cached(tuple(data))
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Function
from azmlinfsrv.analysis.facts.functions import Decorator, DecoratorKind, FunctionFacts
from azmlinfsrv.analysis.facts.scopes import loaded_names, parameter_names, returns
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_OPAQUE = frozenset({"functools.lru_cache", "functools.cache"})
_SCHEMAS = (DecoratorKind.INPUT, DecoratorKind.OUTPUT)


@rule("AML211", "schema-hidden-by-decorator", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each foreign decorator that does not go with the schemas."""
    run = script.run
    if run is None or not run.has_schema:
        return
    schemas = [number for number, each in enumerate(run.decorators) if each.kind in _SCHEMAS]
    for number, decorator in enumerate(run.decorators):
        if decorator.kind is not DecoratorKind.OTHER:
            continue
        is_below = any(schema < number for schema in schemas)
        if _hides_function(script, decorator):
            yield Problem(
                decorator.node,
                "The server exits 3: TypeError: unsupported callable. inference_schema cannot find"
                " run() behind this decorator; apply it to a helper function that run() calls."
                if is_below
                else "Every request fails: inference_schema cannot find run() behind this"
                " decorator, and run() gets the body as text. Put it below the schema decorators"
                " on a helper function that run() calls.",
            )
        elif is_below and (renamed := _renamed(script, decorator, run)):
            yield Problem(
                decorator.node,
                f"Every request fails: this decorator replaces run() by {renamed}, which has no"
                " parameter of the schema's name. Give it the same parameters.",
            )


def _hides_function(script: Script, decorator: Decorator) -> bool:
    node = decorator.node.func if isinstance(decorator.node, ast.Call) else decorator.node
    if decorator.path in _OPAQUE:
        return True
    if isinstance(node, ast.Name) and node.id == "staticmethod":
        return "staticmethod" not in script.bindings.names
    found = _wrapper(script, decorator)
    if found is None:
        return False
    wrapper, function_name, free = found
    last = max(_free_names(wrapper) & free, default=None)
    return last is not None and last != function_name


def _renamed(script: Script, decorator: Decorator, run: FunctionFacts) -> str | None:
    """Return the wrapper that lacks a parameter which a schema above it names."""
    found = _wrapper(script, decorator)
    if found is None:
        return None
    wrapper = found[0]
    if wrapper.args.vararg or wrapper.args.kwarg:
        return None
    names = {schema.name for schema in run.inputs if isinstance(schema.name, str)}
    return f"{wrapper.name}()" if names - parameter_names(wrapper) else None


def _wrapper(script: Script, decorator: Decorator) -> tuple[Function, str, set[str]] | None:
    """Return what a decorator of the script puts in the place of a function.

    The inner function, the name by which the decorated one is known in it, and all names that
    enclosing functions bind.
    """
    node = decorator.node.func if isinstance(decorator.node, ast.Call) else decorator.node
    facts = script.function(node.id) if isinstance(node, ast.Name) else None
    outer = facts.definition if facts is not None else None
    if outer is None:
        return None
    enclosing = [outer]
    if isinstance(decorator.node, ast.Call):
        middle = _returned_function(outer)
        if middle is None:
            return None
        enclosing.append(middle)
    inner = _returned_function(enclosing[-1])
    parameters = [*enclosing[-1].args.posonlyargs, *enclosing[-1].args.args]
    if inner is None or len(parameters) != 1:
        return None
    free = {name for each in enclosing for name in _local_names(each)}
    return inner, parameters[0].arg, free


def _returned_function(function: Function) -> Function | None:
    found = returns(function)
    if len(found) != 1 or not isinstance(found[0].value, ast.Name):
        return None
    name = found[0].value.id
    inner = (ast.FunctionDef, ast.AsyncFunctionDef)
    definitions = (each for each in function.body if isinstance(each, inner))
    return next((each for each in definitions if each.name == name), None)


def _local_names(function: Function) -> set[str]:
    return parameter_names(function) | {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _free_names(function: Function) -> set[str]:
    own = _local_names(function)
    return {node.id for node in loaded_names(function.body)} - own
