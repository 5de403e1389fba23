"""`azmlinfsrv profile` on real scripts in the real server, and nothing left of it afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from ...conftest import WriteScript, wait_until
from ..test_check_run import servers_in

PUBLISHED_KEYS = {
    "name",
    "description",
    "createdTime",
    "state",
    "requestedCpu",
    "requestedMemoryInGB",
    "requestedQueriesPerSecond",
    "maxUtilizedCpu",
    "maxUtilizedMemoryInGB",
    "totalQueries",
    "successQueries",
    "successRate",
    "averageLatencyInMs",
    "latencyPercentile50InMs",
    "latencyPercentile90InMs",
    "latencyPercentile95InMs",
    "latencyPercentile99InMs",
    "latencyPercentile999InMs",
    "measuredQueriesPerSecond",
    "recommendedCpu",
    "recommendedMemoryInGB",
    "error",
    "errorLogsUri",
}
SLEEPS = """
    import time

    def init():
        pass

    def run(raw_data):
        time.sleep(0.02)
        return {"slept": True}
"""
COMPUTES = """
    import time

    def init():
        pass

    def run(raw_data):
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass
        return {"computed": True}
"""


class Profiler:
    """`azmlinfsrv profile` as a process of its own, with a folder for its temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = Path(tempfile.mkdtemp(dir=folder, prefix=".tmp-"))
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AZUREML_", "AML_"))}
        self.env = {**clean, "TMPDIR": str(self.temporary)}
        (folder / "sample.json").write_text('{"data": [1]}')

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "azmlinfsrv", "profile", "--entry_script", "score.py", *words],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        with self.start("--request", "sample.json", "--duration", "300ms", *words) as process:
            output, errors = process.communicate(timeout=120)
        assert "Traceback" not in errors
        self.assert_nothing_is_left()
        return process.returncode, output, errors

    def result(self, *words: str) -> dict[str, Any]:
        _, output, errors = self.run("--json", *words)
        assert errors == ""
        found: dict[str, Any] = json.loads(output)
        return found

    def assert_nothing_is_left(self) -> None:
        # The folder of the servers' records is shared, and stays.
        left = [path.name for path in self.temporary.iterdir() if path.name != "azmlinfsrv"]
        assert [name for name in left if not name.startswith("runtime-")] == []
        assert servers_in(self.folder) == []


@pytest.fixture
def profiler(tmp_path: Path) -> Profiler:
    return Profiler(tmp_path)


