"""The very same workers on a Ray cluster: Ray Data distributes the mini batches over actors.

Scheduling, retries of lost machines and the order of results are Ray's. Each actor holds one of
our worker processes: the model is loaded once, a hung or crashed script is killed and tried again
as on one machine.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import azmlinfsrv
from azmlinfsrv.batch.errors import BatchError, ScriptFailedError
from azmlinfsrv.batch.mini_batch import MiniBatch, Outcome
from azmlinfsrv.batch.work import Attempts, Work
from azmlinfsrv.batch.worker_process import WorkerProcess

MISSING = (
    "--engine ray needs Ray Data, which this Python does not have. Install it: "
    f'"{sys.executable}" -m pip install "azmlinfsrv[ray]"'
)
_CONNECT_SECONDS = 10.0
_OUTCOME, _FAILED = "outcome", "failed"


class _Actor:
    """Lives as long as the run, on whichever machine Ray chooses."""

    def __init__(self, work: dict[str, Any], attempts: Attempts) -> None:
        # Where azmlinfsrv is installed on this machine; Ray may have found it by a path of its own.
        package = str(Path(azmlinfsrv.__file__).parent.parent)
        paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        self._worker = WorkerProcess(Work.from_json(work), attempts, environment=environment)
        self._failure: str | None = None
        try:
            self._worker.start()
        except ScriptFailedError as error:
            # Raised here, Ray would start the actor again and again.
            self._failure = str(error)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        return {"answer": list(map(json.dumps, self._answers(batch["mini_batch"])))}

    def _answers(self, texts: Iterable[str]) -> Iterator[dict[str, Any]]:
        if self._failure is not None:
            yield {_FAILED: self._failure}
            return
        pending = deque(MiniBatch.from_json(json.loads(text)) for text in texts)
        try:
            for outcome in self._worker.outcomes(lambda _: pending.popleft() if pending else None):
                yield {_OUTCOME: vars(outcome)}
        except ScriptFailedError as error:
            yield {_FAILED: str(error)}


class RayEngine:
    """A Ray cluster.

    Args:
        work: the script, and how it is called. Its paths have to be good on every machine.
        attempts: how long and how often a mini batch is tried.
        concurrency: how many actors.
        address: of the cluster; None starts one on this machine, for this run alone.

    Raises:
        BatchError: Ray is not installed, or the cluster cannot be reached.

    """

    def __init__(
        self, work: Work, attempts: Attempts, concurrency: int, address: str | None
    ) -> None:
        # No telemetry of ours, and none of Ray's.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
            import ray.data
        except ImportError as error:
            raise BatchError(MISSING) from error
        self._ray: Any = ray
        self._work = work
        self._attempts = attempts
        self._concurrency = concurrency
        self._address = address or os.environ.get("RAY_ADDRESS") or None

    def __enter__(self) -> RayEngine:
        options: dict[str, Any] = {"address": self._address}
        if self._address is None:
            options = {"num_cpus": self._concurrency, "include_dashboard": False}
        else:
            _check_reachable(self._address)
        try:
            self._ray.init(logging_level="warning", **options)
        except (ConnectionError, OSError, RuntimeError, ValueError) as error:
            raise BatchError(f"--ray_address {self._address}: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        self._ray.shutdown()

    def outcomes(self, mini_batches: Sequence[MiniBatch]) -> Iterator[Outcome]:
        """Yield what comes of each, in their order.

        Raises:
            ScriptFailedError: the script cannot be loaded, or its ``init()`` fails.

        """
        data = self._ray.data
        context = data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.WARNING)
        actors = min(self._concurrency, len(mini_batches))
        rows = [{"mini_batch": json.dumps(each.as_json())} for each in mini_batches]
        # One block is one task of an actor: few enough to cost nothing, enough for all to be busy.
        blocks = min(len(rows), max(actors * 8, len(rows) // 16))
        answers = data.from_items(rows, override_num_blocks=blocks).map_batches(
            _Actor,
            batch_size=None,
            compute=data.ActorPoolStrategy(size=actors),
            fn_constructor_args=(self._work.as_json(), self._attempts),
        )
        for row in answers.iter_rows():
            answer = json.loads(row["answer"])
            if _FAILED in answer:
                raise ScriptFailedError(answer[_FAILED])
            yield Outcome(**answer[_OUTCOME])


def _check_reachable(address: str) -> None:
    """Refuse a cluster that does not answer: Ray itself would try for minutes.

    Raises:
        BatchError: nobody listens there.

    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        # "auto", "local", or what only Ray understands.
        return
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS):
            pass
    except (OSError, OverflowError) as error:
        raise BatchError(
            f"--ray_address {address}: no Ray cluster answers there ({error}). `ray status "
            f"--address {address}` asks it."
        ) from error
