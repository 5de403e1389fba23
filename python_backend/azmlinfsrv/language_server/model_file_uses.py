"""The paths below the model folder in a script, as the editor needs them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.facts.path_uses import PathUse
from azmlinfsrv.analysis.findings import Position, Range
from azmlinfsrv.analysis.model_files import target
from azmlinfsrv.analysis.registered_models import place_of
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.analysis.source import Source


@dataclass(frozen=True)
class ModelFileUse:
    """One path.

    Attributes:
        range: the whole expression.
        literals: the texts in it that name folders and files.
        target: where it leads; None if the model folder is not known.

    """

    range: Range
    literals: tuple[Range, ...]
    target: Path | None


def model_file_uses(script: Script) -> list[ModelFileUse]:
    """Return the paths below the model folder that name something there."""
    context = script.context
    return [
        ModelFileUse(
            script.source.range_of(use.node),
            tuple(_literals(use, script.source)),
            target(use.path, context.model_folder, context.root),
        )
        for use in script.model_paths.uses
        if use.path.key[1]
    ]


def looked_at(script: Script) -> Iterator[Path]:
    """Yield the files and folders by which findings may change."""
    if script.context.model_folder is not None:
        yield Path(script.context.model_folder.path)
    for name in {use.path.base.name for use in script.model_paths.uses if use.path.base}:
        if (place := place_of(name)) is not None:
            yield place
    for use in model_file_uses(script):
        if use.target is not None:
            yield use.target
            # What else is there is suggested instead.
            yield use.target.parent


def _literals(use: PathUse, source: Source) -> Iterator[Range]:
    for piece in use.path.pieces:
        if piece.node is not None and piece.text.strip("/\\"):
            yield _inside(piece.node, piece.text, source)


def _inside(node: ast.Constant, text: str, source: Source) -> Range:
    """Return the place of a text in its literal, without quotes.

    The parts of an f-string have the place of the whole before Python 3.12.
    """
    whole = source.range_of(node)
    found = source.text_of(whole).find(text)
    if found < 0 or whole.start.line != whole.end.line:
        return whole
    start = Position(whole.start.line, whole.start.column + found)
    return Range(start, Position(start.line, start.column + len(text)))
