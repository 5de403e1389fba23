"""A schema decorator stands on another function than `run()`.

## Why is this bad?

The server looks at the decorators of `run()` only. A schema that was left on a helper converts
nothing that the server hands over, and the API description does not know it. On `init()`, which
has no parameters, it ends the server with status 3.

## Example

```python
@input_schema("data", NumpyParameterType(sample))
def predict(data):
    ...

def run(raw_data):
    return predict(raw_data)
```

Use instead:

```python
def predict(data):
    ...

@input_schema("data", NumpyParameterType(sample))
def run(data):
    return predict(data)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import DecoratorKind
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML212", "schema-on-helper", Severity.WARNING)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each function with a schema that is not ``run``."""
    run = script.run
    for function in script.functions:
        definition = function.definition
        if definition is None or function.name == "run" or (run and definition is run.node):
            continue
        schema = next(
            (
                each
                for each in function.decorators
                if each.kind in (DecoratorKind.INPUT, DecoratorKind.OUTPUT)
            ),
            None,
        )
        if schema is None:
            continue
        if function.name == "init" and schema.kind is DecoratorKind.INPUT:
            yield Problem(
                schema.node,
                "The server exits 3: init() gets no input, and Error, provided param_name is not"
                " in the decorated function. Move the decorator to run().",
                severity=Severity.ERROR,
            )
        elif run is not None and not run.has_schema:
            yield Problem(
                schema.node,
                f"This schema is never used: the server looks at run() only, not at"
                f" {function.name}(). Move it to run().",
            )
