"""A name of `inference_schema` is imported from a module that does not have it.

## Why is this bad?

The decorators and each parameter type live in a module of their own. The server exits with status
3: `ImportError: cannot import name 'NumpyParameterType' from 'inference_schema.parameter_types'`.

## Example

```python
from inference_schema import input_schema
from inference_schema.parameter_types import NumpyParameterType
```

Use instead:

```python
from inference_schema.schema_decorators import input_schema
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches

from azmlinfsrv.analysis.facts.known_names import (
    DECORATORS_MODULE,
    PARAMETER_TYPES,
    SCHEMA_PACKAGE,
    TYPES_PACKAGE,
)
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.import_fixes import import_from_homes
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_HOMES = {
    "input_schema": DECORATORS_MODULE,
    "output_schema": DECORATORS_MODULE,
    **PARAMETER_TYPES,
    "AbstractParameterType": f"{TYPES_PACKAGE}.abstract_parameter_type",
}
_MODULES = frozenset(
    {SCHEMA_PACKAGE, TYPES_PACKAGE, f"{SCHEMA_PACKAGE}.schema_util", *_HOMES.values()}
    | {f"{TYPES_PACKAGE}._util", f"{TYPES_PACKAGE}._constants"}
)
# What else can be imported from the modules of the decorators and types is not looked into.
_PACKAGES = frozenset({SCHEMA_PACKAGE, TYPES_PACKAGE})


@rule("AML210", "wrong-schema-import", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each import at the top level that cannot succeed."""
    for statement in script.tree.body:
        if not isinstance(statement, ast.ImportFrom) or statement.level:
            continue
        module = statement.module or ""
        if module != SCHEMA_PACKAGE and not module.startswith(f"{SCHEMA_PACKAGE}."):
            continue
        names = [alias.name for alias in statement.names]
        known = [name for name in names if name in _HOMES]
        if module not in _MODULES:
            near = get_close_matches(module, sorted(_MODULES), n=1, cutoff=0.7)
            meant = _HOMES[known[0]] if known else near[0] if near else None
            yield Problem(
                statement,
                f"The server exits 3: ModuleNotFoundError: No module named '{module}'."
                + (f" Import from '{meant}'." if meant else ""),
                fixes=import_from_homes(script, statement, _HOMES),
            )
            continue
        wrong = [name for name in known if _HOMES[name] != module and _is_elsewhere(name, module)]
        if wrong:
            yield Problem(
                statement,
                f"The server exits 3: ImportError: cannot import name '{wrong[0]}' from"
                f" '{module}'. Import it from '{_HOMES[wrong[0]]}'.",
                fixes=import_from_homes(script, statement, _HOMES),
            )
            continue
        for name in names:
            if name in _HOMES:
                continue
            near = get_close_matches(name, list(_HOMES), n=1, cutoff=0.8)
            if near:
                yield Problem(
                    statement,
                    f"The server exits 3: ImportError: cannot import name '{name}' from"
                    f" '{module}'. Import '{near[0]}' from '{_HOMES[near[0]]}'.",
                )


def _is_elsewhere(name: str, module: str) -> bool:
    """Return whether a module surely has no such name: types import the abstract one."""
    return name != "AbstractParameterType" or module in _PACKAGES
