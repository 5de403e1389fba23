r"""`run()` returns the text of `json.dumps()`.

## Why is this bad?

The server writes what `run()` returns as JSON. A text that is JSON already is written as a JSON
*string*: the caller gets `"{\"result\": 1}"` and has to parse twice. It works, and many scripts
do it; a caller that expects an object is surprised.

## Example

```python
def run(raw_data):
    return json.dumps({"result": 1})
```

Use instead:

```python
def run(raw_data):
    return {"result": 1}
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.scopes import first_assignment
from azmlinfsrv.analysis.findings import Edit, Fix, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML117", "doubly-encoded-result", Severity.INFORMATION)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each returned ``json.dumps()``."""
    run = script.run
    if run is None or run.is_raw or run.has_other_decorators:
        return
    for statement in run.returns:
        value = statement.value
        if isinstance(value, ast.Name) and run.definition is not None:
            value = first_assignment(run.definition, value.id)
        if not isinstance(value, ast.Call) or script.bindings.path(value.func) != "json.dumps":
            continue
        fixes: tuple[Fix, ...] = ()
        if len(value.args) == 1 and not value.keywords and value is statement.value:
            text = script.source.node_text(value.args[0])
            edit = Edit(script.source.range_of(value), text)
            fixes = (Fix("Return the value itself", (edit,)),)
        yield Problem(
            statement.value or value,
            "The caller gets a JSON string that holds JSON: the server encodes what run()"
            " returns. Return the value itself.",
            fixes=fixes,
        )
