"""Names of files and folders in a path below the model folder."""

from __future__ import annotations

import os
from pathlib import Path

from lsprotocol import types

from azmlinfsrv.analysis.facts.path_kinds import ModelPath, Piece
from azmlinfsrv.analysis.model_files import target
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.language_server.half_typed import MARK, OpenString
from azmlinfsrv.language_server.suggestions import Cursor, Suggestion, Suggestions

_MAX_ITEMS = 300
# Reading so many names takes some 20 ms.
_MAX_SCANNED = 20_000


def complete_model_file(cursor: Cursor, string: OpenString, finished: Script) -> Suggestions | None:
    """Return what lies in the folder that the path at the cursor leads to."""
    path = _marked_path(finished)
    if path is None:
        return None
    before = path.suffix.partition(MARK)[0]
    parent, _, typed = before.rpartition("/")
    lacks_slash = "/" not in before
    context = finished.context
    folder = target(ModelPath(path.base, (Piece(parent),)), context.model_folder, context.root)
    if folder is None:
        return Suggestions(())
    # What is typed of the last name stands in this string, unless a variable holds its beginning.
    in_string = cursor.text[string.start : cursor.offset].rpartition("/")[2]
    if typed != in_string and not lacks_slash:
        return Suggestions(())
    names, is_cut = _entries(folder, in_string)
    return Suggestions(
        tuple(
            _suggestion(cursor, string, name, in_string, lacks_slash=lacks_slash)
            for name in names
            if _can_be_written(name, string)
        ),
        is_cut,
    )


def _marked_path(script: Script) -> ModelPath | None:
    for use in script.model_paths.uses:
        if MARK in use.path.suffix:
            return use.path
    return None


def _entries(folder: Path, typed: str) -> tuple[list[str], bool]:
    """Return the names in a folder, folders with a slash, and whether there may be more."""
    found: list[str] = []
    scanned = 0
    start = typed.casefold()
    try:
        with os.scandir(folder) as scan:
            for entry in scan:
                scanned += 1
                if scanned > _MAX_SCANNED or len(found) >= _MAX_ITEMS:
                    return sorted(found), True
                if entry.name.casefold().startswith(start) and (start or entry.name[0] != "."):
                    found.append(f"{entry.name}/" if entry.is_dir() else entry.name)
    except (OSError, ValueError):
        return [], False
    return sorted(found), False


def _suggestion(
    cursor: Cursor, string: OpenString, name: str, typed: str, *, lacks_slash: bool
) -> Suggestion:
    is_folder = name.endswith("/")
    written = name.rstrip("/")
    for character in ("\\", string.quote):
        if "r" not in string.prefix:
            written = written.replace(character, f"\\{character}")
    if "f" in string.prefix:
        written = written.replace("{", "{{").replace("}", "}}")
    range_ = cursor.back(len(typed))
    end = string.end if string.end is not None else cursor.offset
    rest = cursor.text[cursor.offset : end].partition("/")[0]
    return Suggestion(
        label=name,
        kind=types.CompletionItemKind.Folder if is_folder else types.CompletionItemKind.File,
        range=range_,
        text=("/" if lacks_slash else "") + written + ("/" if is_folder else ""),
        replaced=cursor.ahead(range_, len(rest)),
        detail="model folder",
        filter_text=written,
        asks_again=is_folder,
    )


def _can_be_written(name: str, string: OpenString) -> bool:
    if not name.isprintable():
        return False
    is_plain = "\\" not in name and string.quote not in name
    return is_plain or "r" not in string.prefix
