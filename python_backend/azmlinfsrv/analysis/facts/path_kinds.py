"""The kinds of value that an expression which makes a path can stand for.

A text; a path that begins with the model folder (or with a registered model); and None for
everything else.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Piece:
    """A part of a text and the literal that it comes from; None if a program made it."""

    text: str
    node: ast.Constant | None = None


@dataclass(frozen=True)
class Text:
    """A text that is known."""

    pieces: tuple[Piece, ...]

    @property
    def value(self) -> str:
        """The text."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Registered:
    """A call of ``Model.get_model_path``; version None is the newest."""

    name: str
    version: str | None
    call: ast.Call = field(compare=False, hash=False)


@dataclass(frozen=True)
class ModelPath:
    """A path that begins with the model folder.

    Attributes:
        base: the registered model that it begins with instead; None for AZUREML_MODEL_DIR.
        pieces: what follows, with its slashes: ``"/"``, ``"model.pkl"``.

    """

    base: Registered | None = None
    pieces: tuple[Piece, ...] = ()

    @property
    def suffix(self) -> str:
        """What follows the model folder, as it is written."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def key(self) -> tuple[Registered | None, str]:
        """What makes two paths the same, wherever they are written."""
        return self.base, "/".join(part for part in re.split(r"[/\\]+", self.suffix) if part)


Value: TypeAlias = "Text | ModelPath | None"


@dataclass(frozen=True)
class AbsoluteJoin:
    """A join that throws the model folder away, because a later part is absolute."""

    call: ast.expr
    part: ast.expr
    text: str
