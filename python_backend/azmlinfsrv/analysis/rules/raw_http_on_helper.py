"""`@rawhttp` stands on another function than `run()`.

## Why is this bad?

The decorator counts for the whole script: `run()` is called with the HTTP request, decorated or
not. Code that takes its argument for text fails:
`TypeError: the JSON object must be str, bytes or bytearray, not Request`.

## Example

```python
@rawhttp
def answer(request):
    ...

def run(raw_data):
    return json.loads(raw_data)
```

Use instead:

```python
@rawhttp
def run(request):
    return answer(request)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import DecoratorKind
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML402", "raw-http-on-helper", Severity.WARNING)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each such decorator while ``run`` has none."""
    run = script.run
    if run is None or run.is_raw or run.has_schema:
        return
    for function in script.functions:
        if function.definition is run.node:
            continue
        for decorator in function.decorators:
            if decorator.kind is DecoratorKind.RAW_HTTP:
                yield Problem(
                    decorator.node,
                    f"@rawhttp counts for the whole script: run() gets the HTTP request as well,"
                    f" not only {function.name}(). Move it to run(), or remove it.",
                )
