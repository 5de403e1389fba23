"""A schema decorator gets something else than a parameter type.

## Why is this bad?

The second argument of `@input_schema` and the argument of `@output_schema` have to be an *instance*
of `StandardPythonParameterType`, `NumpyParameterType`, `PandasParameterType` or the like: the
sample, wrapped. A raw sample, the class without its sample, or the two arguments in the wrong order
end the server with status 3: `Error, provided param_type must be a subclass of the
AbstractParameterType.`

## Example

```python
@input_schema("data", {"age": 42})
@output_schema({"price": 1.5})
def run(data):
    ...
```

Use instead:

```python
@input_schema("data", StandardPythonParameterType({"age": 42}))
@output_schema(StandardPythonParameterType({"price": 1.5}))
def run(data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.functions import DecoratorKind
from azmlinfsrv.analysis.facts.schemas import parameter_type
from azmlinfsrv.analysis.facts.signatures import INPUT_SIGNATURE, OUTPUT_SIGNATURE, misfit
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_LITERALS = (
    *(ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.JoinedStr),
    *(ast.ListComp, ast.DictComp, ast.SetComp, ast.BinOp, ast.UnaryOp),
)
_TYPES = frozenset({"int", "float", "str", "bool", "list", "dict", "tuple", "set", "bytes"})
_SAMPLE_MAKERS = {"numpy": "NumpyParameterType", "pandas": "PandasParameterType"}


@rule("AML204", "not-a-parameter-type", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each schema of any function whose type cannot be one."""
    for function in script.functions:
        for schema in function.inputs:
            if misfit(schema.call, INPUT_SIGNATURE) is not None:
                continue  # AML205's
            name, given = schema.name_node, schema.type_node
            is_swapped = (
                name is not None
                and isinstance(name, ast.Call)
                and parameter_type(name.func, script.bindings) is not None
            )
            if is_swapped and given is not None and name is not None:
                yield Problem(
                    schema.call,
                    _told("subclassof") + " The name comes first, then the type.",
                    fixes=(_swap(script, name, given),),
                )
            elif given is not None and schema.type_value is not None:
                yield from _check(script, given, schema.type_value, "subclassof")
        for output in function.outputs:
            if misfit(output.call, OUTPUT_SIGNATURE) is not None:
                continue
            if output.type_node is not None and output.type_value is not None:
                yield from _check(script, output.type_node, output.type_value, "subclass of")
        for decorator in function.decorators:
            if decorator.kind is DecoratorKind.OUTPUT and decorator.call is None:
                yield Problem(
                    decorator.node,
                    _told("subclass of")
                    + " Write '@output_schema(StandardPythonParameterType(sample))'.",
                )


def _check(script: Script, given: ast.expr, value: ast.expr, words: str) -> Iterator[Problem]:
    class_name = parameter_type(value, script.bindings)
    if class_name is not None:
        _, end = script.source.range_of(given)
        yield Problem(given, f"{_told(words)} '{class_name}' needs a sample: {class_name}(sample).")
        return
    if isinstance(value, ast.Name) and value.id in _TYPES and value.id not in script.bindings.names:
        yield Problem(given, f"{_told(words)} Wrap a sample: StandardPythonParameterType(sample).")
        return
    wrapper = _wrapper(value, script.bindings)
    if wrapper is None:
        return
    start, end = script.source.range_of(given)
    edits = (Edit(Range(start, start), f"{wrapper}("), Edit(Range(end, end), ")"))
    is_imported = wrapper in script.bindings.imports
    yield Problem(
        given,
        f"{_told(words)} Wrap the sample: {wrapper}(…).",
        fixes=(Fix(f"Wrap it in {wrapper}", edits, is_safe=True),) if is_imported else (),
    )


def _wrapper(value: ast.expr, bindings: Bindings) -> str | None:
    """Return the type that a raw sample belongs in; None if it may be a type already."""
    if isinstance(value, _LITERALS):
        return "StandardPythonParameterType"
    path = bindings.path(value.func) if isinstance(value, ast.Call) else None
    if path is None:
        return None
    return _SAMPLE_MAKERS.get(path.split(".")[0])


def _swap(script: Script, one: ast.expr, other: ast.expr) -> Fix:
    first, second = script.source.range_of(one), script.source.range_of(other)
    edits = (
        Edit(first, script.source.node_text(other)),
        Edit(second, script.source.node_text(one)),
    )
    return Fix("Swap the arguments", edits, is_safe=True)


def _told(words: str) -> str:
    return (
        f"The server exits 3: Error, provided param_type must be a {words} the"
        " AbstractParameterType."
    )
