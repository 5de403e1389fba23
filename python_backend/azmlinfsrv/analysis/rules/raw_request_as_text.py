"""`run()` with `@rawhttp` takes the request for its body.

## Why is this bad?

The argument is the HTTP request, a `flask.Request`. `json.loads()` on it, or on its `.json`, which
is parsed already, raises a `TypeError`, and it cannot be indexed: every request fails with status
500.

## Example

```python
@rawhttp
def run(request):
    data = json.loads(request)
```

Use instead:

```python
@rawhttp
def run(request):
    data = request.get_json()
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.payload import certain_uses
from azmlinfsrv.analysis.findings import Edit, Fix, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_PARSED = ("json", "get_json")


@rule("AML403", "raw-request-as-text", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each use of the request that fails every time."""
    run = script.run
    if run is None or not run.is_raw or run.has_other_decorators or not run.named_parameters:
        return
    name = run.named_parameters[0].name
    for node in certain_uses(run.body, name):
        match node:
            case ast.Call(func=function, args=[first, *_]):
                path = script.bindings.path(function)
                if path not in {"json.loads", "json.load"}:
                    continue
                if _is_name(first, name) or _is_parsed(first, name):
                    yield _parsed(script, node, name, f"{path}() takes text")
            case ast.Call(func=ast.Attribute(value=owner, attr="json"), args=[]):
                if _is_name(owner, name):
                    yield _parsed(script, node, name, "'json' is a value, not a method")
            case ast.Subscript(value=owner, ctx=ast.Load()) if _is_name(owner, name):
                yield Problem(
                    node,
                    f"Every request fails (TypeError): '{name}' is the HTTP request and cannot be"
                    f" indexed. Use {name}.get_json()[…].",
                )


def _parsed(script: Script, node: ast.Call, name: str, why: str) -> Problem:
    edit = Edit(script.source.range_of(node), f"{name}.get_json()")
    return Problem(
        node,
        f"Every request fails (TypeError): '{name}' is the HTTP request, and {why}. Use"
        f" {name}.get_json().",
        fixes=(Fix(f"Use {name}.get_json()", (edit,), is_safe=True),),
    )


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_parsed(node: ast.expr, name: str) -> bool:
    """Return whether an expression is ``request.json`` or ``request.get_json()``."""
    attribute = node.func if isinstance(node, ast.Call) else node
    return (
        isinstance(attribute, ast.Attribute)
        and attribute.attr in _PARSED
        and _is_name(attribute.value, name)
    )
