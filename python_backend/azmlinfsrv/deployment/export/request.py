"""What is asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from azmlinfsrv.deployment.export.azure_documents import Choices
from azmlinfsrv.deployment.export.described import Described, Unconverted
from azmlinfsrv.deployment.export.figures import Figures
from azmlinfsrv.deployment.packaging.source_files import LeftOut


@dataclass(frozen=True)
class ExportRequest:
    """Files to write for Azure.

    Attributes:
        described: the deployment.
        output: the folder to write, absolute.
        figures: what was measured; None if nothing was.
        choices: what the user has named in place of what is derived.
        requests: files with sample requests.
        force: whether what this command has written before is replaced.

    """

    described: Described
    output: Path
    figures: Figures | None = None
    choices: Choices = field(default_factory=Choices)
    requests: Sequence[Path] = ()
    force: bool = False


@dataclass(frozen=True)
class Exported:
    """Files that were written.

    Attributes:
        folder: where they are.
        files: their names, those of code, model and requests not among them.
        commands: what to do with them, one command in each line.
        left_out: what of the source folder is not among them.
        unconverted: keys of the first version that have no counterpart.
        notes: what the user should know, in sentences.

    """

    folder: Path
    files: tuple[str, ...]
    commands: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    unconverted: tuple[Unconverted, ...] = ()
    notes: tuple[str, ...] = ()
