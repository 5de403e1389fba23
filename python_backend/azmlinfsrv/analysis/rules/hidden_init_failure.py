"""`init()` goes on when loading the model has failed.

## Why is this bad?

The server takes the return of `init()` for success, whatever it returns. It becomes ready, the
deployment looks healthy, and every request fails later for a reason that stands at the top of an
old log. If the exception leaves `init()`, the server exits with status 3 and says why.

## Example

```python
def init():
    global model
    try:
        model = joblib.load(path)
    except Exception as error:
        print(error)
```

Use instead:

```python
def init():
    global model
    model = joblib.load(path)
```
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.scopes import own_nodes
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_LOADS = re.compile(r"load|open|read|restore|pretrained|session|get_model_path", re.IGNORECASE)
_BROAD = frozenset({"Exception", "BaseException"})
_ENDS = frozenset({"exit", "_exit", "quit", "abort"})
_TELLS = frozenset(
    {"print", "str", "repr", "format", "info", "debug", "warning", "error", "exception", "log"}
    | {"critical", "print_exc", "format_exc", "type", "write", "getLogger", "append", "flush"}
)


@rule("AML111", "hidden-init-failure", Severity.INFORMATION, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each broad handler of init() that only tells of the failure."""
    init = script.init
    if init is None:
        return
    for node in init.nodes:
        if not isinstance(node, ast.Try) or not _loads(node.body):
            continue
        for handler in node.handlers:
            if _is_broad(handler) and _goes_on(handler):
                yield Problem(
                    script.source.line_range(handler.lineno - 1),
                    "If this happens, the server becomes ready all the same and every request"
                    " fails later. Add 'raise' so that the server exits 3 and says why.",
                )


def _loads(body: list[ast.stmt]) -> bool:
    return any(
        isinstance(node, ast.Call) and _LOADS.search(_name(node)) is not None
        for node in own_nodes(body)
    )


def _is_broad(handler: ast.ExceptHandler) -> bool:
    named = handler.type
    return named is None or (isinstance(named, ast.Name) and named.id in _BROAD)


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler neither ends nor tries another way."""
    for node in own_nodes(handler.body):
        if isinstance(node, ast.Raise):
            return False
        if isinstance(node, ast.Call) and _name(node) not in _TELLS:
            return False
        if isinstance(node, ast.Call) and _name(node) in _ENDS:
            return False
    return True


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
