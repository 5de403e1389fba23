"""A name of raw HTTP is imported from a module that does not have it.

## Why is this bad?

`rawhttp` and `AMLRequest` live in `aml_request`, `AMLResponse` in `aml_response`. The server exits
with status 3: `ImportError: cannot import name 'rawhttp'`.

## Example

```python
from azureml.contrib.services import rawhttp
```

Use instead:

```python
from azureml.contrib.services.aml_request import rawhttp
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.known_names import (
    RAW_HTTP,
    RAW_MODULES,
    RAW_REQUEST,
    RAW_RESPONSE,
)
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.import_fixes import import_from_homes
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_HOMES = {RAW_HTTP: "aml_request", RAW_REQUEST: "aml_request", RAW_RESPONSE: "aml_response"}


@rule("AML405", "wrong-raw-import", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each import at the top level that cannot succeed."""
    for statement in script.tree.body:
        if not isinstance(statement, ast.ImportFrom) or statement.level:
            continue
        module = statement.module or ""
        package = next((each for each in RAW_MODULES if module.startswith(each)), None)
        if package is None:
            continue
        homes = {name: f"{package}.{last}" for name, last in _HOMES.items()}
        wrong = [alias.name for alias in statement.names if module != homes.get(alias.name, module)]
        if wrong:
            yield Problem(
                statement,
                f"The server exits 3: ImportError: cannot import name '{wrong[0]}' from"
                f" '{module}'. Import it from '{homes[wrong[0]]}'.",
                fixes=import_from_homes(script, statement, homes),
            )
