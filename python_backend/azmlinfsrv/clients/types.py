"""What a request and an answer consist of, as far as programming languages can say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Json: TypeAlias = "dict[str, Any]"
Kind = Literal["string", "integer", "number", "boolean", "anything"]

_SCALARS: dict[str, Kind] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
_MAX_DEPTH = 12
_WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class Scalar:
    """A single value; ``anything`` is whatever JSON can say."""

    kind: Kind


@dataclass(frozen=True)
class ListOf:
    """A list of values of one type."""

    item: Type


@dataclass(frozen=True)
class MapOf:
    """An object with any names and values of one type."""

    value: Type


@dataclass(frozen=True)
class Field:
    """A member of an object."""

    name: str
    type: Type
    required: bool


@dataclass(frozen=True)
class Struct:
    """An object with these members; ``name`` is its own in every language."""

    name: str
    fields: tuple[Field, ...]


Type: TypeAlias = "Scalar | ListOf | MapOf | Struct"
ANYTHING = Scalar("anything")


class Reader:
    """Reads the schemas of a document.

    Args:
        schemas: what ``$ref`` leads to, by the last word of the reference.

    """

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._names: set[str] = set()

    def read(self, schema: Any, name: str, sample: Any = None, depth: int = 0) -> Type:
        """Return the type that a schema describes; what it cannot say is anything.

        Args:
            schema: of JSON Schema, as Swagger 2 and OpenAPI 3 have it.
            name: what an object is called.
            sample: a value of it, if there is one.
            depth: how deep in the document it is; schemas may lead to themselves.

        """
        if not isinstance(schema, dict) or depth > _MAX_DEPTH:
            return ANYTHING
        if isinstance(reference := schema.get("$ref"), str):
            found = self._schemas.get(reference.rpartition("/")[2])
            return self.read(found, name, sample, depth + 1)
        kind = schema.get("type")
        if kind == "array":
            return ListOf(self.read(schema.get("items"), f"{name}Item", depth=depth + 1))
        if kind == "object":
            return self._object(schema, name, sample, depth)
        return Scalar(_SCALARS[kind]) if isinstance(kind, str) and kind in _SCALARS else ANYTHING

    def _object(self, schema: Json, name: str, sample: Any, depth: int) -> Type:
        properties = schema.get("properties")
        if not isinstance(properties, dict) or not properties:
            return MapOf(
                self.read(schema.get("additionalProperties"), f"{name}Value", depth=depth + 1)
            )
        needed = self._needed(schema, properties, sample)
        own = self._new_name(name)
        fields = [
            Field(each, self.read(value, f"{own}{pascal(each)}", depth=depth + 1), each in needed)
            for each, value in properties.items()
        ]
        return Struct(own, tuple(fields))

    def _needed(self, schema: Json, properties: Json, sample: Any) -> set[str]:
        required = schema.get("required")
        if isinstance(required, list):
            return set(required)
        # inference-schema names no required members; an argument with a default is one, too.
        example = sample if isinstance(sample, dict) else schema.get("example")
        return set(properties).intersection(example) if isinstance(example, dict) else set()

    def _new_name(self, name: str) -> str:
        number, own = 1, name
        while own in self._names:
            number += 1
            own = f"{name}{number}"
        self._names.add(own)
        return own


def structs(*types: Type) -> list[Struct]:
    """Return the objects of some types, each behind those that it is made of."""
    found: dict[str, Struct] = {}
    for each in types:
        for struct in _structs(each):
            found.setdefault(struct.name, struct)
    return list(found.values())


def _structs(found: Type) -> Iterator[Struct]:
    if isinstance(found, ListOf):
        yield from _structs(found.item)
    elif isinstance(found, MapOf):
        yield from _structs(found.value)
    elif isinstance(found, Struct):
        for field in found.fields:
            yield from _structs(field.type)
        yield found


def pascal(name: str) -> str:
    """Return a name as types have it: ``sex at birth`` becomes ``SexAtBirth``."""
    words = "".join(word[:1].upper() + word[1:] for word in _WORD.findall(name))
    return words if words and not words[0].isdigit() else f"Member{words}"
