"""Serves scripts without a server, each in a process of its own; see test_rules_hold.py.

Reads a JSON list of `[script, request body or null]` on standard input. Prints a JSON list of
`{"start": …, "request": …}`: what the server would exit with, or what the request fails with; null
for success.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path

from azmlinfsrv import compat
from azmlinfsrv.scoring import EntryScriptError, Scorer, ScoringRequest

Outcome = dict[str, str | None]


def main() -> None:
    compat.install()
    # Loaded once; each child has them then.
    import inference_schema.parameter_types.numpy_parameter_type
    import inference_schema.parameter_types.pandas_parameter_type
    import inference_schema.schema_decorators  # noqa: F401

    cases = json.load(sys.stdin)
    print(json.dumps([outcome(Path(path), request) for path, request in cases]))


def outcome(script: Path, request: str | None) -> Outcome:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w", encoding="utf-8") as pipe:
            json.dump(serve(script, request), pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    ended: Outcome = {"start": "the process ended", "request": None}
    return json.loads(told) if told else ended


def model_folder(folder: Path) -> Path | None:
    config = folder / "config.json"
    if config.is_file():
        return folder / str(json.loads(config.read_text(encoding="utf-8"))["AZUREML_MODEL_DIR"])
    return folder / "model" if (folder / "model").is_dir() else None


def serve(script: Path, request: str | None) -> Outcome:
    os.chdir(script.parent)
    # The server lets a script import the modules beside it.
    sys.path.insert(0, str(script.parent))
    os.environ.pop("AZUREML_MODEL_DIR", None)
    if model := model_folder(script.parent):
        os.environ["AZUREML_MODEL_DIR"] = str(model)
    warnings.simplefilter("ignore")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    scorer = Scorer(script)
    try:
        scorer.init()
    except EntryScriptError as error:
        return {"start": f"{error} {error.__cause__!r}", "request": None}
    except BaseException as error:  # noqa: BLE001
        return {"start": repr(error), "request": None}
    if request is None:
        return {"start": None, "request": None}
    headers = {"content-type": "application/json"}
    answer = scorer.score(ScoringRequest(request.encode(), headers=headers))
    failed = None if answer.status == 200 else f"{answer.status} {answer.error or answer.body!r}"
    return {"start": None, "request": failed}


if __name__ == "__main__":
    main()
