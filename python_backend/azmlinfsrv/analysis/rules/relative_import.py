"""The script imports a sibling module with a dot.

## Why is this bad?

The server loads the script as a single file, not as a part of a package. It exits with status 3:
`ImportError: attempted relative import with no known parent package`.

## Example

```python
from .preprocessing import scale
```

Use instead:

```python
from preprocessing import scale
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.consequences import Consequence
from azmlinfsrv.analysis.findings import Edit, Fix, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML504", "relative-import", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each relative import that surely happens."""
    for statement in script.nodes.of(ast.ImportFrom):
        if not statement.level:
            continue
        consequence = script.consequences.of(statement)
        if consequence is Consequence.SOME:
            continue
        names = script.source.node_text(statement).partition(" import ")[2]
        text = f"from {statement.module} import {names}" if statement.module else f"import {names}"
        fixes: tuple[Fix, ...] = ()
        if names and "(" not in names and "*" not in names:
            edit = Edit(script.source.range_of(statement), text)
            fixes = (Fix("Import without the dot", (edit,)),)
        yield Problem(
            statement,
            f"{consequence.value}: ImportError: attempted relative import with no known parent"
            " package. Import it without the dot.",
            fixes=fixes,
        )
