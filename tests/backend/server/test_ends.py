"""Whatever the script does, the server ends when it is told to, and only then."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Server, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and forks")

SCRIPT = """
    import os, sys, time

    def init(): pass

    def run(data):
        if data == "fork":
            if os.fork() == 0:
                sys.exit(0)
            os.wait()
            return os.getpid()
        print("began", flush=True)
        end = time.monotonic() + float(data)
        while time.monotonic() < end:
            pass
        return os.getpid()
"""


def in_background(server: Server, body: str) -> list[Any]:
    """Begin a request; what comes back is put into the list."""
    answers: list[Any] = []

    def ask() -> None:
        with contextlib.suppress(OSError):  # the server may end without an answer
            answers.append(server.request("/score", body))

    threading.Thread(target=ask, daemon=True).start()
    wait_until(lambda: "began" in server.output)
    return answers


def test_ctrl_c_ends_the_server_while_run_computes_and_its_client_is_told(
    start_server: Any, front: str
) -> None:
    server = start_server(SCRIPT, "--server", front)
    answers = in_background(server, "30")
    server.process.send_signal(signal.SIGINT)
    assert server.wait_for_exit(10) == 0
    wait_until(lambda: answers)
    assert answers[0].status == 500


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_during_init_is_no_failure_of_the_script(
    start_server: Any, front: str, number: int
) -> None:
    source = "import time\ndef init(): time.sleep(60)\ndef run(data): pass\n"
    server = start_server(source, "--server", front)
    wait_until(lambda: "Invoking user's init" in server.output)
    server.process.send_signal(number)
    assert server.wait_for_exit(10) == 0
    assert "failed" not in server.output


def test_ctrl_c_ends_an_idle_server(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front)
    server.request("/score", "0")
    server.process.send_signal(signal.SIGINT)
    assert server.wait_for_exit(10) == 0


def test_a_second_stop_does_not_wait_for_run(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front)
    in_background(server, "30")
    server.process.terminate()
    wait_until(lambda: not accepts(server))
    server.process.terminate()
    assert server.wait_for_exit(10) == 0


def test_a_server_that_stops_takes_nobody_new_and_finishes_what_runs(
    start_server: Any, front: str
) -> None:
    server = start_server(SCRIPT, "--server", front)
    answers = in_background(server, "2")
    server.process.terminate()
    wait_until(lambda: not accepts(server))
    assert not answers
    assert server.wait_for_exit(10) == 0
    wait_until(lambda: answers)
    assert answers[0].status == 200


def accepts(server: Server) -> bool:
    """Tell whether somebody new is let in."""
    port = int(server.wait_until_ready().rpartition(":")[2])
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


def test_a_child_that_run_forks_does_not_become_a_second_server(
    start_server: Any, front: str
) -> None:
    server = start_server(SCRIPT, "--server", front)
    own = server.request("/score", "0").json
    assert server.request("/score", "fork").json == own
    assert server.request("/score", "0").json == own


CHILDREN = """
    import multiprocessing, os, time

    def init(): pass

    def work(number):
        return number * number

    def wait():
        time.sleep(60)

    def run(data):
        fork = multiprocessing.get_context("fork")
        if data == "pool":
            with fork.Pool(2) as pool:
                return pool.map(work, range(4))
        child = fork.Process(target=wait)
        child.start()
        child.terminate()
        child.join(10)
        return child.exitcode
"""


@pytest.mark.parametrize(("body", "answer"), [("pool", [0, 1, 4, 9]), ("child", -15)])
def test_processes_that_run_starts_can_be_ended_and_do_not_end_the_server(
    start_server: Any, front: str, body: str, answer: object
) -> None:
    server = start_server(CHILDREN, "--server", front)
    for _ in range(3):
        assert server.request("/score", body).json == answer
    assert "Stopping" not in server.output


def test_after_a_worker_timeout_the_next_request_is_answered(start_server: Any) -> None:
    server = start_server(SCRIPT, env={"WORKER_TIMEOUT": "1"})
    hung = server.request("/score", "30")
    assert hung.status == 500
    assert "WORKER TIMEOUT" in server.output
    assert server.request("/score", "0").status == 200


def test_a_worker_whose_master_was_killed_ends(start_server: Any) -> None:
    server = start_server(SCRIPT)
    worker = server.request("/score", "0").json
    server.process.kill()
    server.process.wait()
    wait_until(lambda: has_ended(worker))


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return True
    return state == "Z"
