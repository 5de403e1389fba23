"""`init()` or `run()` is `async`, or a generator.

## Why is this bad?

The server calls both as plain functions. An `async def init()` returns a coroutine that nobody
awaits: its body never runs, and the model is not loaded. What an `async def run()` or a `run()`
with `yield` returns cannot be written as JSON, so every request fails with status 500.

## Example

```python
async def run(raw_data):
    return await predict(raw_data)
```

Use instead:

```python
def run(raw_data):
    return asyncio.run(predict(raw_data))
```

To stream an answer, return an `AMLResponse` around a generator.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.scopes import function_nodes
from azmlinfsrv.analysis.findings import Edit, Fix, Position, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_AWAITS = (ast.Await, ast.AsyncFor, ast.AsyncWith)


@rule("AML106", "coroutine-entry-function", Severity.ERROR)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each of the two functions whose body is not run by calling it."""
    for facts in (script.init, script.run):
        definition = facts.definition if facts else None
        if facts is None or definition is None or facts.has_hidden_signature:
            continue
        name = facts.name
        if isinstance(definition, ast.AsyncFunctionDef):
            where = _async_word(script, definition)
            yield Problem(
                where,
                (
                    "The body of init() never runs: the server calls it without awaiting it. "
                    if name == "init"
                    else "Every request fails with status 500: the server calls run() without"
                    " awaiting it, and a coroutine is no JSON. "
                )
                + "Remove 'async' and run what has to be awaited with asyncio.run().",
                fixes=_without_async(definition, where),
            )
        elif (found := _yields(facts)) and not facts.is_raw:
            yield Problem(
                found[0],
                "The server calls init() once: a generator's body never runs. Remove 'yield'."
                if name == "init"
                else "Every request fails with status 500: a generator is no JSON. Return a"
                " list, or an AMLResponse around the generator to stream it.",
            )


def _yields(facts: FunctionFacts) -> list[ast.AST]:
    """Return what makes a function a generator."""
    return [node for node in facts.nodes if isinstance(node, (ast.Yield, ast.YieldFrom))]


def _async_word(script: Script, definition: ast.AsyncFunctionDef) -> Range:
    start = script.source.position(definition.lineno, definition.col_offset)
    return Range(start, Position(start.line, start.column + len("async")))


def _without_async(definition: ast.AsyncFunctionDef, where: Range) -> tuple[Fix, ...]:
    """Return the fix for a function that awaits nothing."""
    if any(isinstance(node, _AWAITS) for node in function_nodes(definition)):
        return ()
    (start, end) = where
    word = Range(start, Position(end.line, end.column + 1))
    return (Fix("Remove 'async'", (Edit(word, ""),), is_safe=True),)
