"""`Model.get_model_path()` asks for a model that is not in the model folder.

## Why is this bad?

The function looks for `name/version` below `AZUREML_MODEL_DIR` (then below `azureml-models` in the
working directory) and raises if there is none: the server exits with status 3. The message lists
the models and versions that there are. A model that `azmlinfsrv models` has registered on this
machine is found, too.

## Example

```python
# The folder holds iris/1.
path = Model.get_model_path("iris", version=2)
```

Use instead:

```python
path = Model.get_model_path("iris", version=1)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.analysis import model_files
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.rules.placeholder_left import is_placeholder
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.compat.model import explain_missing_model


@rule("AML305", "missing-registered-model", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each call that the server is sure to make in vain."""
    folder = script.context.model_folder
    if folder is None or model_files.exists(Path(folder.path)) is not True:
        return
    seen: set[ast.Call] = set()
    for use in script.model_paths.uses:
        base = use.path.base
        if base is None or base.call in seen or not use.is_certain:
            continue
        seen.add(base.call)
        if ":" in base.name or is_placeholder(base.name) or script.model_paths.is_guarded(use.path):
            continue
        if script.model_target(use.path) is None:
            told = explain_missing_model(base.name, base.version, folder.path, script.context.root)
            yield Problem(
                base.call, f"The server exits 3: FileNotFoundError. {told} ({folder.source})"
            )
