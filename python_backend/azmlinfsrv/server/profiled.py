"""What ``azmlinfsrv profile`` asks of the server that it starts, by variables of its environment.

Decided once, when the script is loaded: the way of a request is the same for everybody else.
"""

from __future__ import annotations

import os

from azmlinfsrv.scoring import Scorer

TIMING_VARIABLE = "AZMLINFSRV_SERVER_TIMING"
"""Set to 1, answers tell in the header Server-Timing how long each part took."""
FLAME_VARIABLE = "AZMLINFSRV_FLAME_SECONDS"
"""For so many seconds the stack of run() is sampled, and then written to FLAME_FILE_VARIABLE."""
FLAME_FILE_VARIABLE = "AZMLINFSRV_FLAME_FILE"


def scorer_type() -> type[Scorer]:
    """Return Scorer, or what the profiler wants in its place."""
    if os.environ.get(TIMING_VARIABLE) == "1":
        from azmlinfsrv.server.timed_scorer import TimedScorer

        return TimedScorer
    if os.environ.get(FLAME_VARIABLE):
        from azmlinfsrv.server.sampled_scorer import SampledScorer

        return SampledScorer
    return Scorer
