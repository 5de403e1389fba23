"""The server as a process: what a client and a shell see of it, on both fronts."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ..conftest import free_port

POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def test_health_and_score_answer_on_both_fronts(start_server: Any, front: str) -> None:
    server = start_server(
        "def init(): pass\ndef run(data): return {'got': data}", "--server", front
    )
    health = server.request("/")
    assert (health.status, health.text) == (200, "Healthy")
    answer = server.request("/score", '{"a": 1}')
    assert (answer.status, answer.json) == (200, {"got": '{"a": 1}'})
    assert answer.headers["Content-Type"] == "application/json"
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["x-ms-run-function-failed"] == "False"
    assert float(headers["x-ms-run-fn-exec-ms"]) >= 0


def test_routing_errors_are_json_in_the_published_words(start_server: Any, front: str) -> None:
    server = start_server("def init(): pass\ndef run(data): return 1", "--server", front)
    missing = server.request("/nowhere")
    assert missing.status == 404
    assert "was not found on the server" in missing.json["message"]
    refused = server.request("/score", "{}", method="DELETE")
    assert refused.status == 405
    assert refused.json == {"message": "The method is not allowed for the requested URL."}


def test_a_failing_request_leaves_the_server_alive_and_its_line_in_the_log(
    start_server: Any, front: str
) -> None:
    source = "def init(): pass\n\ndef run(data):\n    return 1 / int(data)\n"
    server = start_server(source, "--server", front)
    assert server.request("/score", "0").status == 500
    assert server.request("/score", "2").json == 0.5
    assert f"{server.folder / 'score.py'}:4: run() failed: ZeroDivisionError" in server.output


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def init(:\n", 1),
        ("import no_such_module\n", 1),
        ("def init():\n    open('missing.pkl')\n\ndef run(data): pass\n", 2),
        ("def run(data): pass\n", 1),
        ("def init():\n    raise KeyboardInterrupt\n\ndef run(data): pass\n", 2),
    ],
)
def test_a_script_that_cannot_be_served_ends_with_status_3_and_its_line(
    start_server: Any, front: str, source: str, line: int
) -> None:
    server = start_server(source, "--server", front)
    assert server.wait_for_exit() == 3
    script = server.folder / "score.py"
    assert f"{script}:{line}: " in server.output
    assert f"{Path('azmlinfsrv', 'scoring')}" not in server.output
    failed = server.events[-1]
    assert (failed["event"], failed["file"], failed["line"]) == ("failed", str(script), line)


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")
@pytest.mark.parametrize(
    ("crash", "how"),
    [
        ("os._exit(1)", "ended with status 1"),
        ("os._exit(0)", "ended with status 0"),
        ("os.kill(os.getpid(), 11)", "was ended by SIGSEGV"),
        ("os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
    ],
)
def test_a_crash_in_init_ends_the_server_after_the_first_try(
    start_server: Any, crash: str, how: str
) -> None:
    server = start_server(f"import os\ndef init(): {crash}\ndef run(data): pass\n")
    assert server.wait_for_exit() == 3
    assert server.output.count("Booting worker") == 1
    assert how in server.events[-1]["message"]
    assert how in server.output


@POSIX_ONLY
def test_a_crash_in_c_is_told_with_the_line_of_the_script(start_server: Any, front: str) -> None:
    source = "import ctypes\ndef init():\n    ctypes.string_at(0)\ndef run(data): pass\n"
    server = start_server(source, "--server", front)
    assert server.wait_for_exit() == (3 if front == "gunicorn" else -signal.SIGSEGV)
    assert "Segmentation fault" in server.output
    assert f'File "{server.folder / "score.py"}", line 3 in init' in server.output


@POSIX_ONLY
def test_a_server_that_is_stopped_during_init_stops_in_good_order(start_server: Any) -> None:
    server = start_server("import time\ndef init(): time.sleep(60)\ndef run(data): pass\n")
    deadline = time.monotonic() + 20
    while "Invoking user's init" not in server.output and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.stop() == 0
    assert [event["event"] for event in server.events] == ["listening"]


def test_a_missing_entry_script_ends_with_status_3_before_anything_listens(
    start_server: Any,
) -> None:
    server = start_server("", "--entry_script", "missing.py")
    assert server.wait_for_exit() == 3
    assert "missing.py does not exist" in server.output
    assert [event["event"] for event in server.events] == ["failed"]


def test_a_taken_port_is_answered_without_retries_and_names_its_holder(start_server: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        started = time.monotonic()
        server = start_server("def init(): pass\ndef run(data): pass", "--port", str(port))
        assert server.wait_for_exit() == 1
        seconds = time.monotonic() - started
    assert f"Port {port} is in use" in server.output
    if sys.platform == "linux":
        assert f"(pid {os.getpid()})" in server.output
    assert "Traceback" not in server.output
    # The published server retries for 5.2 s. Ours takes 0.1 s; a busy machine may add to it.
    assert seconds < 5


def test_a_server_of_ours_that_was_forgotten_is_named_by_its_command(start_server: Any) -> None:
    port = str(free_port())
    source = "def init(): pass\ndef run(data): pass"
    forgotten = start_server(source, "--port", port)
    forgotten.wait_until_ready()
    server = start_server(source, "--port", port)
    assert server.wait_for_exit() == 1
    assert f"Port {port} is in use by " in server.output
    assert "azmlinfsrv --entry_script score.py" in server.output


def test_auto_finds_a_free_port_when_5001_is_taken(start_server: Any) -> None:
    servers = [start_server(), start_server()]
    urls = {server.wait_until_ready() for server in servers}
    assert len(urls) == 2


@POSIX_ONLY
def test_sigterm_ends_every_process_with_status_0_and_frees_the_port(
    start_server: Any, front: str
) -> None:
    port = free_port()
    source = "def init(): pass\ndef run(data): return 1"
    server = start_server(source, "--server", front, "--port", str(port))
    server.wait_until_ready()
    server.process.send_signal(signal.SIGTERM)
    assert server.wait_for_exit() == 0
    with socket.create_server(("127.0.0.1", port)):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")
def test_two_workers_each_load_the_script(start_server: Any) -> None:
    source = "import os\ndef init(): pass\ndef run(data): return os.getpid()"
    server = start_server(source, "--worker_count", "2")
    server.wait_until_ready()
    deadline = time.monotonic() + 20
    ready: set[Any] = set()
    while len(ready) < 2 and time.monotonic() < deadline:
        ready = {event["pid"] for event in server.events if event["event"] == "ready"}
        time.sleep(0.01)
    assert len(ready) == 2
    assert server.request("/score", "{}").json in ready


def test_a_module_beside_the_script_can_be_imported(start_server: Any, front: str) -> None:
    server = start_server(
        "from helper import answer\ndef init(): pass\ndef run(data): return answer()",
        "--server",
        front,
        # The folder of the script, not the working directory, is what makes it importable.
        env={"AML_APP_ROOT": str(Path(__file__).parent)},
    )
    (server.folder / "helper.py").write_text("def answer(): return 42\n")
    assert server.request("/score", "{}").json == 42


def test_a_gunicorn_configuration_in_the_folder_is_not_executed(
    start_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "gunicorn.conf.py").write_text("raise SystemExit('executed')\n")
    assert start_server(env={"HOME": str(tmp_path)}).request("/").text == "Healthy"
    # Nor is there a control socket, whose path all servers of a user would share.
    assert not (tmp_path / ".gunicorn").exists()


def wait_for_output(server: Any, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in server.output:
        assert time.monotonic() < deadline, server.output
        time.sleep(0.01)


def test_the_start_ends_with_a_request_that_can_be_pasted(
    start_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "sample-request.json").write_text(json.dumps({"data": 1}))
    server = start_server()
    url = server.wait_until_ready()
    sample = tmp_path / "sample-request.json"
    wait_for_output(server, f"curl {url}/score ")
    assert f"@{sample}" in server.output
    # It is not the script that says so.
    assert "azmlinfsrv.print" not in server.output


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        (["--help"], 0, "usage: azmlinfsrv"),
        (["--version"], 0, "azmlinfsrv 0"),
        (["--bogus"], 1, "unrecognized arguments: --bogus"),
        (["--port", "abc"], 1, "a whole number from 1 to 65535"),
    ],
)
def test_usage_errors_exit_1_and_help_exits_0(
    start_server: Any, words: list[str], status: int, text: str
) -> None:
    server = start_server("", *words)
    assert server.wait_for_exit() == status
    assert text in server.output
