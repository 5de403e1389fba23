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
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from azmlinfsrv.batch.errors import ScriptFailedError
from azmlinfsrv.batch.mini_batch import MiniBatch, Outcome
from azmlinfsrv.batch.work import Attempts, Work
from azmlinfsrv.batch.worker import STOP
from azmlinfsrv.threads import start_hidden_thread

COMMAND = "batch-worker"
_END_SECONDS = 10.0
_DRAIN_SECONDS = 1.0
_END = b""


class _EndedError(Exception):
    """The worker ended before it answered; the message says how."""


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
        try:
            self._send(self._work.as_json())
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

    def score(self, mini_batch: MiniBatch) -> Outcome:
        """Return what has come of a mini batch after as many tries as it took.

        Raises:
            ScriptFailedError: the worker had to be started again, and that failed.

        """
        error = ""
        tries = 0
        for tries in range(1, self._attempts.retries + 2):
            try:
                answer = self._try(mini_batch)
            except _EndedError as ended:
                error = str(ended)
                if self._is_over:
                    break
                continue
            if "error" not in answer:
                return Outcome(
                    mini_batch.index,
                    mini_batch.items,
                    **{name: answer[name] for name in ("rows", "failed", "text")},
                    tries=tries,
                )
            error = answer["error"]
        items = mini_batch.items
        return Outcome(mini_batch.index, items, failed=items, tries=tries, error=error)

    def stop(self) -> None:
        """Let the script's ``shutdown()`` run, and end the process."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(_EndedError, subprocess.TimeoutExpired):
            self._send(STOP)
            process.wait(_END_SECONDS)
        self._end()

    def kill(self) -> None:
        """End the process at once, and start no other; may be called from any thread."""
        with self._lock:
            self._is_over = True
            if self._process is not None:
                _kill(self._process)

    def _try(self, mini_batch: MiniBatch) -> dict[str, Any]:
        if self._process is None:
            self.start()
        self._send(mini_batch.as_json())
        return self._receive(self._attempts.timeout)

    def _send(self, members: dict[str, Any]) -> None:
        assert self._process is not None  # noqa: S101 - started before
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        try:
            self._process.stdin.write(json.dumps(members).encode("ascii") + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            raise _EndedError(self._end()) from None

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
