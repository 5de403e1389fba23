"""YAML for people: keys in order, comments above them, texts that every reader reads alike."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.problems import one_line

_WIDTH = 100
_STEP = "  "
# Anything else is quoted: readers of YAML 1.1 and 1.2 differ in what they take for a number, a
# date or a truth, and Kubernetes' reader is another than Azure ML's.
_PLAIN = re.compile(r"[A-Za-z/$][A-Za-z0-9_./=-]*(?::[A-Za-z0-9_./-]+)*")
_NO_TEXT = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}


@dataclass(frozen=True)
class Noted:
    """A value with the comment that stands above it."""

    value: Any
    comment: str


@dataclass(frozen=True)
class Verbatim:
    """A scalar that is no text, as it stands in the file that it comes from: ``0.50``."""

    text: str


def without_note(value: Any) -> Any:
    """Return a value without its comment."""
    return value.value if isinstance(value, Noted) else value


def yaml_text(document: Mapping[str, Any], head: Sequence[str] = ()) -> str:
    """Return a mapping as YAML.

    Args:
        document: texts, whole numbers, truths, mappings and lists of these, each of which may be
            ``Noted`` or ``Verbatim``; a key whose value is None is left out.
        head: comments above everything.

    """
    comments = [line for text in head for line in _comment(text, "")]
    return "\n".join([*comments, *_mapping(document, ""), ""])


def tree_of(node: Node) -> Any:
    """Return what a node of a document holds, so that it can be written again unchanged."""
    if node.kind == "mapping":
        return {key.text: tree_of(value) for key, value in node.pairs}
    if node.kind == "list":
        return [tree_of(item) for item in node.items]
    if node.value is None:
        return None
    return node.text if isinstance(node.value, str) else Verbatim(node.text)


def scalar(value: Any) -> str:
    """Return a scalar in one line."""
    if isinstance(value, Verbatim):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if value is None:
        return "null"
    if _PLAIN.fullmatch(value) and value.lower() not in _NO_TEXT:
        return str(value)
    quoted: str = yaml.dump(
        str(value), default_style='"', allow_unicode=True, width=1 << 30, explicit_end=False
    )
    return quoted.rstrip("\n")


def _mapping(document: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, entry in document.items():
        value = without_note(entry)
        if value is None:
            continue
        if isinstance(entry, Noted):
            yield from _comment(entry.comment, indent)
        yield from _pair(f"{indent}{scalar(key)}:", value, indent)


def _pair(start: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        if any(without_note(each) is not None for each in value.values()):
            yield start
            yield from _mapping(value, indent + _STEP)
        else:
            yield f"{start} {{}}"
    elif isinstance(value, list | tuple):
        yield start if value else f"{start} []"
        for item in value:
            yield from _item(item, indent + _STEP)
    else:
        yield f"{start} {scalar(value)}"


def _item(entry: Any, indent: str) -> Iterator[str]:
    value = without_note(entry)
    if isinstance(entry, Noted):
        yield from _comment(entry.comment, indent)
    if isinstance(value, Mapping):
        lines = list(_mapping(value, indent + _STEP))
        first = next((n for n, line in enumerate(lines) if not line.lstrip().startswith("#")), 0)
        yield from (line.replace(_STEP, "", 1) for line in lines[:first])
        if lines:
            yield f"{indent}- {lines[first][len(indent) + len(_STEP) :]}"
            yield from lines[first + 1 :]
        else:
            yield f"{indent}- {{}}"
    elif isinstance(value, list | tuple):
        # In its short form: nothing that is written here nests lists any deeper.
        yield f"{indent}- [{', '.join(scalar(without_note(each)) for each in value)}]"
    else:
        yield f"{indent}- {scalar(value)}"


def _comment(text: str, indent: str) -> list[str]:
    width = _WIDTH - len(indent) - 2
    lines = textwrap.wrap(one_line(text), width, break_long_words=False, break_on_hyphens=False)
    return [f"{indent}# {line}" for line in lines]


def set_path(document: dict[str, Any], path: str, value: Any) -> None:
    """Put a value where a way of keys leads, making the mappings on it; None takes it away."""
    *sections, name = path.split(".")
    for step in sections:
        found = without_note(document.get(step))
        if not isinstance(found, dict):
            found = {}
            document[step] = found
        elif isinstance(document[step], Noted):
            document[step] = replace(document[step], value=found)
        document = found
    if value is None:
        document.pop(name, None)
    else:
        document[name] = value


def get_path(document: Mapping[str, Any], path: str) -> Any:
    """Return the value where a way of keys leads, without its comment; None if there is none."""
    found: Any = document
    for step in path.split("."):
        found = without_note(found.get(step)) if isinstance(found, Mapping) else None
    return found
