"""What a profile is to measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.cli.profiling.bodies import Body
from azmlinfsrv.server.child import Start

_WARM_UP_SHARE, _LONGEST_WARM_UP = 0.1, 1.0


class CannotMeasureError(Exception):
    """There is nothing to measure; the text says why, for the user."""


@dataclass(frozen=True)
class Plan:
    """What is to be measured.

    Attributes:
        script: the entry script, absolute.
        folder: the working directory.
        model_dir: what AZUREML_MODEL_DIR names.
        environment: variables that a deployment file sets.
        bodies: the requests; none: the example of the script's schema.
        seconds: for each level.
        levels: how many connections.
        workers: how many worker processes.
        timeout: seconds for the start, and for each request.
        target_rps: what the deployment has to answer.

    """

    script: Path
    folder: Path
    model_dir: str | None
    environment: Mapping[str, str]
    bodies: tuple[Body, ...]
    seconds: float
    levels: tuple[int, ...]
    workers: int
    timeout: float
    target_rps: float | None = None

    def start(self, workers: int, **variables: str) -> Start:
        """Return how the server is started, with variables for what the profiler asks of it."""
        environment = {**self.environment, **variables}
        return Start(self.script, self.folder, self.model_dir, environment, workers=workers)

    @property
    def warm_up(self) -> float:
        """Seconds of each level that are left out of the figures."""
        return min(_LONGEST_WARM_UP, self.seconds * _WARM_UP_SHARE)
