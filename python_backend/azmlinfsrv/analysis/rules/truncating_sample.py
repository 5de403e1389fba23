"""A sample of whole numbers, short texts or truth values decides how data is converted.

## Why is this bad?

Input is converted to the type of the sample. An array or a column of integers cuts off what stands
behind the point (`5.1` becomes `5`), texts in an array are cut to the length of the longest one in
the sample, and of truth values any text is true, `"false"` included. Nothing fails: the predictions
are wrong.

If the features really are whole numbers, say so with a `dtype`, or silence the line.

## Example

```python
@input_schema("data", NumpyParameterType(np.array([[5, 3]])))
def run(data):
    ...
```

Use instead:

```python
@input_schema("data", NumpyParameterType(np.array([[5.0, 3.0]])))
def run(data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.schemas import Sample, bind_arguments, constant, nested_samples
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_PARAMETERS = ("sample_input", "enforce_column_type")
_TOLD = {
    "int": "what stands behind the point is cut off: 5.1 becomes 5. Write 5.0, or give a dtype.",
    "str": "longer texts are cut to the length of the sample's. Give dtype=object.",
    "bool": 'any text is true, "false" included. Send true and false as JSON has them.',
}


@rule("AML214", "truncating-sample", Severity.INFORMATION)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each input sample whose type loses something."""
    run = script.run
    if run is None:
        return
    for schema in run.inputs:
        if schema.converts is False:
            continue
        for sample in nested_samples(schema.type_value, script.bindings):
            kind = _kind(sample, script.bindings)
            if kind is not None:
                yield Problem(
                    sample.given or sample.call,
                    f"Input is converted to the sample's type ({kind}), and {_TOLD[kind]}",
                )


def _kind(sample: Sample, bindings: Bindings) -> str | None:
    """Return the type that all values of an array or a column have, if it loses something."""
    value = sample.value
    if not isinstance(value, ast.Call) or not value.args:
        return None
    if any(word.arg in {"dtype", "copy"} for word in value.keywords):
        return None
    enforced = bind_arguments(sample.call, _PARAMETERS).get("enforce_column_type")
    if constant(enforced, bindings) is False:
        return None
    path = bindings.path(value.func)
    first = bindings.dereference(value.args[0])
    if sample.type == "NumpyParameterType" and path in {"numpy.array", "numpy.asarray"}:
        kinds = set(_leaf_types(first))
        return kinds.pop() if len(kinds) == 1 and kinds <= set(_TOLD) else None
    if sample.type == "PandasParameterType" and path == "pandas.DataFrame":
        columns = _columns(first)
        return "int" if any(set(_leaf_types(column)) == {"int"} for column in columns) else None
    return None


def _columns(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.Dict(values=values):
            return values
        case ast.List(elts=[ast.Dict(values=values), *rest]) if not rest:
            return values
        case ast.List(elts=[ast.List(elts=elements), *rest]) if not rest:
            return elements
    return []


def _leaf_types(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                yield from _leaf_types(element)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield from _leaf_types(operand)
        case ast.Constant(value=value):
            yield type(value).__name__
        case _:
            yield "unknown"
