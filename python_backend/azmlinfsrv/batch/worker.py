"""A worker's own process: mini batches come in on standard input, results go out on the pipe.

One JSON line each way. The script's standard output is standard error here, so that nothing it
prints gets between the results, and its standard input is empty.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import queue
import signal
import sys
from typing import IO, Any

from azmlinfsrv.batch.mini_batch import MiniBatch
from azmlinfsrv.batch.script import BatchScript, MiniBatchError
from azmlinfsrv.batch.work import Work
from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.threads import start_hidden_thread

STOP: dict[str, Any] = {"stop": True}


def main() -> int:
    """Work until told to stop; returns the exit status."""
    tasks, answers = _take_channels()
    with contextlib.suppress(OSError, ValueError, AttributeError):
        faulthandler.enable()
    incoming: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    start_hidden_thread("tasks", _read_tasks, tasks, incoming)
    script = BatchScript(Work.from_json(incoming.get()))
    try:
        _unless_interrupted(script.init)
    except EntryScriptError as error:
        _send(answers, {"failed": _told(error), "missing": error.missing_distribution})
        return 1
    _send(answers, {"ready": os.getpid()})
    while (task := incoming.get()) != STOP:
        _send(answers, _answer(script, MiniBatch.from_json(task)))
    try:
        _unless_interrupted(script.shutdown)
    except EntryScriptError as error:
        print(_told(error), file=sys.stderr)
    return 0


def _answer(script: BatchScript, mini_batch: MiniBatch) -> dict[str, Any]:
    try:
        result = script.run(mini_batch)
    except MiniBatchError as error:
        return {"error": str(error)}
    except KeyboardInterrupt:
        return {"error": "run() raised KeyboardInterrupt"}
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
    return {"rows": result.rows, "failed": result.failed, "text": result.text}


def _unless_interrupted(call: Any) -> None:
    try:
        call()
    except KeyboardInterrupt as error:
        raise EntryScriptError("The script raised KeyboardInterrupt") from error


def _take_channels() -> tuple[IO[bytes], IO[bytes]]:
    """Keep both pipes for ourselves, and leave the script harmless ones in their place."""
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    return tasks, answers


def _read_tasks(tasks: IO[bytes], incoming: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in tasks:
        task = json.loads(line)
        incoming.put(task)
        if task == STOP:
            return
    # Whoever gave the tasks is gone, killed perhaps: nobody waits for a result.
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            if os.getpgrp() == os.getpid():
                os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _send(answers: IO[bytes], members: dict[str, Any]) -> None:
    answers.write(json.dumps(members).encode("ascii") + b"\n")
    answers.flush()


def _told(error: EntryScriptError) -> str:
    return f"{error}\n{error.details}" if error.details else str(error)
