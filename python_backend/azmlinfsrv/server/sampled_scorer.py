"""A scorer whose ``run()`` is sampled, for the flame graph of ``azmlinfsrv profile``.

pyinstrument looks at the stack a thousand times a second, from within: unlike a sampler in another
process it needs no right to trace processes, which containers and macOS do not give.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import azmlinfsrv
from azmlinfsrv.scoring import Scorer, ScoringRequest
from azmlinfsrv.server.profiled import FLAME_FILE_VARIABLE, FLAME_VARIABLE

_OWN_FOLDER = str(Path(azmlinfsrv.__file__).parent)
_MILLISECOND = 1000


class SampledScorer(Scorer):
    """Samples the stack from the first request on, and writes what it has seen when time is up."""

    def _call(self, arguments: dict[str, object], request: ScoringRequest) -> object:
        _Sampling.begin()
        try:
            return super()._call(arguments, request)
        finally:
            _Sampling.end_in_time()


class _Sampling:
    """The sampling of the first thread that scores; the others are not looked at."""

    _profiler: Any = None
    _thread = 0
    _end = 0.0
    _requests = 0

    @classmethod
    def begin(cls) -> None:
        if cls._profiler is None:
            from pyinstrument import Profiler

            cls._thread = threading.get_ident()
            cls._end = time.monotonic() + float(os.environ[FLAME_VARIABLE])
            cls._profiler = Profiler(async_mode="disabled")
            cls._profiler.start()

    @classmethod
    def end_in_time(cls) -> None:
        if threading.get_ident() != cls._thread:
            return
        cls._requests += 1
        if time.monotonic() < cls._end or not cls._profiler.is_running:
            return
        root = cls._profiler.stop().root_frame()
        calls = list(_roots(root)) if root else []
        tree = _merged("run()", "", calls, calls)
        file = Path(os.environ[FLAME_FILE_VARIABLE])
        beside = file.with_suffix(".part")
        beside.write_text(json.dumps({"requests": cls._requests, "run": tree}), encoding="utf-8")
        beside.replace(file)


def _roots(frame: Any) -> Iterator[Any]:
    """Yield the outermost frames that are the script's, or of a library that it is wrapped in."""
    path = frame.file_path or ""
    if path == __file__ and frame.function == "_call":
        yield from _not_ours(frame)
        return
    for child in frame.children:
        yield from _roots(child)


def _not_ours(frame: Any) -> Iterator[Any]:
    for child in frame.children:
        if child.is_synthetic:
            continue
        if (child.file_path or "").startswith(_OWN_FOLDER):
            yield from _not_ours(child)
        else:
            yield child


def _merged(name: str, where: str, calls: Sequence[Any], callees: Iterable[Any]) -> dict[str, Any]:
    """Return calls of one function as one, and what they called likewise."""
    by_callee: dict[tuple[str, str], list[Any]] = {}
    for callee in callees:
        if not callee.is_synthetic:
            by_callee.setdefault((_name_of(callee), callee.code_position_short() or ""), []).append(
                callee
            )
    return {
        "name": name,
        "where": where,
        "ms": round(sum(call.time for call in calls) * _MILLISECOND, 3),
        "children": [
            _merged(*key, found, [callee for call in found for callee in call.children])
            for key, found in by_callee.items()
        ],
    }


def _name_of(frame: Any) -> str:
    return f"{frame.class_name}.{frame.function}" if frame.class_name else str(frame.function)
