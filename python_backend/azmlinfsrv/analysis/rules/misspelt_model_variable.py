"""An environment variable is read whose name is almost AZUREML_MODEL_DIR.

## Why is this bad?

The endpoint sets `AZUREML_MODEL_DIR` and no other spelling of it. `os.getenv()` answers `None` for
any other name, and `os.environ[…]` raises: the server exits with status 3.

## Example

```python
path = os.path.join(os.getenv("AZURE_MODEL_DIR"), "model.pkl")
```

Use instead:

```python
path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl")
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import SequenceMatcher

from azmlinfsrv.analysis.facts.bindings import is_main_guard
from azmlinfsrv.analysis.facts.path_values import MODEL_VARIABLE
from azmlinfsrv.analysis.findings import Edit, Fix, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_READERS = frozenset({"os.getenv", "os.environ.get"})
_JOINS = frozenset({"os.path.join", "pathlib.Path", "pathlib.PurePath"})
_SIMILAR = 0.85


@rule("AML304", "misspelt-model-variable", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each place that reads such a variable."""
    yield from _names_as_folders(script)
    own = _set_by_script(script)
    for node in (*script.nodes.of(ast.Call), *script.nodes.of(ast.Subscript)):
        match node:
            case ast.Call(func=function, args=[name, *rest]):
                if script.bindings.path(function) not in _READERS:
                    continue
                has_default = bool(rest or node.keywords)
            case ast.Subscript(value=value, slice=name, ctx=ast.Load()):
                if script.bindings.path(value) != "os.environ":
                    continue
                has_default = False
            case _:
                continue
        named = script.bindings.dereference(name)
        if not isinstance(named, ast.Constant) or not isinstance(named.value, str):
            continue
        if named.value in own or not _is_near_miss(named.value):
            continue
        yield Problem(
            named,
            f"The endpoint sets '{MODEL_VARIABLE}', not '{named.value}': "
            + ("the default is always taken." if has_default else "nothing is found here."),
            fixes=_rename(script, named),
            severity=Severity.WARNING if has_default else Severity.ERROR,
        )


def _names_as_folders(script: Script) -> Iterator[Problem]:
    """Yield where the variable's name itself begins a path, instead of its value."""
    for call in script.nodes.of(ast.Call):
        if not call.args or script.bindings.path(call.func) not in _JOINS:
            continue
        first = call.args[0]
        if isinstance(first, ast.Constant) and first.value == MODEL_VARIABLE:
            consequence = script.consequences.of(call)
            text = f"os.getenv({script.source.node_text(first)})"
            edit = Edit(script.source.range_of(first), text)
            has_os = script.bindings.imports.get("os") == "os"
            yield Problem(
                first,
                f"{consequence.value}: this is the name '{MODEL_VARIABLE}', not the folder that it"
                f" names. Write {text}.",
                fixes=(Fix(f"Write {text}", (edit,), is_safe=True),) if has_os else (),
                severity=consequence.severity,
            )


def _set_by_script(script: Script) -> set[str]:
    """Return the variables that the script sets itself."""
    return {
        node.slice.value
        for statement in script.tree.body
        if not (isinstance(statement, ast.If) and is_main_guard(statement.test))
        for node in script.nodes.within(statement)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    }


def _is_near_miss(name: str) -> bool:
    if name == MODEL_VARIABLE or not name:
        return False
    one, other = _letters(name), _letters(MODEL_VARIABLE)
    return one == other or SequenceMatcher(None, one, other).ratio() >= _SIMILAR


def _letters(name: str) -> str:
    return name.strip().upper().replace("_", "").replace("-", "").replace(" ", "")


def _rename(script: Script, node: ast.Constant) -> tuple[Fix, ...]:
    mark = script.source.node_text(node)[:1]
    if mark not in {"'", '"'}:
        return ()
    edit = Edit(script.source.range_of(node), f"{mark}{MODEL_VARIABLE}{mark}")
    return (Fix(f"Rename to '{MODEL_VARIABLE}'", (edit,), is_safe=True),)
