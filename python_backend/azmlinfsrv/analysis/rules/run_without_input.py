"""`run()` has no parameter for the request's data.

## Why is this bad?

The server has to hand the input to a parameter. It exits with status 3:
`run() needs to accept an argument for input data.` The name `request_headers` is reserved for the
headers of the request and does not count.

## Example

```python
def run():
    return model.predict([[1, 2]])
```

Use instead:

```python
def run(raw_data):
    return model.predict(json.loads(raw_data)["data"]).tolist()
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import REQUEST_HEADERS
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML103", "run-without-input", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem if no parameter can take the data."""
    run = script.run
    if run is None or run.has_hidden_signature:
        return
    # *args is AML102's.
    if run.named_parameters or any(each.kind.is_variadic for each in run.parameters):
        return
    needs = (
        f'an argument other than "{REQUEST_HEADERS}"'
        if run.parameters
        else "an argument for input data"
    )
    yield Problem(
        run.node if run.definition is None else script.source.name_range(run.definition),
        f"The server exits 3: run() needs to accept {needs}. Write 'def run(raw_data):'.",
    )
