"""`run()` takes its input for something else than the server gives it.

## Why is this bad?

Without `@input_schema` the server hands `run()` the body of the request as text. Indexing the text
like a dictionary, `json.load()` on it or `.get()` fails in every request. With `@input_schema` it
is the other way round: the value is parsed and converted already, and `json.loads()` fails.

## Example

```python
def run(raw_data):
    return model.predict(raw_data["data"]).tolist()
```

Use instead:

```python
def run(raw_data):
    data = json.loads(raw_data)
    return model.predict(data["data"]).tolist()
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.payload import certain_uses, input_names
from azmlinfsrv.analysis.facts.schemas import converted_to
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_TEXT_ATTRIBUTES = frozenset(dir(str))


@rule("AML108", "misread-payload", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each use of the input that fails in every request."""
    run = script.run
    if run is None or run.is_raw or run.has_other_decorators or not run.named_parameters:
        return
    if not run.has_schema:
        parameter = run.named_parameters[0].name
        for name in sorted(input_names(run.body, parameter)):
            for node, said in _uses_as_object(script, run, name):
                happens = script.consequences.of(node).value
                yield Problem(
                    node,
                    f"{happens}: {said} Without @input_schema the server hands run() the"
                    f" body as text; parse it first with json.loads({name}).",
                    fixes=_parse_first(node, name, script),
                )
        return
    for schema in run.inputs:
        made = converted_to(schema)
        if made is None or run.parameter(schema.name) is None:
            continue
        for call, function in _json_calls(script, run, schema.name):
            happens = script.consequences.of(call).value
            yield Problem(
                call,
                f"{happens}: @input_schema has parsed '{schema.name}' already, it is"
                f" {made} here, and {function}() takes text. Use the value as it is.",
            )


def _uses_as_object(
    script: Script, run: FunctionFacts, name: str
) -> Iterator[tuple[ast.expr, str]]:
    for node in certain_uses(run.body, name):
        match node:
            case ast.Subscript(value=ast.Name(id=used), slice=ast.Constant(value=str(key))):
                if used == name:
                    yield node, f"'{name}' is text and has no key '{key}'."
            case ast.Attribute(value=ast.Name(id=used), attr=attribute):
                if used == name and attribute not in _TEXT_ATTRIBUTES:
                    yield node, f"'{name}' is text and has no attribute '{attribute}'."
            case ast.Call(func=function, args=[ast.Name(id=used), *_]) if used == name:
                path = script.bindings.path(function)
                if path == "json.load":
                    yield node, f"json.load() reads a file, and '{name}' is text."
                elif path == "pandas.DataFrame":
                    yield node, f"pandas makes no DataFrame of a text, and '{name}' is one."


def _json_calls(script: Script, run: FunctionFacts, name: str) -> Iterator[tuple[ast.Call, str]]:
    for node in certain_uses(run.body, name):
        match node:
            case ast.Call(func=function, args=[ast.Name(id=used), *_]) if used == name:
                path = script.bindings.path(function)
                if path in {"json.loads", "json.load"}:
                    yield node, path


def _parse_first(node: ast.expr, name: str, script: Script) -> tuple[Fix, ...]:
    """Return the fix: json.loads() around the name, if json is imported."""
    if script.bindings.imports.get("json") != "json":
        return ()
    if isinstance(node, ast.Call):
        where = script.source.range_of(node.func)
        return (Fix("Use json.loads()", (Edit(where, "json.loads"),), is_safe=True),)
    owner = getattr(node, "value", None)
    if not isinstance(owner, ast.Name):
        return ()
    start, end = script.source.range_of(owner)
    edit = Edit(Range(start, end), f"json.loads({name})")
    return (Fix(f"Parse it: json.loads({name})", (edit,)),)
