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
from azmlinfsrv.analysis.facts.scopes import first_assignment
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
_LIBRARIES = frozenset({"sklearn", "xgboost", "lightgbm", "catboost"})
_LOADERS = frozenset({"joblib.load", "pickle.load", "cloudpickle.load", "dill.load"})
_LISTS = {"set", "frozenset", "range", "map", "filter", "zip", "generator"}
_LISTS |= {"dict_keys", "dict_values", "dict_items"}


@rule("AML107", "unserialisable-result", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each part of a result that is no JSON."""
    run = script.run
    if run is None or run.is_raw or run.has_other_decorators:
        return
    yield from _raw_predictions(script, run)
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


def _raw_predictions(script: Script, run: FunctionFacts) -> Iterator[Problem]:
    """Yield the predictions of a loaded model that are returned as they come."""
    models = _loaded_models(script)
    # A class of the user's own may answer with a list.
    is_likely = any(path.split(".")[0] in _LIBRARIES for path in script.bindings.imports.values())
    for statement in run.returns:
        parts = [statement.value]
        if isinstance(statement.value, ast.Dict):
            parts = list(statement.value.values)
        for part in parts:
            behind = part
            if isinstance(part, ast.Name) and run.definition is not None:
                behind = first_assignment(run.definition, part.id)
            if part is not None and _is_prediction(behind, models):
                _, end = script.source.range_of(part)
                yield Problem(
                    part,
                    "A model of scikit-learn or the like answers with an array, which is not JSON"
                    " serializable: status 500. Write it as a list with .tolist().",
                    fixes=(Fix("Add .tolist()", (Edit(Range(end, end), ".tolist()"),)),),
                    severity=Severity.WARNING if is_likely else Severity.INFORMATION,
                )


def _is_prediction(node: ast.expr | None, models: set[str]) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            return name in models and method in {"predict", "predict_proba"}
    return False


def _loaded_models(script: Script) -> set[str]:
    """Return the global names that are loaded from a pickle, and from nothing else."""
    return {
        name
        for name, found in script.bindings.names.items()
        if any(_is_loaded(script, each.value) for each in found)
        and all(_is_loaded(script, each.value) or _is_none(each.value) for each in found)
    }


def _is_loaded(script: Script, value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and script.bindings.path(value.func) in _LOADERS


def _is_none(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


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
