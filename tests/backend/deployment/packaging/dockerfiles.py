"""Dockerfiles and .dockerignore, read as Docker reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

dockerfile = pytest.importorskip("dockerfile", reason="Docker's parser has no wheel here")


@dataclass
class Instruction:
    """One instruction, parsed by Docker's own parser."""

    name: str
    values: list[str]
    flags: list[str]
    is_json: bool


def read_dockerfile(path: Path) -> list[Instruction]:
    return [
        Instruction(each.cmd.upper(), list(each.value), list(each.flags), each.json)
        for each in dockerfile.parse_file(str(path))
    ]


def expanded(word: str, variables: Mapping[str, str]) -> str:
    """Return a word without its quotes, with its variables, by the rules of ENV and COPY."""
    text, position, is_quoted = "", 0, False
    while position < len(word):
        letter = word[position]
        if letter == '"':
            is_quoted = not is_quoted
        elif letter == "\\" and position + 1 < len(word):
            following = word[position + 1]
            is_escape = not is_quoted or following in '"$\\'
            text += following if is_escape else letter + following
            position += 1
        elif letter == "$":
            found = re.compile(r"\$(?:\{(\w+)\}|(\w+))").match(word, position)
            assert found, f"a lone $ in {word}"
            text += variables.get(found[1] or found[2], "")
            position = found.end() - 1
        else:
            assert letter != "'" or is_quoted, f"single quotes are not read here: {word}"
            text += letter
        position += 1
    assert not is_quoted, word
    return text


@dataclass
class Configuration:
    """What an image has beside its files."""

    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)
    health_check: list[str] = field(default_factory=list)
    health_options: dict[str, str] = field(default_factory=dict)
    stop_signal: str = "SIGTERM"
    ports: list[str] = field(default_factory=list)


def sent_files(context: Path) -> Iterator[str]:
    """Yield the files of a context that .dockerignore lets through, with slashes."""
    rules = [
        line
        for line in (context / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    for path in sorted(context.rglob("*")):
        name = path.relative_to(context).as_posix()
        if path.is_file() and not _is_ignored(name, rules):
            yield name


def _is_ignored(name: str, rules: list[str]) -> bool:
    parts = name.split("/")
    # A rule for a folder holds for all that is in it; the last rule that fits decides.
    candidates = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    ignored = False
    for rule in rules:
        pattern = _pattern(rule.removeprefix("!"))
        if any(pattern.fullmatch(each) for each in candidates):
            ignored = not rule.startswith("!")
    return ignored


def _pattern(rule: str) -> re.Pattern[str]:
    translated = re.escape(rule).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return re.compile(translated)
