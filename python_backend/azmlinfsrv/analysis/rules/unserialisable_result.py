"""`run()` returns something that JSON has no way to write.

## Why is this bad?

The server writes what `run()` returns as JSON. For a NumPy array, a DataFrame, a set, bytes and
the like it answers status 500: `Object of type ndarray is not JSON serializable`. A `float64` and
`None` pass.

## Example

```python
def run(raw_data):
    return np.array([1, 2, 3])
```

Use instead:

```python
def run(raw_data):
    return np.array([1, 2, 3]).tolist()
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.control_flow import certain_statements
from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.result_types import ResultTypes
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_ADVICE = {
    "ndarray": (".tolist()", "Write it as a list with .tolist()."),
    "Series": (".tolist()", "Write it as a list with .tolist()."),
    "DataFrame": (
        '.to_dict(orient="records")',
        'Write it as a list of rows with .to_dict(orient="records").',
    ),
    "bytes": (".decode()", "Write it as text with .decode(), or use base64."),
    **dict.fromkeys(
        ("int8", "int16", "int32", "int64", "uint8", "float16", "float32", "bool_"),
        (".item()", "Write it as a number of Python's with .item()."),
    ),
}
_LISTS = {"set", "frozenset", "range", "map", "filter", "zip", "generator"}
_LISTS |= {"dict_keys", "dict_values", "dict_items"}


@rule("AML107", "unserialisable-result", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each part of a result that is no JSON."""
    run = script.run
    if run is None or run.is_raw or run.has_other_decorators:
        return
    types = ResultTypes(script.bindings, run.definition, converted_parameters(run))
    certain = {id(statement) for statement in certain_statements(run.body)}
    for statement in run.returns:
        value = statement.value
        if isinstance(value, ast.Call) and script.bindings.path(value.func) == "json.dumps":
            value = value.args[0] if value.args and not value.keywords else None
        for node, name in types.unserialisable(value):
            is_certain = id(statement) in certain
            happens = "Every request" if is_certain else "This request"
            advice = _ADVICE.get(name, ("", ""))[1] or (
                "Make a list of it with list()." if name in _LISTS else "Convert it."
            )
            yield Problem(
                node,
                f"{happens} fails with status 500: Object of type {name} is not JSON"
                f" serializable. {advice}",
                fixes=_fixes(script, node, name),
                severity=Severity.ERROR if is_certain else Severity.WARNING,
            )


def converted_parameters(run: FunctionFacts) -> dict[str, str]:
    """Return the types that schemas convert parameters to, where JSON cannot write them."""
    made = {"NumpyParameterType": "ndarray", "PandasParameterType": "DataFrame"}
    return {
        schema.name: made[schema.sample.type]
        for schema in run.inputs
        if isinstance(schema.name, str)
        and schema.converts is True
        and schema.sample is not None
        and schema.sample.type in made
    }


def _fixes(script: Script, node: ast.expr, name: str) -> tuple[Fix, ...]:
    start, end = script.source.range_of(node)
    is_simple = isinstance(node, (ast.Name, ast.Call, ast.Attribute, ast.Subscript))
    if name in _ADVICE and is_simple:
        call = _ADVICE[name][0]
        return (Fix(f"Add {call}", (Edit(Range(end, end), call),)),)
    if name in _LISTS and name != "generator":
        edits = (Edit(Range(start, start), "list("), Edit(Range(end, end), ")"))
        return (Fix("Make a list of it", edits),)
    return ()
