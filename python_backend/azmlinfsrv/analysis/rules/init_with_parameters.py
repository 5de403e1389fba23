"""`init()` has a parameter without a default.

## Why is this bad?

The server calls `init()` without arguments. It exits with status 3:
`TypeError: init() missing 1 required positional argument: 'context'`.

## Example

```python
def init(model_name):
    ...
```

Use instead:

```python
def init():
    model_name = os.environ["MODEL_NAME"]
    ...
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML105", "init-with-parameters", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each required parameter of ``init``."""
    init = script.init
    if init is None or init.has_hidden_signature or init.has_schema:
        return
    required = [each for each in init.parameters if each.is_required]
    for parameter in required:
        yield Problem(
            parameter.node,
            "The server exits 3: it calls init() without arguments, and"
            f" '{parameter.name}' has no default. Read it from an environment variable or a"
            " constant instead.",
        )
