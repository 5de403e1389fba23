"""A scorer that tells how long each part of an answer took, for ``azmlinfsrv profile``.

The profiler starts the server with AZMLINFSRV_SERVER_TIMING in its environment. Without it this
module is not even imported: requests pay nothing for it.
"""

from __future__ import annotations

import threading
from time import perf_counter

from azmlinfsrv.scoring import Scorer, ScoringRequest
from azmlinfsrv.scoring.result import Answer

TIMING_HEADER = "Server-Timing"


class TimedScorer(Scorer):
    """Adds the header Server-Timing: milliseconds that parse, run and encode took.

    What the schema's decorators convert is a part of run, as in x-ms-run-fn-exec-ms.
    """

    # With --threads, several threads score at a time.
    _times = threading.local()

    def score(self, request: ScoringRequest) -> Answer:
        """Answer one request."""
        times = self._times
        times.called = times.returned = 0.0
        began = perf_counter()
        answer = super().score(request)
        ended = perf_counter()
        called, returned = times.called, times.returned
        if returned and isinstance(answer.body, bytes):
            told = (
                f"parse;dur={(called - began) * 1000:.4f}, run;dur={(returned - called) * 1000:.4f}"
                f", encode;dur={(ended - returned) * 1000:.4f}"
            )
            answer.headers = [*answer.headers, (TIMING_HEADER, told)]
        return answer

    def _call(self, arguments: dict[str, object], request: ScoringRequest) -> object:
        times = self._times
        times.called = perf_counter()
        try:
            return super()._call(arguments, request)
        finally:
            times.returned = perf_counter()
