"""The keys of a mapping: which there are, what each takes, and what it does on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from azmlinfsrv.deployment.formats.containers import Either, without_doubles
from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.problems import Place, Report
from azmlinfsrv.deployment.formats.spelling import nearest
from azmlinfsrv.deployment.formats.values import RefusalError, Value, read_value

T = TypeVar("T")


class Use(Enum):
    """What a key does on this machine."""

    TAKEN = "taken"
    """It has the effect that it has in Azure."""
    NOTED = "noted"
    """It is checked and has no effect here, which is said."""
    DESCRIBES = "describes"
    """It has no effect anywhere: a description, a tag."""


@dataclass(frozen=True)
class Key:
    """One key. ``reason`` is said when the key is given and has no effect here."""

    takes: Value
    use: Use = Use.TAKEN
    required: bool = False
    reason: str = ""


def taken(takes: Value, *, required: bool = False) -> Key:
    """Return a key that has its effect on this machine."""
    return Key(takes, required=required)


def noted(takes: Value, reason: str, *, required: bool = False) -> Key:
    """Return a key that has no effect on this machine; ``reason`` is a sentence."""
    return Key(takes, Use.NOTED, required, reason)


def describes(takes: Value) -> Key:
    """Return a key that has no effect anywhere."""
    return Key(takes, Use.DESCRIBES)


@dataclass
class Section:
    """The values of a mapping that are right, and where each stands."""

    place: Place
    values: dict[str, object] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def has(self, path: str) -> bool:
        """Whether a key was given, right or wrong. ``path`` may lead through sections by dots."""
        section, name = self._owner(path)
        return section is not None and name in section.places

    def get(self, path: str, kind: type[T]) -> T | None:
        """Return a value of a type; None if it was not given or was wrong."""
        section, name = self._owner(path)
        value = section.values.get(name) if section is not None else None
        return value if isinstance(value, kind) else None

    def at(self, path: str) -> Place:
        """Return where a key's value stands; this section's own place if it was not given."""
        section, name = self._owner(path)
        return section.places.get(name, section.place) if section is not None else self.place

    def _owner(self, path: str) -> tuple[Section | None, str]:
        *sections, name = path.split(".")
        section: object = self
        for step in sections:
            section = section.values.get(step) if isinstance(section, Section) else None
        return (section if isinstance(section, Section) else None), name


@dataclass(frozen=True)
class Keys:
    """A mapping with these keys and no others.

    Attributes:
        of: what it is, for messages: ``a managed online deployment``.
        keys: the keys.
        elsewhere: keys that people write here and that belong somewhere else, with a sentence.

    """

    of: str
    keys: Mapping[str, Key]
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The kind in words."""
        names = list(self.keys)
        shown = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
        return f"a mapping ({shown})"

    def read(self, node: Node, report: Report) -> Section:
        """Return the values that are right."""
        if node.kind != "mapping":
            raise RefusalError
        section = Section(node.place)
        for key, value in without_doubles(node, report):
            known = self.keys.get(key.text)
            if known is None:
                report.problem(_at_key(key, node), self._unknown(key.text))
                continue
            if value.is_null:
                continue
            section.places[key.text] = _key_place(key, value)
            read = read_value(known.takes, value, report)
            if read is not None:
                section.values[key.text] = read
            if known.use is Use.NOTED and known.reason:
                report.note(_key_place(key, value), f"`{value.place.key}`: {known.reason}")
        for name, known in self.keys.items():
            if known.required and name not in section.places:
                report.problem(
                    node.place,
                    f"`{name}` is missing. {_capital(self.of)} needs it: {known.takes.words}.",
                )
        return section

    def _unknown(self, name: str) -> str:
        text = f"`{name}` is no key of {self.of}."
        if name in self.elsewhere:
            return f"{text} {self.elsewhere[name]}"
        for path in self._paths_below():
            if path.endswith(f".{name}"):
                return f"{text} It belongs under {path.removesuffix(f'.{name}')}."
        advice = nearest(name, self.keys)
        return f"{text} {advice}" if advice else f"{text} It takes {', '.join(self.keys)}."

    def _paths_below(self, prefix: str = "") -> Iterator[str]:
        for name, key in self.keys.items():
            takes = key.takes.mapping if isinstance(key.takes, Either) else key.takes
            yield f"{prefix}{name}"
            if isinstance(takes, Keys):
                yield from takes._paths_below(f"{prefix}{name}.")


def _at_key(key: Node, parent: Node) -> Place:
    path = f"{parent.place.key}.{key.text}".removeprefix(".")
    return Place(key.place.file, key.place.line, key.place.column, path)


def _key_place(key: Node, value: Node) -> Place:
    return Place(key.place.file, key.place.line, key.place.column, value.place.key)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def read_keys(keys: Keys, node: Node, report: Report) -> Section | None:
    """Return the values of a mapping that are right; None, and a problem, if it is none."""
    section = read_value(keys, node, report)
    return section if isinstance(section, Section) else None
