"""What a deployment needs, with the arithmetic that leads to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from azmlinfsrv.cli.profiling.figures import Level, Profile

# The bounds of the published profiler, which are those of one container.
CPU_BOUNDS = (0.1, 3.5)
MEMORY_BOUNDS_GB = (0.1, 15.0)
# The published formula plans instances that are busy for 70 % of the time.
UTILISATION = 0.7
_MEMORY_HEADROOM = 1.2
TIMES = "\N{MULTIPLICATION SIGN}"
_GB = 1e9
# Of a server that nothing is known of: the least that one with Python and Flask has taken.
_UNKNOWN_CORES = 1.0


@dataclass(frozen=True)
class Step:
    """One figure of a recommendation, and how it comes about.

    Attributes:
        what: its name.
        formula: in words.
        numbers: the same with what was measured.
        result: the figure, with its unit.

    """

    what: str
    formula: str
    numbers: str
    result: str


@dataclass(frozen=True)
class Recommendation:
    """What a deployment needs.

    Attributes:
        target_rps: the requests a second that it is for.
        is_target_given: whether the user named them; else they are what was measured.
        process_seconds: how long a request keeps a worker.
        cores_per_request: how many cores one request keeps busy; None where unknown.
        workers: WORKER_COUNT, and max_concurrent_requests_per_instance, of each instance.
        instances: how many instances.
        cpu: cores of each instance.
        memory_gb: of each instance; None where unknown.
        steps: the arithmetic.
        warnings: why not to trust it, if there is a reason.

    """

    target_rps: float
    is_target_given: bool
    process_seconds: float
    cores_per_request: float | None
    workers: int
    instances: int
    cpu: float
    memory_gb: float | None
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]


def recommend(profile: Profile) -> Recommendation | None:
    """Return what the figures of a profile recommend; None if no request succeeded."""
    best = profile.best
    if best is None:
        return None
    seconds, whence, whence_numbers = _process_seconds(profile)
    target = profile.target_rps or best.per_second
    per_request = best.cpu_seconds / best.requests if best.cpu_seconds is not None else None
    cores = None if per_request is None else per_request / seconds
    base, per_worker = _memory(profile)
    busy = target * seconds / UTILISATION
    needed = max(1, math.ceil(_rounded(busy)))
    by_cpu = max(1, math.floor(CPU_BOUNDS[1] / max(cores or _UNKNOWN_CORES, 1e-6)))
    room = MEMORY_BOUNDS_GB[1] / _MEMORY_HEADROOM - base / _GB
    by_memory = max(1, math.floor(room / (per_worker / _GB))) if per_worker else needed
    workers = min(needed, by_cpu, by_memory)
    instances = max(1, math.ceil(_rounded(busy / workers)))
    cpu_raw = workers * (cores or _UNKNOWN_CORES)
    memory_raw = (base + workers * per_worker) / _GB * _MEMORY_HEADROOM if per_worker else None
    cpu = _bounded(cpu_raw, CPU_BOUNDS)
    memory = None if memory_raw is None else _bounded(memory_raw, MEMORY_BOUNDS_GB)
    steps = [
        Step(
            "request_process_time",
            whence,
            whence_numbers,
            f"{seconds * 1000:.3g} ms",
        ),
        Step(
            "workers",
            f"min(ceil(target_rps {TIMES} request_process_time / 0.7),"
            " what fits into 3.5 cores and 15 GB)",
            f"min(ceil({target:.4g} {TIMES} {seconds:.3g} / 0.7), {min(by_cpu, by_memory)})",
            f"{workers} (WORKER_COUNT and max_concurrent_requests_per_instance)",
        ),
        Step(
            "instances",
            f"ceil(target_rps {TIMES} request_process_time / 0.7"
            " / max_concurrent_requests_per_instance)",
            f"ceil({target:.4g} {TIMES} {seconds:.3g} / 0.7 / {workers})",
            f"{instances}",
        ),
        Step(
            "CPU of each instance",
            f"workers {TIMES} processor time of a request / request_process_time, from 0.1 to 3.5",
            f"{workers} {TIMES} {per_request:.3g} / {seconds:.3g}"
            if per_request is not None
            else f"{workers} {TIMES} 1: the processor time is unknown on this system",
            _cores(cpu),
        ),
    ]
    if memory is not None:
        steps.append(
            Step(
                "memory of each instance",
                f"1.2 {TIMES} (the first process + workers {TIMES} the peak of a worker),"
                " from 0.1 to 15 GB",
                f"1.2 {TIMES} ({base / _GB:.3f} + {workers} {TIMES} {per_worker / _GB:.3f})",
                f"{memory:.1f} GB",
            )
        )
    return Recommendation(
        target_rps=target,
        is_target_given=profile.target_rps is not None,
        process_seconds=seconds,
        cores_per_request=cores,
        workers=workers,
        instances=instances,
        cpu=cpu,
        memory_gb=memory,
        steps=tuple(steps),
        warnings=tuple(_warnings(profile, best, workers, cpu_raw, memory_raw)),
    )


def _process_seconds(profile: Profile) -> tuple[float, str, str]:
    """Return how long a request keeps a worker, and whence that is known.

    Whatever disturbs a measurement makes it longer, so the shortest is the nearest: the latency of
    requests that did not wait for others, or what the workers together answered.
    """
    found = []
    for level in profile.levels:
        if level.mean_ms is None:
            continue
        connections = f"{level.concurrency} connection{'s' if level.concurrency > 1 else ''}"
        if level.concurrency <= profile.workers:
            found.append((level.mean_ms / 1000, f"the mean latency with {connections}", ""))
        formula = f"workers / requests a second with {connections}"
        numbers = f"{profile.workers} / {level.per_second:.4g}"
        found.append((profile.workers / level.per_second, formula, numbers))
    return min(found)


def _memory(profile: Profile) -> tuple[float, float]:
    """Return the bytes of what exists once, and of each worker at its peak."""
    peaks = [level.peak_bytes for level in profile.levels if level.peak_bytes]
    if not peaks or profile.idle is None:
        return 0.0, 0.0
    # With one process for everything (waitress) there is nothing beside the worker.
    base = profile.idle.first_bytes if profile.idle.first_bytes < profile.idle.memory_bytes else 0
    return float(base), max(0.0, max(peaks) - base) / profile.workers


def _warnings(
    profile: Profile, best: Level, workers: int, cpu_raw: float, memory_raw: float | None
) -> list[str]:
    found = []
    if cpu_raw > CPU_BOUNDS[1]:
        found.append(
            f"One request keeps {cpu_raw / workers:.1f} cores busy: it takes more than the"
            " 3.5 cores of the largest instance that is considered here."
        )
    if memory_raw is not None and memory_raw > MEMORY_BOUNDS_GB[1]:
        found.append(
            f"One worker needs {memory_raw:.1f} GB: it takes more than the 15 GB of the largest"
            " instance that is considered here."
        )
    if workers > profile.machine.cores:
        found.append(
            f"{workers} workers were not measured: this machine has"
            f" {profile.machine.cores} cores. It is assumed that each answers as fast as here."
        )
    if best.is_generator_busy:
        found.append(
            "The load itself was the limit (see the notes): the server may do more than measured."
        )
    if profile.succeeded < profile.requests:
        found.append("Some requests failed: the figures are of those that succeeded.")
    return found


def _bounded(value: float, bounds: tuple[float, float]) -> float:
    """Round up to a tenth, within bounds."""
    tenths = math.ceil(_rounded(value * 10)) / 10
    return min(max(tenths, bounds[0]), bounds[1])


def _rounded(value: float) -> float:
    """Keep an error in the last digits from making a whole number the next one."""
    return round(value, 9)


def _cores(cpu: float) -> str:
    return f"{cpu:.1f} {'core' if cpu == 1 else 'cores'}"
