"""What check reports besides the rules of the analysis: the trial of ``--run``."""

from __future__ import annotations

from collections.abc import Iterable

from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, Rule
from azmlinfsrv.analysis.script import Script


def _nothing(_script: Script) -> Iterable[Problem]:
    """Find nothing in the text: these are found in other ways."""
    return ()


START_FAILED = Rule(
    "AML901",
    "start-failed",
    Severity.ERROR,
    _nothing,
    """\
The server did not start with this script.

## Why is this bad?

`azmlinfsrv check --run` has started the script in the real server, and loading it or calling its
`init()` has failed: it raised, ended the process, or did not return within `--timeout` seconds.
The deployment would fail in the same way.

## What helps

The finding stands on the line of your code that raised. `azmlinfsrv --entry_script score.py` shows
the whole log; F5 in VS Code stops the debugger at that line.

A start that is slow for a good reason gets more time with `--timeout 300`.
""",
)

REQUEST_FAILED = Rule(
    "AML902",
    "request-failed",
    Severity.ERROR,
    _nothing,
    """\
A sample request was not answered with status 200.

## Why is this bad?

`azmlinfsrv check --run` has started the script in the real server and posted a sample: a file that
`--request` names, or the example that the script's own `@input_schema` describes. Clients of the
endpoint that send the same get the same failure.

## What helps

The finding stands on the line of your code that raised, or on `def run` where the request was
refused before. Its message is the exception's, or the server's answer.
""",
)

ANSWER_NOT_JSON = Rule(
    "AML903",
    "answer-not-json",
    Severity.ERROR,
    _nothing,
    """\
A sample request was answered with a body that is not JSON.

## Why is this bad?

Clients of a scoring endpoint read the body as JSON. One that holds `NaN` or `Infinity`, or plain
text of an `AMLResponse`, makes them fail although the status is 200.

## Example

```python
def run(raw_data):
    return float("nan")
```

Use instead:

```python
def run(raw_data):
    return None
```

A script with `@rawhttp` may answer what it likes and is not held to this.
""",
)

FURTHER_RULES = (START_FAILED, REQUEST_FAILED, ANSWER_NOT_JSON)
