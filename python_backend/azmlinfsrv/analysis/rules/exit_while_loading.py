"""The script ends the process, or calls a decorated `run()` wrongly, while it is loaded.

## Why is this bad?

The server runs the file from top to bottom before it calls `init()`. `sys.exit()` at the top level
ends it with status 3. A call of a `run()` that has `@input_schema` needs its argument as the schema
describes it; without one, or with JSON text, the decorator raises.

## Example

```python
init()
run('{"data": [[1, 2]]}')
```

Use instead:

```python
if __name__ == "__main__":
    init()
    print(run([[1, 2]]))
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import is_main_guard
from azmlinfsrv.analysis.facts.control_flow import certain_nodes
from azmlinfsrv.analysis.facts.schemas import converted_to
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_EXITS = frozenset({"sys.exit", "os._exit", "os.abort"})
_BUILTIN_EXITS = frozenset({"exit", "quit"})


@rule("AML114", "exit-while-loading", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each statement of the top level that keeps the server from starting."""
    body = [
        each
        for each in script.tree.body
        if not (isinstance(each, ast.If) and is_main_guard(each.test))
    ]
    for statement in body:
        if isinstance(statement, ast.Raise) and _raises_exit(statement):
            yield Problem(
                statement,
                "The server exits 3: this ends it while the script is loaded. Put it under"
                " 'if __name__ == \"__main__\":'.",
            )
    calls = [node for node in script.nodes.of(ast.Call) if _is_exit_or_run(script, node)]
    certain = set(certain_nodes(body)) if calls else set()
    for node in calls:
        if node not in certain:
            continue
        if isinstance(node.func, ast.Name) and node.func.id == "run":
            yield from _call_of_run(script, node)
        else:
            yield Problem(
                node,
                "The server exits 3: this ends it while the script is loaded. Put it under"
                " 'if __name__ == \"__main__\":'.",
            )


def _is_exit_or_run(script: Script, call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        name = call.func.id
        is_builtin = name in _BUILTIN_EXITS and name not in script.bindings.names
        return name == "run" or is_builtin or script.bindings.path(call.func) in _EXITS
    return isinstance(call.func, ast.Attribute) and script.bindings.path(call.func) in _EXITS


def _call_of_run(script: Script, call: ast.Call) -> Iterator[Problem]:
    run = script.run
    if run is None or not run.inputs or run.has_other_decorators or call.keywords:
        return
    if not call.args:
        fails = "IndexError: list index out of range"
    elif _is_text(script, call.args[0]) and converted_to(run.inputs[0]) is not None:
        fails = "the schema does not take JSON text"
    else:
        return
    yield Problem(
        call,
        f"The server exits 3: it runs this call while it loads the script, and it fails ({fails})."
        " Put it under 'if __name__ == \"__main__\":'.",
    )


def _is_text(script: Script, argument: ast.expr) -> bool:
    argument = script.bindings.dereference(argument)
    if isinstance(argument, ast.Call):
        return script.bindings.path(argument.func) == "json.dumps"
    return isinstance(argument, ast.Constant) and isinstance(argument.value, str)


def _raises_exit(statement: ast.Raise) -> bool:
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id in {"SystemExit", "KeyboardInterrupt"}
