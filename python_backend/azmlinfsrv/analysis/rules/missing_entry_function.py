"""An entry script needs `init()` and `run()` at its top level.

## Why is this bad?

The server looks both up by these very names. Without one of them it exits with status 3 and says
`User script at score.py does not have a run() function defined.` Names are case-sensitive, and
what stands under `if __name__ == "__main__":` is not there when the server loads the file.

## Example

```python
def init():
    ...

def Run(raw_data):
    return raw_data
```

Use instead:

```python
def init():
    ...

def run(raw_data):
    return raw_data
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import is_main_guard
from azmlinfsrv.analysis.facts.script_kind import NEAR_MISSES
from azmlinfsrv.analysis.findings import Edit, Fix, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_SKELETONS = {"init": "def init():\n    pass\n", "run": "def run(raw_data):\n    return raw_data\n"}


@rule("AML101", "missing-entry-function", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each of the two names that nothing binds."""
    if script.bindings.has_unseen_names:
        return
    for name, skeleton in _SKELETONS.items():
        if name in script.bindings.names or _is_being_typed(script, name):
            continue
        told = f"The server exits 3: the entry script does not have a {name}() function defined."
        near = _near_miss(script, name)
        if near is not None:
            where = script.source.name_range(near)
            edit = Edit(where, name)
            yield Problem(
                where,
                f"{told} Rename {near.name}() to {name}().",
                fixes=(Fix(f"Rename to '{name}'", (edit,), is_safe=True),),
            )
        elif (hidden := _under_main_guard(script, name)) is not None:
            yield Problem(
                script.source.name_range(hidden),
                f"{told} What stands under 'if __name__ == \"__main__\":' is not there when the"
                " server loads the file; move it to the top level.",
            )
        else:
            yield Problem(
                _first_line(script),
                f"{told} Add one at the top level.",
                fixes=(Fix(f"Add {name}()", (_append(script, skeleton),)),),
            )


def _near_miss(script: Script, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for spelling in NEAR_MISSES[name]:
        for binding in script.bindings.names.get(spelling, []):
            if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return binding.node
    return None


def _under_main_guard(script: Script, name: str) -> ast.FunctionDef | None:
    for statement in script.tree.body:
        if isinstance(statement, ast.If) and is_main_guard(statement.test):
            for inner in statement.body:
                if isinstance(inner, ast.FunctionDef) and inner.name == name:
                    return inner
    return None


def _is_being_typed(script: Script, name: str) -> bool:
    """Return whether a line that does not parse may be the missing definition."""
    return any(f"def {name}" in script.source.line(line) for line in script.parsed.masked)


def _first_line(script: Script) -> Range:
    """Return the first line of code: the mistake is nowhere, and a whole file is too much."""
    first = script.tree.body[0].lineno - 1 if script.tree.body else 0
    return script.source.line_range(first)


def _append(script: Script, skeleton: str) -> Edit:
    end = script.source.end
    gap = "" if not script.source.text.strip() else "\n\n" if end.column == 0 else "\n\n\n"
    newline = script.source.newline
    return Edit(Range(end, end), (gap + skeleton).replace("\n", newline))
