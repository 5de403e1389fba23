"""What ``run()`` returned, as lines of the output file.

As published: a DataFrame's rows with a blank between the cells, without header and index; the
elements of a list as ``str()`` shows them, one to a line.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Sized
from typing import Any

from azmlinfsrv.batch.work import PUBLISHED_SEPARATOR


class ResultError(Exception):
    """The result cannot be counted or written; the message says what ``run()`` has to return."""


_WANTED = "run() has to return a list, a tuple, an array or a DataFrame with a row for each item"


def count_rows(result: object) -> int:
    """Return how many results there are.

    Raises:
        ResultError: it is nothing that has rows.

    """
    if not isinstance(result, Sized) or not _has_rows(result):
        raise ResultError(f"run() returned {_described(result)}. {_WANTED}.")
    return len(result)


def lines_of(result: object, separator: str | None) -> str:
    r"""Return the lines of a result that has rows, each with ``\n``.

    Raises:
        ResultError: something in it cannot be written.

    """
    frame_type = _type("pandas", "DataFrame")
    if frame_type and isinstance(result, frame_type):
        frame: Any = result
        text = frame.to_csv(
            sep=separator or PUBLISHED_SEPARATOR, header=False, index=False, lineterminator="\n"
        )
    else:
        assert isinstance(result, Iterable)  # noqa: S101 - count_rows comes first
        write = _shown if separator is None else _Cells(separator)
        text = "".join(_line(number, row, write) for number, row in enumerate(result, 1))
    try:
        # As file names have them: what is no UTF-8 comes out as it came in.
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise ResultError(
            f"run() returned the character {letter!a}, which no UTF-8 file can hold."
        ) from error
    return str(text)


def _line(number: int, row: object, write: Any) -> str:
    try:
        return str(write(row))
    except Exception as error:
        raise ResultError(
            f"Element {number} that run() returned, a {type(row).__name__}, cannot be written: "
            f"{type(error).__name__}: {error}"
        ) from error


def _shown(row: object) -> str:
    return f"{row!s}\n"


class _Cells:
    """Writes a row with its cells apart."""

    def __init__(self, separator: str) -> None:
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, delimiter=separator, lineterminator="\n")

    def __call__(self, row: object) -> str:
        self._buffer.seek(0)
        self._buffer.truncate()
        array_type = _type("numpy", "ndarray")
        if isinstance(row, dict):
            cells = list(row.values())
        elif isinstance(row, (list, tuple)) or (array_type and isinstance(row, array_type)):
            cells = list(row)
        else:
            cells = [row]
        self._writer.writerow(cells)
        return self._buffer.getvalue()


def _has_rows(result: object) -> bool:
    if isinstance(result, (list, tuple)):
        return True
    for module, names in (("pandas", ("DataFrame", "Series", "Index")), ("numpy", ("ndarray",))):
        for name in names:
            if (known := _type(module, name)) and isinstance(result, known):
                # An array of no dimension holds one value and has no length.
                return getattr(result, "ndim", 1) > 0
    return False


def _type(module: str, name: str) -> Any:
    """Return a type of a library that the script may have imported; None if it has not."""
    return getattr(sys.modules.get(module), name, None)


def _described(result: object) -> str:
    return "None" if result is None else f"a {type(result).__name__}"
