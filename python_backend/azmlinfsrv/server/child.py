"""A server of ours as a child of another program: how it is started, and what it tells."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azmlinfsrv.own_command import own_command
from azmlinfsrv.server.lifecycle import EVENTS_VARIABLE, FAILED

_MODEL_VARIABLE = "AZUREML_MODEL_DIR"
_SOURCE_VARIABLE = "AZUREML_SOURCE_DIRECTORY"
# A debugger that a whole machine asks for has no place where nobody waits for it.
_UNWANTED_VARIABLES = ("AZUREML_DEBUG_PORT", "AZUREML_ENTRY_SCRIPT", "AZUREML_CONFIG_FILE")


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
    """How a script is served, on this machine only.

    Attributes:
        script: the script.
        folder: the working directory.
        model_dir: what AZUREML_MODEL_DIR names.
        environment: variables that a deployment file sets.
        compat: "published" to let fail what fails on the published server.
        workers: how many worker processes serve it.
        options: further words of the command line.
        program: how azmlinfsrv is started; None as this program was.

    """

    script: Path
    folder: Path
    model_dir: str | None = None
    environment: Mapping[str, str] | None = None
    compat: str | None = None
    workers: int = 1
    options: Sequence[str] = ("--port", "auto", "--show_errors")
    program: Sequence[str] | None = None

    @property
    def command(self) -> list[str]:
        """The command line."""
        words = [*(self.program or own_command()), "--entry_script", str(self.script)]
        words += ["--host", "127.0.0.1", *self.options]
        words += ["--worker_count", str(self.workers)]
        words += ["--model_dir", self.model_dir] if self.model_dir else []
        return words + (["--compat", self.compat] if self.compat else [])

    def variables(self, events: Path) -> dict[str, str]:
        """Return the environment of the server."""
        own = {key: value for key, value in os.environ.items() if key not in _UNWANTED_VARIABLES}
        deployed = dict(self.environment or {})
        if self.model_dir:
            deployed.pop(_MODEL_VARIABLE, None)
        # In the cloud the script's folder is the code folder, and its modules are found.
        code = {_SOURCE_VARIABLE: os.path.relpath(self.script.parent, self.folder)}
        return {**code, **own, **deployed, EVENTS_VARIABLE: str(events)}


class StartEvents:
    """What a server has told so far.

    Args:
        file: the one that AZMLINFSRV_EVENTS names.
        workers: how many workers serve the script.

    """

    def __init__(self, file: Path, workers: int) -> None:
        self._file = file
        self._workers = workers

    def read(self) -> list[dict[str, Any]]:
        """Return the events."""
        try:
            lines = self._file.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return []
        # The last one may still be written.
        return [json.loads(line) for line in lines[:-1]]

    def outcome(self, pid: int) -> str | Failure | None:
        """Return the URL when every worker is ready, or why there is none; None until then.

        Args:
            pid: the server's first process.

        """
        ready = set()
        for event in self.read():
            if event["event"] == FAILED:
                return failure_of(event)
            if event["event"] == "ready":
                ready.add(event["pid"])
                # With --worker_preload, and on Windows, one process loads the script for all.
                if event["pid"] == pid or len(ready) == self._workers:
                    return str(event["url"])
        return None


def failure_of(event: Mapping[str, Any]) -> Failure:
    """Return the failure that an event tells."""
    message = str(event["message"])
    if missing := event.get("missing_distribution"):
        message += f". Install {missing}, and add it to the deployment's environment."
    file, line = event.get("file"), event.get("line")
    return Failure(message, Path(file) if file else None, line)


def end_of(status: int, output: str) -> str:
    """Return in words how a server ended: its exit status and its last line."""
    lines = [line for line in output.splitlines() if line.strip()]
    last = f" Its last line: {lines[-1].strip()}" if lines else ""
    if status < 0:
        try:
            return f"by {signal.Signals(-status).name}.{last}"
        except ValueError:
            pass
    return f"with status {status}.{last}"
