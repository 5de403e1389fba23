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
import importlib
from collections.abc import Iterator
from difflib import get_close_matches

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
# Their names are asked of the module itself: of Python's own library importing runs nothing else.
_MODULES = frozenset({"json", "pickle", "os", "os.path", "time", "math", "base64", "glob", "io"})
_LOAD = "load"
_LOADERS = frozenset({"joblib", "pickle", "json"})
_NAMES: dict[str, frozenset[str]] = {
    "joblib": frozenset(
        {"load", "dump", "Parallel", "delayed", "Memory", "hash", "cpu_count", "logger", "memory"}
        | {"parallel_backend", "parallel_config", "effective_n_jobs", "numpy_pickle", "externals"}
        | {"wrap_non_picklable_objects", "register_compressor", "register_store_backend"}
        | {"register_parallel_backend", "expires_after", "compressor", "__version__", "parallel"}
        | {"MemorizedResult", "PrintTime", "Logger", "func_inspect", "hashing", "pool", "disk"}
    )
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
        instead = _INSTEAD.get(path or "") or _misspelt(path or "")
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


def _misspelt(path: str) -> str | None:
    """Return what was meant by a name that a module of Python's own library does not have."""
    module, _, name = path.rpartition(".")
    names = _NAMES.get(module)
    if names is None and module in _MODULES:
        names = _NAMES[module] = frozenset(dir(importlib.import_module(module)))
    if names is None or name in names:
        return None
    close = get_close_matches(name, sorted(names), n=1, cutoff=0.6)
    return close[0] if close else _LOAD if module in _LOADERS else None


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
