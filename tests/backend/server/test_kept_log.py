"""The file in which a server keeps its last lines, for who looks at it from elsewhere."""

from __future__ import annotations

import json
import multiprocessing
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from azmlinfsrv.debugging.records import running_server
from azmlinfsrv.server.rotated_file import LIMIT, RotatedFile

from ..conftest import ECHO, Server, StartServer, wait_until

SCRIPT = """
    import logging

    def init():
        print("loading")

    def run(data):
        logging.getLogger("my.model").warning("one row")
        raise ValueError("no such row")
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Records of these tests stand in the test's own folder."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def log_of(server: Server) -> Path:
    server.wait_until_ready()
    record = running_server(server.process.pid)
    assert record
    return record.log_file


def test_whoever_looks_later_reads_what_the_terminal_showed(
    start_server: StartServer, front: str
) -> None:
    server = start_server(SCRIPT, "--server", front)
    file = log_of(server)
    server.request("/score", "x", {"x-request-id": "mine"})
    wait_until(lambda: "POST /score 500" in file.read_text())
    wait_until(lambda: "POST /score 500" in server.output)
    logged = re.compile(r"^\d{4}-\d\d-\d\d .*\n(?:(?!\d{4}-|\n).*\n)*", re.MULTILINE)
    kept = logged.findall(file.read_text())
    shown = logged.findall(server.output)
    # Before the server has an address it has no record, either.
    assert kept == shown[-len(kept) :]
    text = file.read_text()
    assert "azmlinfsrv.print - loading" in text
    assert "my.model - one row [mine]" in text
    assert "ValueError: no such row" in text


def test_ps_tells_where_the_log_is(start_server: StartServer, front: str) -> None:
    server = start_server(ECHO, "--server", front)
    file = log_of(server)
    command = [sys.executable, "-m", "azmlinfsrv", "ps", "--json"]
    (row,) = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)
    assert row["log_file"] == str(file)


@pytest.mark.skipif(sys.platform == "win32", reason="looks at POSIX permissions")
def test_nobody_else_reads_the_log_and_it_goes_with_its_server(
    start_server: StartServer, front: str
) -> None:
    server = start_server(ECHO, "--server", front)
    file = log_of(server)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    server.stop()
    assert not file.parent.exists()


def test_lines_are_kept_beside_those_of_a_logging_file(
    start_server: StartServer, front: str, tmp_path: Path
) -> None:
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}
    config = {
        "version": 1,
        "handlers": {"out": handler},
        "loggers": {"azmlinfsrv": {"handlers": ["out"], "level": "INFO", "propagate": False}},
    }
    (tmp_path / "logging.json").write_text(json.dumps(config))
    file = log_of(start_server(ECHO, "--server", front))
    wait_until(lambda: "ready for serving traffic" in file.read_text())


def test_json_lines_are_kept_as_they_are_shown(start_server: StartServer, front: str) -> None:
    server = start_server(ECHO, "--server", front, "--log_format", "json")
    file = log_of(server)
    server.request("/score", "x", {"x-request-id": "mine"})
    wait_until(lambda: '"request_id": "mine"' in file.read_text())
    assert all(json.loads(line) for line in file.read_text().splitlines())


def _write_lines(file: Path, name: str, count: int) -> None:
    stream = RotatedFile(file, limit=100_000)
    for number in range(count):
        stream.write(f"{name} {number:06} {'x' * 80}\n")
        stream.flush()


@pytest.mark.skipif(sys.platform == "win32", reason="there a server is one process")
def test_processes_that_write_at_once_neither_tear_lines_nor_outgrow_the_limit(
    tmp_path: Path,
) -> None:
    file = tmp_path / "server.log"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_lines, args=(file, n, 3_000)) for n in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    older = file.with_name("server.log.1")
    assert sorted(tmp_path.glob("server.log*")) == [file, older]
    for part in (file, older):
        assert part.stat().st_size < 100_000 + 3 * (1 << 15)
        lines = part.read_text().splitlines()
        assert all(re.fullmatch(r"[abc] \d{6} x{80}", line) for line in lines)


def test_two_files_hold_two_megabytes_at_most(tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    stream = RotatedFile(file)
    for _ in range(60):
        stream.write("é" * 100_000 + "\n")
        stream.flush()
    sizes = [part.stat().st_size for part in tmp_path.glob("server.log*")]
    assert len(sizes) == 2
    assert LIMIT < sum(sizes) <= 2_000_000


def test_a_log_that_cannot_be_written_does_not_stop_a_server(tmp_path: Path) -> None:
    stream = RotatedFile(tmp_path / "gone" / "server.log")
    stream.write("lost\n")
    stream.flush()
    (tmp_path / "gone").mkdir()
    stream.write("kept\n")
    stream.flush()
    assert (tmp_path / "gone" / "server.log").read_text() == "kept\n"
