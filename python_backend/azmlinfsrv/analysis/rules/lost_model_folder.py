"""A path is joined so that the model folder is not in it any more.

## Why is this bad?

`os.path.join` begins anew at a part that starts with a slash: `os.path.join(folder, "/model.pkl")`
is `/model.pkl`, and no such file exists. With `+` it is the other way round: without a slash the
folder's name and the file's name run into one.

## Example

```python
path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "/model.pkl")
```

Use instead:

```python
path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl")
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.consequences import Consequence
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_QUESTIONS = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir"})


@rule("AML303", "lost-model-folder", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each join that loses the folder."""
    for join in script.model_paths.absolute_joins:
        part = join.text.lstrip("/\\")
        consequence = script.consequences.of(join.call)
        if _asks_for_files(script):
            consequence = Consequence.SOME
        fixes = _replace(script, join.part, join.text, part) if part else ()
        yield Problem(
            join.part,
            f"{consequence.value}: this path is '{join.text}', without the model folder, because a"
            " part that begins with a slash starts anew." + (f" Write '{part}'." if part else ""),
            fixes=fixes,
            severity=consequence.severity,
        )
    seen: set[ast.AST] = set()
    for use in script.model_paths.uses:
        pieces = [each for each in use.path.pieces if each.text]
        if use.path.base is not None or not pieces or not script.model_paths.is_read(use.path):
            continue
        first = pieces[0]
        if first.text[0] in "/\\" or first.node is None or first.node in seen:
            continue
        seen.add(first.node)
        consequence = script.consequences.of(use.node)
        yield Problem(
            first.node,
            f"{consequence.value}: the name of the model folder and '{first.text}' run into one,"
            f" without a slash between them. Write '/{first.text}'.",
            fixes=_replace(script, first.node, first.text, f"/{first.text}"),
            severity=consequence.severity,
        )


def _asks_for_files(script: Script) -> bool:
    """Return whether the script asks somewhere whether a file is there: perhaps this one."""
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr in _QUESTIONS
        for call in script.nodes.of(ast.Call)
    )


def _replace(script: Script, node: ast.expr, old: str, new: str) -> tuple[Fix, ...]:
    literal = script.source.node_text(node)
    mark = literal[:1]
    if mark not in {"'", '"'} or literal != f"{mark}{old}{mark}":
        return ()
    where: Range = script.source.range_of(node)
    return (Fix(f"Change to '{new}'", (Edit(where, f"{mark}{new}{mark}"),), is_safe=True),)