def test_the_result_has_the_keys_of_the_published_profiler(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script("def init(): pass\ndef run(raw_data): return 1\n")
    result = profiler.result("--concurrency", "1,2", "--target_rps", "10")
    assert set(result) == PUBLISHED_KEYS | {"azmlinfsrv"}
    assert result["state"] == "Succeeded"
    assert result["successRate"] == 100
    assert result["requestedQueriesPerSecond"] == 10
    assert result["totalQueries"] == result["successQueries"] > 20
    assert result["error"] is None
    ascending = [result[f"latencyPercentile{percent}InMs"] for percent in (50, 90, 95, 99, 999)]
    assert ascending == sorted(ascending)
    assert [level["concurrency"] for level in result["azmlinfsrv"]["levels"]] == [1, 2]
    assert 0.1 <= result["recommendedCpu"] <= 3.5


def test_a_run_that_waits_20_ms_is_measured_as_such(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script(SLEEPS)
    result = profiler.result("--concurrency", "1,4", "--duration", "1s")
    alone, queue = result["azmlinfsrv"]["levels"]
    # The fastest half cannot be faster; a busy machine makes it slower.
    assert 20 <= alone["latencyPercentilesInMs"]["50"] < 60
    assert alone["partsInMs"]["run"] >= 20
    assert alone["partsInMs"]["parse"] < 5
    # Four wait for one worker: each waits for the three before.
    assert queue["latencyPercentilesInMs"]["50"] >= 75
    assert queue["measuredQueriesPerSecond"] <= 50
    if sys.platform == "linux":
        assert alone["utilizedCpu"] < 0.5


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell less of processes")
def test_a_run_that_computes_uses_the_time_of_a_processor(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script(COMPUTES)
    level = profiler.result("--concurrency", "2", "--duration", "2s")["azmlinfsrv"]["levels"][0]
    # Other tests share the machine: how much of a core there was is seen in how much was done.
    per_request = level["utilizedCpu"] / level["measuredQueriesPerSecond"]
    assert 0.02 <= per_request < 0.03
    assert level["utilizedCpu"] < 1.2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell less of processes")
def test_memory_that_run_lets_go_of_is_seen_at_its_peak(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script(
        "def init(): pass\ndef run(raw_data): return len(bytes(bytearray(100_000_000))) > 0\n"
    )
    result = profiler.result("--concurrency", "1")
    assert 0.2 <= result["maxUtilizedMemoryInGB"] < 0.4
    level = result["azmlinfsrv"]["levels"][0]
    assert level["utilizedMemoryInGB"] < 0.15
    assert result["recommendedMemoryInGB"] >= 0.3


@pytest.mark.skipif(sys.platform == "win32", reason="waitress has one process")
def test_all_workers_are_ready_before_it_is_measured(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script(SLEEPS.replace("pass", "time.sleep(0.2)").replace("0.02", "0.2"))
    result = profiler.result("--worker_count", "2", "--concurrency", "2", "--duration", "2s")
    assert result["azmlinfsrv"]["workers"] == 2
    # With one worker alone each of the two would wait for the other: 400 ms.
    assert result["latencyPercentile50InMs"] < 350


def test_the_text_says_what_was_measured_and_what_to_do(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script(SLEEPS)
    status, output, errors = profiler.run("--concurrency", "1", "--target_rps", "100")
    assert (status, errors) == (0, "")
    assert "score.py with 1 worker, ready after" in output
    assert "Latency in ms, logarithmic scale" in output
    assert "  run " in output
    assert "Recommendation for 100 requests/s (--target_rps):" in output
    assert "max_concurrent_requests_per_instance" in output
    assert "The load was made on the same machine" in output
    assert "p99.9 is the slowest one" in output


def test_who_reads_the_first_lines_only_gets_no_error(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script(SLEEPS)
    words = ("--request", "sample.json", "--duration", "300ms", "--concurrency", "1")
    with profiler.start(*words) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, "")


def test_the_report_is_one_file_without_scripts(
    profiler: Profiler, write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(SLEEPS)
    _, output, _ = profiler.run("--concurrency", "1", "--html", "r.html", "--json", "r.json")
    assert "Written: r.json, r.html" in output
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "src=" not in page.replace("src '", "")
    assert " style=" not in page
    assert json.loads((tmp_path / "r.json").read_text())["state"] == "Succeeded"


def test_without_a_sample_the_schema_gives_one(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script("""
        from inference_schema.parameter_types.standard_py_parameter_type import (
            StandardPythonParameterType,
        )
        from inference_schema.schema_decorators import input_schema

        def init():
            pass

        @input_schema("data", StandardPythonParameterType([1, 2]))
        def run(data):
            return sum(data)
    """)
    with profiler.start("--duration", "200ms", "--concurrency", "1") as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert "Requests: the schema's example" in output


def test_without_any_sample_it_is_told_how_to_name_one(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script("def init(): pass\ndef run(raw_data): return 1\n")
    with profiler.start("--duration", "200ms") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "name one with --request FILE" in errors
    profiler.assert_nothing_is_left()


def test_a_script_that_is_not_there_is_told_of(profiler: Profiler) -> None:
    assert profiler.run()[0] == 2
    assert profiler.run()[2] == "azmlinfsrv profile: score.py does not exist.\n"


def test_a_script_that_fails_in_init_is_told_of_with_its_line(
    profiler: Profiler, write_script: WriteScript
) -> None:
    path = write_script("def init(): raise OSError('no model')\ndef run(raw_data): return 1\n")
    status, output, errors = profiler.run()
    assert (status, output) == (2, "")
    assert "The script does not start: User's init function failed" in errors
    assert "no model" in errors
    assert f"({path}:1)" in errors


def test_a_request_that_the_script_refuses_is_sent_once_and_told_of(
    profiler: Profiler, write_script: WriteScript, tmp_path: Path
) -> None:
    path = write_script("""
        def init():
            pass

        def run(raw_data):
            with open("calls", "a") as calls:
                calls.write("x")
            raise KeyError("data")
    """)
    status, output, _ = profiler.run()
    assert status == 3
    assert "Stopped early: The first request failed. sample.json: status 500: KeyError" in output
    assert f"({path}:8)" in output
    assert (tmp_path / "calls").read_text() == "x"


def test_some_requests_that_fail_are_counted_and_the_first_is_told_of(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script("""
        def init():
            global calls
            calls = 0

        def run(raw_data):
            global calls
            calls += 1
            if calls % 5 == 0:
                raise ValueError("every fifth")
            return 1
    """)
    status, output, _ = profiler.run("--concurrency", "2", "--json")
    result = json.loads(output)
    assert status == 3
    assert result["state"] == "Failed"
    assert 79 <= result["successRate"] <= 81
    assert "ValueError: every fifth" in result["error"]["message"]
    assert result["latencyPercentile50InMs"] is not None


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_server_that_dies_meanwhile_is_told_of(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script("""
        import os, signal

        def init():
            global calls
            calls = 0

        def run(raw_data):
            global calls
            calls += 1
            if calls > 20:
                os.kill(os.getppid(), signal.SIGKILL)
            return 1
    """)
    status, output, _ = profiler.run("--concurrency", "1")
    assert status == 3
    assert "Stopped early: The server ended by SIGKILL" in output


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_shows_what_was_measured_until_then(
    profiler: Profiler, write_script: WriteScript, number: signal.Signals, status: int
) -> None:
    write_script(SLEEPS)
    words = ["--request", "sample.json", "--concurrency", "1,2", "--duration", "10m"]
    words += ["--json", "r.json", "--progress", "json"]
    with profiler.start(*words) as process:
        assert process.stderr is not None
        shown = ""
        while '"1 connection"' not in shown:
            shown = process.stderr.readline()
            assert shown
        # Past the warm-up, there are figures to show.
        record = profiler.temporary
        wait_until(lambda: _requests_in(record) > 60)
        process.send_signal(number)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == status
    assert "Traceback" not in errors
    assert "Interrupted: these are the figures until then." in output
    assert "1 (cut short)" in output
    result = json.loads((profiler.folder / "r.json").read_text())
    assert result["state"] == "Canceled"
    assert result["totalQueries"] > 0
    profiler.assert_nothing_is_left()


def _requests_in(folder: Path) -> int:
    logs = list(folder.glob("azmlinfsrv-check-*/output"))
    return sum(log.read_text().count("POST /score 200") for log in logs)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interruption_while_init_runs_leaves_nothing(
    profiler: Profiler, write_script: WriteScript, tmp_path: Path
) -> None:
    write_script("""
        import pathlib, time

        def init():
            pathlib.Path("begun").touch()
            time.sleep(600)

        def run(raw_data):
            return 1
    """)
    with profiler.start("--request", "sample.json") as process:
        wait_until((tmp_path / "begun").exists)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
    profiler.assert_nothing_is_left()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_profiler_that_is_killed_leaves_no_server(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script(SLEEPS)
    with profiler.start("--request", "sample.json", "--duration", "10m") as process:
        wait_until(lambda: _requests_in(profiler.temporary) > 5)
        process.kill()
        process.communicate(timeout=30)
    wait_until(lambda: servers_in(profiler.folder) == [])


def test_progress_for_programs_is_a_line_of_json_for_each_step(
    profiler: Profiler, write_script: WriteScript
) -> None:
    write_script(SLEEPS)
    _, _, errors = profiler.run("--concurrency", "1,2", "--progress", "json")
    steps = [json.loads(line) for line in errors.splitlines()]
    percents = [step["percent"] for step in steps]
    assert percents == sorted(percents)
    assert percents[-1] > 80
    assert {"1 connection", "2 connections"} <= {step["message"] for step in steps}


def test_an_answer_tells_no_times_to_those_who_did_not_ask(
    start_server: Any,
) -> None:
    answer = start_server().request("/score", "{}")
    assert "server-timing" not in {name.lower() for name in answer.headers}


def test_a_flame_graph_shows_where_run_spends_its_time(
    profiler: Profiler, write_script: WriteScript, tmp_path: Path
) -> None:
    write_script("""
        def init():
            pass

        def slow(n):
            return sum(i * i for i in range(n))

        def fast(n):
            return n

        def run(raw_data):
            return slow(20_000) + fast(1)
    """)
    status, _, errors = profiler.run("--concurrency", "1", "--flame_graph", "f.svg")
    assert (status, errors) == (0, "")
    document = ET.fromstring((tmp_path / "f.svg").read_text(encoding="utf-8"))
    titles = [title.text or "" for title in document.iter("{http://www.w3.org/2000/svg}title")]
    (slow,) = [title for title in titles if title.startswith("slow (")]
    assert float(slow.rpartition(" ms, ")[2].removesuffix(" %")) > 80
    assert titles[0].startswith("run")
    # Nothing of the server's own is in the picture.
    assert not any("azmlinfsrv" in title or "gunicorn" in title for title in titles)


def test_a_missing_sampler_is_told_of_before_anything_is_measured(
    profiler: Profiler, write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(SLEEPS)
    hidden = "import sys\nsys.modules['pyinstrument'] = None\n"
    (tmp_path / "sitecustomize.py").write_text(hidden)
    profiler.env["PYTHONPATH"] = str(tmp_path)
    status, output, errors = profiler.run("--flame_graph", "f.svg")
    assert (status, output) == (2, "")
    assert 'pip install "azmlinfsrv[profile]"' in errors
