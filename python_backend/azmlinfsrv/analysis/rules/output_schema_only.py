"""`run()` has `@output_schema` but no `@input_schema`.

## Why is this bad?

Either decorator switches the server to parsed input: the body has to be a JSON object that holds
the name of `run()`'s parameter, and `run()` gets the value under it, not the text of the body.
Callers who send anything else get status 400: `POST body should be a JSON dictionary.`

## Example

```python
@output_schema(StandardPythonParameterType([1.5]))
def run(raw_data):
    ...
```

Use instead:

```python
@input_schema("data", NumpyParameterType(np.array([[1.0, 2.0]])))
@output_schema(StandardPythonParameterType([1.5]))
def run(data):
    ...
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import DecoratorKind
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML217", "output-schema-only", Severity.WARNING)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem if the only schema of ``run`` is that of its output."""
    run = script.run
    if run is None or run.has_other_decorators or run.is_raw or not run.named_parameters:
        return
    kinds = {each.kind for each in run.decorators}
    if kinds != {DecoratorKind.OUTPUT}:
        return
    name = run.named_parameters[0].name
    yield Problem(
        run.decorators[0].node,
        f"The body has to be a JSON object with the key '{name}', and run() gets the parsed value"
        " under it; anything else gets status 400. Add an @input_schema that says so.",
    )
