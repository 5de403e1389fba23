"""A schema is declared twice.

## Why is this bad?

A second `@output_schema` for a function named `run` (above the same one, above a
second definition, or in a class) ends the server with status 3:
`Error, output schema already defined`.
Two `@input_schema` for one parameter convert the value twice, which fails for every value if their
types differ. Of two decorated definitions of `run`, the API description keeps the properties of the
first.

## Example

```python
@output_schema(StandardPythonParameterType([1]))
@output_schema(StandardPythonParameterType({"result": 1}))
def run(data):
    ...
```

Use instead:

```python
@output_schema(StandardPythonParameterType({"result": 1}))
def run(data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from azmlinfsrv.analysis.facts.functions import DecoratorKind, FunctionFacts, read_function
from azmlinfsrv.analysis.facts.schemas import InputSchema
from azmlinfsrv.analysis.findings import Related, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML206", "repeated-schema", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each schema that was declared before."""
    definitions = list(_named_run(script))
    yield from _outputs(script, definitions)
    run = script.run
    if run is not None:
        yield from _inputs(script, run)
    decorated = [each for each in definitions if each.inputs]
    for earlier, later in pairwise(decorated):
        if not earlier.outputs and later.definition is not None and earlier.definition is not None:
            yield Problem(
                script.source.name_range(later.definition),
                "The API description keeps the properties of the first run() that has"
                " @input_schema. Remove that one.",
                related=(Related(script.source.name_range(earlier.definition), "The first run()"),),
                severity=Severity.WARNING,
            )


def _named_run(script: Script) -> Iterator[FunctionFacts]:
    """Yield the functions named run, in classes as well: the library tells them by name."""
    for statement in script.tree.body:
        inner = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        for node in inner:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "run":
                yield read_function("run", node, script.bindings)


def _outputs(script: Script, definitions: list[FunctionFacts]) -> Iterator[Problem]:
    first: ast.expr | None = None
    for definition in definitions:
        for decorator in reversed(definition.decorators):
            if decorator.kind is not DecoratorKind.OUTPUT or decorator.is_wrapped:
                continue
            if first is None:
                first = decorator.node
                continue
            yield Problem(
                decorator.node,
                "The server exits 3: Error, output schema already defined for function:"
                " entry_module.run. Remove one of the two.",
                related=(Related(script.source.range_of(first), "The first @output_schema"),),
            )


def _inputs(script: Script, run: FunctionFacts) -> Iterator[Problem]:
    seen: dict[str, InputSchema] = {}
    for schema in run.inputs:
        if not isinstance(schema.name, str):
            continue
        earlier = seen.setdefault(schema.name, schema)
        if earlier is schema or _kind(earlier) is None or _kind(schema) is None:
            continue
        if _kind(earlier) != _kind(schema):
            yield Problem(
                schema.call,
                f"Every request fails: '{schema.name}' has two schemas of different types, and no"
                " value passes both. Remove one.",
                related=(Related(script.source.range_of(earlier.call), "The other schema"),),
            )


def _kind(schema: InputSchema) -> str | None:
    if schema.sample is None:
        return None
    if schema.sample.type != "StandardPythonParameterType":
        return schema.sample.type
    match schema.sample.value:
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.Dict() | ast.List() | ast.Tuple():
            return type(schema.sample.value).__name__
    return None
