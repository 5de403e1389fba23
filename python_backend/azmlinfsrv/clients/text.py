"""Source text: literals that stay readable, and words that break out of nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

_LINE = 88
_INDENT = "    "


def literal(
    value: Any,
    scalar: Callable[[Any], str],
    indent: str = _INDENT,
    room: int = _LINE,
    level: int = 0,
) -> str:
    """Return nested lists and objects as JSON and Python have them, long ones over several lines.

    A row of numbers stays on its line.

    Args:
        value: what ``json.loads`` gives.
        scalar: writes a name, or a value that has no others within it.
        indent: of a line within another value.
        room: how long a line may be.
        level: how deep the value is.

    """
    line = _on_one_line(value, scalar)
    is_short = len(line) + len(indent) * level <= room
    if is_short or not isinstance(value, (list, dict)) or not value or _is_row(value):
        return line
    inner = indent * (level + 1)
    rows = (
        [
            f"{scalar(key)}: {literal(item, scalar, indent, room, level + 1)}"
            for key, item in value.items()
        ]
        if isinstance(value, dict)
        else [literal(item, scalar, indent, room, level + 1) for item in value]
    )
    left, right = "{}" if isinstance(value, dict) else "[]"
    body = f",\n{inner}".join(rows)
    return f"{left}\n{inner}{body}\n{indent * level}{right}"


def json_scalar(value: Any) -> str:
    """Return a value without others in it as JSON that people can read."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)


def python_scalar(value: Any) -> str:
    """Return it as Python."""
    if value is None or isinstance(value, bool):
        return repr(value)
    # Python does not put two halves of a character together, as JSON does.
    text = json.dumps(value, ensure_ascii=False)
    escaped = (each.encode("unicode_escape").decode("ascii") for each in text)
    return "".join(
        each if each.isprintable() else code for each, code in zip(text, escaped, strict=True)
    )


def ascii_scalar(value: Any) -> str:
    """Return it as JSON of plain letters: no other means anything in another language."""
    return json.dumps(value)


def comment_word(text: str) -> str:
    """Return a text of somebody else for a comment, whose end it cannot be."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return kept.replace("\\", "/").replace('"""', "'''").replace("*/", "* /").strip()[:100]


def seconds_text(seconds: float) -> str:
    """Return a number of seconds as all languages write it: ``60``, ``0.5``."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")


def _is_row(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(each, (list, dict)) for each in value)


def _on_one_line(value: Any, scalar: Callable[[Any], str]) -> str:
    if isinstance(value, dict):
        items = (f"{scalar(key)}: {_on_one_line(item, scalar)}" for key, item in value.items())
        return f"{{{', '.join(items)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_on_one_line(item, scalar) for item in value)}]"
    return scalar(value)
