"""Serve a model as it is and as its ejected script, and ask both the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.conftest import Server

OK, BAD_REQUEST = 200, 400
# The frameworks take their time, above all beside other tests.
_START_SECONDS = 180


@dataclass(frozen=True)
class Case:
    """A request, and what has to come back.

    Attributes:
        body: the body; text is sent as it is, anything else as JSON.
        answer: what the answer holds as JSON; None for a refusal.
        told: a part of the message of a refusal.

    """

    body: Any
    answer: Any = None
    told: str | None = None


@dataclass(frozen=True)
class Exchange:
    """What came back."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@contextmanager
def started(folder: Path, *words: str) -> Iterator[Server]:
    """Run the server with these words until the end of the block; it may not be ready yet."""
    own = {
        "AZMLINFSRV_HOME": str(folder / "home"),
        # Nothing of these tests is to leave this machine.
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    server = Server(folder, [*words, "--host", "127.0.0.1", "--port", "auto"], own)
    try:
        yield server
    finally:
        server.stop()


def ask(server: Server, cases: Mapping[str, Case]) -> dict[str, Exchange]:
    """Return what a server answers, by the names of the cases."""
    server.wait_until_ready(_START_SECONDS)
    found = {}
    for name, case in cases.items():
        body = case.body if isinstance(case.body, str) else json.dumps(case.body)
        answer = server.request("/score", body)
        found[name] = Exchange(answer.status, answer.text)
    return found


def check_both(folder: Path, model: str, cases: Mapping[str, Case], *options: str) -> str:
    """Check the answers of a served model, and that its ejected script gives the same bytes.

    Returns what the first server has written.
    """
    script, model_dir = eject(folder, model, *options)
    place = ("--entry_script", script, "--model_dir", model_dir, "--compat", "published")
    # At once: most of the time goes by with importing the framework.
    with (
        started(folder, "serve-model", "--model", model, *options) as server,
        started(folder, *place) as other,
    ):
        served = ask(server, cases)
        assert served == ask(other, cases)
        output = server.output
    for name, case in cases.items():
        exchange = served[name]
        if case.told is None:
            assert (exchange.status, exchange.json) == (OK, case.answer), name
        else:
            assert exchange.status == BAD_REQUEST, (name, exchange)
            assert case.told in exchange.json["message"], name
    return output


def eject(folder: Path, model: str, *options: str) -> tuple[str, str]:
    """Write the script, check it, and return its path and the model folder."""
    words = ["serve-model", "--model", model, "--eject", "score.py", "--json", *options]
    written = json.loads(_run(folder, *words))
    found = _run(folder, "check", "score.py", "--model_dir", written["modelDir"], "--format=json")
    assert json.loads(found) == []
    return written["script"], written["modelDir"]


def _run(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "azmlinfsrv", *words]
    home = {**os.environ, "AZMLINFSRV_HOME": str(folder / "home")}
    done = subprocess.run(command, cwd=folder, env=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
