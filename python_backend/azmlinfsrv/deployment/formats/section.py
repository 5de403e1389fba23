"""What was read from a mapping: the values that are right, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from azmlinfsrv.deployment.formats.problems import Place

T = TypeVar("T")


@dataclass
class Section:
    """The values of a mapping.

    Attributes:
        place: where it begins.
        values: those that are right, by key.
        places: where each key stands that was given, right or wrong.

    """

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
        """Return where a key stands; where the section begins if it was not given."""
        section, name = self._owner(path)
        return section.places.get(name, section.place) if section is not None else self.place

    def _owner(self, path: str) -> tuple[Section | None, str]:
        *sections, name = path.split(".")
        section: object = self
        for step in sections:
            section = section.values.get(step) if isinstance(section, Section) else None
        return (section if isinstance(section, Section) else None), name
