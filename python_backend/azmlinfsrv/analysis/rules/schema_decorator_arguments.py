"""A decorator or a parameter type is called with arguments that it does not have.

## Why is this bad?

The server exits with status 3 and a `TypeError` while it loads the script. `@input_schema` takes
`param_name` and `param_type`; `@output_schema` takes `output_type` only, without a name; each
parameter type takes a sample; `@rawhttp` is used without parentheses.

## Example

```python
@output_schema("Results", StandardPythonParameterType([1, 2]))
def run(data):
    ...
```

Use instead:

```python
@output_schema(StandardPythonParameterType({"Results": [1, 2]}))
def run(data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import Decorator, DecoratorKind
from azmlinfsrv.analysis.facts.signatures import (
    INPUT_SIGNATURE,
    OUTPUT_SIGNATURE,
    Signature,
    misfit,
)
from azmlinfsrv.analysis.findings import Edit, Fix, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_ENFORCE = ("sample_input", "enforce_column_type", "enforce_shape")
_TYPES = {
    "StandardPythonParameterType": ("sample_input",),
    "NumpyParameterType": _ENFORCE,
    "PandasParameterType": (*_ENFORCE, "apply_column_names", "orient"),
    "SparkParameterType": ("sample_input", "apply_sample_schema"),
}


@rule("AML205", "schema-decorator-arguments", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each call that cannot be made."""
    for function in script.functions:
        for decorator in function.decorators:
            yield from _decorator(script, decorator)
    for sample in script.samples:
        signature = Signature(
            f"{sample.type}.__init__", _TYPES[sample.type], 1, f"{sample.type}(sample)"
        )
        yield from _call(sample.call, signature)


def _decorator(script: Script, decorator: Decorator) -> Iterator[Problem]:
    call = decorator.call
    if decorator.kind is DecoratorKind.RAW_HTTP and call is not None and not decorator.is_wrapped:
        if not call.args:
            name = script.source.node_text(call.func)
            yield Problem(
                call,
                "The server exits 3: TypeError: rawhttp() missing 1 required positional argument:"
                " 'func'. Write it without parentheses.",
                fixes=(
                    Fix(
                        "Remove the parentheses",
                        (Edit(script.source.range_of(call), name),),
                        is_safe=True,
                    ),
                ),
            )
    elif decorator.kind is DecoratorKind.INPUT and call is None:
        yield Problem(
            decorator.node,
            "The server exits 3: TypeError: input_schema() missing 1 required positional argument:"
            f" 'param_name'. Write '{INPUT_SIGNATURE.use}'.",
        )
    elif decorator.kind is DecoratorKind.INPUT and call is not None:
        yield from _call(call, INPUT_SIGNATURE)
    elif decorator.kind is DecoratorKind.OUTPUT and call is not None:
        yield from _call(call, OUTPUT_SIGNATURE)


def _call(call: ast.Call, signature: Signature) -> Iterator[Problem]:
    found = misfit(call, signature)
    if found is not None:
        node, told = found
        yield Problem(node, f"The server exits 3: TypeError: {told} Write '{signature.use}'.")
