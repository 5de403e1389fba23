"""Which files in a folder are entry scripts."""

from __future__ import annotations

import re
from pathlib import Path

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.project_files import project_files
from azmlinfsrv.analysis.script import Context, Script
from azmlinfsrv.analysis.script_file import decode_script

# Whatever can be an entry script has one of these words; most files of a project need no more.
_MENTIONS = re.compile(rb"init|run|azmlinfsrv: entry-script", re.IGNORECASE)

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
    """Return whether a file is an entry script, with a mistake or without; see `script_kind`."""
    return kind_of_file(path) is not ScriptKind.NONE


def kind_of_file(path: Path, *, is_named: bool = False) -> ScriptKind:
    """Return what a file is; one that cannot be read is nothing.

    Args:
        path: the file.
        is_named: whether somebody says that it is an entry script.

    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            return ScriptKind.NONE
        source = path.read_bytes()
    except OSError:
        return ScriptKind.NONE
    if not _MENTIONS.search(source):
        return ScriptKind.NONE
    try:
        text = decode_script(source).text
    except ValueError:
        return ScriptKind.NONE
    return Script(text, path, Context(is_named=is_named)).kind
