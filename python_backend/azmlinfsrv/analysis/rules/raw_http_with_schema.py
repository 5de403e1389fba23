"""`@rawhttp` and a schema decorator stand together.

## Why is this bad?

With `@rawhttp` `run()` gets the HTTP request, with a schema it gets converted values; it cannot be
both. The server exits with status 3: `run() cannot be decorated with both @rawhttp and
@input_schema`. It says so for `@output_schema` as well, and for a `@rawhttp` on another function.

## Example

```python
@rawhttp
@output_schema(StandardPythonParameterType({"ok": True}))
def run(request):
    ...
```

Use instead:

```python
@rawhttp
def run(request):
    ...
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import Decorator, DecoratorKind
from azmlinfsrv.analysis.findings import Related, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_SCHEMAS = (DecoratorKind.INPUT, DecoratorKind.OUTPUT)


@rule("AML401", "raw-http-with-schema", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each ``@rawhttp`` beside a schema of ``run``."""
    run = script.run
    if run is None:
        return
    schemas = [each for each in run.decorators if each.kind in _SCHEMAS and not each.is_wrapped]
    if not schemas:
        return
    for raw in _raw_decorators(script):
        yield Problem(
            raw.node,
            "The server exits 3: run() cannot be decorated with both @rawhttp and @input_schema."
            " Remove one of the two.",
            related=(
                Related(script.source.range_of(schemas[0].node), "The schema of run() is here"),
            ),
        )


def _raw_decorators(script: Script) -> Iterator[Decorator]:
    for function in script.functions:
        for decorator in function.decorators:
            if decorator.kind is DecoratorKind.RAW_HTTP and not decorator.is_wrapped:
                yield decorator
