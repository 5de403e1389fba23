"""A parameter type gets a sample that it cannot describe.

## Why is this bad?

The schema is made from the sample while the script is loaded; the server exits with status 3 if
that fails. `StandardPythonParameterType` takes whatever JSON can hold, and other parameter types
inside; `NumpyParameterType` an array of at least one dimension; `PandasParameterType` a DataFrame.

## Example

```python
@input_schema("data", NumpyParameterType([[1.0, 2.0]]))
def run(data):
    ...
```

Use instead:

```python
@input_schema("data", NumpyParameterType(np.array([[1.0, 2.0]])))
def run(data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.result_types import ResultTypes
from azmlinfsrv.analysis.facts.schemas import Sample, constant, read_sample
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_ORIENTS = ("split", "records", "index", "columns", "values", "table")
_LITERALS = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp)
_BUILTIN_TYPES = frozenset(
    {"int", "float", "str", "bool", "list", "dict", "tuple", "set", "bytes", "object"}
)
_COMPLEX = frozenset({"complex", "numpy.complex64", "numpy.complex128"})
_INVALID = (
    "The server exits 3: Invalid python data sample provided: Object of type {} is not JSON"
    " serializable."
)


@rule("AML207", "unusable-sample", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each sample of a decorator that makes no schema."""
    for sample in script.samples:
        if sample.value is not None and sample.type in _CHECKS:
            yield from _CHECKS[sample.type](script, sample)


def _standard(script: Script, sample: Sample) -> Iterator[Problem]:
    value, bindings = sample.value, script.bindings
    if value is None:
        return
    if isinstance(value, ast.Constant) and value.value is None:
        yield Problem(sample.call, "The server exits 3: Sample input cannot be None.")
        return
    for node, name in _not_json(value, bindings):
        yield Problem(
            _where(node, sample, value),
            f"{_INVALID.format(name)} {_advice(name)}",
            fixes=_wrap(script, node, name) if _where(node, sample, value) is node else (),
        )


def _not_json(node: ast.expr, bindings: Bindings, depth: int = 0) -> Iterator[tuple[ast.expr, str]]:
    """Yield what in a sample is no JSON; nested parameter types are checked on their own."""
    node = bindings.dereference(node)
    if depth > 12 or read_sample(node, bindings) is not None:
        return
    match node:
        case ast.Dict(keys=keys, values=values):
            for key in keys:
                if isinstance(key, ast.Tuple):
                    yield key, "tuple"
            for value in values:
                yield from _not_json(value, bindings, depth + 1)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                yield from _not_json(element, bindings, depth + 1)
        case ast.Name(id=name) if name in _BUILTIN_TYPES and name not in bindings.names:
            yield node, "type"
        case _:
            found = ResultTypes(bindings).type_name(node)
            # Some ranges and dates are samples of their own right.
            if found is not None and found not in {"range", "datetime", "date"}:
                yield node, found


def _numpy(script: Script, sample: Sample) -> Iterator[Problem]:
    value, bindings = sample.value, script.bindings
    path = bindings.path(value.func) if isinstance(value, ast.Call) else None
    if isinstance(value, _LITERALS) or (path or "").startswith("pandas."):
        yield Problem(
            sample.given or sample.call,
            "The server exits 3: Invalid sample input provided, must provide a sample Numpy array."
            " Wrap it in np.array().",
            fixes=_in_array(script, sample),
        )
    elif isinstance(value, ast.Call) and path in {"numpy.array", "numpy.asarray"} and value.args:
        first = bindings.dereference(value.args[0])
        if isinstance(first, ast.Constant) and isinstance(first.value, (int, float)):
            yield Problem(
                value.args[0],
                "The server exits 3: TypeError: len() of unsized object. The sample needs at least"
                " one dimension: write it in brackets.",
            )
        types = [word.value for word in value.keywords if word.arg == "dtype"]
        if any(_is_complex(each, bindings) for each in types):
            yield Problem(
                sample.given or sample.call,
                "The server exits 3: TypeError: We currently do not support extracting schema from"
                " data of type complex128.",
            )


def _pandas(script: Script, sample: Sample) -> Iterator[Problem]:
    value, bindings = sample.value, script.bindings
    path = bindings.path(value.func) if isinstance(value, ast.Call) else None
    if isinstance(value, _LITERALS) or (path or "").startswith("numpy.") or path == "pandas.Series":
        yield Problem(
            sample.given or sample.call,
            "The server exits 3: Invalid sample input provided, must provide a sample Pandas"
            " Dataframe. Wrap it in pd.DataFrame().",
        )
    for word in sample.call.keywords:
        orient = constant(word.value, bindings) if word.arg == "orient" else None
        if isinstance(orient, str) and orient not in _ORIENTS:
            yield Problem(
                word.value,
                f"The server exits 3: Invalid orient provided, must be one of {_ORIENTS}.",
            )
    if isinstance(value, ast.Call) and path == "pandas.DataFrame":
        for word in value.keywords:
            columns = constant(word.value, bindings) if word.arg == "columns" else None
            if isinstance(columns, (list, tuple)) and len(set(map(str, columns))) < len(columns):
                yield Problem(
                    word.value,
                    "The server exits 3: ValueError: DataFrame columns must be unique for"
                    " orient='records'.",
                )


_CHECKS = {
    "StandardPythonParameterType": _standard,
    "NumpyParameterType": _numpy,
    "PandasParameterType": _pandas,
}


def _where(node: ast.expr, sample: Sample, value: ast.expr) -> ast.expr:
    """Return what to underline: the part, if it stands in the call itself."""
    stands_there = any(inner is node for inner in ast.walk(sample.call))
    return node if stands_there else sample.given if sample.given is not None else value


def _advice(name: str) -> str:
    if name == "ndarray":
        return "Wrap it in NumpyParameterType."
    if name in {"DataFrame", "Series"}:
        return "Wrap a DataFrame in PandasParameterType."
    if name == "type":
        return "Write a value of that type, such as 1 or 'text'."
    return "Write a value that JSON can hold."


def _wrap(script: Script, node: ast.expr, name: str) -> tuple[Fix, ...]:
    wrapper = {"ndarray": "NumpyParameterType", "DataFrame": "PandasParameterType"}.get(name)
    if wrapper is None or wrapper not in script.bindings.imports:
        return ()
    start, end = script.source.range_of(node)
    edits = (Edit(Range(start, start), f"{wrapper}("), Edit(Range(end, end), ")"))
    return (Fix(f"Wrap it in {wrapper}", edits),)


def _in_array(script: Script, sample: Sample) -> tuple[Fix, ...]:
    numpy = next((each for each, path in script.bindings.imports.items() if path == "numpy"), None)
    if numpy is None or not isinstance(sample.given, (ast.List, ast.Tuple)):
        return ()
    start, end = script.source.range_of(sample.given)
    edits = (Edit(Range(start, start), f"{numpy}.array("), Edit(Range(end, end), ")"))
    return (Fix(f"Wrap it in {numpy}.array()", edits, is_safe=True),)


def _is_complex(node: ast.expr, bindings: Bindings) -> bool:
    if isinstance(node, ast.Name) and node.id not in bindings.names:
        return node.id == "complex"
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.startswith("complex")
    return bindings.path(node) in _COMPLEX
