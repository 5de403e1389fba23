"""`azmlinfsrv batch --engine ray` on a Ray cluster of this machine, beside the workers of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from backend.batch.running import (
    DOUBLE,
    Ran,
    batch,
    is_alive,
    lines,
    wait_until,
    write,
    write_files,
)

_START_SECONDS = 120
_RAY = [sys.executable, "-m", "ray.scripts.scripts"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Start a cluster as a user would, and give its address."""
    # The names of its sockets may not be long.
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # Nothing of this is to be left in anybody's home.
        patch.setenv("HOME", str(folder))
        patch.setenv("RAY_TMPDIR", str(folder))
        patch.setenv("RAY_DEDUP_LOGS", "0")
        # Another cluster on this machine, or one that others start meanwhile, is none of ours.
        words = ["start", "--head", "--port=0", "--num-cpus=2", "--include-dashboard=false"]
        ports = [f"--{name}-port=0" for name in ("ray-client-server", "dashboard-agent-grpc")]
        words += ["--disable-usage-stats", "--node-ip-address=127.0.0.1", ports[1]]
        started = subprocess.run(
            [*_RAY, *words, f"--temp-dir={folder}"],
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
        assert started.returncode == 0, started.stdout + started.stderr
        address = next(folder.glob("ray_current_cluster")).read_text().strip()
        try:
            yield address
        finally:
            # Only what belongs to this cluster: `ray stop` ends those of others, too.
            _end(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _end(folder: Path) -> None:
    own = [pid for pid in _processes() if str(folder) in _command_line(pid)]
    for pid in own:
        os.kill(pid, 9)
    wait_until(lambda: not is_alive(own))


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _on_ray(folder: Path, address: str, *words: str, script: str = "batch_score.py") -> Ran:
    ray = ("--engine", "ray", "--ray_address", address, "--max_concurrency", "2")
    return batch(folder, *ray, *words, script=script, seconds=_START_SECONDS)


def test_results_are_the_same_and_in_order(tmp_path: Path, cluster: str) -> None:
    write_files(tmp_path, 100)
    (tmp_path / "in/033.txt").write_text("x")
    write(
        tmp_path,
        """
        import os, time
        import pandas as pd

        def init():
            open(f"{__file__}.inits", "a").write(f"{os.getpid()} ")

        def run(mini_batch):
            time.sleep(0.2 if mini_batch[0].endswith("000.txt") else 0)
            rows = [(os.path.basename(name), int(open(name).read()) / 7) for name in mini_batch]
            return pd.DataFrame(rows, columns=["file", "score"])

        def shutdown():
            open(f"{__file__}.shutdowns", "a").write("x")
        """,
    )
    words = ("--mini_batch_size", "3", "--retry", "0", "--json")
    assert batch(tmp_path, *words, "--output", "local.csv").status == 0
    (tmp_path / "batch_score.py.inits").unlink()
    (tmp_path / "batch_score.py.shutdowns").unlink()
    ran = _on_ray(tmp_path, cluster, *words, "--output", "ray.csv")
    assert ran.status == 0, ran.err
    assert (tmp_path / "ray.csv").read_bytes() == (tmp_path / "local.csv").read_bytes()
    assert len(lines(tmp_path, "ray.csv")) == 97
    assert (ran.summary["engine"], ran.summary["failedItems"]) == ("ray", 3)
    # The model is loaded once for each actor, and no worker outlives the run.
    pids = list(map(int, (tmp_path / "batch_score.py.inits").read_text().split()))
    assert 1 <= len(pids) <= 2
    wait_until(lambda: not is_alive(pids))


def test_a_crash_and_a_hang_are_tried_again_there_as_here(tmp_path: Path, cluster: str) -> None:
    expected = write_files(tmp_path, 12)
    write(
        tmp_path,
        DOUBLE.replace(
            "return",
            "time = __import__('time'); mini_batch[0].endswith('004.txt') and os._exit(3)"
            "; mini_batch[0].endswith('008.txt') and time.sleep(60); return",
        ),
    )
    words = ("--mini_batch_size", "2", "--retry", "1", "--timeout", "2", "--json")
    ran = _on_ray(tmp_path, cluster, *words)
    assert ran.status == 0, ran.err
    assert lines(tmp_path) == expected[:4] + expected[6:8] + expected[10:]
    first, second = (error["message"] for error in ran.summary["errors"])
    assert "the worker ended with status 3" in first
    assert "run() took longer than 2 s" in second


def test_a_script_that_cannot_start_is_told(tmp_path: Path, cluster: str) -> None:
    write_files(tmp_path, 4)
    write(tmp_path, DOUBLE.replace("pass", "raise ValueError('no model')"))
    ran = _on_ray(tmp_path, cluster, "--json")
    assert ran.status == 1
    assert "ValueError: no model" in ran.summary["error"]


def test_an_online_script_answers_requests_there(tmp_path: Path, cluster: str) -> None:
    write(
        tmp_path,
        """
        import json

        def init():
            pass

        def run(raw_data):
            return sum(json.loads(raw_data)["data"])
        """,
        "score.py",
    )
    bodies = "".join(f'{{"data": [{number}, 1]}}\n' for number in range(30))
    (tmp_path / "requests.jsonl").write_text(bodies)
    words = ("--input", "requests.jsonl", "--output")
    assert batch(tmp_path, *words, "local.jsonl", script="score.py").status == 0
    ran = _on_ray(tmp_path, cluster, *words, "ray.jsonl", script="score.py")
    assert ran.status == 0, ran.err
    answers = [(tmp_path / f"{name}.jsonl").read_text() for name in ("local", "ray")]
    assert answers[0] == answers[1]
    assert answers[0].count('"status": 200') == 30


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, 1)
    write(tmp_path, DOUBLE)
    ran = _on_ray(tmp_path, "127.0.0.1:1", "--json")
    assert ran.status == 1
    assert "--ray_address 127.0.0.1:1" in ran.summary["error"]
