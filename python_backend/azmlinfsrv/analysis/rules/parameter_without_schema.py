"""A parameter of `run()` has no `@input_schema` where the others have one.

## Why is this bad?

It works: the server takes the value of that name out of the request. But it is not converted, a
caller who leaves it out gets status 400, and the API description shows it as an object without a
type.

## Example

```python
@input_schema("data", NumpyParameterType(np.array([[1.0, 2.0]])))
def run(data, threshold):
    ...
```

Use instead:

```python
@input_schema("data", NumpyParameterType(np.array([[1.0, 2.0]])))
@input_schema("threshold", StandardPythonParameterType(0.5))
def run(data, threshold):
    ...
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Related, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML202", "parameter-without-schema", Severity.INFORMATION)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each required parameter that no schema names."""
    run = script.run
    if run is None or not run.inputs or run.has_other_decorators or run.is_raw:
        return
    names = [schema.name for schema in run.inputs]
    # A name that fits no parameter is AML201's, and may be meant for this one.
    if any(not isinstance(name, str) or run.parameter(name) is None for name in names):
        return
    for parameter in run.named_parameters:
        if parameter.is_required and parameter.name not in names:
            yield Problem(
                parameter.node,
                f"No @input_schema describes '{parameter.name}': it is not converted, and whoever"
                " leaves it out gets status 400. Add one, or give it a default.",
                related=tuple(
                    Related(script.source.range_of(schema.call), f"Describes '{schema.name}'")
                    for schema in run.inputs
                ),
            )
