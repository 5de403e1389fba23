"""What a list or a mapping of a deployment file may hold, where the user chooses the names."""

from __future__ import annotations

from dataclasses import dataclass

from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.problems import Place, Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.values import RefusalError, Text, Value, read_value


@dataclass(frozen=True)
class ListOf:
    """A list of one kind of value."""

    item: Value

    @property
    def words(self) -> str:
        """The kind in words."""
        return f"a list, each item {self.item.words}"

    def read(self, node: Node, report: Report) -> list[object]:
        """Return the items that are right."""
        if node.kind != "list":
            raise RefusalError
        items = [read_value(self.item, item, report) for item in node.items]
        return [item for item in items if item is not None]


@dataclass(frozen=True)
class Items:
    """A list whose items are left to the caller."""

    words: str

    def read(self, node: Node, _report: Report) -> list[Node]:
        """Return the items as nodes."""
        if node.kind != "list":
            raise RefusalError
        return node.items


@dataclass(frozen=True)
class MapOf:
    """Names that the user chooses, each with one kind of value."""

    value: Value

    @property
    def words(self) -> str:
        """The kind in words."""
        return f"names, each with {self.value.words}"

    def read(self, node: Node, report: Report) -> Section:
        """Return the values that are right."""
        if node.kind != "mapping":
            raise RefusalError
        section = Section(node.place)
        for key, value in without_doubles(node, report):
            section.places[key.text] = key_place(key, node)
            if (read := read_value(self.value, value, report)) is not None:
                section.values[key.text] = read
        return section


@dataclass(frozen=True)
class Variables:
    """Environment variables: each a text as it is written, so that ``1.10`` stays ``1.10``."""

    words: str = "names, each with a text"

    def read(self, node: Node, report: Report) -> Section:
        """Return the variables that are right."""
        if node.kind != "mapping":
            raise RefusalError
        section = Section(node.place)
        for key, value in without_doubles(node, report):
            name = key.text
            section.places[name] = key_place(key, node)
            if not name or "=" in name or "\0" in name:
                report.problem(section.places[name], f"{name!r} cannot be the name of a variable.")
            elif value.is_null:
                section.values[name] = ""
            elif (text := read_value(_Written(), value, report)) is not None:
                section.values[name] = text
        return section


@dataclass(frozen=True)
class _Written:
    words: str = "a text"

    def read(self, node: Node, _report: Report) -> str:
        if node.kind != "scalar" or "\0" in node.text:
            raise RefusalError
        return node.text


@dataclass(frozen=True)
class Anything:
    """Names with whatever values, such as tags."""

    words: str = "names and values"

    def read(self, node: Node, report: Report) -> Node:
        """Return the node itself."""
        if node.kind != "mapping":
            raise RefusalError
        without_doubles(node, report)
        return node


@dataclass(frozen=True)
class Either:
    """A text, or a mapping: a reference, or the thing itself."""

    text: Text
    mapping: Value

    @property
    def words(self) -> str:
        """The kind in words."""
        return f"{self.text.words} or {self.mapping.words}"

    def read(self, node: Node, report: Report) -> object:
        """Return what is there."""
        if node.kind == "list":
            raise RefusalError
        return (self.text if node.kind == "scalar" else self.mapping).read(node, report)


def without_doubles(node: Node, report: Report) -> list[tuple[Node, Node]]:
    """Return the pairs of a mapping; a key that stands there twice is told."""
    first: dict[str, Node] = {}
    for key, _ in node.pairs:
        if key.text in first:
            report.problem(
                key_place(key, node),
                f"`{key.text}` stands here a second time; the first is in line "
                f"{first[key.text].place.line}. Remove one.",
            )
        else:
            first[key.text] = key
    return [(key, value) for key, value in node.pairs if first[key.text] is key]


def key_place(key: Node, mapping: Node) -> Place:
    """Return the place of a key, with the way to its value."""
    path = f"{mapping.place.key}.{key.text}".removeprefix(".")
    return Place(key.place.file, key.place.line, key.place.column, path)
