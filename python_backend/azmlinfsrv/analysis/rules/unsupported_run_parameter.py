"""`run()` takes `*args`, `**kwargs` or positional-only parameters.

## Why is this bad?

The server calls `run()` by the names of its parameters and has to know all of them. It exits with
status 3: `run() cannot accept positional-only arguments, *args, or **kwargs.`

The same happens when a decorator of your own replaces `run()` by a function that takes `*args`,
unless it uses `functools.wraps`.

## Example

```python
def run(raw_data, **kwargs):
    ...
```

Use instead:

```python
def run(raw_data):
    ...
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Function
from azmlinfsrv.analysis.facts.functions import FunctionFacts, ParameterKind
from azmlinfsrv.analysis.facts.scopes import returns
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_TOLD = "The server exits 3: run() cannot accept positional-only arguments, *args, or **kwargs."
_UNSUPPORTED = {
    ParameterKind.POSITIONAL_ONLY: "'{}' is positional-only; remove the '/'.",
    ParameterKind.VAR_POSITIONAL: "Name the parameters that '*{}' stands for.",
    ParameterKind.VAR_KEYWORD: "Name the parameters that '**{}' stands for.",
}


@rule("AML102", "unsupported-run-parameter", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each parameter that the server refuses."""
    run = script.run
    if run is None:
        return
    if run.has_hidden_signature:
        yield from _replaced(script, run)
        return
    for parameter in run.parameters:
        advice = _UNSUPPORTED.get(parameter.kind)
        if advice:
            yield Problem(parameter.node, f"{_TOLD} {advice.format(parameter.name)}")


def _replaced(script: Script, run: FunctionFacts) -> Iterator[Problem]:
    """Yield a problem if a decorator of the script hides the signature of ``run``."""
    if len(run.decorators) != 1:
        return
    decorator = run.decorators[0]
    if decorator.call is not None or not isinstance(decorator.node, ast.Name):
        return
    definition = script.function(decorator.node.id)
    inner = _wrapper(definition.definition) if definition and definition.definition else None
    if inner is None or inner.decorator_list:
        return
    if inner.args.vararg or inner.args.kwarg or inner.args.posonlyargs:
        yield Problem(
            decorator.node,
            f"{_TOLD} '{decorator.node.id}' replaces run() by {inner.name}(), which does; put"
            f" '@functools.wraps' above 'def {inner.name}'.",
        )


def _wrapper(decorator: Function) -> ast.FunctionDef | None:
    """Return the function that a decorator returns, if that is all it does."""
    inner = {each.name: each for each in decorator.body if isinstance(each, ast.FunctionDef)}
    found = returns(decorator)
    uses_wraps = any(
        isinstance(node, ast.Attribute) and node.attr in {"wraps", "update_wrapper"}
        for node in ast.walk(decorator)
    )
    if uses_wraps or len(found) != 1 or not isinstance(found[0].value, ast.Name):
        return None
    return inner.get(found[0].value.id)
