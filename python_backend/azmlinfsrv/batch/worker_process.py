"""A worker as the process that feeds it sees it: started, timed, killed, started again."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from azmlinfsrv.batch.errors import ScriptFailedError
from azmlinfsrv.batch.mini_batch import MiniBatch, Outcome
from azmlinfsrv.batch.work import Attempts, Work
from azmlinfsrv.batch.worker import STOP
from azmlinfsrv.threads import start_hidden_thread

COMMAND = "batch-worker"
_END_SECONDS = 10.0
_DRAIN_SECONDS = 1.0
# Below it the next mini batch waits in the worker.
_QUICK_SECONDS = 0.5
# Fits into any pipe: a script that never lets the worker read must not keep us from killing it.
_AHEAD_BYTES = 4096
_END = b""


class _EndedError(Exception):
    """The worker ended before it answered; the message says how."""


@dataclass(frozen=True)
class _Attempt:
    mini_batch: MiniBatch
    line: bytes
    tries: int = 1

    def next(self) -> _Attempt:
        return replace(self, tries=self.tries + 1)

    def succeeded(self, answer: dict[str, Any]) -> Outcome:
        results = {name: answer[name] for name in ("rows", "failed", "text")}
        return Outcome(self.mini_batch.index, self.mini_batch.items, **results, tries=self.tries)

    def failed(self, error: str) -> Outcome:
        items = self.mini_batch.items
        return Outcome(self.mini_batch.index, items, failed=items, tries=self.tries, error=error)


def _first_attempt(mini_batch: MiniBatch | None) -> _Attempt | None:
    return None if mini_batch is None else _Attempt(mini_batch, _line(mini_batch.as_json()))


def _line(members: dict[str, Any]) -> bytes:
    return json.dumps(members).encode("ascii") + b"\n"


class WorkerProcess:
    """One worker, which is started when it is needed.

    Args:
        work: the script, and how it is called.
        attempts: how long and how often a mini batch is tried.
        program: how azmlinfsrv is started; by default as a module.
        environment: the worker's; by default this process's own.
        show: gets each line that the script prints; by default it goes to standard error itself.

    """

    def __init__(
        self,
        work: Work,
        attempts: Attempts,
        program: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        show: Callable[[bytes], None] | None = None,
    ) -> None:
        self._work = work
        self._attempts = attempts
        self._program = tuple(program or (sys.executable, "-m", "azmlinfsrv"))
        self._environment = environment
        self._show = show
        self._output: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._is_over = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the process and wait until the script's ``init()`` has returned.

        Raises:
            ScriptFailedError: it cannot be loaded, ``init()`` failed, or the process ended.

        """
        with self._lock:
            if self._is_over:
                raise ScriptFailedError("The run has been stopped.")
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*self._program, COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if self._show else None,
                env=self._environment,
                # A Ctrl+C is for us alone, and what the script starts ends with it.
                start_new_session=True,
            )
        # Of this process alone: one before may still be read to its end.
        self._lines = queue.SimpleQueue()
        start_hidden_thread("answers", _read_lines, self._process.stdout, self._lines)
        if self._show:
            self._output = start_hidden_thread(
                "output", _show_lines, self._process.stderr, self._show
            )
        self._send(_line(self._work.as_json()))
        try:
            answer = self._receive(limit=0)
        except _EndedError as error:
            raise ScriptFailedError(
                f"{self._work.script}: the worker ended while the script was loaded: {error}"
            ) from error
        if failure := answer.get("failed"):
            self._end()
            missing = answer.get("missing")
            advice = f"\nInstall {missing}." if missing else ""
            raise ScriptFailedError(f"{failure}{advice}")

    def outcomes(self, take: Callable[[bool], MiniBatch | None]) -> Iterator[Outcome]:
        """Yield what has come of each mini batch, after as many tries as it took.

        As long as they are quick the next one is there before the script is done with this one: a
        process that falls asleep between two of them is slower by more than the pause.

        Args:
            take: returns the next mini batch, or None. Told whether it is only to wait here: what
                another worker could begin at once is better left to it.

        Raises:
            ScriptFailedError: the worker had to be started again, and that failed.

        """
        again: list[_Attempt] = []
        given: deque[_Attempt] = deque()
        is_quick = False
        while True:
            while len(given) < 1 + is_quick:
                attempt = again.pop() if again else _first_attempt(take(bool(given)))
                if attempt is None:
                    break
                if given and len(attempt.line) > _AHEAD_BYTES:
                    again.append(attempt)
                    break
                given.append(attempt)
                if self._process is None:
                    self.start()
                self._send(attempt.line)
            if not given:
                return
            attempt = given[0]
            begin = time.monotonic()
            try:
                answer = self._receive(self._attempts.timeout)
            except _EndedError as ended:
                answer = {"error": str(ended)}
                # The others have not been begun.
                again += reversed([*given][1:])
                given.clear()
            else:
                given.popleft()
            is_quick = time.monotonic() - begin < _QUICK_SECONDS
            if "error" not in answer:
                yield attempt.succeeded(answer)
            elif attempt.tries > self._attempts.retries or self._is_over:
                yield attempt.failed(answer["error"])
            else:
                again.append(attempt.next())

    def stop(self) -> None:
        """Let the script's ``shutdown()`` run, and end the process."""
        process = self._process
        if process is None:
            return
        self._send(_line(STOP))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
        self._end()

    def kill(self) -> None:
        """End the process at once, and start no other; may be called from any thread."""
        with self._lock:
            self._is_over = True
            if self._process is not None:
                _kill(self._process)

    def _send(self, line: bytes) -> None:
        assert self._process is not None  # noqa: S101 - started before
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        # That it has ended is told when its answer is awaited.
        with contextlib.suppress(OSError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _receive(self, limit: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=limit or None)
        except queue.Empty:
            self._end()
            raise _EndedError(
                f"run() took longer than {limit:g} s (--timeout): it was killed"
            ) from None
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        how = self._end()
        raise _EndedError(f"the worker ended {how}: os._exit(), a crash, or memory that ran out")

    def _end(self) -> str:
        """Make sure that the process is gone; returns how it ended."""
        process, self._process = self._process, None
        if process is None:
            return "before"
        _kill(process)
        status = process.wait()
        if self._output:
            # Its last words; what it has left running may hold the pipe open.
            self._output.join(_DRAIN_SECONDS)
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        return _how(status)


def _read_lines(answers: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    with answers:
        for line in answers:
            lines.put(line)
    lines.put(_END)


def _show_lines(output: IO[bytes], show: Callable[[bytes], None]) -> None:
    with output:
        for line in output:
            show(line)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        # The whole session: the worker is its leader.
        os.killpg(process.pid, signal.SIGKILL)


def _how(status: int) -> str:
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"by {signal.Signals(-status).name}"
    return f"with status {status}"
