"""What .vscode/launch.json says: which scripts are debugged, with which model folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEBUG_TYPE = "azmlinfsrv"
_LAUNCH_FILE = Path(".vscode", "launch.json")
_FOLDER_VARIABLE = re.compile(r"\$\{workspaceFolder(?::(?P<name>[^}]*))?\}")


@dataclass(frozen=True)
class LaunchedScript:
    """A script that a debug configuration names.

    Attributes:
        entry_script: the script, absolute; it may not be there.
        model_dir: the configuration's ``modelDir``, absolute.

    """

    entry_script: Path
    model_dir: str | None = None


def find_launched_scripts(root: Path) -> list[LaunchedScript]:
    """Return the scripts of a workspace folder's debug configurations, in their order.

    What stands for something that only the editor knows, such as ``${file}``, is passed over.
    """
    return list(_launched_scripts(root))


def _launched_scripts(root: Path) -> Iterator[LaunchedScript]:
    for entry in _configurations(root / _LAUNCH_FILE):
        if not isinstance(entry, dict) or entry.get("type") != DEBUG_TYPE:
            continue
        script = _resolve(root, entry.get("entryScript"))
        if script is not None:
            model = _resolve(root, entry.get("modelDir"))
            yield LaunchedScript(script, str(model) if model else None)


def _configurations(file: Path) -> list[object]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return []
    if DEBUG_TYPE not in text:
        return []
    # Only a project with such a configuration pays for the import.
    import jsonc

    try:
        document = jsonc.loads(text)
    except (ValueError, RecursionError):
        # Half written, and the editor underlines it.
        return []
    entries = document.get("configurations") if isinstance(document, dict) else None
    return entries if isinstance(entries, list) else []


def _resolve(root: Path, named: object) -> Path | None:
    """Return the path that a text of the file means in this workspace folder."""
    if not isinstance(named, str) or not named:
        return None

    def folder(found: re.Match[str]) -> str:
        name = found["name"]
        # A folder of a workspace with several is called by its name, and usually lies beside ours.
        return str(root if name in (None, root.name) else root.parent / name)

    path = _FOLDER_VARIABLE.sub(folder, named)
    if "${" in path or "\0" in path:
        return None
    # Path.expanduser() raises for a user who does not exist.
    return root / os.path.expanduser(path)  # noqa: PTH111
