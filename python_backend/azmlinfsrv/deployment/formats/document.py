"""A document as a tree of values that know where they stand, whatever its syntax.

Documents come from other people's projects: their size, depth and number of values are bounded
here, with aliases counted as often as they are used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from azmlinfsrv.analysis.deployment_files import MAX_BYTES
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Place, Problem, one_line

Scalar = str | int | float | bool | None
Kind = Literal["mapping", "list", "scalar"]

MAX_VALUES = 20_000
MAX_DEPTH = 50


@dataclass
class Node:
    """A value of a document.

    Attributes:
        place: where it stands.
        kind: which of the three following attributes counts.
        pairs: of a mapping, in the order of the file; the keys are scalars.
        items: of a list.
        value: of a scalar.
        text: a scalar as it is written: ``1.10`` where the value is 1.1.
        size: how many values it consists of, itself among them.

    """

    place: Place
    kind: Kind
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    value: Scalar = None
    text: str = ""
    size: int = 1

    @property
    def is_null(self) -> bool:
        """Whether there is nothing: ``key:`` with no value, or ``null``."""
        return self.kind == "scalar" and self.value is None


class TreeBuilder:
    """Puts values together into a tree, without recursion, within the bounds."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.root: Node | None = None
        self._open: list[Node] = []
        self._keys: list[Node | None] = []

    @property
    def innermost(self) -> Node | None:
        """The mapping or list that is being filled."""
        return self._open[-1] if self._open else None

    @property
    def expects_key(self) -> bool:
        """Whether the next value is the key of a mapping."""
        return bool(self._open) and self._open[-1].kind == "mapping" and self._keys[-1] is None

    def is_open(self, node: Node) -> bool:
        """Whether a node is still being filled: what is added now is a part of it."""
        return any(node is other for other in self._open)

    def place(self, line: int, column: int) -> Place:
        """Return the place of the next value. Lines and columns count from 1."""
        parent = self.innermost
        if parent is None:
            return Place(self.file, line, column)
        if parent.kind == "list":
            step = f"[{len(parent.items)}]"
        else:
            key = self._keys[-1]
            step = "" if key is None else f".{key.text}"
        return Place(self.file, line, column, (parent.place.key + step).removeprefix("."))

    def begin(self, node: Node) -> None:
        """Open a mapping or a list; what follows belongs to it."""
        if self.expects_key:
            raise problem_of(
                self.file,
                "A key has to be a text. A placeholder such as {{NAME}} has to be replaced first.",
                node.place,
            )
        if len(self._open) >= MAX_DEPTH:
            raise problem_of(
                self.file, f"Values are nested more than {MAX_DEPTH} deep here.", node.place
            )
        self._open.append(node)
        self._keys.append(None)

    def end(self) -> None:
        """Close the innermost mapping or list."""
        node = self._open.pop()
        self._keys.pop()
        self.add(node)

    def add(self, node: Node) -> None:
        """Add a finished value to what is open, as a key where one is expected."""
        parent = self.innermost
        if parent is None:
            self.root = node
            return
        parent.size += node.size
        if parent.size > MAX_VALUES:
            raise problem_of(
                self.file,
                f"The file holds more than {MAX_VALUES} values, those counted that aliases "
                "repeat. No deployment needs so many.",
            )
        if parent.kind == "list":
            parent.items.append(node)
        elif (key := self._keys[-1]) is None:
            if node.kind != "scalar":
                # An alias; what is written out has been refused at its begin.
                raise problem_of(self.file, "A key has to be a text.", node.place)
            self._keys[-1] = node
        else:
            parent.pairs.append((key, node))
            self._keys[-1] = None


def problem_of(file: Path, message: str, place: Place | None = None) -> DeploymentFileError:
    """Return the error for a file that cannot be read any further."""
    return DeploymentFileError([Problem(place or Place(file), one_line(message))])


def read_text(file: Path, what: str, max_bytes: int = MAX_BYTES) -> str:
    """Return a file's text. ``what`` names the kind of file, such as ``deployment file``.

    Raises:
        DeploymentFileError: it is not there, no file, too large, or not UTF-8.

    """
    try:
        if file.is_dir():
            raise problem_of(file, f"This is a folder. Name the {what} in it.")
        if not file.exists():
            raise problem_of(file, f"There is no such {what}.")
        if not file.is_file():
            raise problem_of(file, f"This is no ordinary file. Name a {what}.")
        with file.open("rb") as stream:
            content = stream.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise problem_of(file, f"The {what} cannot be read: {reason}.") from error
    if len(content) > max_bytes:
        raise problem_of(
            file, f"The file is larger than {max_bytes // 1000} kB, too large for a {what}."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise problem_of(
            file,
            "The file is not UTF-8, which Azure ML reads. Save it as UTF-8.",
            Place(file, line, 1),
        ) from error
