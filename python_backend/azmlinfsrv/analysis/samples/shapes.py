"""What a script expects of a part of a request, as far as it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

_TEXTS = re.compile(
    r"text|prompt|quer(?:y|ies)|question|context|sentence|message|comment|review|title|content|name"
    r"|url|uri|image|language|label|id$|date|key|role|phrase|document",
    re.IGNORECASE,
)
_TABLES = re.compile(r"^(?:data|inputs?|input_data|instances|features|x|samples|rows|array)$", re.I)
_FLAGS = re.compile(r"^(?:is|has|use|do|return|with|enable)_", re.IGNORECASE)
_WIDTH = 4


class Kind(Enum):
    """What a value is used as."""

    UNKNOWN = "unknown"
    NUMBER = "number"
    TEXT = "text"
    BASE64 = "base64"
    MATRIX = "matrix"
    ROWS = "rows"


@dataclass
class Shape:
    """A value of JSON, of which the members and items that are read are known.

    Attributes:
        kind: what it is used as.
        members: of an object; the keys in the order in which they are read.
        item: of a list.
        width: how many numbers a row of a matrix has, if that shows.
        default: what the script takes when the value is missing, as ``[value]``; it is as good a
            sample as any.

    """

    kind: Kind = Kind.UNKNOWN
    members: dict[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    width: int | None = None
    default: list[Any] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """Whether anything at all shows."""
        return self.kind is not Kind.UNKNOWN or bool(self.members) or self.item is not None

    def member(self, name: str) -> Shape:
        """Return the member of that name, of which the script now is known to read it."""
        if self.kind is Kind.ROWS and self.item is not None:
            return self.item.member(name)
        return self.members.setdefault(name, Shape())

    def element(self) -> Shape:
        """Return the shape of the items."""
        if self.item is None:
            self.item = Shape()
        return self.item

    def used_as(self, kind: Kind) -> Shape:
        """Note what the value is used as, unless that is known already."""
        if self.kind is Kind.UNKNOWN:
            self.kind = kind
        return self


def example(shape: Shape, name: str = "") -> Any:
    """Return a value that fits a shape.

    Args:
        shape: what is known of it.
        name: the key under which it stands; it often tells what nothing else does.

    """
    if shape.members:
        return {key: example(member, key) for key, member in shape.members.items()}
    if shape.kind is Kind.ROWS and not (shape.item and shape.item.is_known):
        return [[0.0] * (shape.width or _WIDTH)]
    if shape.item is not None:
        return [example(shape.item, name if _TEXTS.search(name) else "")]
    if shape.default:
        return shape.default[0]
    match shape.kind:
        case Kind.NUMBER:
            return 1
        case Kind.TEXT:
            return "text"
        case Kind.BASE64:
            return "dGV4dA=="
        case Kind.MATRIX:
            return [[0.0] * (shape.width or _WIDTH)]
    return _by_name(name)


def _by_name(name: str) -> Any:
    if _TABLES.search(name):
        return [[0.0] * _WIDTH]
    if _FLAGS.search(name):
        return True
    return "text" if _TEXTS.search(name) else 1
