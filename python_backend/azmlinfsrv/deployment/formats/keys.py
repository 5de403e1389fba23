"""The keys of a mapping: which there are, what each takes, and what it does on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from azmlinfsrv.deployment.formats.containers import Either, MapOf, key_place, without_doubles
from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.problems import Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.spelling import nearest
from azmlinfsrv.deployment.formats.values import RefusalError, Value, read_value, shortened

_KEYS_SHOWN = 4


class Use(Enum):
    """What a key does on this machine."""

    TAKEN = "taken"
    """It has the effect that it has in Azure."""
    NOTED = "noted"
    """It is checked and has no effect here, which is said."""
    DESCRIBES = "describes"
    """It has no effect anywhere: a description, a tag."""
    REFUSED = "refused"
    """It is checked, and so is what it belongs to refused: it runs only in Azure."""


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


def noted(takes: Value, reason: str = "", *, required: bool = False) -> Key:
    """Return a key without effect on this machine; ``reason`` ends a sentence, or says nothing."""
    return Key(takes, Use.NOTED, required, reason)


def describes(takes: Value) -> Key:
    """Return a key that has no effect anywhere."""
    return Key(takes, Use.DESCRIBES)


def refused(takes: Value, *, required: bool = False) -> Key:
    """Return a key of something that runs only in Azure."""
    return Key(takes, Use.REFUSED, required)


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
        more = ", …" if len(names) > _KEYS_SHOWN else ""
        return f"a mapping ({', '.join(names[:_KEYS_SHOWN])}{more})"

    def read(self, node: Node, report: Report) -> Section:
        """Return the values that are right."""
        if node.kind != "mapping":
            raise RefusalError
        section = Section(node.place)
        meant = set()
        for key, value in without_doubles(node, report):
            place = key_place(key, node)
            known = self.keys.get(key.text)
            if known is None:
                if not report.is_full:
                    report.problem(place, self._unknown(key.text))
                    meant.add(nearest(key.text, self.keys))
            elif not value.is_null:
                section.places[key.text] = place
                read = read_value(known.takes, value, report)
                if read is not None:
                    section.values[key.text] = read
                    if known.reason:
                        report.note(place, f"`{place.key}`: {known.reason}")
        for name, known in self.keys.items():
            if known.required and name not in section.places and name not in meant:
                report.problem(
                    node.place,
                    f"`{name}` is missing. {self.of[:1].upper()}{self.of[1:]} needs it: "
                    f"{known.takes.words}.",
                )
        return section

    def paths(self, prefix: str = "") -> Iterator[tuple[str, Key]]:
        """Yield every key with its way, those of the mappings within it among them."""
        for name, key in self.keys.items():
            yield f"{prefix}{name}", key
            takes = key.takes
            way = f"{prefix}{name}."
            if isinstance(takes, Either):
                takes = takes.mapping
            if isinstance(takes, MapOf):
                way, takes = f"{way}*.", takes.value
            if isinstance(takes, Keys):
                yield from takes.paths(way)

    def _unknown(self, name: str) -> str:
        text = f"`{shortened(name)}` is no key of {self.of}."
        if name in self.elsewhere:
            return f"{text} {self.elsewhere[name]}"
        for path, _ in self.paths():
            if path.endswith(f".{name}"):
                return f"{text} It belongs under {path.removesuffix(f'.{name}')}."
        near = nearest(name, self.keys)
        advice = f"Did you mean {near}?" if near else f"It takes {', '.join(self.keys)}."
        return f"{text} {advice}"


def read_keys(keys: Keys, node: Node, report: Report) -> Section | None:
    """Return the values of a mapping that are right; None, and a problem, if it is none."""
    section = read_value(keys, node, report)
    return section if isinstance(section, Section) else None
