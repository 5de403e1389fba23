"""A parameter type stands too deep in a sample to be found.

## Why is this bad?

In a dictionary the values that are parameter types themselves are converted, and nothing below
them. A parameter type in a plain dictionary inside shows up in the API description, but its value
reaches `run()` as a plain list.

## Example

```python
sample = {"data": {"values": NumpyParameterType(np.array([1.0]))}}

@input_schema("body", StandardPythonParameterType(sample))
def run(body):
    ...
```

Use instead:

```python
inner = StandardPythonParameterType({"values": NumpyParameterType(np.array([1.0]))})

@input_schema("body", StandardPythonParameterType({"data": inner}))
def run(body):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.schemas import nested_samples, read_sample
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_WRAPPER = "StandardPythonParameterType"


@rule("AML215", "unwrapped-nested-sample", Severity.WARNING)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each plain dictionary or list in a sample that holds a type."""
    run = script.run
    if run is None:
        return
    seen: set[ast.expr] = set()
    for schema in run.inputs:
        for sample in nested_samples(schema.type_value, script.bindings):
            value = sample.value
            if sample.type != _WRAPPER:
                continue
            for inner in _elements(value):
                if inner not in seen and _holds_type(inner, script.bindings):
                    seen.add(inner)
                    yield Problem(
                        inner,
                        "The parameter types in here are not applied: their values reach run() as"
                        f" plain lists. Wrap this in {_WRAPPER}.",
                        fixes=_wrap(script, inner),
                    )


def _elements(value: ast.expr | None) -> list[ast.expr]:
    """Return the values of a sample that are converted if they are parameter types."""
    if isinstance(value, ast.Dict):
        return value.values
    return value.elts if isinstance(value, (ast.List, ast.Tuple)) else []


def _holds_type(node: ast.expr, bindings: Bindings) -> bool:
    """Return whether a plain dictionary has a parameter type among its own values."""
    node = bindings.dereference(node)
    if not isinstance(node, ast.Dict):
        return False
    return any(
        read_sample(bindings.dereference(value), bindings) is not None
        or _holds_type(value, bindings)
        for value in node.values
    )


def _wrap(script: Script, node: ast.expr) -> tuple[Fix, ...]:
    if _WRAPPER not in script.bindings.imports:
        return ()
    start, end = script.source.range_of(node)
    edits = (Edit(Range(start, start), f"{_WRAPPER}("), Edit(Range(end, end), ")"))
    return (Fix(f"Wrap it in {_WRAPPER}", edits, is_safe=True),)
