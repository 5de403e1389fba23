"""A folder that is there as a whole or not at all, with the same modes and times each run."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.deployment.packaging.dockerfile import MARK
from azmlinfsrv.deployment.packaging.errors import PackageExistsError, PackagingError

# 1980-01-01 UTC, the earliest time that zip files know, too.
TIME = 315_532_800
_FILE_MODE, _PROGRAM_MODE, _FOLDER_MODE = 0o644, 0o755, 0o755


@dataclass(frozen=True)
class Kind:
    """What a command writes into a folder of its own.

    Attributes:
        name: what people call it.
        file: the file that tells whether a folder is one that the command has written.
        mark: the first line of that file.

    """

    name: str
    file: str
    mark: str


PACKAGE = Kind("package", "Dockerfile", MARK)


def check_output(output: Path, *, force: bool, kind: Kind = PACKAGE) -> None:
    """Raise PackagingError when the folder must not be written."""
    if not output.exists():
        if output.is_symlink():
            raise PackagingError(f"{output} is a link that leads nowhere; remove it.")
        file = next((each for each in output.parents if each.is_file()), None)
        if file is not None:
            raise PackagingError(f"{file} is a file, no folder; name another with -o.")
        return
    if not output.is_dir():
        raise PackagingError(f"{output} is a file; name a folder with -o.")
    if output.resolve() == Path.cwd().resolve():
        raise PackagingError(
            f"the {kind.name} cannot take the place of the folder that you are in; name a folder "
            f"of its own, such as -o {kind.name}."
        )
    if not any(output.iterdir()):
        return
    if not _was_written_here(output, kind):
        raise PackagingError(
            f"{output} has files that this command did not write; nothing was written. Name "
            "another folder with -o, or empty this one."
        )
    if not force:
        raise PackageExistsError(
            f"{output} has {_an(kind.name)} already; nothing was written. --force replaces it."
        )


def _an(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _was_written_here(folder: Path, kind: Kind) -> bool:
    try:
        with (folder / kind.file).open(encoding="utf-8") as file:
            return file.readline().rstrip() == kind.mark
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def written_folder(output: Path, kind: Kind = PACKAGE) -> Iterator[Path]:
    """Yield an empty folder beside ``output``, which takes its place when all has gone well.

    Raises:
        PackagingError: it cannot be written.

    """
    beside: Path | None = None
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
        content = beside / "new"
        content.mkdir()
        yield content
        _normalise(content)
        _take_place(content, output, beside / "old")
    except OSError as error:
        where = error.filename or output
        reason = f"{where}: {error.strerror or error}."
        raise PackagingError(f"the {kind.name} was not written: {reason}") from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def _take_place(content: Path, output: Path, old: Path) -> None:
    had_one = output.is_dir()
    if had_one:
        output.rename(old)
    try:
        content.rename(output)
    except BaseException:
        if had_one:
            old.rename(output)
        raise


def _normalise(folder: Path) -> None:
    for root, folders, files in os.walk(folder, topdown=False):
        for name in files:
            path = Path(root, name)
            is_program = path.stat().st_mode & stat.S_IXUSR
            path.chmod(_PROGRAM_MODE if is_program else _FILE_MODE)
            os.utime(path, (TIME, TIME))
        for name in folders:
            _normalise_folder(Path(root, name))
    _normalise_folder(folder)


def _normalise_folder(path: Path) -> None:
    path.chmod(_FOLDER_MODE)
    os.utime(path, (TIME, TIME))


def copy_file(source: Path, target: Path) -> None:
    """Copy a file and whether it is a program; the memory it takes does not grow with its size.

    No hard link: who edits the package must not change the model that it was made from.

    Raises:
        OSError: it cannot be read or written.

    """
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    if source.stat().st_mode & stat.S_IXUSR:
        target.chmod(_PROGRAM_MODE)


def check_space(parent: Path, needed: int, kind: Kind = PACKAGE) -> None:
    """Raise PackagingError when the disk has no room for so many bytes."""
    there = next((each for each in (parent, *parent.parents) if each.is_dir()), parent)
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(there).free
        if free < needed:
            raise PackagingError(
                f"the {kind.name} takes {_shown_size(needed)}, and {there} has {_shown_size(free)} "
                "left; nothing was written. Name a folder on another disk with -o."
            )


def _shown_size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
