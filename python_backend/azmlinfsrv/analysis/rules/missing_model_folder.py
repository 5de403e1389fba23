"""The folder that AZUREML_MODEL_DIR will name does not exist.

## Why is this bad?

The script reads its model from that folder. The name comes from a setting, a debug configuration, a
deployment file or the environment; the message says which. The server exits with status 3 when
`init()` opens the first file.

## Example

```json
{ "azmlinfsrv.modelDir": "modle" }
```

Use instead:

```json
{ "azmlinfsrv.modelDir": "model" }
```
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.analysis import model_files
from azmlinfsrv.analysis.facts.path_kinds import ModelPath
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML302", "missing-model-folder", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield one problem where the script first uses a folder that is not there."""
    folder = script.context.model_folder
    if folder is None or model_files.exists(Path(folder.path)) is not False:
        return
    paths = script.model_paths
    if paths.is_guarded(ModelPath()):
        return
    for use in paths.uses:
        if use.path.base is None and use.is_certain and _is_needed(script, use.path):
            yield Problem(
                use.node,
                f"The server exits 3: the model folder {folder.path} ({folder.source}) does not"
                " exist.",
            )
            return


def _is_needed(script: Script, path: ModelPath) -> bool:
    paths = script.model_paths
    return paths.is_read(path) and not paths.is_guarded(path)
