"""Arrays as lists, the way a client has to send them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

_MAKERS = frozenset({"array", "asarray", "asanyarray", "tensor", "Tensor", "FloatTensor"})
_FILLED: dict[str, float] = {"zeros": 0, "ones": 1, "empty": 0}
_RANDOM = frozenset({"rand", "randn", "random", "random_sample", "uniform", "normal"})
_MAX_ITEMS = 200_000
_EVENLY = 50


def is_array_maker(name: str) -> bool:
    """Return whether a function of numpy makes an array of what it is given."""
    return name in _MAKERS


def cast(value: Any, dtype: str | None) -> Any:
    """Return an array's items as a dtype makes them; without one, as numpy chooses."""
    if dtype is None:
        has_float = any(isinstance(each, float) for each in _items(value))
        return _each(value, _as_float) if has_float else value
    if dtype.startswith(("float", "double")):
        return _each(value, _as_float)
    if dtype.startswith(("int", "uint", "long")):
        return _each(value, lambda each: int(each) if isinstance(each, (int, float, str)) else each)
    if dtype.startswith("bool"):
        return _each(value, bool)
    return value


def filled(name: str, arguments: list[Any]) -> list[Any]:
    """Return what ``np.zeros((2, 3))``, ``np.random.rand(2, 3)`` and the like stand for.

    Of random numbers any will do: it is their shape that counts.

    Raises:
        ValueError: the function is another one, or the array is very large.

    """
    first = arguments[0]
    if name in _FILLED:
        return _block(_shape(first), float(_FILLED[name]))
    if name == "full":
        return _block(_shape(first), arguments[1])
    if name in _RANDOM:
        sizes = first if isinstance(first, list) else arguments
        return _block(_shape(sizes), 0.5)
    raise ValueError(name)


def evenly(name: str, arguments: list[Any]) -> list[Any]:
    """Return the numbers of ``np.arange`` or ``np.linspace``."""
    if name == "arange":
        start, stop, step = (0, *arguments, 1) if len(arguments) == 1 else (*arguments, 1)[:3]
        count = math.ceil((stop - start) / step)
        _check(count)
        return [start + step * number for number in range(count)]
    count = int(arguments[2]) if len(arguments) > 2 else _EVENLY
    _check(count)
    start, stop = float(arguments[0]), float(arguments[1])
    return [start + (stop - start) * number / max(count - 1, 1) for number in range(count)]


def reshaped(value: list[Any], sizes: list[int]) -> list[Any]:
    """Return the items of an array in another shape; -1 is what is left.

    Raises:
        ValueError: they do not fit.

    """
    items = list(_items(value))
    known = math.prod(size for size in sizes if size != -1)
    shape = [len(items) // max(known, 1) if size == -1 else size for size in sizes]
    if math.prod(shape) != len(items):
        raise ValueError(shape)
    for size in reversed(shape[1:]):
        items = [items[place : place + size] for place in range(0, len(items), size)]
    return items


def _shape(value: Any) -> list[int]:
    sizes = [int(size) for size in value] if isinstance(value, list) else [int(value)]
    _check(math.prod(sizes))
    return sizes


def _check(count: int) -> None:
    if not 0 <= count <= _MAX_ITEMS:
        raise ValueError(count)


def _block(sizes: list[int], value: Any) -> list[Any]:
    first, *others = sizes
    return [_block(others, value) if others else value for _ in range(first)]


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return [value]
    return [item for each in value for item in _items(each)]


def _each(value: Any, convert: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_each(item, convert) for item in value]
    return value if value is None else convert(value)


def _as_float(value: Any) -> Any:
    return float(value) if isinstance(value, (int, float)) else value
