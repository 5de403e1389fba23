"""Tables as pandas would make them, and their JSON in each of its orients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RECORDS = "records"
_PANDAS_SCHEMA = "1.4.0"


@dataclass(frozen=True)
class Frame:
    """A table.

    Attributes:
        columns: their names.
        rows: the cells, row by row.
        index: the names of the rows.

    """

    columns: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]
    index: tuple[Any, ...]


def frame_of_columns(columns: dict[Any, Any], index: list[Any] | None) -> Frame | None:
    """Return the table of ``DataFrame({"a": [1, 2]})``; None if pandas would refuse it."""
    lists = [value for value in columns.values() if isinstance(value, (list, tuple))]
    count = len(lists[0]) if lists else len(index or ())
    if any(len(each) != count for each in lists) or (not lists and index is None):
        return None
    cells = [
        list(value) if isinstance(value, (list, tuple)) else [value] * count
        for value in columns.values()
    ]
    rows = tuple(tuple(column[number] for column in cells) for number in range(count))
    return Frame(tuple(columns), rows, tuple(index or range(count)))


def frame_of_rows(
    rows: list[Any], columns: list[Any] | None, index: list[Any] | None
) -> Frame | None:
    """Return the table of ``DataFrame([[1, 2]], columns=["a", "b"])`` or of a list of objects."""
    if rows and all(isinstance(row, dict) for row in rows):
        names = list(columns) if columns is not None else _keys(rows)
        cells = [tuple(row.get(name) for name in names) for row in rows]
    else:
        lists = [list(row) if isinstance(row, (list, tuple)) else [row] for row in rows]
        width = len(columns) if columns is not None else max(map(len, lists), default=0)
        if any(len(row) != width for row in lists):
            return None
        names = list(columns) if columns is not None else list(range(width))
        cells = [tuple(row) for row in lists]
    return Frame(tuple(names), tuple(cells), tuple(index or range(len(cells))))


def frame_json(frame: Frame, orient: str) -> Any:
    """Return what ``to_json`` would write; an orient that pandas does not know counts as records.

    The names of rows and columns become text where JSON has no other keys.
    """
    match orient:
        case "split":
            return {
                "columns": list(frame.columns),
                "index": list(frame.index),
                "data": [list(row) for row in frame.rows],
            }
        case "values":
            return [list(row) for row in frame.rows]
        case "index":
            return {
                str(name): _record(frame, row)
                for name, row in zip(frame.index, frame.rows, strict=True)
            }
        case "columns":
            return {
                str(column): {
                    str(name): row[place] for name, row in zip(frame.index, frame.rows, strict=True)
                }
                for place, column in enumerate(frame.columns)
            }
        case "table":
            return _table(frame)
    return [_record(frame, row) for row in frame.rows]


def _table(frame: Frame) -> dict[str, Any]:
    first = frame.rows[0] if frame.rows else (None,) * len(frame.columns)
    fields = [{"name": "index", "type": "integer"}]
    fields += [
        {"name": str(column), "type": _field_type(value)}
        for column, value in zip(frame.columns, first, strict=True)
    ]
    return {
        "schema": {
            "fields": fields,
            "primaryKey": ["index"],
            "pandas_version": _PANDAS_SCHEMA,
        },
        "data": [
            {"index": name, **_record(frame, row)}
            for name, row in zip(frame.index, frame.rows, strict=True)
        ],
    }


def _record(frame: Frame, row: tuple[Any, ...]) -> dict[str, Any]:
    return {str(column): value for column, value in zip(frame.columns, row, strict=True)}


def _field_type(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number"}
    return kinds.get(type(value), "string")


def _keys(rows: list[dict[Any, Any]]) -> list[Any]:
    return list(dict.fromkeys(key for row in rows for key in row))
