"""JSON of what ``run()`` returns: as published, or with the types of data science encoded."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import inspect
import json
import math
import sys
from collections.abc import Iterator
from typing import Any

from azmlinfsrv.scoring.entry_script import MODULE_NAME

_PLAIN = (str, int, float, bool, type(None))
_NOT_A_NUMBER = ("NaN", "Infinity")


class ResultError(Exception):
    """A result that JSON cannot hold; the message says what it is and where in the result."""


@dataclasses.dataclass(frozen=True)
class EncodedResult:
    """The JSON text of a result, and what there is to say about it.

    Attributes:
        text: the JSON.
        notice: what a caller or the published server would stumble over; None when nothing.

    """

    text: str
    notice: str | None = None


class ResultEncoder:
    """Turns results into JSON.

    Args:
        encodes_data: whether numpy arrays and scalars, pandas DataFrames and Series, datetimes,
            Decimal, bytes and dataclasses are encoded. Otherwise they are refused, as published.
        orient: how DataFrames are laid out (pandas' own words: records, split, columns, …).

    """

    def __init__(self, *, encodes_data: bool = False, orient: str = "records") -> None:
        self._encodes_data = encodes_data
        self._orient = orient
        self._has_noticed_numbers = False

    def encode(self, result: object) -> EncodedResult:
        """Return the JSON of a result; None is ``{}``.

        Raises:
            ResultError: the result, or something in it, has no JSON.

        """
        if result is None:
            return EncodedResult("{}")
        if self._encodes_data:
            return self._encode_data(result)
        try:
            text = json.dumps(result)
        except (TypeError, ValueError, RecursionError) as error:
            raise ResultError(_explain(error, result)) from error
        if self._has_noticed_numbers or not any(word in text for word in _NOT_A_NUMBER):
            return EncodedResult(text)
        notice = _notice_of_numbers(result)
        self._has_noticed_numbers = notice is not None
        return EncodedResult(text, notice)

    def _encode_data(self, result: object) -> EncodedResult:
        found: list[object] = []

        def default(value: object) -> object:
            found.append(value)
            return _plain(value, self._orient)

        try:
            text = json.dumps(result, default=default, allow_nan=False)
        except (TypeError, ValueError):
            # Keys that are no text, or numbers that JSON does not have: the long way.
            try:
                text = json.dumps(_deeply_plain(result, self._orient, found), allow_nan=False)
            except (TypeError, ValueError, RecursionError) as error:
                raise ResultError(_explain(error, result, encodes_data=True)) from error
        except RecursionError as error:
            raise ResultError(_explain(error, result, encodes_data=True)) from error
        if not found:
            return EncodedResult(text)
        return EncodedResult(
            text,
            f"{_sentence(*next(_unsendable(result)))}, which was encoded (--encode_results); "
            "the published server answers 500 to it.",
        )


def _plain(value: Any, orient: str) -> object:
    """Return ``value`` in terms of what JSON has, one level deep.

    Raises:
        TypeError: nobody has said how.

    """
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        if not value.columns.is_unique:
            # to_dict would leave all but one of them out.
            raise TypeError("the columns of a DataFrame have to differ in their names")
        return value.to_dict(orient=orient)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        # pandas' NaT is a datetime that is not equal to itself.
        return value.isoformat() if value == value else None
    if isinstance(value, decimal.Decimal):
        return _number(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if pandas is not None and value is pandas.NA:
        return None
    if hasattr(value, "tolist"):
        return _from_numpy(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _number(value: decimal.Decimal) -> object:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        return None
    return int(value) if exponent >= 0 else float(value)


def _from_numpy(value: Any) -> object:
    """Return lists or a number for numpy's arrays and scalars, and whatever else has tolist()."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind == "M":
        numpy = sys.modules["numpy"]
        # tolist() would make integers of nanoseconds.
        texts = numpy.datetime_as_string(numpy.asarray(value)).tolist()
        return _without_not_a_time(texts)
    plain = value.tolist()
    if type(plain) is type(value):
        # An extended float is its own item: JSON has no more than a double.
        return float(plain) if kind == "f" else str(plain)
    return plain


def _without_not_a_time(texts: Any) -> object:
    if isinstance(texts, list):
        return [_without_not_a_time(text) for text in texts]
    return None if texts == "NaT" else texts


def _deeply_plain(value: object, orient: str, found: list[object]) -> object:
    """Return a copy whose keys are text and in which not-a-number and infinity are null."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, dict):
        return {
            _key(key, orient, found): _deeply_plain(item, orient, found)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_deeply_plain(item, orient, found) for item in value]
    found.append(value)
    return _deeply_plain(_plain(value, orient), orient, found)


def _key(key: object, orient: str, found: list[object]) -> object:
    if isinstance(key, _PLAIN):
        return key
    found.append(key)
    if isinstance(key, tuple):
        # The columns of a DataFrame with several levels.
        return ".".join(str(_key(part, orient, found)) for part in key)
    plain = _plain(key, orient)
    return plain if isinstance(plain, _PLAIN) else str(plain)


def _explain(error: Exception, result: object, *, encodes_data: bool = False) -> str:
    """Say what cannot be sent, where it sits and what to do."""
    if inspect.iscoroutine(result):
        result.close()
        return (
            f"The result of run() cannot be sent: {error}. run() is async, and nobody awaits it: "
            "write it as a plain function."
        )
    if isinstance(error, RecursionError) or "ircular" in str(error):
        return f"The result of run() cannot be sent: {error}. It holds itself, or is too deep."
    found = _unsendable(result)
    if encodes_data:
        found = (each for each in found if not _can_encode(each[1]))
    place, value = next(found, ("result", result))
    remedy = "Convert it in run()"
    if not encodes_data and _can_encode(value):
        remedy += ", or start the server with --encode_results"
    return f"The result of run() cannot be sent: {error}. {_sentence(place, value)}. {remedy}."


def _can_encode(value: object) -> bool:
    try:
        _plain(value, "records")
    except Exception:  # noqa: BLE001 - whatever it is that its own methods raise
        return False
    return True


def _sentence(place: str, value: object) -> str:
    kind = type(value)
    is_plain = kind.__module__ == "builtins" or kind.__module__.startswith(MODULE_NAME)
    name = kind.__name__ if is_plain else f"{kind.__module__}.{kind.__name__}"
    return f"{place} is of type {name}"


def _unsendable(value: object, place: str = "result") -> Iterator[tuple[str, object]]:
    """Yield what JSON does not have, each with the expression that leads to it."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, _PLAIN):
                yield f"{place}, key {key!r}", key
            yield from _unsendable(item, f"{place}[{key!r}]")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _unsendable(item, f"{place}[{index}]")
    elif not isinstance(value, _PLAIN):
        yield place, value


def _notice_of_numbers(result: object) -> str | None:
    """Say where JSON has got a number that is none: most clients cannot read it."""
    for place, value in _floats(result, "result"):
        if not math.isfinite(value):
            return f"{place} is {value}: the answer is not valid JSON, and most clients refuse it."
    return None


def _floats(value: object, place: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, float):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _floats(item, f"{place}[{key!r}]")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _floats(item, f"{place}[{index}]")
