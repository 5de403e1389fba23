"""The files that ``--input`` names, in an order that is the same every time."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.batch.errors import BatchError, NotFoundError


@dataclass(frozen=True)
class Inputs:
    """What was found.

    Attributes:
        files: absolute paths, in the order of their names.
        hidden: how many were left out because their name, or their folder's, begins with a dot.

    """

    files: tuple[str, ...]
    hidden: int = 0


def find_inputs(word: str, own_files: Collection[Path] = ()) -> Inputs:
    """Return the files of a folder with all below it, one file, or those that fit a pattern.

    Args:
        word: what the user wrote.
        own_files: what this run writes itself, which may lie in the same folder.

    Raises:
        NotFoundError: there is nothing of that name, or no file in it.
        BatchError: the folder cannot be read.

    """
    path = Path(word).expanduser()
    hidden = 0
    if path.is_dir():
        names = list(_files_below(str(path.absolute())))
        seen = [name for name in names if not _is_hidden(name, str(path.absolute()))]
        hidden = len(names) - len(seen)
        nothing = f"--input: the folder {word} holds no file."
    elif path.exists():
        seen = [str(path.absolute())]
        nothing = f"--input: {word} is what this run writes itself."
    elif glob.has_magic(word):
        found = glob.glob(str(path), recursive=True)  # noqa: PTH207 - ** and hidden as in a shell
        seen = [os.path.abspath(name) for name in found if os.path.isfile(name)]  # noqa: PTH100, PTH113 - names that are no UTF-8 come through
        nothing = f"--input: no file fits the pattern {word}."
    else:
        raise NotFoundError(f"--input: {word} does not exist.")
    own = {str(each) for each in own_files}
    files = sorted((name for name in seen if name not in own), key=_by_folder)
    if not files:
        left_out = f" {hidden} hidden ones do not count." if hidden else ""
        raise NotFoundError(nothing + left_out)
    return Inputs(tuple(files), hidden)


def _files_below(folder: str) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise BatchError(f"--input: {error.filename} cannot be read: {error.strerror}.")

    for parent, _, names in os.walk(folder, onerror=refuse, followlinks=False):
        for name in names:
            yield os.path.join(parent, name)  # noqa: PTH118 - 100,000 of them


def _is_hidden(name: str, folder: str) -> bool:
    return f"{os.sep}." in name[len(folder.rstrip(os.sep)) :]


def _by_folder(name: str) -> str:
    # By folder: as text, "a-b" would come between "a" and what is in it.
    return name.replace(os.sep, "\0")
