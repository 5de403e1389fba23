"""A run() that takes too long: its client is answered at the limit, and the server recovers."""

from __future__ import annotations

import http.client
import socket
import time
from typing import Any

import pytest

from ..conftest import Server, wait_until

SCRIPT = """
    import hashlib, itertools, os, sys, time, traceback
    from azureml.contrib.services.aml_response import AMLResponse

    def init(): pass

    def holds_lock():
        sum(itertools.repeat(1))

    def defiant():
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                time.sleep(60)
            except BaseException:
                pass

    def in_c():
        # Lets go of Python's lock, and cannot be interrupted.
        hashlib.pbkdf2_hmac("sha256", b"", b"", 400_000_000)

    def drip():
        yield b"first"
        time.sleep(30)
        yield b"never"

    def late():
        time.sleep(30)
        yield b"never"

    def steady():
        for _ in range(8):
            time.sleep(0.1)
            yield b"x"

    def run(data):
        if data == "sleep":
            time.sleep(30)
        if data == "defiant":
            defiant()
        if data == "holds lock":
            holds_lock()
        if data == "in C":
            in_c()
        if data in ("drip", "steady", "late"):
            return AMLResponse({"drip": drip, "steady": steady, "late": late}[data](), 200)
        return os.getpid()
"""
LIMIT = {"SCORING_TIMEOUT_MS": "500"}
TIMEOUT = {"message": "Scoring timeout after 500 ms"}


def script_line(text: str, after: str) -> int:
    """Return the number from 0 of the first line with a text after that of a function's head."""
    lines = SCRIPT.splitlines()
    start = next(number for number, line in enumerate(lines) if f"def {after}" in line)
    return next(n for n in range(start, len(lines)) if lines[n].endswith(text))


def timed(server: Server, body: str) -> tuple[Any, float]:
    started = time.monotonic()
    answer = server.request("/score", body)
    return answer, time.monotonic() - started


def test_the_log_shows_where_run_was_at_the_limit(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front, env=LIMIT)
    server.wait_until_ready()
    answer, seconds = timed(server, "sleep")
    assert (answer.status, answer.json) == (500, TIMEOUT)
    assert 0.5 <= seconds < 5
    line = 1 + SCRIPT.splitlines().index("            time.sleep(30)")
    assert f"score.py:{line}: run() was interrupted after 500 ms" in server.output
    assert "in run\n" in server.output
    assert server.request("/score", "").status == 200


@pytest.mark.parametrize("body", ["defiant", "in C"])
def test_a_run_that_cannot_be_interrupted_is_answered_at_the_limit_and_its_worker_replaced(
    start_server: Any, body: str
) -> None:
    server = start_server(SCRIPT, "--server", "gunicorn", env=LIMIT)
    old = server.request("/score", "").json
    answer, seconds = timed(server, body)
    assert (answer.status, answer.json) == (500, TIMEOUT)
    assert seconds < 3
    function = body.lower().replace(" ", "_")
    assert "run() has not returned after" in server.output
    assert f"in {function}\n" in server.output
    # Whoever waits behind it is told at the latest when the worker is replaced.
    waiting, seconds = timed(server, "")
    assert waiting.status in {200, 503}
    assert seconds < 15
    wait_until(lambda: server.output.count("ready for serving traffic") == 2)
    assert "WORKER TIMEOUT" in server.output
    assert server.request("/score", "").json != old


def test_a_worker_whose_run_holds_pythons_lock_is_replaced_and_its_stack_told(
    start_server: Any,
) -> None:
    server = start_server(SCRIPT, "--server", "gunicorn", env=LIMIT)
    old = server.request("/score", "").json
    # Nobody in the worker can answer; but the client is not left waiting.
    with pytest.raises((OSError, http.client.HTTPException)):
        server.request("/score", "holds lock")
    wait_until(lambda: server.output.count("ready for serving traffic") == 2)
    assert "run() has held Python's lock for" in server.output
    assert "in holds_lock" in server.output
    assert server.request("/score", "").json != old


def test_behind_waitress_a_lost_thread_makes_the_server_not_ready_until_it_returns(
    start_server: Any,
) -> None:
    script = SCRIPT.replace("time.monotonic() + 60", "time.monotonic() + 8")
    script = script.replace("time.sleep(60)", "time.sleep(0.1)")
    server = start_server(script, "--server", "waitress", env=LIMIT)
    answer, seconds = timed(server, "defiant")
    assert (answer.status, answer.json) == (500, TIMEOUT)
    assert seconds < 3
    assert server.request("/readyz").status == 200
    wait_until(lambda: server.request("/readyz").status == 503)
    assert server.request("/").status == 503
    assert server.request("/livez").status == 200
    assert server.request("/score", "").status == 503
    assert "Behind waitress nothing can replace it" in server.output
    wait_until(lambda: server.request("/readyz").status == 200)
    assert server.request("/score", "").status == 200


def test_worker_timeout_counts_behind_waitress_too(start_server: Any) -> None:
    server = start_server(SCRIPT, "--server", "waitress", env={"WORKER_TIMEOUT": "1"})
    answer, seconds = timed(server, "in C")
    assert answer.status == 500
    assert seconds < 4
    assert server.request("/readyz").status == 503
    # Two signals: the thread that would wait for run() to end is not to be waited for.
    server.process.terminate()
    wait_until(lambda: "Stopping when run() has returned" in server.output)
    assert server.stop() == 0


def test_a_stream_that_stops_coming_is_cut_and_a_steady_one_is_not(
    start_server: Any, front: str
) -> None:
    server = start_server(SCRIPT, "--server", front, env=LIMIT)
    # Longer than the limit in all, but with a sign of life.
    assert server.request("/score", "steady").text == "x" * 8
    # Before the first chunk there is no status yet.
    late = server.request("/score", "late")
    assert (late.status, late.json) == (500, TIMEOUT)
    url = server.wait_until_ready()
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 20) as connection:
        connection.sendall(b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\ndrip")
        received = b""
        while chunk := connection.recv(1000):
            received += chunk
    assert b"first" in received
    assert not received.endswith(b"0\r\n\r\n")
    assert time.monotonic() - started < 25
    line = 1 + script_line("        time.sleep(30)", after="drip")
    told = f"score.py:{line}: The stream that run() returned was interrupted after 500 ms ["
    wait_until(lambda: told in server.output)
    assert "Traceback" not in server.output
    assert server.request("/score", "").status == 200


def test_with_threads_each_request_has_its_own_limit(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front, "--threads", "3", env=LIMIT)
    server.wait_until_ready()
    answer, _ = timed(server, "defiant")
    assert answer.json == TIMEOUT
    assert server.request("/score", "").status == 200
