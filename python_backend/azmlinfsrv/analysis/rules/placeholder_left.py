"""A placeholder of a template was never replaced.

## Why is this bad?

`<your-model>`, `PLACE_HOLDER` or `...` stand where a file, a model or a sample belongs. The script
fails in `init()`, or loads something else than was meant.

## Example

```python
path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "<model_file_name>")
```

Use instead:

```python
path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl")
```
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_PLACEHOLDER = re.compile(
    r".*<[\w .-]+>.*|\{\{.+\}\}|\.\.\.|.*PLACE_?-?HOLDER.*|TODO\b.*|your[-_ ].+|xxx+",
    re.IGNORECASE | re.DOTALL,
)

_BRACKETED = re.compile(r"<[^<>]+>|PLACE_?HOLDER", re.IGNORECASE)


def is_placeholder(text: str) -> bool:
    """Return whether a text is a template's, waiting to be replaced."""
    return _PLACEHOLDER.fullmatch(text.strip("/\\ ")) is not None


@rule("AML112", "placeholder-left", Severity.WARNING, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each placeholder in a model's path or name, and in a call."""
    seen: set[ast.AST] = set()
    for use in script.model_paths.uses:
        named = [(each.text, each.node) for each in use.path.pieces]
        if use.path.base is not None:
            named.append((use.path.base.name, _name_node(use.path.base.call)))
        for text, node in named:
            if node is not None and node not in seen and is_placeholder(text):
                seen.add(node)
                yield Problem(
                    node,
                    f"'{text}' was never replaced. Write the name of the file or model.",
                )
    for facts in (script.init, script.run):
        for inner in facts.nodes if facts is not None else ():
            if isinstance(inner, ast.Call):
                yield from _ellipsis_arguments(script, inner)
            elif isinstance(inner, ast.Assign) and _is_ellipsis(inner.value):
                yield Problem(inner.value, "'...' was never replaced. Write what belongs here.")
    for sample in script.samples:
        yield from _ellipsis_arguments(script, sample.call)
        value = sample.value
        given = value.value if isinstance(value, ast.Constant) else None
        if isinstance(given, str) and _BRACKETED.fullmatch(given):
            yield Problem(sample.given or sample.call, f"'{given}' was never replaced.")


def _ellipsis_arguments(script: Script, call: ast.Call) -> Iterator[Problem]:
    path = script.bindings.path(call.func)
    if path is None or path.startswith(("typing.", "numpy.")):
        return
    for argument in call.args:
        if _is_ellipsis(argument):
            yield Problem(argument, "'...' was never replaced. Write what belongs here.")


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _name_node(call: ast.Call) -> ast.Constant | None:
    given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "model_name")]
    return given[0] if given and isinstance(given[0], ast.Constant) else None
