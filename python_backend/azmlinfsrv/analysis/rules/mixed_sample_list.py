"""A list in a sample mixes elements that belong to different types.

## Why is this bad?

A list is described by its first element. Parameter types and raw values in one list end the server
with status 3; two different parameter types make every request fail, because the first is used for
all elements. A list of different plain values works, but there is no Swagger 2 description of it.

## Example

```python
sample = [NumpyParameterType(np.array([1.0])), 5]

@input_schema("data", StandardPythonParameterType(sample))
def run(data):
    ...
```

Use instead:

```python
sample = {"values": NumpyParameterType(np.array([1.0])), "count": 5}

@input_schema("data", StandardPythonParameterType(sample))
def run(data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.schemas import Sample, read_sample
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML208", "mixed-sample-list", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each list of a sample whose elements do not go together."""
    seen: set[ast.List] = set()
    for sample in script.samples:
        if sample.type != "StandardPythonParameterType" or sample.value is None:
            continue
        for node in ast.walk(sample.value):
            if isinstance(node, ast.List) and node not in seen:
                seen.add(node)
                yield from _list(script, node)


def _list(script: Script, node: ast.List) -> Iterator[Problem]:
    elements = [script.bindings.dereference(each) for each in node.elts]
    samples = [read_sample(each, script.bindings) for each in elements]
    types = [sample.type for sample in samples if sample is not None]
    if types and len(types) < len(elements):
        if any(isinstance(each, (ast.Name, ast.Call)) for each in _raw(elements, samples)):
            return  # What it is cannot be told.
        fails = (
            f"Object of type {types[0]} is not JSON serializable"
            if samples[0] is None
            else "a raw value has no 'input_to_swagger'"
        )
        yield Problem(
            node,
            f"The server exits 3: parameter types and raw values in one list ({fails}). Wrap each"
            " element, or use a dictionary.",
        )
    elif len(set(types)) > 1:
        yield Problem(
            node,
            f"Every request fails: {types[0]} is used for all elements of this list. Use a"
            " dictionary.",
        )
    elif not types and _plain_types(elements) > 1:
        yield Problem(
            node,
            "A list of different types has no Swagger 2 description: /swagger.json answers 404 for"
            " version 2.",
            severity=Severity.INFORMATION,
        )


def _raw(elements: list[ast.expr], samples: list[Sample | None]) -> list[ast.expr]:
    return [each for each, sample in zip(elements, samples, strict=True) if sample is None]


def _plain_types(elements: list[ast.expr]) -> int:
    """Return how many types the literals of a list have; 0 if one is no literal."""
    types: set[str] = set()
    for element in elements:
        match element:
            case ast.Constant(value=value):
                types.add(type(value).__name__)
            case ast.Dict() | ast.List() | ast.Tuple():
                types.add(type(element).__name__)
            case ast.UnaryOp(operand=ast.Constant(value=value)):
                types.add(type(value).__name__)
            case _:
                return 0
    return 1 if types == {"int", "float"} else len(types)
