"""`optional=True` and the default of a parameter do not go together.

## Why is this bad?

A caller may leave a value out only if the schema says `optional=True` *and* `run()` has a default.
With the default alone the schema tries to convert it: requests without the value fail. With
`optional=True` alone the server finds no value and answers status 400.

## Example

```python
@input_schema("params", StandardPythonParameterType({"limit": 1}))
def run(data, params=None):
    ...
```

Use instead:

```python
@input_schema("params", StandardPythonParameterType({"limit": 1}), optional=True)
def run(data, params=None):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import FunctionFacts, Parameter
from azmlinfsrv.analysis.facts.schemas import InputSchema
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Related, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML213", "optional-without-default", Severity.WARNING)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each schema that is optional on one side only."""
    run = script.run
    if run is None or run.has_hidden_signature:
        return
    for schema in run.inputs:
        parameter = run.parameter(schema.name) if isinstance(schema.name, str) else None
        if parameter is None or schema.is_optional is None or schema.converts is not True:
            continue
        if schema.is_optional and parameter.default is None:
            yield _without_default(script, run, schema, parameter)
        elif parameter.default is not None and not (
            schema.is_optional or _fits(schema, parameter.default)
        ):
            yield _not_optional(script, schema, parameter)


def _without_default(
    script: Script, run: FunctionFacts, schema: InputSchema, parameter: Parameter
) -> Problem:
    _, end = script.source.range_of(parameter.node)
    is_last = run.parameters[-1] is parameter
    text = " = None" if parameter.node.annotation else "=None"
    fixes = (Fix("Give it the default None", (Edit(Range(end, end), text),)),) if is_last else ()
    return Problem(
        parameter.node,
        f"A request without '{parameter.name}' gets status 400, although the schema says that it is"
        f" optional. Give it a default: {parameter.name}=None.",
        fixes=fixes,
        related=(Related(script.source.range_of(schema.call), "optional=True stands here"),),
    )


def _not_optional(script: Script, schema: InputSchema, parameter: Parameter) -> Problem:
    _, end = script.source.range_of(schema.call)
    before = end._replace(column=end.column - 1)
    has_comma = script.source.node_text(schema.call)[:-1].rstrip().endswith(",")
    has_word = any(word.arg == "optional" for word in schema.call.keywords)
    edit = Edit(Range(before, before), f"{' ' if has_comma else ', '}optional=True")
    is_plain = not has_word and schema.call.lineno == schema.call.end_lineno
    return Problem(
        schema.call,
        f"A request without '{parameter.name}' fails: the schema tries to convert the default. Add"
        " optional=True.",
        fixes=(Fix("Add optional=True", (edit,), is_safe=True),) if is_plain else (),
        related=(Related(script.source.range_of(parameter.node), "The default stands here"),),
    )


def _fits(schema: InputSchema, default: ast.expr) -> bool:
    """Return whether the default can be converted as it is: a literal of the sample's own type."""
    sample = schema.sample
    if sample is None:
        return True
    if sample.type != "StandardPythonParameterType":
        return not isinstance(default, ast.Constant)
    if isinstance(default, ast.Constant) and isinstance(sample.value, ast.Constant):
        return type(default.value) is type(sample.value.value)
    if isinstance(default, ast.Constant):
        is_literal = isinstance(sample.value, (ast.Dict, ast.List, ast.Tuple, ast.Set))
        return not is_literal and default.value is not None
    return True
