"""`run()` without `@input_schema` has a second parameter that must be given.

## Why is this bad?

Without a schema the server has one value to hand over: the body of the request (or, with
`@rawhttp`, the request). Every request fails with
`TypeError: run() missing 1 required positional argument: 'threshold'`.

## Example

```python
def run(raw_data, threshold):
    ...
```

Use instead:

```python
def run(raw_data):
    threshold = json.loads(raw_data)["threshold"]
    ...
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML115", "surplus-required-parameter", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each required parameter after the first one."""
    run = script.run
    if run is None or run.has_schema or run.has_hidden_signature:
        return
    for parameter in run.named_parameters[1:]:
        if parameter.is_required:
            first = run.named_parameters[0].name
            yield Problem(
                parameter.node,
                "Every request fails with status 500: run() missing a required argument:"
                f" '{parameter.name}'. The server fills '{first}' only; give '{parameter.name}' a"
                " default, or describe each parameter with @input_schema.",
            )
