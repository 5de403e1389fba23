"""The requests that a profile sends, from the files that the user names."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from azmlinfsrv.cli.report import relative_to

JSON_TYPE = "application/json"
_LINES = frozenset({".txt", ".jsonl", ".ndjson"})


class SampleError(Exception):
    """A file cannot be used as a sample; the text says why, for the user."""


@dataclass(frozen=True)
class Body:
    """A request's body.

    Attributes:
        name: what to call it: the file, and the line if there are several.
        content: its bytes.
        content_type: the value of Content-Type.

    """

    name: str
    content: bytes
    content_type: str = JSON_TYPE


def read_bodies(files: Sequence[str], content_type: str | None = None) -> list[Body]:
    """Return the bodies in the order in which they are sent: one of each file, and so on.

    Raises:
        SampleError: a file cannot be read, or holds no request.

    """
    per_file = [_bodies_of(name, content_type) for name in files]
    turns = zip_longest(*per_file)
    return [body for turn in turns for body in turn if body is not None]


def _bodies_of(file: str, content_type: str | None) -> list[Body]:
    path = Path(file).absolute()
    name = relative_to(Path.cwd(), path)
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise SampleError(f"{name} is a folder. Name the files in it.") from None
    except OSError as error:
        raise SampleError(f"{name} cannot be read: {error.strerror}.") from None
    if not content.strip():
        raise SampleError(f"{name} is empty: it holds no request to send.")
    suffix = path.suffix.lower()
    if (suffix in _LINES or suffix == ".json") and _has_body_in_each_line(content, suffix):
        lines = [line.strip() for line in content.splitlines()]
        return [
            Body(f"{name}, line {number}", line, content_type or JSON_TYPE)
            for number, line in enumerate(lines, 1)
            if line
        ]
    guessed = JSON_TYPE if suffix in _LINES else mimetypes.guess_type(file)[0]
    return [Body(name, content, content_type or guessed or JSON_TYPE)]


def _has_body_in_each_line(content: bytes, suffix: str) -> bool:
    """Return whether a text is one request a line, as the published profiler took it.

    A JSON document over several lines is one request, whatever the file is called.
    """
    if _is_json(content):
        return False
    if suffix in _LINES:
        return True
    lines = [line for line in content.splitlines() if line.strip()]
    return len(lines) > 1 and all(map(_is_json, lines))


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
