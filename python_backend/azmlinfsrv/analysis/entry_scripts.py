"""Which files in a folder are entry scripts."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.analysis.project_files import project_files

ENTRY_FUNCTIONS = frozenset({"init", "run"})

_MAX_BYTES = 1_000_000


def find_entry_scripts(folder: Path) -> list[Path]:
    """Return the entry scripts below ``folder``, nearest to it first.

    Hidden folders, environments and build output are passed over. At most 20,000 Python files
    are looked at.
    """
    files = project_files(folder, lambda name: name.endswith(".py"))
    found = [path for path in files if is_entry_script(path)]
    return sorted(found, key=lambda path: (len(path.parts), str(path)))


def is_entry_script(path: Path) -> bool:
    """Return whether the file defines ``init`` and ``run`` at its top level.

    A file that is named ``score*.py`` and defines one of them counts, too: it is an entry script
    with a mistake. So does one whose source does not parse, if the definitions can be seen in
    its text: whoever presses F5 on it wants to hear about the syntax error.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            return False
        source = path.read_bytes()
    except OSError:
        return False
    if b"init" not in source and b"run" not in source:
        return False
    names = _top_level_names(source)
    needed = 1 if path.name.startswith("score") else 2
    return len(names & ENTRY_FUNCTIONS) >= needed


def _top_level_names(source: bytes) -> set[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        definitions = re.findall(rb"^(?:async\s+)?def\s+(\w+)", source, re.MULTILINE)
        return {name.decode("ascii", "replace") for name in definitions}
    return {name for statement in tree.body for name in _bound_names(statement)}


def _bound_names(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield statement.name
    elif isinstance(statement, ast.Assign) and isinstance(statement.value, (ast.Lambda, ast.Name)):
        # `run = Run.get_context()` is no entry point; `run = handler.score` and `run = f` may be.
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name
    elif isinstance(statement, (ast.If, ast.Try)):
        for nested in [*statement.body, *statement.orelse]:
            yield from _bound_names(nested)
