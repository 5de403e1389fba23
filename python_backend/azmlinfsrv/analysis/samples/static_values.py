"""What an expression of a script would be, as JSON holds it; nothing is run or imported.

Enough of Python, numpy and pandas for the samples that people write: literals, names that are
assigned once, arrays and tables that are made of them.
"""

from __future__ import annotations

import ast
import base64
import json
import operator
from collections.abc import Callable, Mapping
from typing import Any

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.schemas import UNKNOWN, Sample, constant, read_sample
from azmlinfsrv.analysis.samples.arrays import cast, evenly, filled, is_array_maker, reshaped
from azmlinfsrv.analysis.samples.frames import (
    RECORDS,
    Frame,
    frame_json,
    frame_of_columns,
    frame_of_rows,
)

_MAX_DEPTH = 40
_MAX_ITEMS = 10_000
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_DATES = {"datetime.datetime": 3, "datetime.date": 3, "pandas.Timestamp": 3, "datetime.time": 0}
_PASSED_ON = frozenset({"tolist", "to_numpy", "copy", "to_list"})


class Unknown(Exception):  # noqa: N818 - not a failure of anything
    """The value cannot be told without running the script."""


class StaticValues:
    """Tells what expressions of a script are worth.

    Args:
        bindings: the names of the module.
        names: values of further names, such as those of a ``__main__`` block.

    """

    def __init__(self, bindings: Bindings, names: Mapping[str, ast.expr] | None = None) -> None:
        self._bindings = bindings
        self._names = names or {}
        self._steps: dict[str, int] = {}

    def value(self, node: ast.expr) -> Any:
        """Return a value of JSON, or a `Frame`; UNKNOWN if it cannot be told."""
        try:
            return self._value(node, 0)
        except (Unknown, ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
            return UNKNOWN

    def _value(self, node: ast.expr, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise Unknown
        match node:
            case ast.Constant(value=bytes() as data):
                return base64.b64encode(data).decode()
            case ast.Constant(value=None | bool() | int() | float() | str() as value):
                return value
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return self._elements(elements, depth)
            case ast.Dict(keys=keys, values=values):
                return self._members(keys, values, depth)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self._value(operand, depth + 1)
            case ast.BinOp(left=left, op=sign, right=right):
                return self._operation(self._value(left, depth + 1), sign, right, depth)
            case ast.JoinedStr(values=parts) if all(isinstance(p, ast.Constant) for p in parts):
                return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
            case ast.Name(id=name) if name in self._names:
                return self._value(self._names[name], depth + 1)
            case ast.Name(id=name):
                return self._assigned(name, depth)
            case ast.IfExp(body=body, orelse=other):
                value = self.value(body)
                return self._value(other, depth + 1) if value is UNKNOWN else value
            case ast.Call():
                return self._call(node, depth + 1)
        raise Unknown

    def _assigned(self, name: str, depth: int) -> Any:
        """Return the value of a name of the module, which may be assigned step by step."""
        found = self._bindings.names.get(name, [])
        # In `frame = frame.astype(…)` the name on the right stands for what was assigned before.
        number = self._steps.get(name, len(found)) - 1
        binding = found[number] if number >= 0 else None
        if binding is None or binding.value is None or any(each.is_conditional for each in found):
            raise Unknown
        self._steps[name] = number
        try:
            return self._value(binding.value, depth + 1)
        finally:
            self._steps[name] = number + 1

    def _elements(self, elements: list[ast.expr], depth: int) -> list[Any]:
        found: list[Any] = []
        for element in elements:
            if isinstance(element, ast.Starred):
                found += self._value(element.value, depth + 1)
            else:
                found.append(self._value(element, depth + 1))
        return found

    def _members(
        self, keys: list[ast.expr | None], values: list[ast.expr], depth: int
    ) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                found.update(self._value(value, depth + 1))
            else:
                found[self._value(key, depth + 1)] = self._value(value, depth + 1)
        return found

    def _operation(self, left: Any, sign: ast.operator, right: ast.expr, depth: int) -> Any:
        other = self._value(right, depth + 1)
        if type(sign) not in _OPERATORS:
            raise Unknown
        sizes = [len(each) for each in (left, other) if isinstance(each, (list, str))]
        counts = [each for each in (left, other) if isinstance(each, int)]
        if isinstance(sign, ast.Mult) and sizes and counts and sizes[0] * counts[0] > _MAX_ITEMS:
            raise Unknown
        return _OPERATORS[type(sign)](left, other)

    def sample(self, sample: Sample) -> Any:
        """Return what a client sends for a parameter type; UNKNOWN if its sample is computed."""
        value = self.value(sample.value) if sample.value is not None else UNKNOWN
        if isinstance(value, Frame):
            orient = next(
                (word.value for word in sample.call.keywords if word.arg == "orient"), None
            )
            name = constant(orient, self._bindings) if orient is not None else RECORDS
            return frame_json(value, name if isinstance(name, str) else RECORDS)
        return value

    def _call(self, node: ast.Call, depth: int) -> Any:
        if inner := read_sample(node, self._bindings):
            value = self.sample(inner)
            if value is UNKNOWN:
                raise Unknown
            return value
        path = self._bindings.path(node.func) or ""
        if isinstance(node.func, ast.Name) and node.func.id not in self._bindings.names:
            path = path or f"builtins.{node.func.id}"
        if path.startswith(("numpy.", "torch.")):
            return self._array(node, path, depth)
        if path in {"pandas.DataFrame", "pandas.DataFrame.from_dict", "pandas.Series"}:
            return self._table(node, path, depth)
        if path == "json.dumps" and node.args:
            return json.dumps(self._value(node.args[0], depth))
        if path == "json.loads" and node.args:
            return json.loads(self._value(node.args[0], depth))
        if path in _DATES:
            return self._date(node, path, depth)
        if path in {"builtins.list", "builtins.tuple", "builtins.str", "builtins.dict"}:
            return self._builtin(node, path, depth)
        if path == "builtins.bytes" and node.args and isinstance(node.args[0], ast.Constant):
            return base64.b64encode(str(node.args[0].value).encode()).decode()
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, depth)
        raise Unknown

    def _builtin(self, node: ast.Call, path: str, depth: int) -> Any:
        if path == "builtins.dict" and not node.args:
            return {word.arg: self._value(word.value, depth) for word in node.keywords if word.arg}
        inner = node.args[0] if len(node.args) == 1 else None
        match inner:
            case ast.Call(func=ast.Name(id="range"), args=limits):
                numbers = list(range(*(self._value(each, depth) for each in limits)))
                return numbers[:_MAX_ITEMS]
            case None:
                return {"list": [], "tuple": [], "str": ""}[path.rpartition(".")[2]]
        value = self._value(inner, depth)
        return str(value) if path == "builtins.str" else value

    def _method(self, node: ast.Call, function: ast.Attribute, depth: int) -> Any:
        owner = self._value(function.value, depth)
        if function.attr in _PASSED_ON:
            return owner
        if function.attr == "astype" and node.args:
            if isinstance(owner, Frame):
                return owner
            return cast(owner, self._type_name(node.args[0]))
        if function.attr == "reshape" and isinstance(owner, list):
            sizes = [self._value(each, depth) for each in node.args]
            return reshaped(owner, sizes[0] if isinstance(sizes[0], list) else sizes)
        if function.attr in {"isoformat", "strip"} and isinstance(owner, str):
            return owner.strip()
        if function.attr == "encode" and isinstance(owner, str):
            return base64.b64encode(owner.encode()).decode()
        raise Unknown

    def _array(self, node: ast.Call, path: str, depth: int) -> Any:
        name = path.rpartition(".")[2]
        words = {word.arg: word.value for word in node.keywords}
        given = node.args[0] if node.args else words.get("object", words.get("shape"))
        if given is None:
            raise Unknown
        dtype = self._type_name(words.get("dtype"))
        if is_array_maker(name):
            value = self._value(given, depth)
            rows = frame_rows(value) if isinstance(value, Frame) else value
            if dtype is None and len(node.args) > 1:
                dtype = self._type_name(node.args[1])
            return cast(rows, dtype)
        if name in {"arange", "linspace"}:
            return cast(evenly(name, [self._value(each, depth) for each in node.args]), dtype)
        sizes = [self._value(each, depth) for each in node.args]
        return cast(filled(name, sizes or [self._value(given, depth)]), dtype)

    def _table(self, node: ast.Call, path: str, depth: int) -> Any:
        words = {word.arg: word.value for word in node.keywords}
        given = node.args[0] if node.args else words.get("data")
        dtype = self._type_name(words.get("dtype"))
        value = self._value(given, depth) if given is not None else []
        if path == "pandas.Series":
            return cast(list(value.values()) if isinstance(value, dict) else value, dtype)
        columns = self._list(words.get("columns"), depth)
        index = self._list(words.get("index"), depth)
        if isinstance(value, dict):
            chosen = {name: value[name] for name in columns} if columns is not None else value
            frame = frame_of_columns(chosen, index)
        elif isinstance(value, list):
            frame = frame_of_rows(value, columns, index)
        else:
            frame = value if isinstance(value, Frame) else None
        if frame is None:
            raise Unknown
        return frame

    def _list(self, node: ast.expr | None, depth: int) -> list[Any] | None:
        value = self._value(node, depth) if node is not None else None
        return value if isinstance(value, list) else None

    def _date(self, node: ast.Call, path: str, depth: int) -> str:
        parts = [self._value(each, depth) for each in node.args]
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        days, hours = parts[: _DATES[path]], [*parts[_DATES[path] :], 0, 0, 0][:3]
        day = "-".join(f"{part:02}" for part in days)
        hour = ":".join(f"{part:02}" for part in hours)
        if path == "datetime.date":
            return day
        return f"{day}T{hour}" if day else hour

    def _type_name(self, node: ast.expr | None) -> str | None:
        """Return the last word of a dtype: "float32" for ``np.float32``."""
        if node is None:
            return None
        known = constant(node, self._bindings)
        if isinstance(known, str):
            return known
        path = self._bindings.path(node)
        if path is not None:
            return path.rpartition(".")[2]
        return node.id if isinstance(node, ast.Name) else None


def frame_rows(frame: Frame) -> list[Any]:
    """Return the cells of a table as an array has them."""
    return [list(row) for row in frame.rows]
