"""What the run() of a script takes: paths, rows or requests, as its text tells."""

from __future__ import annotations

import ast
from pathlib import Path

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.script import Context, Script
from azmlinfsrv.analysis.script_file import decode_script
from azmlinfsrv.batch.errors import BatchError
from azmlinfsrv.batch.mini_batch import Kind

_CONTEXT = "mini_batch_context"
_NAMES_OF_FILES = frozenset(
    {"mini_batch", "minibatch", "batch_input", "input_files", "files", "file_paths", "batch"}
)


def kind_of(path: Path) -> Kind:
    """Return what the items of a script's input are.

    Raises:
        BatchError: the script cannot be read.

    """
    try:
        text = decode_script(path.read_bytes()).text
    except (OSError, ValueError) as error:
        raise BatchError(f"--entry_script: {path} cannot be read: {error}") from error
    script = Script(text, path, Context(is_named=True))
    if script.kind is not ScriptKind.BATCH:
        return Kind.REQUESTS
    parameters = script.run.parameters if script.run else ()
    if not parameters:
        return Kind.FILES
    first = parameters[0]
    if first.node.annotation is not None and "DataFrame" in ast.unparse(first.node.annotation):
        return Kind.ROWS
    has_context = any(parameter.name == _CONTEXT for parameter in parameters)
    return Kind.ROWS if has_context and first.name not in _NAMES_OF_FILES else Kind.FILES
