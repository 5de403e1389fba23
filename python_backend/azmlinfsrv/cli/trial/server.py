"""A server that is started for a trial, and is gone afterwards."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

from azmlinfsrv.debugging.records import running_server
from azmlinfsrv.server.child import Failure, Start, StartEvents, end_of

_POLL_SECONDS = 0.01
_STOP_SECONDS = 5.0
_ABORT_SECONDS = 3.0
_FRAME = re.compile(r'^\s*File "(?P<file>[^"\n]+)", line (?P<line>\d+) in ', re.MULTILINE)
_OUTPUT_BYTES = 20_000


class ServerProcess:
    """The server of one script. Within a ``with`` statement: at its end no process is left."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._folder = tempfile.TemporaryDirectory(
            prefix="azmlinfsrv-check-", ignore_cleanup_errors=True
        )
        self._events_file = Path(self._folder.name, "events")
        self._events = StartEvents(self._events_file, start.workers)
        self._output = Path(self._folder.name, "output")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ServerProcess:
        _forbid_core_dumps()
        with self._output.open("wb") as output:
            # In a session of its own, a Ctrl+C is ours alone and the whole group can be ended.
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._start.command,
                cwd=self._start.folder,
                env=self._start.variables(self._events_file),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._stop()
        finally:
            self._folder.cleanup()

    def wait_until_ready(self, seconds: float) -> str | Failure:
        """Return the server's URL when every worker is ready, or why it does not serve."""
        process = self._running
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            has_ended = process.poll() is not None
            if outcome := self._events.outcome(process.pid):
                return outcome
            if has_ended:
                return Failure(f"The server ended before init() returned: {self._end()}")
            time.sleep(_POLL_SECONDS)
        return self.interrupt(
            f"The server was not ready after {seconds:g} s. More time: --timeout."
        )

    def interrupt(self, message: str) -> Failure:
        """End a server that is stuck, and find out where it was."""
        if sys.platform == "win32":
            return Failure(message)
        process = self._running
        record = running_server(process.pid)
        # Python writes where each thread is when this signal ends the process. The workers alone
        # get it: two processes that write at once would mix their words.
        for pid in (record.workers if record else []) or [process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGABRT)
        end = time.monotonic() + _ABORT_SECONDS
        while time.monotonic() < end:
            for found in _FRAME.finditer(self.output()):
                file = Path(found["file"])
                if self._is_own(file):
                    return Failure(message, file, int(found["line"]))
            time.sleep(_POLL_SECONDS)
        return Failure(message)

    def has_ended(self) -> str | None:
        """Return how the server ended; None while it runs."""
        return None if self._running.poll() is None else self._end()

    def output(self) -> str:
        """Return the end of what the server has written."""
        with self._output.open("rb") as output:
            output.seek(max(0, self._output.stat().st_size - _OUTPUT_BYTES))
            return output.read().decode("utf-8", "replace")

    @property
    def pid(self) -> int:
        """The server's first process, whose session holds all of them."""
        return self._running.pid

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None  # noqa: S101 - used within the with statement only
        return self._process

    def _is_own(self, file: Path) -> bool:
        folder = self._start.script.parent
        inner = file.relative_to(folder).parts if file.is_relative_to(folder) else ()
        return bool(inner) and not any("site-packages" in part for part in inner)

    def _end(self) -> str:
        return end_of(self._running.returncode, self.output())

    def _stop(self) -> None:
        process = self._process
        if process is None:
            return
        if sys.platform == "win32":
            process.kill()
            process.wait()
            return
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
        # Whatever the script has started, and a server that does not end.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # Looking for the record of a server that was killed removes it.
        running_server(process.pid)


def _forbid_core_dumps() -> None:
    """Keep ``interrupt`` from leaving the memory of a server behind as a file."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
