"""A server that is started for a trial, and is gone afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from azmlinfsrv.analysis.model_folder import MODEL_VARIABLE
from azmlinfsrv.debugging.records import running_server

_SOURCE_VARIABLE = "AZUREML_SOURCE_DIRECTORY"
_EVENTS_VARIABLE = "AZMLINFSRV_EVENTS"
# A debugger that a whole machine asks for has no place in a trial.
_UNWANTED_VARIABLES = ("AZUREML_DEBUG_PORT", "AZUREML_ENTRY_SCRIPT", "AZUREML_CONFIG_FILE")
_POLL_SECONDS = 0.01
_STOP_SECONDS = 5.0
_ABORT_SECONDS = 3.0
_FRAME = re.compile(r'^\s*File "(?P<file>[^"\n]+)", line (?P<line>\d+) in ', re.MULTILINE)
_OUTPUT_BYTES = 20_000


@dataclass(frozen=True)
class Failure:
    """Why a start or a request failed, and where in the user's code.

    Attributes:
        message: what happened.
        file: the file of the line that raised; None if that is not known.
        line: that line, from 1.

    """

    message: str
    file: Path | None = None
    line: int | None = None


@dataclass(frozen=True)
class Start:
    """How a script is served.

    Attributes:
        script: the script.
        folder: the working directory.
        model_dir: what AZUREML_MODEL_DIR names.
        environment: variables that a deployment file sets.
        compat: "published" to let fail what fails on the published server.
        workers: how many worker processes serve it.

    """

    script: Path
    folder: Path
    model_dir: str | None = None
    environment: Mapping[str, str] | None = None
    compat: str | None = None
    workers: int = 1

    @property
    def command(self) -> list[str]:
        """The command line."""
        words = [*own_command(), "--entry_script", str(self.script)]
        words += ["--host", "127.0.0.1", "--port", "auto", "--show_errors"]
        words += ["--worker_count", str(self.workers)]
        words += ["--model_dir", self.model_dir] if self.model_dir else []
        return words + (["--compat", self.compat] if self.compat else [])

    def variables(self, events: Path) -> dict[str, str]:
        """Return the environment of the server."""
        own = {key: value for key, value in os.environ.items() if key not in _UNWANTED_VARIABLES}
        deployed = dict(self.environment or {})
        if self.model_dir:
            deployed.pop(MODEL_VARIABLE, None)
        # In the cloud the script's folder is the code folder, and its modules are found.
        code = {_SOURCE_VARIABLE: os.path.relpath(self.script.parent, self.folder)}
        return {**code, **own, **deployed, _EVENTS_VARIABLE: str(events)}


def own_command() -> Sequence[str]:
    """Return how this program is started, for a child that is to see the same libraries."""
    main = getattr(sys.modules.get("__main__"), "__file__", None) or ""
    if Path(main).name == "bootstrap.py":
        return (sys.executable, str(Path(main).absolute()))
    return (sys.executable, "-m", "azmlinfsrv")


class ServerProcess:
    """The server of one script. Within a ``with`` statement: at its end no process is left."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._folder = tempfile.TemporaryDirectory(
            prefix="azmlinfsrv-check-", ignore_cleanup_errors=True
        )
        self._events = Path(self._folder.name, "events")
        self._output = Path(self._folder.name, "output")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ServerProcess:
        _forbid_core_dumps()
        with self._output.open("wb") as output:
            # In a session of its own, a Ctrl+C is ours alone and the whole group can be ended.
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._start.command,
                cwd=self._start.folder,
                env=self._start.variables(self._events),
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
            ready = set()
            for event in self._read_events():
                if event["event"] == "failed":
                    return _failure(event)
                if event["event"] == "ready":
                    ready.add(event["pid"])
                    # With --worker_preload, and on Windows, one process loads the script for all.
                    if event["pid"] == process.pid or len(ready) == self._start.workers:
                        return str(event["url"])
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

    def _read_events(self) -> Iterator[dict[str, Any]]:
        try:
            lines = self._events.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return
        # The last one may still be written.
        for line in lines[:-1]:
            yield json.loads(line)

    def _end(self) -> str:
        status = self._running.returncode
        lines = [line for line in self.output().splitlines() if line.strip()]
        last = f" Its last line: {lines[-1].strip()}" if lines else ""
        if status < 0:
            with contextlib.suppress(ValueError):
                return f"by {signal.Signals(-status).name}.{last}"
        return f"with status {status}.{last}"

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


def _failure(event: Mapping[str, Any]) -> Failure:
    message = str(event["message"])
    if missing := event.get("missing_distribution"):
        message += f". Install {missing}, and add it to the deployment's environment."
    file, line = event.get("file"), event.get("line")
    return Failure(message, Path(file) if file else None, line)


def _forbid_core_dumps() -> None:
    """Keep ``interrupt`` from leaving the memory of a server behind as a file."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
