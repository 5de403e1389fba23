"""A sample request: which schema can be made of it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from azmlinfsrv.no_code.frameworks import Framework

_MOST_BYTES = 1_000_000
_MOST_CHARACTERS = 20_000


class SampleError(Exception):
    """The sample is no request for this model; the message says why.

    ``is_missing`` tells whether it cannot be read at all.
    """

    def __init__(self, message: str, *, is_missing: bool = False) -> None:
        super().__init__(message)
        self.is_missing = is_missing


@dataclass(frozen=True)
class Sample:
    """The members of a sample request.

    Attributes:
        members: by the name of a parameter of ``run()``.
        obstacle: why no schema can be made of them, a sentence; None if one can.

    """

    members: dict[str, Any]
    obstacle: str | None = None


def read_sample(path: Path, framework: Framework) -> Sample:
    """Return what a file with the body of a request holds.

    A list counts as the data alone, without the object around it.

    Raises:
        SampleError: the file cannot be read, or no model of the framework could answer it.

    """
    try:
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8-sig") if size <= _MOST_BYTES else ""
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SampleError(f"{path} cannot be read: {why}.", is_missing=True) from error
    if size > _MOST_BYTES:
        raise SampleError(f"{path} is larger than a megabyte. A sample needs a row or two.")
    try:
        body = json.loads(text, parse_constant=_no_json, parse_float=_finite)
    except ValueError as error:
        raise SampleError(f"{path} is not JSON: {error}.") from error
    except RecursionError as error:
        raise SampleError(f"{path} is nested too deeply.") from error
    members = {framework.keys[0]: body} if isinstance(body, list) else body
    known = ", ".join(framework.keys)
    if not isinstance(members, dict):
        raise SampleError(f"{path} holds no JSON object. A request has the members {known}.")
    if unknown := [key for key in members if key not in framework.keys]:
        what = f"A request for a model of {framework.title} has {known}"
        raise SampleError(f"{path} has the member {unknown[0]!r}. {what}.")
    if not set(framework.keys[: framework.data_keys]) & set(members):
        wanted = " or ".join(map(repr, framework.keys[: framework.data_keys]))
        raise SampleError(f"{path} has no {wanted}.")
    try:
        members = {key: _evened(value) for key, value in members.items()}
    except OverflowError as error:
        raise SampleError(f"{path} has a whole number that no float can hold.") from error
    return Sample(members, _obstacle(members))


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError(f"{number} is more than a float can hold")
    return value


def _obstacle(members: dict[str, Any]) -> str | None:
    """Return what an API description could not express of the members."""
    if len(json.dumps(members)) > _MOST_CHARACTERS:
        return "it is long. A row or two are enough."
    return next(filter(None, map(_obstacle_in, members.values())), None)


def _obstacle_in(value: Any) -> str | None:
    if value is None:
        return "null has no type."
    if isinstance(value, dict):
        return next(filter(None, map(_obstacle_in, value.values())), None)
    if not isinstance(value, list):
        return None
    if not value:
        return "an empty list tells no type of its elements."
    if len({_kind(each) for each in value}) > 1:
        return (
            "a list of values of different types has no description in every version of OpenAPI."
            " Where the model takes rows as objects, write them so."
        )
    return next(filter(None, map(_obstacle_in, value)), None)


def _evened(value: Any) -> Any:
    """Return a value whose arrays hold floats where one number is: one type describes them all."""
    if isinstance(value, dict):
        return {key: _evened(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    types = {type(number) for number in _leaves(value)}
    return _as_floats(value) if types == {int, float} else list(map(_evened, value))


def _leaves(value: Any) -> Iterator[Any]:
    if not isinstance(value, list):
        yield value
        return
    for item in value:
        yield from _leaves(item)


def _as_floats(value: Any) -> Any:
    return list(map(_as_floats, value)) if isinstance(value, list) else float(value)


def _kind(value: Any) -> type:
    return type(value)
