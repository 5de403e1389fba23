"""Have ``run()`` sampled, in a server of its own: sampling slows down what would be measured."""

from __future__ import annotations

import importlib
import json
import tempfile
from pathlib import Path
from typing import Any

from azmlinfsrv.cli.profiling.bodies import Body
from azmlinfsrv.cli.profiling.connection import AnswerError
from azmlinfsrv.cli.profiling.figures import shown_failure
from azmlinfsrv.cli.profiling.generator import Load, wire
from azmlinfsrv.cli.profiling.interruption import Interruption
from azmlinfsrv.cli.profiling.plan import CannotMeasureError, Plan
from azmlinfsrv.cli.profiling.progress import Progress
from azmlinfsrv.cli.profiling.serving import served
from azmlinfsrv.server.profiled import FLAME_FILE_VARIABLE, FLAME_VARIABLE

MISSING = (
    "A flame graph needs pyinstrument, which is not installed in this Python:"
    ' pip install "azmlinfsrv[profile]", or pip install pyinstrument'
)
_LONGEST = 10.0


def can_sample() -> bool:
    """Return whether the library that samples is there."""
    try:
        # Not only looked for: it has native code, which may be of another Python.
        importlib.import_module("pyinstrument")
    except ImportError:
        return False
    return True


def sample_run(
    plan: Plan, bodies: tuple[Body, ...], interruption: Interruption, progress: Progress
) -> dict[str, Any]:
    """Return where ``run()`` spends its time.

    Raises:
        CannotMeasureError: nothing came of it.

    """
    seconds = min(plan.seconds, _LONGEST)
    progress.tell(0, "starting the server to sample run()")
    with tempfile.TemporaryDirectory(prefix="azmlinfsrv-flame-") as folder:
        file = Path(folder, "flame.json")
        asked = {FLAME_VARIABLE: str(seconds), FLAME_FILE_VARIABLE: str(file)}
        with served(plan.start(1, **asked), plan.timeout, interruption) as server:
            address = server.address
            wires = [wire(body.content, body.content_type, address) for body in bodies]

            def is_over() -> bool:
                return file.exists() or interruption.is_asked()

            def tick(passed: float) -> None:
                progress.tell(min(1, passed / seconds), "sampling run()")

            limit = seconds + plan.timeout
            try:
                with interruption.patient(), Load(address, wires, 1, limit, is_over) as load:
                    failed = load.run(limit, tick).first_failure
            except AnswerError as error:
                raise CannotMeasureError(f"run() could not be sampled: {error}") from None
        if not file.exists():
            why = shown_failure(failed) if failed else "it was interrupted"
            raise CannotMeasureError(f"run() could not be sampled: {why}")
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found
