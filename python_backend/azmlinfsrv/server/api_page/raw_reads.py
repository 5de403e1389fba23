"""What a script with ``@rawhttp`` reads of a request, by the names that stand in its text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from azmlinfsrv.scoring.entry_script import EntryScript

_READERS = frozenset({"get", "getlist", "pop", "to_dict"})
_BYTES = frozenset({"get_data", "data", "stream"})
_JSON = frozenset({"get_json", "json"})
_USUAL_NAMES = frozenset({"request", "req"})


@dataclass
class RawReads:
    """Names in order of appearance; empty where the script reads none, or by other means."""

    files: list[str] = field(default_factory=list)
    form: list[str] = field(default_factory=list)
    args: list[str] = field(default_factory=list)
    reads_bytes: bool = False
    reads_json: bool = False

    @property
    def reads_form(self) -> bool:
        """Whether a form is read, with or without files."""
        return bool(self.files or self.form)


def raw_reads(script: EntryScript) -> RawReads:
    """Return what the file of ``run()`` reads of its request."""
    found = RawReads()
    try:
        tree = ast.parse(Path(script.run_location.file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return found
    requests = _USUAL_NAMES | {script.parameters[0]}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_of(node, requests):
            found.reads_bytes |= node.attr in _BYTES
            found.reads_json |= node.attr in _JSON
    for collection, name in _names_read(tree, requests):
        names: list[str] = getattr(found, collection)
        if name not in names:
            names.append(name)
    return found


def _is_of(node: ast.Attribute, requests: frozenset[str]) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in requests


def _names_read(tree: ast.AST, requests: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield ``("files", "a")`` for ``x.files["a"]`` and ``x.files.get("a")``."""
    for node in ast.walk(tree):
        key: ast.AST | None = None
        if isinstance(node, ast.Subscript):
            read, key = node.value, node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            read = node.func.value if node.func.attr in _READERS else node
            key = node.args[0] if node.args else None
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            read, key = node.comparators[0], node.left
        else:
            continue
        if (
            isinstance(read, ast.Attribute)
            and read.attr in {"files", "form", "args"}
            and _is_of(read, requests)
            and isinstance(key, ast.Constant)
            and isinstance(key.value, str)
        ):
            yield read.attr, key.value
