"""A debugger joins a server that was started without one, and leaves it again."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from azmlinfsrv.debugging.records import running_server

from ..conftest import HttpAnswer, Server, StartServer, wait_until
from ..dap import Follow, attached, following, listening_adapter

ECHO = """
    def init():
        pass

    def run(raw_data):
        return raw_data
"""
IN_INIT, IN_RUN = 3, 6
BUSY = """
    def init():
        pass

    def step(number):
        return number + 1

    def run(raw_data):
        number = 0
        for _ in range(200_000):
            number = step(number)
        return number
"""


class Client:
    """A request that is under way."""

    def __init__(self, ask: Callable[[], HttpAnswer]) -> None:
        self._answer: list[HttpAnswer] = []
        self._thread = threading.Thread(target=lambda: self._answer.append(ask()))
        self._thread.start()

    @property
    def answer(self) -> HttpAnswer:
        self._thread.join(20)
        return self._answer[0]


def score(server: Server, body: str = '"x"') -> Client:
    return Client(lambda: server.request("/score", body))


def listed(pid: int) -> dict[str, Any] | None:
    shown = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", "ps", "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    ).stdout
    return next((row for row in json.loads(shown) if row["pid"] == pid), None)


def milliseconds(server: Server, times: int = 5) -> float:
    def one() -> float:
        began = time.perf_counter()
        assert server.request("/score", '"x"').status == 200
        return (time.perf_counter() - began) * 1000

    return statistics.median(one() for _ in range(times))


def script_of(server: Server) -> Path:
    return server.folder / "score.py"


def test_a_breakpoint_in_run_stops_in_a_server_that_was_started_without_a_debugger(
    start_server: StartServer, front: str
) -> None:
    server = start_server(ECHO, "--server", front)
    server.wait_until_ready()
    with following(server) as follow, attached(follow, script_of(server), [IN_RUN]) as dap:
        client = score(server)
        thread, frame = dap.wait_for_stop()
        assert (frame["name"], frame["line"]) == ("run", IN_RUN)
        # While somebody looks at run(), the probe is answered.
        assert server.request("/").text == "Healthy"
        dap.request("continue", threadId=thread)
        assert client.answer.json == '"x"'


def test_a_server_serves_at_full_speed_again_when_the_debugger_has_gone(
    start_server: StartServer, front: str
) -> None:
    server = start_server(BUSY, "--server", front)
    before = milliseconds(server)
    with following(server) as follow, attached(follow, script_of(server), [9]) as dap:
        client = score(server)
        thread, _ = dap.wait_for_stop()
        dap.set_breakpoints(script_of(server), [])
        dap.request("continue", threadId=thread)
        assert client.answer.status == 200
        dap.request("disconnect", terminateDebuggee=False)
    # Traced, it is seven times slower.
    wait_until(lambda: milliseconds(server) < before * 3)


def test_an_editor_that_dies_while_run_is_paused_leaves_the_request_its_answer(
    start_server: StartServer,
) -> None:
    server = start_server(ECHO)
    server.wait_until_ready()
    with following(server) as follow, attached(follow, script_of(server), [IN_RUN]) as dap:
        client = score(server)
        dap.wait_for_stop()
        dap.process.kill()
        follow.process.kill()
        assert client.answer.json == '"x"'


def test_a_server_can_be_attached_to_again_and_again(start_server: StartServer) -> None:
    server = start_server(ECHO)
    server.wait_until_ready()
    for _ in range(3):
        with following(server) as follow, attached(follow, script_of(server), [IN_RUN]) as dap:
            client = score(server)
            dap.wait_for_stop()
            dap.request("disconnect", terminateDebuggee=False)
            assert client.answer.status == 200


def test_a_second_debugger_is_refused_with_the_reason(start_server: StartServer) -> None:
    server = start_server(ECHO)
    server.wait_until_ready()
    with following(server) as follow, attached(follow, script_of(server), []):
        second = subprocess.run(
            [sys.executable, "-m", "azmlinfsrv", "attach", str(server.process.pid), "--follow"],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=20,
        )
        assert second.returncode == 1
        assert "A debugger is attached to this server already" in second.stderr
        assert (listed(server.process.pid) or {})["is_attached"]


def test_every_worker_stops_at_breakpoints(start_server: StartServer) -> None:
    server = start_server(ECHO, "--worker_count", "2")
    server.wait_until_ready()
    wait_until(lambda: server.output.count("ready for serving") == 2)
    with (
        following(server) as follow,
        attached(follow, script_of(server), [IN_RUN]) as first,
        attached(follow, script_of(server), [IN_RUN]) as second,
    ):
        clients = [score(server)]
        wait_until(lambda: first.has("stopped") or second.has("stopped"))
        # The paused worker leaves this one to the other.
        clients.append(score(server))
        for dap in (first, second):
            thread, frame = dap.wait_for_stop()
            assert frame["line"] == IN_RUN
            dap.request("continue", threadId=thread)
        assert [client.answer.status for client in clients] == [200, 200]


def test_a_worker_that_starts_later_joins_before_it_loads_the_script(
    start_server: StartServer,
) -> None:
    server = start_server(ECHO, "--reload")
    server.wait_until_ready()
    with following(server) as follow, attached(follow, script_of(server), [IN_INIT]):
        script = script_of(server)
        script.write_text(script.read_text().replace("return raw_data", "return 'new'"))
        with attached(follow, script, [IN_INIT, IN_RUN]) as new:
            thread, frame = new.wait_for_stop()
            assert frame["name"] == "init"
            new.request("continue", threadId=thread)
            wait_until(lambda: "has been loaded anew" in server.output)
            client = score(server)
            thread, frame = new.wait_for_stop()
            assert frame["name"] == "run"
            new.request("continue", threadId=thread)
            assert client.answer.json == "new"


def test_requests_that_come_while_the_debugger_joins_are_answered(
    start_server: StartServer,
) -> None:
    server = start_server(ECHO)
    server.wait_until_ready()
    has_joined = threading.Event()
    answers: list[Any] = []

    def ask_again_and_again() -> None:
        while not has_joined.is_set():
            answers.append(server.request("/score", "1").json)

    asking = threading.Thread(target=ask_again_and_again)
    asking.start()
    try:
        with following(server) as follow, attached(follow, script_of(server), []):
            pass
    finally:
        has_joined.set()
        asking.join()
    assert set(answers) == {"1"}
    assert server.output.count("ready for serving traffic") == 1


def test_a_worker_that_starts_waits_for_no_editor_that_has_died(start_server: StartServer) -> None:
    server = start_server(ECHO, "--reload")
    server.wait_until_ready()
    with following(server) as follow, attached(follow, script_of(server), []):
        follow.process.kill()
        follow.process.wait()
        script = script_of(server)
        script.write_text(script.read_text().replace("return raw_data", "return 'new'"))
        wait_until(lambda: "has been loaded anew" in server.output)
        assert server.request("/score", "1").json == "new"
        # It was seen that nobody is there any more, and not found out by waiting.
        running = running_server(server.process.pid)
        assert running
        assert not running.debugger_file.exists()


def test_processes_that_the_script_starts_know_nothing_of_a_debugger_that_has_gone(
    start_server: StartServer,
) -> None:
    server = start_server(
        """
        import subprocess
        import sys

        def init():
            pass

        def run(raw_data):
            child = [sys.executable, "-c", "import sys; print('pydevd' in sys.modules)"]
            return subprocess.run(child, capture_output=True, text=True).stdout.strip()
        """
    )
    server.wait_until_ready()
    with following(server) as follow, attached(follow, script_of(server), []) as dap:
        dap.request("disconnect", terminateDebuggee=False)
        dap.close()
        wait_until(lambda: server.request("/score", "1").json == "False")


def test_a_pause_longer_than_the_limits_costs_an_attached_server_nothing(
    start_server: StartServer, front: str
) -> None:
    limits = {"SCORING_TIMEOUT_MS": "1000", "WORKER_TIMEOUT": "1"}
    server = start_server(ECHO, "--server", front, env=limits)
    server.wait_until_ready()
    with following(server) as follow, attached(follow, script_of(server), [IN_RUN]) as dap:
        client = score(server)
        thread, _ = dap.wait_for_stop()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            assert server.request("/").text == "Healthy"
        dap.request("continue", threadId=thread)
        assert client.answer.json == '"x"'


def test_the_debugger_s_side_ends_with_the_server(start_server: StartServer) -> None:
    server = start_server(ECHO)
    server.wait_until_ready()
    follow = Follow(server.process.pid)
    with attached(follow, script_of(server), []):
        server.stop()
        assert follow.process.wait(10) == 0
    follow.leave()


def test_nothing_of_an_attached_server_listens_for_a_debugger(start_server: StartServer) -> None:
    server = start_server(ECHO)
    url = server.wait_until_ready()
    port = int(url.rpartition(":")[2])
    with following(server) as follow, attached(follow, script_of(server), []):
        worker = (listed(server.process.pid) or {})["workers"][0]
        assert listening_ports(server.process.pid) | listening_ports(worker) == {port}


def listening_ports(pid: int) -> set[int]:
    """Return the TCP ports on which a process listens (Linux)."""
    inodes = {
        str(link.readlink())
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if str(link.readlink()).startswith("socket:")
    }
    ports = set()
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = row.split()
        if columns[3] == "0A" and f"socket:[{columns[9]}]" in inodes:
            ports.add(int(columns[1].rpartition(":")[2], 16))
    return ports


def test_a_debugger_without_the_token_is_shown_the_door(start_server: StartServer) -> None:
    server = start_server(ECHO)
    server.wait_until_ready()
    with following(server) as follow:
        worker = follow.next()["worker"]
        with listening_adapter("the adapter's") as (_, address, _pending):
            follow.offer(worker, address, "the worker's")
            wait_until(lambda: server.request("/score", "1").status == 200)
            # Whoever attaches next finds the worker free.
        token = "both"
        with listening_adapter(token) as (dap, address, pending):
            follow.offer(worker, address, token)
            dap.begin(script_of(server), [IN_RUN])
            assert dap.response(pending)["success"]


def test_an_exception_stops_at_its_line_in_a_server_that_was_attached_to(
    start_server: StartServer, front: str
) -> None:
    server = start_server(
        ECHO.replace("return raw_data", "return int(raw_data)"), "--server", front
    )
    server.wait_until_ready()
    with following(server) as follow, attached(follow, script_of(server), []) as dap:
        # What the editor's box stands for: see adapterRules.ts.
        dap.request("setExceptionBreakpoints", filters=["uncaught"])
        client = score(server, "x")
        thread, frame = dap.wait_for_stop()
        assert (frame["name"], frame["line"]) == ("run", IN_RUN)
        dap.request("continue", threadId=thread)
        assert client.answer.status == 500
