"""`AMLResponse` is called in a way that it does not support.

## Why is this bad?

`AMLResponse(message, status_code, response_headers, json_str)` needs a status; headers go by the
name `response_headers`; a list or a dictionary is sent as JSON only with `json_str=True`. Of a
dictionary the caller otherwise gets the keys, and a list of numbers fails.

## Example

```python
return AMLResponse({"result": 1}, headers={"X-Model": "1"})
```

Use instead:

```python
return AMLResponse({"result": 1}, 200, response_headers={"X-Model": "1"}, json_str=True)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.control_flow import certain_nodes
from azmlinfsrv.analysis.facts.known_names import RAW_RESPONSE, is_raw_name
from azmlinfsrv.analysis.facts.schemas import bind_arguments
from azmlinfsrv.analysis.facts.scopes import first_assignment
from azmlinfsrv.analysis.facts.signatures import Signature, misfit
from azmlinfsrv.analysis.findings import Edit, Fix, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_PARAMETERS = ("message", "status_code", "response_headers", "json_str", "run_function_failed")
_SIGNATURE = Signature("AMLResponse", _PARAMETERS, 2, "AMLResponse(message, 200)")
_COLLECTIONS = (ast.Dict, ast.List, ast.Tuple, ast.ListComp, ast.DictComp)


@rule("AML404", "misused-raw-response", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each call that fails, or sends something else than was meant."""
    run = script.run
    calls = [
        node
        for node in script.nodes.of(ast.Call)
        if is_raw_name(script.bindings.path(node.func), RAW_RESPONSE)
    ]
    certain = set(certain_nodes(run.body)) if run is not None and calls else set()
    for node in calls:
        severity = Severity.ERROR if node in certain else Severity.WARNING
        found = misfit(node, _SIGNATURE)
        if found is not None:
            where, told = found
            happens = "Every request" if node in certain else "This answer"
            yield Problem(
                where,
                f"{happens} fails (TypeError): {told} {_advice(where)}",
                fixes=_fixes(script, node, where),
                severity=severity,
            )
        elif (message := _unencoded(script, node)) is not None:
            if node in certain and _has_numbers(message):
                yield Problem(
                    message,
                    "Every request fails with status 500: the elements of a list are sent one after"
                    " the other, and a number is neither text nor bytes. Add json_str=True.",
                    fixes=_as_json(script, node),
                )
                continue
            yield Problem(
                message,
                "The caller does not get this as JSON: of a dictionary the keys are sent, of a list"
                " the elements one after the other. Add json_str=True.",
                fixes=_as_json(script, node),
                severity=Severity.WARNING,
            )


def _advice(where: ast.AST) -> str:
    if isinstance(where, ast.keyword) and where.arg in {"headers", "header"}:
        return "Name it response_headers."
    return f"Write {_SIGNATURE.use}."


def _fixes(script: Script, call: ast.Call, where: ast.AST) -> tuple[Fix, ...]:
    if isinstance(where, ast.keyword) and where.arg == "headers":
        value = script.source.node_text(where.value)
        edit = Edit(script.source.range_of(where), f"response_headers={value}")
        return (Fix("Rename to response_headers", (edit,), is_safe=True),)
    if where is call and len(call.args) == 1 and not call.keywords:
        _, end = script.source.range_of(call.args[0])
        edit = Edit(type(script.source.range_of(call))(end, end), ", 200")
        return (Fix("Add the status 200", (edit,), is_safe=True),)
    return ()


def _unencoded(script: Script, call: ast.Call) -> ast.expr | None:
    arguments = bind_arguments(call, _PARAMETERS)
    message = arguments.get("message")
    is_open = any(word.arg is None for word in call.keywords)
    if "json_str" in arguments or message is None or is_open:
        return None
    behind = message
    run = script.run
    if isinstance(message, ast.Name) and run is not None and run.definition is not None:
        behind = first_assignment(run.definition, message.id) or message
    return message if isinstance(behind, _COLLECTIONS) else None


def _has_numbers(message: ast.expr) -> bool:
    return isinstance(message, (ast.List, ast.Tuple)) and any(
        isinstance(each, ast.Constant) and isinstance(each.value, (int, float))
        for each in message.elts
    )


def _as_json(script: Script, call: ast.Call) -> tuple[Fix, ...]:
    last = [*call.args, *(word.value for word in call.keywords)][-1]
    _, end = script.source.range_of(last)
    edit = Edit(type(script.source.range_of(call))(end, end), ", json_str=True")
    return (Fix("Add json_str=True", (edit,)),)
