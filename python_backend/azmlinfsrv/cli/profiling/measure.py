"""Send requests on one number of connections after another, and note what comes of it."""

from __future__ import annotations

import http.client
import os
import platform
from collections.abc import Sequence
from datetime import datetime, timezone

from azmlinfsrv.cli.profiling.bodies import Body
from azmlinfsrv.cli.profiling.connection import AnswerError
from azmlinfsrv.cli.profiling.figures import Level, Machine, Profile, level_of, shown_failure
from azmlinfsrv.cli.profiling.generator import Load, wire
from azmlinfsrv.cli.profiling.interruption import Interruption
from azmlinfsrv.cli.profiling.plan import CannotMeasureError, Plan
from azmlinfsrv.cli.profiling.progress import Progress
from azmlinfsrv.cli.profiling.serving import Served, located, served
from azmlinfsrv.cli.profiling.usage import Usage, busy_seconds, cpu_seconds_of, usage_of
from azmlinfsrv.cli.trial.samples import Sample, ask, failure_of, schema_sample
from azmlinfsrv.server.child import Failure
from azmlinfsrv.server.profiled import TIMING_VARIABLE

# Of a file with thousands of requests the first ones tell whether the script takes such requests.
_TRIED_FIRST = 10


class Measurement:
    """Carries a plan out.

    Args:
        plan: what is to be measured.
        interruption: tells whether the user wants it to end.
        progress: is told how far it is.

    Attributes:
        bodies: the requests that are sent.

    """

    def __init__(self, plan: Plan, interruption: Interruption, progress: Progress) -> None:
        self._plan = plan
        self._interruption = interruption
        self._progress = progress
        self._created = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._levels: list[Level] = []
        self._init_seconds = 0.0
        self._idle: Usage | None = None
        self._failure: str | None = None
        self._error: str | None = None
        self.bodies = plan.bodies

    def run(self) -> Profile:
        """Measure; an interruption ends it early.

        Raises:
            CannotMeasureError: the script does not start, or there is no request to send.

        """
        plan = self._plan
        self._progress.tell(0, "starting the server: init()")
        try:
            start = plan.start(plan.workers, **{TIMING_VARIABLE: "1"})
            with served(start, plan.timeout, self._interruption) as server:
                self._init_seconds = server.init_seconds
                self._idle = usage_of(server.server.pid)
                self.bodies = self.bodies or (self._example(server.url),)
                if self._are_accepted(server):
                    self._measure_levels(server)
        except KeyboardInterrupt:
            if not self._interruption.is_asked():
                raise
        return self._profile()

    def _example(self, url: str) -> Body:
        try:
            example = schema_sample(url, self._plan.timeout)
        except (OSError, http.client.HTTPException) as error:
            raise CannotMeasureError(f"The server does not answer: {error}") from None
        if example is None:
            raise CannotMeasureError(
                "There is no request to send: name one with --request FILE, or describe the input"
                " with @input_schema."
            )
        return Body(example.name, example.body)

    def _are_accepted(self, server: Served) -> bool:
        """Send each request once: what the script refuses is not to be sent a thousand times."""
        for number, body in enumerate(self.bodies[:_TRIED_FIRST], 1):
            self._progress.tell(0, f"trying request {number}")
            if failure := self._refusal(server, body):
                self._failure = f"{body.name}: {located(failure)}"
                self._error = f"The first request failed. {self._failure}"
                return False
        return True

    def _refusal(self, server: Served, body: Body) -> Failure | None:
        sample = Sample(body.name, body.content, body.content_type)
        seconds = self._plan.timeout
        try:
            return failure_of(ask(server.url, "POST", "/score", seconds, sample))
        except TimeoutError:
            why = f"no answer after {seconds:g} s. More time: --timeout."
            return server.server.interrupt(why)
        except (OSError, http.client.HTTPException) as error:
            if ended := server.server.has_ended():
                return Failure(f"the server ended {ended}")
            return Failure(f"no answer: {error}.{server.last_words()}")

    def _measure_levels(self, server: Served) -> None:
        address = server.address
        wires = [wire(body.content, body.content_type, address) for body in self.bodies]
        for number, connections in enumerate(self._plan.levels):
            self._measure_level(server, wires, number, connections)
            if self._error or self._interruption.is_asked():
                return

    def _measure_level(
        self, server: Served, wires: Sequence[bytes], number: int, connections: int
    ) -> None:
        plan, pid = self._plan, server.server.pid
        each = plan.warm_up + plan.seconds
        asked = self._interruption.is_asked

        def tell(passed: float) -> None:
            share = (number + min(passed / each, 1)) / len(plan.levels)
            self._progress.tell(share, f"{connections} connection{'s' if connections > 1 else ''}")

        try:
            with (
                self._interruption.patient(),
                Load(
                    server.address, wires, connections, plan.timeout, asked, _greeting(server)
                ) as load,
            ):
                warm = load.run(plan.warm_up, tell)
                if asked():
                    return
                before, machine = cpu_seconds_of(pid), busy_seconds()
                burst = (
                    warm
                    if warm.is_hopeless
                    else load.run(plan.seconds, lambda passed: tell(plan.warm_up + passed))
                )
                after, machine_after = cpu_seconds_of(pid), busy_seconds()
        except AnswerError as error:
            ended = server.server.has_ended()
            self._error = f"The server ended {ended}" if ended else f"The server fails: {error}"
            return
        if burst.requests:
            # Less after than before: a worker took its time along when it was replaced.
            cpu, whole = _difference(before, after), _difference(machine, machine_after)
            usage = usage_of(pid)
            self._levels.append(
                level_of(connections, burst, cpu, usage, whole, is_complete=not asked())
            )
        failed = burst.first_failure
        if failed and self._failure is None:
            self._failure = shown_failure(failed) + (
                "." + server.last_words() if failed.status is None else ""
            )
        if ended := server.server.has_ended():
            self._error = f"The server ended {ended}"
        elif burst.is_hopeless:
            self._error = f"Every request failed. {self._failure}"

    def _profile(self) -> Profile:
        plan = self._plan
        system = f"{platform.system()} {platform.machine()}"
        return Profile(
            script=str(plan.script),
            model_dir=plan.model_dir,
            samples=tuple(body.name for body in self.bodies),
            created=self._created,
            workers=plan.workers,
            init_seconds=self._init_seconds,
            levels=tuple(self._levels),
            idle=self._idle,
            machine=Machine(_usable_cores(), system, platform.python_version()),
            failure=self._failure,
            error=self._error,
            is_interrupted=self._interruption.is_asked(),
            target_rps=plan.target_rps,
        )


def _greeting(server: Served) -> bytes:
    host, port = server.address
    return f"GET /livez HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode("latin-1", "replace")


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else max(0.0, after - before)


def _usable_cores() -> int:
    """Return how many cores this process may use, which a container can limit."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
