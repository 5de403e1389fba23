"""A pickled model is read from a path, or from a file that was opened as text.

## Why is this bad?

`pickle.load()` takes an open file, not its path: `TypeError: file must have 'read' and 'readline'
attributes`. The file has to be opened in binary mode, `"rb"`: opened as text it cannot be decoded.
The server exits with status 3. (`joblib.load()` takes either.)

## Example

```python
with open(path) as file:
    model = pickle.load(file)
```

Use instead:

```python
with open(path, "rb") as file:
    model = pickle.load(file)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.schemas import bind_arguments
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_LOADERS = frozenset({"pickle.load", "cloudpickle.load", "dill.load"})
_PATHS = frozenset({"os.path.join", "pathlib.Path"})


@rule("AML306", "unreadable-model-file", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each load that cannot read what it is given."""
    loads = [
        call
        for call in script.nodes.of(ast.Call)
        if call.args and script.bindings.path(call.func) in _LOADERS
    ]
    if not loads:
        return
    paths = {id(use.node) for use in script.model_paths.uses}
    opened = dict(_opened_as_text(script))
    for call in loads:
        argument = call.args[0]
        consequence = script.consequences.of(call)
        path = script.bindings.path(argument.func) if isinstance(argument, ast.Call) else None
        if id(argument) in paths or path in _PATHS:
            name = script.source.node_text(call.func)
            text = script.source.node_text(argument)
            edit = Edit(script.source.range_of(argument), f'open({text}, "rb")')
            yield Problem(
                argument,
                f"{consequence.value} (TypeError): {name}() takes an open file, not its path."
                ' Write open(…, "rb").',
                fixes=(Fix("Open the file", (edit,), is_safe=True),),
                severity=consequence.severity,
            )
            continue
        used = opened.get(argument.id) if isinstance(argument, ast.Name) else argument
        mode = _text_mode(used)
        if mode is not None and isinstance(used, ast.Call):
            yield Problem(
                used,
                f"{consequence.value}: a pickle is no text. Open the file in binary mode:"
                ' open(…, "rb").',
                fixes=_as_binary(script, used),
                severity=consequence.severity,
            )


def _opened_as_text(script: Script) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that ``with`` gives to open files."""
    for statement in script.nodes.of(ast.With):
        for item in statement.items:
            if isinstance(item.optional_vars, ast.Name):
                yield item.optional_vars.id, item.context_expr


def _text_mode(node: ast.expr | None) -> str | None:
    """Return the mode of a call of ``open`` that reads text; None for every other expression."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return None
    if node.func.id != "open" or any(word.arg is None for word in node.keywords):
        return None
    mode = bind_arguments(node, ("file", "mode")).get("mode")
    if mode is None:
        return "r"
    is_text = isinstance(mode, ast.Constant) and mode.value in {"r", "rt"}
    return str(mode.value) if isinstance(mode, ast.Constant) and is_text else None


def _as_binary(script: Script, call: ast.Call) -> tuple[Fix, ...]:
    if len(call.args) == 1 and not call.keywords:
        _, end = script.source.range_of(call.args[0])
        return (Fix('Open it in mode "rb"', (Edit(Range(end, end), ', "rb"'),), is_safe=True),)
    if len(call.args) == 2 and not call.keywords:
        edit = Edit(script.source.range_of(call.args[1]), '"rb"')
        return (Fix('Open it in mode "rb"', (edit,), is_safe=True),)
    return ()
