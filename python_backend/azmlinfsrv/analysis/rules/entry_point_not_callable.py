"""`init` or `run` is something that cannot be called.

## Why is this bad?

The server calls `init()` once and `run()` for each request. A number, a text or `None` under one
of these names ends it with status 3: `TypeError: 5 is not a callable object`.

## Example

```python
init = None

def run(raw_data):
    ...
```

Use instead:

```python
def init():
    pass

def run(raw_data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_VALUES = (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.Set, ast.JoinedStr, ast.ListComp)


@rule("AML104", "entry-point-not-callable", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem if the last value of one of the names is a literal or a class."""
    for name in ("init", "run"):
        binding = script.entry_binding(name)
        if binding is None:
            continue
        if isinstance(binding.value, _VALUES):
            yield Problem(
                binding.node,
                f"The server exits 3: '{name}' is not a function here. Define 'def {name}"
                f"({'' if name == 'init' else 'raw_data'}):'.",
            )
        elif isinstance(binding.node, ast.ClassDef) and name == "run":
            yield Problem(
                script.source.name_range(binding.node),
                "Every request fails with status 500: calling the class 'run' makes an object,"
                " which is no JSON. Define a function 'run(raw_data)'.",
            )
