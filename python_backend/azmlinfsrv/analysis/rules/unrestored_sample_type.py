"""JSON has no such type, and the value does not become one again.

## Why is this bad?

A date, a `range` or an `OrderedDict` as a sample describes a value that no request can hold: every
request fails. A tuple works, but arrives as a list.

## Example

```python
@input_schema("day", StandardPythonParameterType(date(2024, 1, 31)))
def run(day):
    ...
```

Use instead:

```python
@input_schema("day", StandardPythonParameterType("2024-01-31"))
def run(day):
    day = date.fromisoformat(day)
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_FAILING = {
    "datetime.date": "a date",
    "datetime.date.today": "a date",
    "collections.OrderedDict": "an OrderedDict",
}


@rule("AML216", "unrestored-sample-type", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each input sample whose type does not come back."""
    run = script.run
    if run is None:
        return
    for schema in run.inputs:
        sample = schema.sample
        if sample is None or sample.type != "StandardPythonParameterType":
            continue
        if schema.converts is not True or sample.given is None:
            continue
        value = sample.value
        if isinstance(value, ast.Tuple):
            yield Problem(
                sample.given,
                "JSON has no tuples: run() gets a list here.",
                severity=Severity.INFORMATION,
            )
        elif isinstance(value, ast.Call):
            made = _FAILING.get(script.bindings.path(value.func) or "")
            is_range = isinstance(value.func, ast.Name) and value.func.id == "range"
            if is_range and "range" not in script.bindings.names:
                made = "a range"
            if made is not None:
                yield Problem(
                    sample.given,
                    f"Every request fails: JSON has no way to send {made}. Use a sample of what"
                    " callers send, and convert it in run().",
                )
