"""A function or class is used that its library does not have.

## Why is this bad?

`mlflow.pyfunc.load`, `pd.Dataframe` and the like do not exist; Python notices when the line is run.
In `init()` the server exits with status 3, in `run()` the request fails.

## Example

```python
model = mlflow.pyfunc.load(path)
frame = pd.Dataframe(rows)
```

Use instead:

```python
model = mlflow.pyfunc.load_model(path)
frame = pd.DataFrame(rows)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.result_types import ResultTypes
from azmlinfsrv.analysis.findings import Edit, Fix, Position, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_INSTEAD = {
    "mlflow.pyfunc.load": "load_model",
    "mlflow.sklearn.load": "load_model",
    "pandas.Dataframe": "DataFrame",
    "pandas.dataframe": "DataFrame",
    "pandas.dataFrame": "DataFrame",
    "pandas.series": "Series",
    "numpy.Array": "array",
    "numpy.nparray": "array",
    "os.getEnv": "getenv",
    "os.get_env": "getenv",
    "os.enviorn": "environ",
    "os.environment": "environ",
    "os.path.joins": "join",
    "os.path.exist": "exists",
    "json.load_s": "loads",
    "json.parse": "loads",
    "json.stringify": "dumps",
    "json.dumb": "dump",
    "json.dumbs": "dumps",
    "joblib.loads": "load",
    "joblib.load_model": "load",
    "pickle.load_model": "load",
}
# Removed in NumPy 1.24; scripts for older versions work.
_REMOVED = {
    f"numpy.{name}": name for name in ("float", "int", "bool", "object", "str", "complex", "long")
}


@rule("AML502", "unknown-library-name", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each such name, and for list methods of arrays."""
    for node in script.nodes.of(ast.Attribute):
        path = script.bindings.path(node)
        instead = _INSTEAD.get(path or "")
        if instead is not None:
            consequence = script.consequences.of(node)
            yield Problem(
                _last_name(script, node),
                f"{consequence.value}: AttributeError, there is no '{path}'. Did you mean"
                f" '{instead}'?",
                severity=consequence.severity,
                fixes=(
                    Fix(
                        f"Rename to '{instead}'",
                        (Edit(_last_name(script, node), instead),),
                        is_safe=True,
                    ),
                ),
            )
        elif path in _REMOVED:
            yield Problem(
                node,
                f"'{path}' was removed in NumPy 1.24: with a newer version this line raises an"
                f" AttributeError. Write '{_REMOVED[path]}'.",
                severity=Severity.WARNING,
            )
    for facts in (script.init, script.run):
        if facts is not None:
            yield from _list_methods(script, facts)


def _list_methods(script: Script, facts: FunctionFacts) -> Iterator[Problem]:
    """Yield where an array is asked for the method that only pandas has."""
    types = ResultTypes(script.bindings, facts.definition)
    for node in facts.nodes:
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"to_list", "toList"}
            and types.type_name(node.value) == "ndarray"
        ):
            where = _last_name(script, node)
            consequence = script.consequences.of(node)
            yield Problem(
                where,
                f"{consequence.value}: AttributeError, an array has no '{node.attr}'. Did you mean"
                " 'tolist'?",
                severity=consequence.severity,
                fixes=(Fix("Rename to 'tolist'", (Edit(where, "tolist"),), is_safe=True),),
            )


def _last_name(script: Script, node: ast.Attribute) -> Range:
    _, end = script.source.range_of(node)
    return Range(Position(end.line, end.column - len(node.attr)), end)
