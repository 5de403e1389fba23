"""A name is used that nothing defines.

## Why is this bad?

Python notices it when the line is run. At the top level or in `init()` the server exits with
status 3; in `run()` each request that comes past the line fails. It is the most common mistake in
entry scripts after syntax errors: an import of `os`, `json`, `joblib` or `numpy` that was left
behind in the notebook.

An editor that has another Python linter leaves this rule to it; see the setting
`azmlinfsrv.lint.undefinedNames`.

## Example

```python
def init():
    global model
    model = joblib.load(path)
```

Use instead:

```python
import joblib

def init():
    global model
    model = joblib.load(path)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from azmlinfsrv.analysis.facts.bindings import is_main_guard
from azmlinfsrv.analysis.facts.suspect_names import suspect_statements
from azmlinfsrv.analysis.findings import Edit, Fix, Position, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.rules.lost_global import lost_names
from azmlinfsrv.analysis.rules.sample_defined_later import late_names
from azmlinfsrv.analysis.script import Script

if TYPE_CHECKING:
    from pyflakes.messages import UndefinedName

_MODULES = frozenset({"os", "sys", "json", "time", "logging", "pickle", "joblib", "re", "glob"})
_IMPORTS = {
    **{name: f"import {name}" for name in _MODULES},
    "np": "import numpy as np",
    "numpy": "import numpy",
    "pd": "import pandas as pd",
    "pandas": "import pandas",
    "Path": "from pathlib import Path",
    "datetime": "from datetime import datetime",
    "Model": "from azureml.core.model import Model",
    "torch": "import torch",
    "tf": "import tensorflow as tf",
    "mlflow": "import mlflow",
    "input_schema": "from inference_schema.schema_decorators import input_schema",
    "output_schema": "from inference_schema.schema_decorators import output_schema",
    "rawhttp": "from azureml.contrib.services.aml_request import rawhttp",
    "AMLRequest": "from azureml.contrib.services.aml_request import AMLRequest",
    "AMLResponse": "from azureml.contrib.services.aml_response import AMLResponse",
    "NumpyParameterType": "from inference_schema.parameter_types.numpy_parameter_type"
    " import NumpyParameterType",
    "PandasParameterType": "from inference_schema.parameter_types.pandas_parameter_type"
    " import PandasParameterType",
    "StandardPythonParameterType": "from inference_schema.parameter_types"
    ".standard_py_parameter_type import StandardPythonParameterType",
}


@rule(
    "AML116",
    "undefined-name",
    Severity.ERROR,
    in_batch=True,
    needs_whole_text=True,
    is_python=True,
)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each undefined name, its first use in each function."""
    if script.bindings.has_unseen_names:
        return
    suspects = suspect_statements(script.nodes, script.bindings)
    if not suspects:
        return
    # What AML109 and AML209 explain better.
    explained = {*lost_names(script), *late_names(script)}
    # pyflakes does not see what a function gives to a name that is only annotated.
    explained |= set(script.bindings.names)
    explained |= {name for node in script.nodes.of(ast.Global) for name in node.names}
    skipped = {id(node) for node in _only_as_program(script)}
    nodes = {(node.lineno, node.col_offset): node for node in script.nodes.of(ast.Name)}
    seen: set[str] = set()
    for message in _undefined(script, suspects):
        name = str(message.message_args[0])
        node = nodes.get((message.lineno, message.col))
        if node is None or name in explained or name in seen or id(node) in skipped:
            continue
        seen.add(name)
        consequence = script.consequences.of(node)
        yield Problem(
            node,
            f"{consequence.value}: NameError: name '{name}' is not defined.",
            fixes=_fixes(script, name),
            severity=consequence.severity,
        )


def _undefined(script: Script, suspects: list[ast.stmt]) -> list[UndefinedName]:
    """Return what pyflakes says of some statements, while all names of the module are there."""
    # Only a script that is checked for them pays for the import.
    from pyflakes.checker import Checker
    from pyflakes.messages import UndefinedName

    known = {*script.bindings.names, *script.bindings.imports}
    names = ast.Import([ast.alias(name, None) for name in sorted(known)])
    first = ast.copy_location(names, suspects[0])
    try:
        found = Checker(ast.Module([first, *suspects] if known else suspects, [])).messages
    except RecursionError:
        return []
    undefined = [each for each in found if type(each) is UndefinedName]
    return sorted(undefined, key=lambda each: (each.lineno, each.col))


def _only_as_program(script: Script) -> Iterator[ast.AST]:
    for statement in script.tree.body:
        if isinstance(statement, ast.If) and is_main_guard(statement.test):
            for inner in statement.body:
                yield from ast.walk(inner)


def _fixes(script: Script, name: str) -> tuple[Fix, ...]:
    line = _IMPORTS.get(name)
    if line is None:
        return ()
    return (Fix(f"Add '{line}'", (add_import(script, line),), is_safe=name not in {"datetime"}),)


def add_import(script: Script, line: str) -> Edit:
    """Return the edit that puts an import before the first statement that can follow it."""
    first = 0
    for statement in script.tree.body:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not (is_docstring or is_future):
            first = statement.lineno - 1
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                first = min([first, *(each.lineno - 1 for each in statement.decorator_list)])
            break
    place = Position(first, 0)
    return Edit(Range(place, place), f"{line}{script.source.newline}")
