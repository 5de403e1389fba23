"""JSON values as Python source, laid out as people would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_WIDTH = 96
_STEP = "    "


def literal(value: Any, indent: str = "", before: int = 0) -> str:
    """Return the source of a value that JSON can hold.

    Args:
        value: the value.
        indent: what its further lines begin with.
        before: how many characters stand before it on its first line.

    """
    short = _short(value)
    if len(indent) + before + len(short) <= _WIDTH or not isinstance(value, (list, dict)):
        return short
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    lines = [f"{indent}{_STEP}{item}," for item in _items(value, indent + _STEP)]
    return "\n".join([opening, *lines, indent + closing])


def _items(value: list[Any] | dict[str, Any], indent: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield literal(item, indent)
        return
    for key, item in value.items():
        name = f"{_text(key)}: "
        yield name + literal(item, indent, len(name))


def _short(value: Any) -> str:
    match value:
        case str():
            return _text(value)
        case list():
            return f"[{', '.join(map(_short, value))}]"
        case dict():
            return (
                f"{{{', '.join(f'{_text(key)}: {_short(item)}' for key, item in value.items())}}}"
            )
        case _:
            return repr(value)


def _text(value: str) -> str:
    source = repr(value)
    return f'"{value}"' if source == f"'{value}'" and '"' not in value else source
