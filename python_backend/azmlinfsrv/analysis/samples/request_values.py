"""The values of a request on their way through a script, and what using one tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from azmlinfsrv.analysis.samples.shapes import Kind, Shape

TEXT_METHODS = frozenset(
    {"lower", "upper", "strip", "split", "replace", "startswith", "endswith", "encode", "format"}
)


@dataclass
class Body:
    """A body as text or bytes.

    Attributes:
        shape: what is expected of it as JSON.
        is_parsed: whether it is read as JSON.
        is_text: whether it is used as text.
        is_read: whether it is read at all.
        is_bytes: whether the script gets it as bytes, and has to decode them to get text.

    """

    shape: Shape = field(default_factory=Shape)
    is_parsed: bool = False
    is_text: bool = False
    is_read: bool = False
    is_bytes: bool = False


@dataclass
class Request:
    """The HTTP request of ``@rawhttp``.

    Attributes:
        body: its body.
        query: what is read of the query.
        files: the names of uploaded files.
        form: what is read of a form.
        methods: the methods that it is compared with.

    """

    body: Body = field(default_factory=lambda: Body(is_bytes=True))
    query: Shape = field(default_factory=Shape)
    form: Shape = field(default_factory=Shape)
    files: Shape = field(default_factory=Shape)
    methods: list[str] = field(default_factory=list)


@dataclass
class Several:
    """A list that the script makes of values of the request."""

    values: list[Value]


Value: TypeAlias = "Shape | Body | Request | Several | None"
Names: TypeAlias = "dict[str, Value]"


def parsed(value: Value, *, is_table: bool = False) -> Value:
    """Return what a body is as JSON, or a value as it is."""
    if not isinstance(value, Body):
        return value if isinstance(value, Shape) else None
    value.is_parsed = value.is_read = True
    if is_table:
        value.shape.used_as(Kind.ROWS).element()
    return value.shape


def array_of(value: Value) -> Value:
    """Return a value that an array is made of."""
    if isinstance(value, Shape) and not value.members and value.item is None:
        return value.used_as(Kind.MATRIX)
    if isinstance(value, Several):
        for inner in value.values:
            items = inner.values if isinstance(inner, Several) else [inner]
            for each in items:
                note(each, Kind.NUMBER)
    return value if isinstance(value, Shape) else None


def note(value: Value, kind: Kind) -> None:
    """Note what a value is used as, if it is no object."""
    if isinstance(value, Shape) and not value.members:
        value.used_as(kind)


def item_of(value: Value) -> Value:
    """Return what a loop over a value yields."""
    if isinstance(value, Shape) and not value.members and value.kind is not Kind.MATRIX:
        return value.element()
    return value.values[0] if isinstance(value, Several) and value.values else None


def attribute_of(owner: Value, name: str) -> Value:
    """Return an attribute of a value."""
    if isinstance(owner, Request):
        match name:
            case "data" | "stream":
                owner.body.is_read = True
                return owner.body
            case "json":
                return parsed(owner.body)
            case "args" | "values":
                return owner.query
            case "files":
                return owner.files
            case "form":
                return owner.form
        return None
    if isinstance(owner, Shape) and name in {"values", "iloc", "loc", "T"}:
        return owner
    return None


def request_method(owner: Request, name: str) -> Value:
    """Return what a method of the request returns."""
    match name:
        case "get_data":
            owner.body.is_read = True
            return owner.body
        case "get_json":
            return parsed(owner.body)
    return None


def body_method(owner: Body, name: str) -> Value:
    """Return what a method of the body returns."""
    owner.is_read = True
    if name in {"decode", "strip", "encode", "read", "getvalue"}:
        owner.is_text |= name == "decode" or (name == "strip" and not owner.is_bytes)
        return owner
    if name in TEXT_METHODS and not owner.is_bytes:
        owner.is_text = True
    return None
