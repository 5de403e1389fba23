"""What a server leaves of itself, and what becomes of it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

import azmlinfsrv
from azmlinfsrv.debugging.endpoint import Endpoint, UnreachableError, ask
from azmlinfsrv.debugging.private_folder import NotPrivateError, make_private
from azmlinfsrv.debugging.process_mark import process_mark
from azmlinfsrv.debugging.records import ServerFacts, publish, running_server, running_servers

from ..conftest import Server, StartServer, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at POSIX permissions")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Records of these tests stand in the test's own folder."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


FACTS = ServerFacts(
    pid=os.getpid(),
    port=5001,
    host="127.0.0.1",
    entry_script="/project/score.py",
    model_dir=None,
    python=sys.executable,
    version="0",
    started="2026-01-01T00:00:00+00:00",
    library="/lib",
)


def shown(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def listed() -> list[dict[str, Any]]:
    rows = json.loads(shown("ps", "--json").stdout)
    assert isinstance(rows, list)
    return rows


def folders(own_folder: Path) -> list[str]:
    return sorted(entry.name for entry in (own_folder / "azmlinfsrv").iterdir())


def port_of(server: Server) -> int:
    return int(server.wait_until_ready().rpartition(":")[2])


def test_ps_shows_a_server_as_long_as_it_runs(
    start_server: StartServer, front: str, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    options = ["--server", front, "--model_dir", str(model)]
    server = start_server(*["def init(): pass\ndef run(data): return data\n"], *options)
    port = port_of(server)
    (row,) = listed()
    assert row.pop("workers")
    assert row.pop("started")
    # The figures have tests of their own.
    known = {*asdict(FACTS), "is_attached"}
    assert {key: row[key] for key in row if key in known} == {
        "pid": server.process.pid,
        "port": port,
        "host": "127.0.0.1",
        "entry_script": str(tmp_path / "score.py"),
        "model_dir": str(model),
        "python": sys.executable,
        "version": azmlinfsrv.__version__,
        "library": str(Path(azmlinfsrv.__file__).parents[1]),
        "debug_port": None,
        "is_debuggee": False,
        "is_attached": False,
    }
    text = shown("ps").stdout
    assert str(server.process.pid) in text
    assert "score.py" in text
    server.stop()
    assert listed() == []
    assert shown("ps").stdout == "No server of yours is running.\n"


def test_a_server_leaves_nothing_when_it_ends(
    start_server: StartServer, front: str, own_folder: Path
) -> None:
    server = start_server("def init(): pass\ndef run(data): return data\n", "--server", front)
    server.wait_until_ready()
    assert folders(own_folder) == [str(server.process.pid)]
    server.stop()
    assert folders(own_folder) == []


def test_a_server_whose_script_fails_leaves_nothing(
    start_server: StartServer, front: str, own_folder: Path
) -> None:
    server = start_server("def init(): raise ValueError\ndef run(data): pass\n", "--server", front)
    assert server.wait_for_exit() == 3
    assert folders(own_folder) == []


def test_what_a_killed_server_leaves_is_not_shown_and_cleared_away(
    start_server: StartServer, own_folder: Path
) -> None:
    server = start_server("def init(): pass\ndef run(data): return data\n", "--server", "waitress")
    server.wait_until_ready()
    server.process.kill()
    server.process.wait()
    assert folders(own_folder) == [str(server.process.pid)]
    assert listed() == []
    assert folders(own_folder) == []


def test_a_worker_that_dies_is_not_shown_and_its_successor_is(start_server: StartServer) -> None:
    server = start_server("def init(): pass\ndef run(data): return data\n")
    server.wait_until_ready()
    (first,) = listed()[0]["workers"]
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: listed()[0]["workers"] not in ([], [first]))


def test_nobody_else_can_read_what_a_server_leaves(
    start_server: StartServer, own_folder: Path
) -> None:
    server = start_server("def init(): pass\ndef run(data): return data\n")
    server.wait_until_ready()
    root = own_folder / "azmlinfsrv"
    own = root / str(server.process.pid)
    for folder in (root, own):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in own.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_process_that_got_the_number_of_a_server_is_not_taken_for_it(own_folder: Path) -> None:
    publish(FACTS)
    assert running_server(os.getpid())
    file = own_folder / "azmlinfsrv" / str(os.getpid()) / "server.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "process": "1"}))
    assert running_server(os.getpid()) is None
    assert running_servers() == []
    assert folders(own_folder) == []


def test_a_record_of_another_version_is_passed_over(own_folder: Path) -> None:
    publish(replace(FACTS))
    file = own_folder / "azmlinfsrv" / str(os.getpid()) / "server.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "new": 1}))
    assert running_servers() == []


def test_a_folder_that_somebody_else_has_made_is_not_used(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can make a folder of another user")
    planted = tmp_path / "planted"
    planted.mkdir()
    os.chown(planted, 12345, 12345)
    with pytest.raises(NotPrivateError):
        make_private(planted)


def test_without_a_place_for_its_record_a_server_serves_all_the_same(
    start_server: StartServer, own_folder: Path
) -> None:
    (own_folder / "azmlinfsrv").write_text("in the way")
    server = start_server("def init(): pass\ndef run(data): return data\n")
    assert server.request("/score", "1").status == 200
    assert "No debugger will find this server" in server.output


def test_a_request_without_the_token_is_not_answered(tmp_path: Path) -> None:
    file = tmp_path / "channel.json"
    endpoint = Endpoint(file, lambda request: {"got": request["word"]})
    try:
        assert ask(file, {"word": "x"}, 2) == {"got": "x"}
        file.write_text(json.dumps({**json.loads(file.read_text()), "token": "guessed"}))
        with pytest.raises(UnreachableError):
            ask(file, {"word": "x"}, 2)
    finally:
        endpoint.close()
    assert list(tmp_path.glob("channel*")) == []


def test_a_path_too_long_for_a_socket_gets_a_port_of_this_machine(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    endpoint = Endpoint(deep / "channel.json", lambda _: {"ok": True})
    try:
        assert isinstance(json.loads((deep / "channel.json").read_text())["address"], list)
        assert ask(deep / "channel.json", {}, 2) == {"ok": True}
    finally:
        endpoint.close()


def test_a_process_has_a_mark_only_while_it_runs() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = process_mark(child.pid)
    assert mark is not None
    assert mark == process_mark(child.pid)
    assert mark != process_mark(os.getpid()) or sys.platform == "darwin"
    child.kill()
    # Dead, though nobody has asked for its status yet.
    wait_until(lambda: process_mark(child.pid) is None)
    child.communicate()


def test_attach_says_what_to_do_when_there_is_no_such_server() -> None:
    told = shown("attach", "1")
    assert told.returncode == 2
    assert "no server of yours has the pid 1. `azmlinfsrv ps` lists those" in told.stderr
