"""The figures of a profile: what was measured, and nothing that is concluded from it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from azmlinfsrv.cli.profiling.generator import Burst, FailedRequest
from azmlinfsrv.cli.profiling.usage import Usage

PERCENTILES = (50.0, 90.0, 95.0, 99.0, 99.9)
_MILLISECOND = 1e6
_BUSY_GENERATOR = 0.8
_PARTS = re.compile(rb"parse;dur=([\d.]+), run;dur=([\d.]+), encode;dur=([\d.]+)")


def percentile(ascending: Sequence[int], percent: float) -> int:
    """Return the value that so many percent of the values do not exceed: one of them, no mean."""
    rank = math.ceil(round(len(ascending) * percent / 100, 6))
    return ascending[max(1, rank) - 1]


@dataclass(frozen=True)
class Parts:
    """Mean milliseconds of the parts of an answer, as the server tells.

    Attributes:
        parse: from the request's bytes to the arguments of ``run()``.
        run: inside ``run()``, the conversions of its schema among them.
        encode: from its result to the bytes of the answer.

    """

    parse: float
    run: float
    encode: float

    @property
    def total(self) -> float:
        """All of them."""
        return self.parse + self.run + self.encode


@dataclass(frozen=True)
class Level:
    """What was measured with one number of connections.

    Attributes:
        concurrency: how many requests were under way at a time.
        requests: how many came to an end.
        succeeded: how many of them were answered with 200.
        seconds: how long it took.
        mean_ms: the mean latency of those that were answered with 200; None if none was.
        percentiles_ms: by percent.
        parts: None if the server did not tell.
        cpu_seconds: processor time of the server; None where the system does not tell.
        memory_bytes: what the server held afterwards.
        peak_bytes: the most it can have held until then.
        own_cpu_seconds: processor time that the load took, which is not in ``cpu_seconds``.
        other_cores: how many cores other programs kept busy; None where the system does not tell.
        is_complete: whether it took as long as was asked.

    """

    concurrency: int
    requests: int
    succeeded: int
    seconds: float
    mean_ms: float | None
    percentiles_ms: dict[float, float]
    parts: Parts | None
    cpu_seconds: float | None
    memory_bytes: int | None
    peak_bytes: int | None
    own_cpu_seconds: float
    other_cores: float | None = None
    is_complete: bool = True

    @property
    def per_second(self) -> float:
        """How many requests were answered with 200, a second."""
        return self.succeeded / self.seconds if self.seconds else 0.0

    @property
    def success_rate(self) -> float:
        """Percent of the requests that were answered with 200."""
        return 100 * self.succeeded / self.requests if self.requests else 0.0

    @property
    def cores(self) -> float | None:
        """How many cores the server kept busy."""
        return None if self.cpu_seconds is None or not self.seconds else self._per_second_of_cpu

    @property
    def _per_second_of_cpu(self) -> float:
        return (self.cpu_seconds or 0.0) / self.seconds

    @property
    def generator_share(self) -> float:
        """The part of the time in which the load itself kept a core busy."""
        return self.own_cpu_seconds / self.seconds if self.seconds else 0.0

    @property
    def is_generator_busy(self) -> bool:
        """Whether the load, not the server, may have been the limit."""
        return self.generator_share > _BUSY_GENERATOR


@dataclass(frozen=True)
class Machine:
    """Where it was measured."""

    cores: int
    system: str
    python: str


@dataclass(frozen=True)
class Profile:
    """A whole profile.

    Attributes:
        script: the entry script.
        model_dir: its model folder.
        samples: the names of the requests.
        created: when, in ISO 8601 and UTC.
        workers: how many worker processes the server had.
        init_seconds: from the start of the program until ``init()`` had returned.
        levels: in the order they were measured.
        idle: what the server used when it was ready.
        machine: where.
        failure: the first request that failed.
        error: why the profile came to an early end, for the user; None if it did not.
        is_interrupted: whether the user ended it.
        target_rps: what the user says the deployment has to answer.

    """

    script: str
    model_dir: str | None
    samples: tuple[str, ...]
    created: str
    workers: int
    init_seconds: float
    levels: tuple[Level, ...]
    idle: Usage | None
    machine: Machine
    failure: str | None = None
    error: str | None = None
    is_interrupted: bool = False
    target_rps: float | None = None

    @property
    def requests(self) -> int:
        """Of all levels."""
        return sum(level.requests for level in self.levels)

    @property
    def succeeded(self) -> int:
        """Of all levels."""
        return sum(level.succeeded for level in self.levels)

    @property
    def best(self) -> Level | None:
        """The level that speaks for the server: more connections would only wait for each other.

        That is the lowest concurrency with at least 95 % of the highest throughput.
        """
        measured = [level for level in self.levels if level.succeeded]
        if not measured:
            return None
        enough = 0.95 * max(level.per_second for level in measured)
        fast = [level for level in measured if level.per_second >= enough]
        return min(fast, key=lambda level: level.concurrency)


def level_of(
    concurrency: int,
    burst: Burst,
    cpu_seconds: float | None,
    after: Usage | None,
    machine_seconds: float | None = None,
    *,
    is_complete: bool = True,
) -> Level:
    """Return the figures of a burst of requests.

    ``machine_seconds`` is the processor time of the whole machine meanwhile.
    """
    ascending = sorted(burst.latencies)
    others = None
    if machine_seconds is not None and cpu_seconds is not None and burst.seconds:
        others = max(0.0, machine_seconds - cpu_seconds - burst.own_seconds) / burst.seconds
    return Level(
        concurrency=concurrency,
        requests=burst.requests,
        succeeded=len(ascending),
        seconds=burst.seconds,
        mean_ms=sum(ascending) / len(ascending) / _MILLISECOND if ascending else None,
        percentiles_ms={
            percent: percentile(ascending, percent) / _MILLISECOND for percent in PERCENTILES
        }
        if ascending
        else {},
        parts=parts_of(burst.heads),
        cpu_seconds=cpu_seconds,
        memory_bytes=after.memory_bytes if after else None,
        peak_bytes=after.peak_bytes if after else None,
        own_cpu_seconds=burst.own_seconds,
        other_cores=others,
        is_complete=is_complete,
    )


def parts_of(heads: Iterable[bytes]) -> Parts | None:
    """Return the mean times that the heads of answers tell."""
    found = [match.groups() for head in heads if (match := _PARTS.search(head))]
    if not found:
        return None
    parse, run, encode = (
        sum(map(float, column)) / len(found) for column in zip(*found, strict=True)
    )
    return Parts(parse, run, encode)


def shown_failure(failed: FailedRequest) -> str:
    """Return what a failed request says, for the user."""
    from azmlinfsrv.cli.trial.samples import Answer, failure_of

    if failed.status is None:
        return failed.reason or "the answer has no status"
    failure = failure_of(Answer(failed.status, "", failed.body))
    assert failure is not None  # noqa: S101 - the status is not 200
    where = f" ({failure.file}:{failure.line})" if failure.file else ""
    return f"{failure.message}{where}"
