"""What should report an error fails itself.

## Why is this bad?

The `except` block is there so that the caller learns what went wrong. If it joins a text and an
exception with `+`, asks for Python 2's `.message`, returns the exception itself, or goes on with a
text where an array was meant or with a name that got no value, the caller gets status 500 without
the reason.

## Example

```python
try:
    result = model.predict(data)
except Exception as error:
    return {"error": error}
```

Use instead:

```python
try:
    result = model.predict(data)
except Exception as error:
    return {"error": str(error)}
```
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from azmlinfsrv.analysis.facts.control_flow import leaves
from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.scopes import bound_by, global_names, own_nodes
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_TEXT_ATTRIBUTES = frozenset(dir(str))


@rule("AML110", "failing-error-path", Severity.WARNING)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each handler of init() or run() that fails itself."""
    for facts in (script.init, script.run):
        if facts is None:
            continue
        for node in facts.nodes:
            if isinstance(node, ast.ExceptHandler) and node.name:
                yield from _in_handler(script, node, node.name, returns_json=not facts.is_raw)
        if facts.name == "run":
            if not facts.is_raw:
                yield from _text_used_as_array(facts.body)
            yield from _left_without_value(facts)


def _in_handler(
    script: Script, handler: ast.ExceptHandler, name: str, *, returns_json: bool
) -> Iterator[Problem]:
    for node in own_nodes(handler.body):
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                for text, error in ((left, right), (right, left)):
                    if _is_text(text) and _is_name(error, name):
                        yield _problem(
                            script,
                            error,
                            "The error path fails (TypeError): text and an exception cannot be"
                            f" joined with '+'. Write str({name}).",
                        )
            case ast.Attribute(value=value, attr="message") if _is_name(value, name):
                if _is_builtin_exception(handler.type):
                    yield Problem(
                        node,
                        "The error path fails (AttributeError): exceptions of Python 3 have no"
                        f" 'message'. Write str({name}).",
                        fixes=(_replace(script, node, f"str({name})"),),
                    )
            case ast.Return(value=value) if value is not None and returns_json:
                for error in _exceptions_in(script, value, name):
                    yield _problem(
                        script,
                        error,
                        "The error path fails with status 500: an exception is not JSON"
                        f" serializable. Write str({name}).",
                    )


def _exceptions_in(script: Script, value: ast.expr, name: str) -> Iterator[ast.expr]:
    """Yield where a result holds the exception itself."""
    match value:
        case ast.Name() if value.id == name:
            yield value
        case ast.Dict(values=values):
            for inner in values:
                yield from _exceptions_in(script, inner, name)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for inner in elements:
                yield from _exceptions_in(script, inner, name)
        case ast.Call(func=function, args=[first, *_], keywords=[]):
            if script.bindings.path(function) == "json.dumps":
                yield from _exceptions_in(script, first, name)


def _text_used_as_array(body: list[ast.stmt]) -> Iterator[Problem]:
    """Yield where a name that a handler made a text is used after it as if it were an array."""
    for number, statement in enumerate(body):
        if not isinstance(statement, ast.Try):
            continue
        texts = {
            target.id
            for handler in statement.handlers
            if not leaves(handler.body)
            for inner in handler.body
            if isinstance(inner, ast.Assign) and _is_text(inner.value)
            for target in inner.targets
            if isinstance(target, ast.Name)
        }
        after = [*statement.finalbody, *body[number + 1 :]]
        for node in own_nodes(after):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                texts.discard(node.id)
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in texts
                and node.attr not in _TEXT_ATTRIBUTES
            ):
                yield Problem(
                    node,
                    f"After an error this fails (AttributeError): '{node.value.id}' is text then"
                    f" and has no '{node.attr}'. Return from the except block.",
                )


def _left_without_value(run: FunctionFacts) -> Iterator[Problem]:
    """Yield where a name is used after an attempt that may have failed to give it a value."""
    for number, statement in enumerate(run.body):
        if not isinstance(statement, ast.Try) or not statement.handlers:
            continue
        if any(leaves(handler.body) for handler in statement.handlers):
            continue
        given = _stored(statement.body) - _stored([*run.body[:number], *statement.handlers])
        given -= {each.name for each in run.parameters}
        if run.definition is not None:
            given -= global_names(run.definition)
        for node in own_nodes(run.body[number + 1 :]):
            if isinstance(node, ast.Name) and node.id in given:
                if isinstance(node.ctx, ast.Load):
                    yield Problem(
                        node,
                        f"After an error this fails (UnboundLocalError): '{node.id}' has no value"
                        " then. Return from the except block.",
                    )
                given.discard(node.id)


def _stored(body: Sequence[ast.AST]) -> set[str]:
    return {name for node in own_nodes(body) for name in bound_by(node)}


def _is_text(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        node = node.left
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.Call(func=ast.Name(id="str" | "repr")):
            return True
    return False


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_builtin_exception(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Name) and isinstance(getattr(builtins, node.id, None), type)


def _problem(script: Script, error: ast.expr, message: str) -> Problem:
    text = script.source.node_text(error)
    return Problem(error, message, fixes=(_replace(script, error, f"str({text})"),))


def _replace(script: Script, node: ast.expr, text: str) -> Fix:
    where: Range = script.source.range_of(node)
    return Fix(f"Write {text}", (Edit(where, text),), is_safe=True)
