"""The result as JSON: the keys of the published profiler, and ours under one of our own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from azmlinfsrv.cli.profiling.figures import Level, Profile
from azmlinfsrv.cli.profiling.recommend import Recommendation

_GB = 1e9
_DIGITS = 4
SUCCEEDED, FAILED, CANCELED = "Succeeded", "Failed", "Canceled"


def published_result(profile: Profile, recommendation: Recommendation | None) -> dict[str, Any]:
    """Return the result. Latencies and throughput are those of one level: ``profile.best``."""
    best = profile.best
    percentiles = best.percentiles_ms if best else {}
    cores = [level.cores for level in profile.levels if level.cores is not None]
    peaks = [level.peak_bytes for level in profile.levels if level.peak_bytes is not None]
    why = profile.error or profile.failure
    return {
        "name": profile.script,
        "description": f"{profile.workers} worker(s), requests: {', '.join(profile.samples)}",
        "createdTime": profile.created,
        "state": state_of(profile),
        "requestedCpu": float(profile.machine.cores),
        # What the machine has is not what was asked for: a limit is not set.
        "requestedMemoryInGB": None,
        "requestedQueriesPerSecond": profile.target_rps,
        "maxUtilizedCpu": _rounded(max(cores)) if cores else None,
        "maxUtilizedMemoryInGB": _rounded(max(peaks) / _GB) if peaks else None,
        "totalQueries": profile.requests,
        "successQueries": profile.succeeded,
        "successRate": _rounded(100 * profile.succeeded / profile.requests)
        if profile.requests
        else None,
        "averageLatencyInMs": _rounded(best.mean_ms) if best else None,
        "latencyPercentile50InMs": _rounded(percentiles.get(50.0)),
        "latencyPercentile90InMs": _rounded(percentiles.get(90.0)),
        "latencyPercentile95InMs": _rounded(percentiles.get(95.0)),
        "latencyPercentile99InMs": _rounded(percentiles.get(99.0)),
        "latencyPercentile999InMs": _rounded(percentiles.get(99.9)),
        "measuredQueriesPerSecond": _rounded(best.per_second) if best else None,
        "recommendedCpu": recommendation.cpu if recommendation else None,
        "recommendedMemoryInGB": recommendation.memory_gb if recommendation else None,
        "error": {"message": why} if why else None,
        "errorLogsUri": None,
        "azmlinfsrv": {
            "concurrency": best.concurrency if best else None,
            "workers": profile.workers,
            "modelDir": profile.model_dir,
            "initSeconds": _rounded(profile.init_seconds),
            "machine": asdict(profile.machine),
            "levels": [_level(level) for level in profile.levels],
            "recommendation": asdict(recommendation) if recommendation else None,
        },
    }


def state_of(profile: Profile) -> str:
    """Return how the profile ended, in a published word."""
    if profile.is_interrupted:
        return CANCELED
    return FAILED if profile.error or profile.succeeded < profile.requests else SUCCEEDED


def _level(level: Level) -> dict[str, Any]:
    return {
        "concurrency": level.concurrency,
        "isComplete": level.is_complete,
        "seconds": _rounded(level.seconds),
        "totalQueries": level.requests,
        "successQueries": level.succeeded,
        "successRate": _rounded(level.success_rate),
        "measuredQueriesPerSecond": _rounded(level.per_second),
        "averageLatencyInMs": _rounded(level.mean_ms),
        "latencyPercentilesInMs": {
            f"{percent:g}": _rounded(value) for percent, value in level.percentiles_ms.items()
        },
        "partsInMs": {name: _rounded(value) for name, value in asdict(level.parts).items()}
        if level.parts
        else None,
        "utilizedCpu": _rounded(level.cores),
        "utilizedMemoryInGB": _rounded(level.memory_bytes / _GB) if level.memory_bytes else None,
        "maxUtilizedMemoryInGB": _rounded(level.peak_bytes / _GB) if level.peak_bytes else None,
        "loadCpu": _rounded(level.generator_share),
        "otherProgramsCpu": _rounded(level.other_cores),
        "isLoadTheLimit": level.is_generator_busy,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
