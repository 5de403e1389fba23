"""Python cannot read the file.

## Why is this bad?

The server exits with status 3 and a `SyntaxError`. Often it is a bracket that was left over when a
path was edited, an empty `try:` block, or a line of a notebook (`%%writefile score.py`) that was
copied along.

## Example

```python
model_path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl"))
```

Use instead:

```python
model_path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl")
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Edit, Fix, Position, Range, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_OLD_EXCEPT = re.compile(r"\s*except\s+\w+\s*,\s*\w+\s*:")
_MAGIC = re.compile(r"\s*(%%?\w|!\w)")


@rule("AML100", "syntax-error", Severity.ERROR, in_batch=True, is_python=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield what Python says of the text, once."""
    problem = script.parsed.problem
    if problem is None:
        return
    line = script.source.line(problem.line)
    column = min(problem.column, len(line))
    start = Position(problem.line, column)
    where = (
        script.source.line_range(problem.line)
        if column >= len(line.rstrip())
        else Range(start, Position(problem.line, column + 1))
    )
    if _MAGIC.match(line):
        whole = Range(Position(problem.line, 0), Position(problem.line, len(line)))
        yield Problem(
            script.source.line_range(problem.line),
            "The server exits 3: SyntaxError. This line is a notebook's command, not Python."
            " Remove it.",
            fixes=(Fix("Remove the line's text", (Edit(whole, ""),)),),
        )
    else:
        told = problem.message.rstrip(".")
        stop = "" if told.endswith("?") else "."
        yield Problem(where, f"The server exits 3: SyntaxError: {told}{stop}{_hint(line)}")


def _hint(line: str) -> str:
    """Return what a line that is often pasted, or from Python 2, should be."""
    if line.lstrip().startswith((">>>", "... ", "In [", "Out[")):
        return " This line is from an interactive session; remove what stands before the code."
    if _OLD_EXCEPT.match(line):
        return " Python 3 writes 'except Exception as e:'."
    return ""
