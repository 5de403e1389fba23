"""`@input_schema` names a parameter that `run()` does not have.

## Why is this bad?

Nothing complains when the script is loaded. But the value that callers send under the schema's
name reaches nobody, and a value under the parameter's own name makes the decorator raise: every
request fails with status 400 or 500. Names are compared letter by letter: `Data` is not `data`.

With `optional=True` or `convert_to_provided_type=False` nothing fails, and nothing is converted
either; the API description is wrong.

## Example

```python
@input_schema("Data", NumpyParameterType(np.array([[1.0, 2.0]])))
def run(data):
    ...
```

Use instead:

```python
@input_schema("data", NumpyParameterType(np.array([[1.0, 2.0]])))
def run(data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches

from azmlinfsrv.analysis.facts.functions import REQUEST_HEADERS, FunctionFacts, Parameter
from azmlinfsrv.analysis.facts.schemas import UNKNOWN, InputSchema
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Related, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML201", "schema-name-not-a-parameter", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each schema whose name is no parameter's."""
    run = script.run
    if run is None or run.definition is None or run.has_hidden_signature:
        return
    if any(each.kind.is_variadic for each in run.parameters):
        return
    for schema in run.inputs:
        where = schema.name_node
        if schema.name is UNKNOWN or where is None:
            continue
        if not isinstance(schema.name, str):
            yield _not_a_text(where, schema.name)
        elif schema.name == REQUEST_HEADERS:
            yield Problem(
                where,
                f"'{REQUEST_HEADERS}' gets the headers of the request; this sample is never used.",
                severity=Severity.WARNING,
            )
        elif run.parameter(schema.name) is None:
            yield _mismatch(script, run, schema, where)


def _not_a_text(where: ast.expr, name: object) -> Problem:
    if isinstance(name, (list, dict, set)):
        kind = type(name).__name__
        return Problem(
            where,
            f"The server exits 3: TypeError: unhashable type: '{kind}'. Write the name of one"
            " parameter of run() as text.",
        )
    return Problem(
        where,
        "Every request fails: the name of a parameter is a text. Write it in quotation marks.",
    )


def _mismatch(script: Script, run: FunctionFacts, schema: InputSchema, where: ast.expr) -> Problem:
    taken = {each.name for each in run.inputs}
    free = [each for each in run.named_parameters if each.name not in taken]
    meant, is_obvious = _meant(schema.name, free)
    has = ", ".join(f"'{each.name}'" for each in run.named_parameters) or "none"
    if schema.is_optional or schema.converts is False:
        happens = "The value is not converted and the API description is wrong"
    else:
        happens = "Every request fails"
    advice = f"Did you mean '{meant.name}'?" if meant else f"Its parameters: {has}."
    fixes = (
        *_rename(script, where, meant, is_safe=is_obvious),
        *_add_parameter(script, run, schema.name),
    )
    return Problem(
        where,
        f"{happens}: run() has no parameter '{schema.name}'. {advice}",
        fixes=fixes,
        related=tuple(
            Related(script.source.range_of(each.node), "A parameter that has no schema")
            for each in free
        ),
        severity=Severity.WARNING
        if schema.is_optional or schema.converts is False
        else Severity.ERROR,
    )


def _meant(name: str, free: list[Parameter]) -> tuple[Parameter | None, bool]:
    """Return the parameter that was meant, and whether there can be no doubt."""
    wanted = _simple(name)
    same = [each for each in free if _simple(each.name) == wanted]
    if len(same) == 1:
        return same[0], True
    close = get_close_matches(wanted, [_simple(each.name) for each in free], n=1, cutoff=0.6)
    if close:
        return next(each for each in free if _simple(each.name) == close[0]), False
    return (free[0], False) if len(free) == 1 else (None, False)


def _simple(name: str) -> str:
    return name.strip().casefold().replace("_", "").replace("-", "").replace(" ", "")


def _rename(
    script: Script, where: ast.expr, meant: Parameter | None, *, is_safe: bool
) -> tuple[Fix, ...]:
    """Return the fix that writes the parameter's name, with the quotation marks that are there."""
    if meant is None:
        return ()
    literal = script.source.node_text(where)
    if literal[:1] not in {"'", '"'} or literal[:3] in {"'''", '"""'}:
        return ()
    edit = Edit(script.source.range_of(where), f"{literal[0]}{meant.name}{literal[0]}")
    return (Fix(f"Rename to '{meant.name}'", (edit,), is_safe=is_safe),)


def _add_parameter(script: Script, run: FunctionFacts, name: str) -> tuple[Fix, ...]:
    if not name.isidentifier():
        return ()
    required = [each for each in run.parameters if each.default is None]
    if not required or len(required) != len(run.parameters):
        return ()
    _, end = script.source.range_of(required[-1].node)
    edit = Edit(Range(end, end), f", {name}")
    return (Fix(f"Add the parameter '{name}' to run()", (edit,)),)
