"""A file that the script loads is not in the model folder.

## Why is this bad?

The path begins with `AZUREML_MODEL_DIR`, and below that folder nothing has this name. The server
exits with status 3 in `init()`: `FileNotFoundError: [Errno 2] No such file or directory`.

Upper and lower case count on the endpoint, even if they do not on your machine. With one model the
folder is the model's own; with several it holds a folder for each: `name/version/file`.

The rule knows the folder that F5 would use, and says where that comes from. It is silent if no
folder is known, if the script looks whether the file is there, and if it has another way.

## Example

```python
# The folder holds sklearn_model.pkl.
model = joblib.load(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl"))
```

Use instead:

```python
model = joblib.load(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "sklearn_model.pkl"))
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.analysis import model_files
from azmlinfsrv.analysis.facts.consequences import Consequence
from azmlinfsrv.analysis.facts.path_kinds import ModelPath, Piece
from azmlinfsrv.analysis.facts.path_uses import PathUse
from azmlinfsrv.analysis.findings import Edit, Fix, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.rules.placeholder_left import is_placeholder
from azmlinfsrv.analysis.script import Script

_PATTERN = frozenset("*?[")


@rule("AML301", "missing-model-file", Severity.ERROR, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each literal that names a missing file, once."""
    seen: set[ast.AST] = set()
    for use in script.model_paths.uses:
        if not _is_needed(script, use.path):
            continue
        root = script.model_target(ModelPath(use.path.base))
        if root is None or model_files.exists(root) is not True:
            continue
        missing = _first_missing(root, use.path)
        if missing is None:
            continue
        piece, wanted = missing
        where = piece.node if piece.node is not None else use.node
        if where not in seen:
            seen.add(where)
            yield _problem(script, use, root, piece, wanted)


def _is_needed(script: Script, path: ModelPath) -> bool:
    """Return whether the server surely opens this very path."""
    suffix = path.suffix
    if not suffix.startswith(("/", "\\")) or not suffix.strip("/\\"):
        return False
    if _PATTERN & set(suffix) or any(is_placeholder(each.text) for each in path.pieces):
        return False
    paths = script.model_paths
    return paths.is_read(path) and not paths.is_guarded(path)


def _first_missing(root: Path, path: ModelPath) -> tuple[Piece, str] | None:
    """Return the part of a path that is not there, and the path up to its end."""
    walked = ""
    for number, piece in enumerate(path.pieces):
        walked += piece.text
        following = "".join(each.text for each in path.pieces[number + 1 :])
        # A part of a name is no name: "model" + ".pkl".
        is_whole = not following or following[0] in "/\\" or piece.text.endswith(("/", "\\"))
        if not is_whole or not walked.strip("/\\"):
            continue
        there = model_files.exists(Path(str(root) + walked.rstrip("/\\")))
        if there is None:
            return None
        if not there:
            return piece, walked.strip("/\\")
    return None


def _problem(script: Script, use: PathUse, root: Path, piece: Piece, wanted: str) -> Problem:
    relative = use.path.key[1]
    similar = model_files.similar(root, relative)
    if use.path.base is None:
        folder = script.context.model_folder
        place = f"{root} ({folder.source})" if folder is not None else str(root)
    else:
        place = f"the model '{use.path.base.name}' ({root})"
    happens = script.consequences.of(use.node)
    # In a helper function, a class, or where the exception is caught.
    told = "FileNotFoundError" if happens is Consequence.SOME else happens.value
    advice = f"Did you mean '{similar}'?" if similar else f"It holds {model_files.describe(root)}."
    return Problem(
        piece.node if piece.node is not None else use.node,
        f"{told}: there is no '{wanted}' in {place}. {advice}",
        fixes=_fixes(script, use.path, piece, similar),
    )


def _fixes(script: Script, path: ModelPath, piece: Piece, similar: str | None) -> tuple[Fix, ...]:
    """Return the fix that writes the similar path into the literal, if that one ends the path."""
    if similar is None or piece.node is None or path.pieces[-1] is not piece:
        return ()
    before = "".join(each.text for each in path.pieces[:-1]).strip("/\\")
    if before and not similar.startswith(f"{before}/"):
        return ()
    name = similar.removeprefix(f"{before}/") if before else similar
    literal = script.source.node_text(piece.node)
    mark = literal[:1]
    if mark not in {"'", '"'} or literal != f"{mark}{piece.text}{mark}":
        return ()
    slash = "/" if piece.text.startswith("/") else ""
    edit = Edit(script.source.range_of(piece.node), f"{mark}{slash}{name}{mark}")
    return (Fix(f"Change to '{name}'", (edit,)),)
