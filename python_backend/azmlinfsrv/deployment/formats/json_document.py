"""JSON with places. The standard library reads it, and tells no places of what is right."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from pathlib import Path
from typing import NoReturn

from azmlinfsrv.deployment.formats.document import Node, TreeBuilder, problem_of, read_text
from azmlinfsrv.deployment.formats.problems import Place

# Of a text that is JSON: the strings, the marks, and between them numbers and names.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s{}\[\]:,"]+')
_TRAILING_COMMA = re.compile(r",\s*[}\]]")


def read_json(file: Path, what: str) -> Node:
    """Return the value that a JSON file holds.

    Raises:
        DeploymentFileError: the file cannot be read, or is not JSON.

    """
    text = read_text(file, what)
    if not text.strip():
        raise problem_of(file, "The file is empty. It has to hold one JSON object.")
    _check(file, text)
    builder = TreeBuilder(file)
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    for token in _TOKEN.finditer(text):
        line = bisect_right(lines, token.start())
        place = builder.place(line, token.start() - lines[line - 1] + 1)
        word = token.group()
        if word in "{[":
            builder.begin(Node(place, "mapping" if word == "{" else "list"))
        elif word in "}]":
            builder.end()
        else:
            value = json.loads(word)
            builder.add(Node(place, "scalar", value=value, text=value if word[0] == '"' else word))
    if builder.root is None:
        raise problem_of(file, "The file is not JSON.")
    return builder.root


def _check(file: Path, text: str) -> None:
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        why = _explain(text, error)
        if file.suffix.lower() in {".yml", ".yaml"}:
            why = "The file is YAML, not JSON. That of an online deployment goes with --file."
        raise problem_of(file, why, place) from error
    except RecursionError as error:
        raise problem_of(file, "Values are nested too deep.") from error
    except ValueError as error:
        raise problem_of(file, f"The file is not JSON: {error}.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _explain(text: str, error: json.JSONDecodeError) -> str:
    rest = text[error.pos :]
    if rest.startswith(("//", "/*", "#")):
        return "JSON knows no comments. Remove this one; Azure ML refuses it, too."
    # Where the error stands differs between versions of Python: at the comma, or behind it.
    if _TRAILING_COMMA.match(text, max(text.rfind(",", 0, error.pos + 1), 0)):
        return "The file is not JSON: there is a comma after the last value. Remove it."
    if rest.startswith("'"):
        return "The file is not JSON: texts stand in double quotes."
    return f"The file is not JSON: {error.msg[:1].lower()}{error.msg[1:]}."
