"""What a worker is told once: everything but the mini batches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from azmlinfsrv.batch.mini_batch import Kind

PUBLISHED_SEPARATOR = " "


@dataclass(frozen=True)
class Work:
    """A script, and how it is called.

    Attributes:
        script: the entry script.
        kind: what the items are.
        output_folder: what AZUREML_BI_OUTPUT_PATH names.
        model_dir: what AZUREML_MODEL_DIR names.
        separator: between the cells of a row. None as published: a blank between the cells of a
            DataFrame, and the elements of a list as ``str()`` shows them.
        keeps_rows: whether results are wanted (append_row), or only counted (summary_only).
        arguments: what the script finds in ``sys.argv``.
        environment: variables that a deployment file sets.

    """

    script: Path
    kind: Kind
    output_folder: Path
    model_dir: str | None = None
    separator: str | None = None
    keeps_rows: bool = True
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what ``from_json`` understands."""
        return {
            **asdict(self),
            "script": str(self.script),
            "kind": self.kind.value,
            "output_folder": str(self.output_folder),
        }

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> Work:
        """Return the work that was sent."""
        return cls(
            script=Path(members["script"]),
            kind=Kind(members["kind"]),
            output_folder=Path(members["output_folder"]),
            model_dir=members["model_dir"],
            separator=members["separator"],
            keeps_rows=members["keeps_rows"],
            arguments=tuple(members["arguments"]),
            environment=tuple((name, value) for name, value in members["environment"]),
        )


@dataclass(frozen=True)
class Attempts:
    """How long and how often a mini batch is tried.

    Attributes:
        retries: how many more times after the first.
        timeout: seconds for each; 0 is no limit.

    """

    retries: int = 3
    timeout: float = 30
