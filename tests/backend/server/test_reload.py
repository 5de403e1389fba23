"""With --reload the code that was saved answers, and a mistake in it costs nobody a request."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Server, wait_until

SCRIPT = """
    import os
    from helper import answer

    def init(): pass

    def run(data):
        return [answer(), os.getpid()]
"""


def start(start_server: Any, folder: Path, *options: str, source: str = SCRIPT) -> Server:
    (folder / "helper.py").write_text("def answer(): return 'old'\n")
    server: Server = start_server(source, "--reload", *options)
    server.wait_until_ready()
    return server


def answers(server: Server, expected: str) -> bool:
    return bool(server.request("/score", "x").json[0] == expected)


def reloads(server: Server) -> int:
    return sum(event["event"] == "reloaded" for event in server.events)


def save(server: Server, name: str, text: str) -> None:
    (server.folder / name).write_text(text)


def test_saving_a_module_that_the_script_imported_loads_it(
    start_server: Any, tmp_path: Path, front: str
) -> None:
    server = start(start_server, tmp_path, "--server", front)
    assert answers(server, "old")
    save(server, "helper.py", "def answer(): return 'new'\n")
    wait_until(lambda: answers(server, "new"))
    wait_until(lambda: server.events[-1]["event"] == "reloaded")


def test_whoever_asks_once_the_reload_has_been_told_gets_the_new_code(
    start_server: Any, tmp_path: Path, front: str
) -> None:
    server = start(start_server, tmp_path, "--server", front)
    told: list[str] = []
    for turn in map(str, range(5)):
        save(server, "helper.py", f"def answer(): return {turn!r}\n")
        wait_until(lambda: reloads(server) > len(told))
        assert answers(server, turn)
        told.append(turn)


def test_saving_the_script_as_editors_do_it_loads_it(
    start_server: Any, tmp_path: Path, front: str
) -> None:
    server = start(start_server, tmp_path, "--server", front)
    source = (server.folder / "score.py").read_text()
    save(server, "score.py.tmp", source.replace("answer()", "'renamed'"))
    (server.folder / "score.py.tmp").rename(server.folder / "score.py")
    wait_until(lambda: answers(server, "renamed"))


@pytest.mark.parametrize(
    "broken", ["def answer(:\n", "import no_such_module\n", "raise ValueError('at import')\n"]
)
def test_code_that_cannot_be_served_is_told_and_the_old_code_goes_on_until_it_is_mended(
    start_server: Any, tmp_path: Path, front: str, broken: str
) -> None:
    server = start(start_server, tmp_path, "--server", front)
    worker = server.request("/score", "x").json[1]
    save(server, "helper.py", broken)
    wait_until(lambda: server.events[-1]["event"] == "reloadFailed")
    failed = server.events[-1]
    assert (failed["file"], failed["line"]) == (str(server.folder / "helper.py"), 1)
    wait_until(lambda: "the old code goes on" in server.output)
    assert server.request("/score", "x").json == ["old", worker]
    save(server, "helper.py", "def answer(): return 'mended'\n")
    wait_until(lambda: answers(server, "mended"))


def test_a_module_that_only_the_broken_code_imports_is_watched_too(
    start_server: Any, tmp_path: Path, front: str
) -> None:
    server = start(start_server, tmp_path, "--server", front)
    save(server, "helper.py", "from missing import answer\n")
    wait_until(lambda: server.events[-1]["event"] == "reloadFailed")
    save(server, "missing.py", "def answer(): return 'found'\n")
    wait_until(lambda: answers(server, "found"))


def test_a_module_that_run_imports_late_is_watched_too(
    start_server: Any, tmp_path: Path, front: str
) -> None:
    source = """
        def init(): pass

        def run(data):
            import late
            return [late.VALUE, 0]
    """
    (tmp_path / "late.py").write_text("VALUE = 'old'\n")
    server = start(start_server, tmp_path, "--server", front, source=source)
    assert answers(server, "old")
    save(server, "late.py", "VALUE = 'new one'\n")
    wait_until(lambda: answers(server, "new one"))


@pytest.mark.skipif(sys.platform == "win32", reason="waitress has one process for both codes")
def test_new_code_that_kills_its_process_leaves_the_old_code_alone(
    start_server: Any, tmp_path: Path
) -> None:
    server = start(start_server, tmp_path)
    save(server, "helper.py", "import os\nos.kill(os.getpid(), 11)\n")
    wait_until(lambda: server.events[-1]["event"] == "reloadFailed")
    assert "SIGSEGV" in server.events[-1]["message"]
    assert answers(server, "old")
    time.sleep(1.2)  # the master looks after its workers once a second
    assert answers(server, "old")


def test_a_file_that_the_script_does_not_use_changes_nothing(
    start_server: Any, tmp_path: Path, front: str
) -> None:
    server = start(start_server, tmp_path, "--server", front)
    save(server, "other.py", "x = 1\n")
    save(server, "helper.py", "def answer(): return 'new'\n")
    wait_until(lambda: answers(server, "new"))
    assert server.output.count("Loading the script anew") == 1


def test_no_request_is_lost_while_code_is_saved_again_and_again(
    start_server: Any, tmp_path: Path, front: str
) -> None:
    server = start(start_server, tmp_path, "--server", front)
    stop = threading.Event()
    failures: list[object] = []

    def ask(keeps_alive: bool) -> None:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, 20)) as connection:
            while not stop.is_set():
                try:
                    connection.request("POST", "/score", "x")
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException) as error:
                    failures.append(error)
                    return
                if answer.status != 200:
                    failures.append(answer.status)
                if not keeps_alive:
                    connection.close()

    port = int(server.wait_until_ready().rpartition(":")[2])
    clients = [threading.Thread(target=ask, args=[way]) for way in (True, True, False, False)]
    for client in clients:
        client.start()
    for version in range(5):
        save(server, "helper.py", f"def answer(): return 'version {version}'\n")
        wait_until(lambda wanted=f"version {version}": answers(server, wanted))  # type: ignore[misc]
    stop.set()
    for client in clients:
        client.join(20)
    assert not failures


@pytest.mark.skipif(sys.platform == "win32", reason="behind waitress init() has the only thread")
def test_the_old_code_answers_while_the_new_init_takes_its_time(
    start_server: Any, tmp_path: Path
) -> None:
    server = start(start_server, tmp_path)
    source = (server.folder / "score.py").read_text()
    slow = source.replace("def init(): pass", "def init():\n    import time; time.sleep(2)")
    save(server, "score.py", slow.replace("answer()", "'slow'"))
    wait_until(lambda: server.output.count("Invoking user's init function") == 2)
    started = time.monotonic()
    assert answers(server, "old")
    assert time.monotonic() - started < 1.5
    wait_until(lambda: answers(server, "slow"))


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="POSIX signals")
def test_sighup_with_a_mistake_in_the_script_does_not_end_the_server(
    start_server: Any, front: str
) -> None:
    server = start_server("def init(): pass\ndef run(data): return 'old'", "--server", front)
    server.wait_until_ready()
    save(server, "score.py", "def init(:\n")
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "the old code goes on" in server.output)
    assert server.request("/score", "x").json == "old"


def test_the_listening_socket_stays_open(start_server: Any, tmp_path: Path, front: str) -> None:
    server = start(start_server, tmp_path, "--server", front)
    port = int(server.wait_until_ready().rpartition(":")[2])
    save(server, "helper.py", "def answer(): return 'new'\n")
    deadline = time.monotonic() + 20
    is_new = False
    while not is_new and time.monotonic() < deadline:
        # A closed socket would refuse one of these.
        socket.create_connection(("127.0.0.1", port), 5).close()
        is_new = "has been loaded anew" in server.output
    assert is_new
